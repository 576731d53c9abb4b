"""What people read at the end of a run."""

import msgspec
import pytest

from tasks.records import Casualties, Claim, Count, Event, EventType, Participant, Span
from workers.cli.tables import event_row, ledger_lines
from workers.run import Report
from workers.status import Ledger

BOOK = Ledger(accepted=12, done=9, duplicate=1, quarantined=1, split=1, open=0, held=0, events=21, redriven=0)


def test_the_ledger_says_that_it_adds_up():
    first, second = ledger_lines(Report(fed=10, ledger=BOOK, events=()))
    assert first == "articles in: 11 = 9 done + 1 duplicates + 1 quarantined; event versions out: 21"
    assert "1 of 10 files" in second


def test_a_ledger_that_does_not_close_says_so_aloud():
    lost = msgspec.structs.replace(BOOK, accepted=8, done=6, split=0)
    *_, last = ledger_lines(Report(fed=10, ledger=lost, events=()))
    assert "DOES NOT CLOSE" in last


def count(best, low, high):
    span = Span(start=0, end=1)
    claim = Claim(number_low=low, number_high=high, number=best, text="x", span=span, claimant="police")
    return Count(best=best, low=low, high=high, claims=(claim,))


@pytest.mark.parametrize(
    ("number", "shown"),
    [((3, 3, 3), "3"), ((None, 24, None), "24+"), ((5, 3, 5), "3-5"), ((None, None, None), "some"), ((0, 0, 0), "0")],
)
def test_a_toll_shows_what_is_stated_and_who_says_so(number, shown):
    event = Event(event_id="e", event_type=EventType.ASSAULT, casualties=Casualties(killed=count(*number)))
    assert event_row(event)[5] == f"{shown} killed (per police)"


def test_what_the_text_does_not_say_is_not_made_up():
    row = event_row(Event(event_id="e", event_type=EventType.PROTEST, actors=(Participant(text="Students"),)))
    assert row == ("created v1", "", "PROTEST", "Students > ?", "", "", "")
