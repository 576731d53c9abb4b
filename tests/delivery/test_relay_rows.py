"""From the CloudEvent to rows: nothing that PostgreSQL cannot hold, and nothing else changed."""

import datetime as dt
import json
import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tasks.sink.envelope import message
from tests.delivery.events import ARTICLE, an_event
from workers.relays.rows import NO_EVENT, first_day, last_day, make_rows, storable

ANY_TEXT = st.text(st.one_of(st.sampled_from('\\u0d8\0"\ud800\udfff\U0001f600é'), st.characters()))


def joined(text: str) -> str:
    """Both halves of a surrogate pair are one character of JSON."""
    return re.sub(
        "[\ud800-\udbff][\udc00-\udfff]", lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text
    )


@examples(deadline=None)
@given(ANY_TEXT)
def test_nothing_but_the_unstorable_is_replaced(text):
    # In pure ASCII, where every odd character is an escape sequence.
    made = json.loads(storable(json.dumps({"x": text}).encode()))["x"]
    assert made == re.sub("[\0\ud800-\udfff]", "\ufffd", joined(text))


@examples(deadline=None)
@given(ANY_TEXT)
def test_what_is_storable_is_decoded_by_a_strict_reader_and_stays_as_it_is(text):
    once = storable(json.dumps([text]).encode())
    [decoded] = msgspec.json.decode(once, type=list[str])
    assert "\0" not in decoded
    assert storable(once) == once


@examples(deadline=None)
@given(st.binary())
def test_bytes_that_are_no_text_raise_nothing(content):
    storable(content).decode()


def test_an_escaped_backslash_before_u0000_is_no_nul():
    assert storable(rb'"\\u0000 \u0000 \\\u0000"') == '"\\\\u0000 \ufffd \\\\\ufffd"'.encode()


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2024", dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2024-02-03", dt.date(2024, 2, 3), dt.date(2024, 2, 3)),
        ("2023-02-29", None, None),
        ("2023-13", None, None),
        ("0000", None, None),
        ("yesterday", None, None),
        (None, None, None),
    ],
)
def test_a_date_reaches_from_its_first_day_to_its_last(date, first, last):
    assert (first_day(date), last_day(date)) == (first, last)


@examples(deadline=None)
@given(st.dates(), st.integers(0, 2))
def test_every_date_lies_within_itself(day, parts):
    text = day.isoformat()[: (4, 7, 10)[parts]]
    assert first_day(text) <= day <= last_day(text)


def test_an_event_becomes_one_row_each_of_what_it_tells():
    rows = make_rows(message(an_event("e1", 2), ARTICLE).body, stream_id="5-1")
    assert (rows.event.event_id, rows.event.event_version, rows.event.stream_id) == ("e1", 2, "5-1")
    assert (rows.event.event_type, rows.event.change, rows.event.country) == ("ASSAULT", "updated", "IRQ")
    assert (rows.event.date_start, rows.event.date_end) == (dt.date(2024, 2, 2), dt.date(2024, 2, 2))
    assert [(place.number, place.role, place.geonameid) for place in rows.locations] == [
        (0, "mentioned", None),
        (1, "event", 99072),
    ]
    assert [(one.number, one.side, one.text) for one in rows.participants] == [
        (0, "actor", "gunmen"),
        (1, "recipient", "a market"),
        (2, "recipient", "three people"),
    ]
    [toll] = rows.casualties
    assert (toll.kind, toll.best, toll.low, toll.high, toll.claimants) == ("killed", 3, 3, 4, ["police"])
    assert json.loads(rows.event.record)["event_id"] == "e1"


@pytest.mark.parametrize("content", [b"", b"no", b"{}", b'{"data": {}}', b'{"data": 1}', b'{"data":' + b"[" * 100_000])
def test_what_is_no_event_is_said_so(content):
    with pytest.raises(NO_EVENT):
        make_rows(content, stream_id="1-1")
