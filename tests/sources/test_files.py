"""Files as items: containers larger than an item come as their members, one in memory at a time."""

import gzip
import io
import json
import random
import sys
import tracemalloc
import zipfile
from types import SimpleNamespace

import pytest

from tasks.clean import Limits, clean, split
from tasks.errors import ArticleError, ArticleTooLarge, UnknownFormat
from workers.files import find_files, read_items

LIMITS = Limits(max_item_bytes=20_000)
COUNT = 60


def story(number):
    """Text that does not pack well."""
    chance = random.Random(number)
    names = " ".join("".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=9)) for _ in range(90))
    return f"Shells fell on village number {number} on Tuesday, the army said. The names of the dead are {names}."


def as_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(COUNT):
            archive.writestr(f"story-{number}.txt", story(number))
    return buffer.getvalue()


def as_lines():
    return b"".join(
        json.dumps({"uri": f"u{number}", "text": story(number)}).encode() + b"\n" for number in range(COUNT)
    )


def as_warc():
    return b"".join(gzip.compress(record(number)) for number in range(COUNT))


def record(number):
    payload = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + story(number).encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Date: 2024-02-03T10:00:00Z\r\n"
        f"WARC-Target-URI: https://example.org/{number}\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload + b"\r\n\r\n"


CONTAINERS = {
    "zip": as_zip,
    "JSON Lines": as_lines,
    "JSON Lines in gzip": lambda: gzip.compress(as_lines()),
    "WARC": as_warc,
}


def read(path, limits=LIMITS):
    return list(read_items(find_files([str(path)]), limits=limits))


@pytest.mark.parametrize("kind", CONTAINERS)
def test_a_container_larger_than_an_item_comes_as_its_members(kind, tmp_path):
    content = CONTAINERS[kind]()
    assert len(content) > LIMITS.max_item_bytes
    (tmp_path / "box").write_bytes(content)
    items = read(tmp_path / "box")
    assert [clean(item, limits=LIMITS).body_text for item in items] == [story(number) for number in range(COUNT)]
    assert len({item.name for item in items}) == COUNT
    assert all(item.depth for item in items)


@pytest.mark.parametrize("kind", CONTAINERS)
def test_its_members_are_those_of_the_small_container(kind, tmp_path):
    (tmp_path / "box").write_bytes(CONTAINERS[kind]())
    (whole,) = read(tmp_path / "box", Limits())
    small = [
        inner
        for member in split(whole, limits=Limits())
        for inner in (list(split(member, limits=Limits())) or [member])
    ]
    assert [(item.name, item.content) for item in read(tmp_path / "box")] == [
        (item.name, item.content) for item in small
    ]


def test_standard_input_may_be_a_large_container(monkeypatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(as_zip())))
    assert len(list(read_items([None], limits=LIMITS))) == COUNT


def test_a_large_file_that_is_no_container_is_one_item_and_refused(tmp_path):
    (tmp_path / "long.txt").write_text(story(1) * 30)
    (item,) = read(tmp_path / "long.txt")
    with pytest.raises(ArticleTooLarge):
        clean(item, limits=LIMITS)


def test_a_large_container_that_is_broken_says_so(tmp_path):
    (tmp_path / "box.zip").write_bytes(as_zip()[:-40])
    (item,) = read(tmp_path / "box.zip")
    with pytest.raises(UnknownFormat, match="broken zip archive"):
        clean(item, limits=LIMITS)


def test_a_line_that_is_too_long_costs_itself_only(tmp_path):
    lines = as_lines().splitlines(keepends=True)
    lines[3] = json.dumps({"text": "x " * 50_000}).encode() + b"\n"
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines))
    items = read(tmp_path / "a.jsonl")
    assert len(items) == COUNT
    refused = []
    for number, item in enumerate(items):
        try:
            clean(item, limits=LIMITS)
        except ArticleError:
            refused.append(number)
    assert refused == [3]


def test_memory_does_not_grow_with_the_container(tmp_path):
    content = random.Random(1).randbytes(100_000)
    with zipfile.ZipFile(tmp_path / "large.zip", "w") as archive:
        for number in range(300):
            archive.writestr(str(number), content)
    tracemalloc.start()
    count = sum(1 for _ in read_items(find_files([str(tmp_path / "large.zip")]), limits=LIMITS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300
    assert peak < 3_000_000
