"""Input that means harm, or means nothing: every file gets a clear outcome, in process and over the queue."""

import json

import pytest

STORY = "DAMASCUS, Feb 2 (Sample Wire) - Rockets hit a market in Damascus on Friday, killing two people, police said.\n"
BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY f "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]>
<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="bomb"><contentSet><inlineXML>&f;</inlineXML></contentSet>
</newsItem>"""
ARABIC = "دمشق - قال متحدث باسم الشرطة إن صاروخين أصابا سوقا في دمشق يوم الجمعة وقتلا شخصين.\n"
FRENCH = "PARIS, 3 mars (Sample Wire) - La police a arrêté trois suspects à Paris, a déclaré le préfet.\n"
FUTURE = STORY.replace("Feb 2", "Feb 2, 9999").replace("on Friday", "on February 30, 9999")

REFUSED = {
    "empty.txt": b"",
    "only-nul.txt": b"\0" * 5000,
    "one-line-of-50-mb.txt": b"x" * 50_000_000,
    "bomb.xml": BOMB.encode(),
}
READ = {
    "invalid-utf-8.txt": STORY.encode() + b"\xff\xfe\xfa Two more were hurt.\n",
    "latin-1.txt": FRENCH.encode("latin-1"),
    "windows-1256.txt": ARABIC.encode("windows-1256"),
    "nul-bytes.txt": STORY.replace("market", "mar\0ket").encode(),
    "year-9999.txt": FUTURE.encode(),
    "long.txt": (STORY + "\n" + "The war went on and nobody knew why. " * 25_000).encode(),
    "marks.txt": ("e" + "\u0301" * 100_000 + " " + STORY).encode(),
}
EITHER = {
    "nested.html": b"<html><body>" + b"<div>" * 100_000 + STORY.encode() + b"</div>" * 100_000,
    "nested.json": b"[" * 200_000 + b"]" * 200_000,
    "random.bin": bytes(range(256)) * 400,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    for name, content in (REFUSED | READ | EITHER).items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def lines(dateline, folder):
    return {line["article"]: line for line in map(json.loads, dateline("annotate", folder).stdout.splitlines())}


def stem(name):
    return name.rpartition(".")[0]


@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_no_story_is_refused_with_a_reason(lines, name):
    assert lines[stem(name)]["error"]
    assert lines[stem(name)]["events"] == []


@pytest.mark.parametrize("name", READ)
def test_what_holds_a_story_is_read(lines, name):
    line = lines[stem(name)]
    assert line["error"] is None
    assert line["body_text"].strip()


def test_every_file_has_its_line(lines):
    assert set(lines) == {stem(name) for name in REFUSED | READ | EITHER}


@pytest.mark.parametrize(
    ("name", "words"), [("latin-1.txt", "arrêté"), ("windows-1256.txt", "دمشق"), ("invalid-utf-8.txt", "Damascus")]
)
def test_old_encodings_are_decoded(lines, name, words):
    assert words in lines[stem(name)]["text"]


def test_no_event_is_dated_beyond_belief(lines):
    for line in lines.values():
        for event in line["events"]:
            assert "0001" <= (event["date_start"] or "2000")[:4] <= "9999"


def test_the_queue_settles_every_one_of_them(dateline, folder):
    book = json.loads(dateline("run", folder, "--workers", "2", "--json").stdout)["ledger"]
    settled = book["done"] + book["duplicate"] + book["quarantined"]
    assert settled + book["split"] == book["accepted"] >= len(REFUSED | READ | EITHER)
    assert book["open"] == 0
    assert book["quarantined"] >= len(REFUSED)
