"""The main job on the samples that ship, as `make demo` runs it, and what can be asked afterwards."""

import json
from pathlib import Path

import msgspec
import pytest

from tasks.records import Change
from tasks.sink.envelope import CloudEvent

SAMPLES = Path(__file__).parents[2] / "workers" / "samples"


@pytest.fixture(scope="module")
def done(dateline, data_dir):
    """A finished run: what it printed, and the events it wrote."""
    out = data_dir / "events.jsonl"
    printed = json.loads(dateline("run", SAMPLES, "--out", out, "--workers", "2", "--json").stdout)
    return printed, [msgspec.json.decode(line, type=CloudEvent) for line in out.read_bytes().splitlines()]


def test_the_ledger_closes(done):
    book = done[0]["ledger"]
    assert done[0]["closes"]
    assert (book["accepted"], book["open"], book["held"]) == (12, 0, 0)
    assert (book["done"], book["duplicate"], book["quarantined"], book["split"]) == (9, 1, 1, 1)
    assert book["events"] == len(done[1])


def test_a_correction_updates_the_event_it_corrects(done):
    told = [event.data for event in done[1] if "kenya-blast" in (event.data.sources[0].name or "")]
    updates = [event for event in told if event.change is Change.UPDATED]
    assert updates
    assert {event.reason for event in updates} == {"correction"}
    assert {event.event_id for event in updates} <= {event.event_id for event in told if event.change is Change.CREATED}


def test_a_kill_withdraws_every_event_of_its_story(done):
    told = [event.data for event in done[1] if (event.data.sources[0].name or "").startswith("rail-depot")]
    created = {event.event_id for event in told if event.change is Change.CREATED}
    withdrawn = {event.event_id for event in told if event.change is Change.WITHDRAWN}
    assert created
    assert created == withdrawn


def test_events_can_be_read_again_from_the_stream(done, dateline):
    lines = dateline("events", "--json").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [event.id for event in done[1]]


def test_a_group_reads_every_event_once(done, dateline):
    first = dateline("events", "--group", "desk", "--json").stdout.splitlines()
    second = dateline("events", "--group", "desk", "--json").stdout.splitlines()
    assert (len(first), len(second)) == (len(done[1]), 0)


def test_the_stream_can_be_read_from_any_point(done, dateline):
    lines = dateline("events").stdout.decode().splitlines()
    third = lines[2].split(" | ")[0]
    assert dateline("events", "--from", third).stdout.decode().splitlines() == lines[3:]


def test_status_tells_the_same_ledger(done, dateline):
    status = json.loads(dateline("status", "--json").stdout)["status"]
    assert status["ledger"]["accepted"] == done[0]["ledger"]["accepted"]
    assert status["dead_letters"] == 1
    assert dateline("status").stdout.decode().count("batches") == 5


def test_the_same_again_is_all_duplicates_and_no_event(done, dateline):
    book = json.loads(dateline("run", SAMPLES, "--json").stdout)["ledger"]
    assert (book["done"], book["events"]) == (0, 0)


def test_a_dead_letter_is_listed_shown_redriven_and_dropped(done, dateline, data_dir):
    letters = [json.loads(line) for line in dateline("dead", "list", "--json").stdout.splitlines()]
    assert letters
    assert {letter["name"] for letter in letters} == {"broken.xml"}
    letter_id = letters[0]["letter_id"]
    shown = dateline("dead", "show", letter_id)
    assert shown.stdout == (SAMPLES / "broken.xml").read_bytes()
    assert "MalformedArticle" in shown.stderr.decode()
    assert b"1 redriven" in dateline("dead", "redrive", letter_id).stdout
    assert json.loads(dateline("status", "--json").stdout)["status"]["waiting"] == 1
    dateline("run", SAMPLES / "broken.xml", "--json")
    dateline("dead", "drop", "--all")
    assert dateline("dead", "list").stdout == b""


def test_an_unknown_dead_letter_is_one_message(done, dateline):
    assert b"Traceback" not in dateline("dead", "show", "1-1", code=2).stderr


@pytest.fixture(scope="module")
def strikes(done):
    """The events of the article this project started from."""
    return [event.data for event in done[1] if event.data.sources[0].name == "us-airstrikes-syria-iraq"]


def test_the_air_strikes_are_an_event_where_and_when_they_happened(strikes):
    (event,) = [one for one in strikes if one.acled_sub_event_type == "Air/drone strike"]
    assert (event.event_type, event.mode, event.realis) == ("ASSAULT", "aerial", "actual")
    assert event.date_start == "2024-02-02"
    assert event.actors[0].country == "USA"
    assert {place.geonameid for place in event.locations if place.role == "event"} == {173480, 174448, 92138}
    assert event.casualties.killed.best == 3
    assert any("loyal to Iran" in (claim.claimant or "") for claim in event.casualties.killed.claims)


def test_the_attack_they_answered_is_another_event_of_the_past(strikes):
    (event,) = [one for one in strikes if one.event_type == "ASSAULT" and one.realis == "historical"]
    assert "JOR" in {place.country for place in event.locations}
    assert event.casualties.killed.best == 3


def test_nothing_happened_where_the_speakers_sat(strikes):
    assert not any("Washington" in (place.name or "") for event in strikes for place in event.locations)
