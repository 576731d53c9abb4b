import datetime as dt
import os

import pytest

from tasks.records import WireItem
from workers.sources import (
    Memory,
    Originals,
    SourceDescription,
    SourceError,
    keeping,
    paced,
    read_sources,
    watch_folder,
)

T = dt.datetime(2024, 2, 3, 10, 0, tzinfo=dt.UTC)


def drop(folder, name, content, at=T):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def look(folder, memory, at):
    return list(watch_folder(SourceDescription(id="inbox", path=str(folder), language="ar"), memory, now=lambda: at))


def test_files_come_oldest_first_and_once(tmp_path):
    drop(tmp_path, "b.txt", b"two", T + dt.timedelta(seconds=1))
    drop(tmp_path, "sub/c.txt", b"three", T + dt.timedelta(seconds=2))
    drop(tmp_path, "a.txt", b"one", T)
    memory = Memory()
    first = look(tmp_path, memory, T + dt.timedelta(minutes=1))
    assert [(item.name, item.content, item.language) for item in first] == [
        ("a.txt", b"one", "ar"), ("b.txt", b"two", "ar"), ("c.txt", b"three", "ar"),
    ]  # fmt: skip
    assert look(tmp_path, memory, T + dt.timedelta(minutes=2)) == []


def test_a_file_still_being_written_waits(tmp_path):
    drop(tmp_path, "a.txt", b"half", T)
    memory = Memory()
    assert look(tmp_path, memory, T + dt.timedelta(seconds=1)) == []
    assert len(look(tmp_path, memory, T + dt.timedelta(seconds=3))) == 1


def test_a_changed_file_comes_again(tmp_path):
    memory = Memory()
    drop(tmp_path, "a.txt", b"one", T)
    look(tmp_path, memory, T + dt.timedelta(minutes=1))
    drop(tmp_path, "a.txt", b"one, corrected", T + dt.timedelta(minutes=2))
    assert [item.content for item in look(tmp_path, memory, T + dt.timedelta(minutes=3))] == [b"one, corrected"]


def test_hidden_unfinished_and_linked_files_are_left_alone(tmp_path):
    drop(tmp_path / "outside", "secret.txt", b"secret")
    inbox = tmp_path / "inbox"
    for name in (".hidden", "a.txt.part", "b.tmp"):
        drop(inbox, name, b"x")
    (inbox / "link.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    assert look(inbox, Memory(), T + dt.timedelta(days=9000)) == []


def test_a_huge_file_is_read_one_byte_past_the_limit_only(tmp_path):
    drop(tmp_path, "a.txt", b"x" * 1000)
    source = SourceDescription(id="inbox", path=str(tmp_path), max_bytes=100)
    (item,) = watch_folder(source, Memory(), now=lambda: T + dt.timedelta(minutes=1))
    assert len(item.content) == 101


def test_originals_come_back_as_they_were(tmp_path):
    originals = Originals(tmp_path)
    items = [
        WireItem(content=b"one", name="a.txt", received=T, source="s", language="en"),
        WireItem(content=b"\xff\x00two", name="b\udce9.txt", uri="urn:b", received=T + dt.timedelta(days=1)),
        WireItem(content=b"one", name="again.txt", received=T + dt.timedelta(days=1, hours=1)),
    ]
    assert list(keeping(items, originals, T)) == items
    assert list(originals.read()) == items
    assert list(originals.read(since=dt.date(2024, 2, 4))) == items[1:]
    assert list(originals.read(until=dt.date(2024, 2, 3))) == items[:1]


def test_originals_are_found_by_hash_and_forgotten_in_time(tmp_path):
    originals = Originals(tmp_path, keep_d=10)
    digest = originals.put(WireItem(content=b"one", name="a"), T)
    assert originals.get(digest) == b"one"
    assert originals.get("../../etc/passwd") is None
    originals.put(WireItem(content=b"two", name="b"), T + dt.timedelta(days=11))
    assert originals.get(digest) is None


def test_a_broken_line_of_an_index_costs_that_item_only(tmp_path):
    originals = Originals(tmp_path)
    originals.put(WireItem(content=b"one", name="a"), T)
    with (tmp_path / "2024-02-03" / "index.jsonl").open("a") as index:
        index.write('{"hash": "0", broken\n')
    originals.put(WireItem(content=b"two", name="b"), T)
    assert [item.content for item in originals.read()] == [b"one", b"two"]


def test_replay_keeps_the_pauses_divided_by_the_speed():
    items = [WireItem(content=b"x", name=str(n), received=T + dt.timedelta(seconds=n * n * 60)) for n in range(4)]
    slept = []
    given = list(paced(items, speed=60, sleep=lambda s: bool(slept.append(s)), now=lambda: T.replace(year=2030)))
    assert slept == [1, 3, 5]
    assert {item.received.year for item in given} == {2030}


def test_replay_without_pause_and_its_bounds():
    items = [
        WireItem(content=b"x", name="a", received=T),
        WireItem(content=b"y", name="b", received=T + dt.timedelta(days=400)),
    ]
    assert len(list(paced(items, speed=0, sleep=lambda s: pytest.fail("slept"), now=lambda: T))) == 2
    slept = []
    list(paced(items, speed=1, sleep=lambda s: bool(slept.append(s)), now=lambda: T))
    assert slept == [3600]
    with pytest.raises(ValueError, match="speed"):
        list(paced(items, speed=-1, sleep=lambda s: False, now=lambda: T))


def test_descriptions_are_read_and_passed_on(tmp_path):
    (tmp_path / "acme.toml").write_text(
        'url = "https://acme.example/feed"\ncadence_s = 60\nlanguage = "en"\ntime_zone = "Asia/Baghdad"\n'
        'expected_per_day = 40\nlicence = "CC BY"\n[fields]\ntext = "story.body"\n'
    )
    (source,) = read_sources(tmp_path)
    assert (source.id, source.cadence_s, source.expected_per_day) == ("acme", 60, 40)
    item = source.describe(WireItem(content=b"{}", name="x"))
    assert (item.source, item.time_zone, item.media_type) == (
        "acme",
        "Asia/Baghdad",
        "application/json; text=story.body",
    )


def test_every_problem_of_every_description_is_named(tmp_path):
    (tmp_path / "a.toml").write_text('url = "ftp://x"\npath = "y"\ntime_zone = "Mars/Base"\n')
    (tmp_path / "b.toml").write_text('path = "y"\ncadence = 3\n')
    (tmp_path / "c.toml").write_text("not toml")
    with pytest.raises(SourceError) as raised:
        read_sources(tmp_path)
    message = str(raised.value)
    for expected in ("exactly one of url and path", "ftp://x", "Mars/Base", "cadence", "c.toml"):
        assert expected in message


def test_two_sources_of_one_id_and_no_source_at_all_are_refused(tmp_path):
    with pytest.raises(SourceError, match=r"no \*\.toml"):
        read_sources(tmp_path)
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text('id = "same"\npath = "y"\n')
    with pytest.raises(SourceError, match="2 sources"):
        read_sources(tmp_path)
