"""What a new version of a story does to the events issued before."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tasks.records import Change, Event, EventType, Place, Source, Span
from tasks.sink.reconcile import reconcile, withdraw_all

TYPES = (EventType.ASSAULT, EventType.PROTEST, EventType.AID)


def event(
    number: int = 0,
    kind: EventType = EventType.ASSAULT,
    *,
    date: str | None = "2026-01-01",
    place: int | None = 1,
    trigger: str = "attacked",
    mode: str | None = None,
    at: int = 0,
) -> Event:
    span = Span(start=at, end=at + 8)
    places = (Place(start=at, end=at + 4, text="Here", geonameid=place, country="SYR"),) if place else ()
    source = Source(uri="u", version=1, trigger=span, trigger_text=trigger, sentence=span)
    return Event(
        event_id=f"e{number}", event_type=kind, date_start=date, locations=places, sources=(source,), mode=mode
    )


events = st.lists(
    st.builds(
        event,
        number=st.integers(0, 10**6),
        kind=st.sampled_from(TYPES),
        date=st.sampled_from(["2026-01-01", "2026-01-02", None]),
        place=st.sampled_from([1, 2, None]),
        trigger=st.sampled_from(["attacked", "struck"]),
        mode=st.sampled_from(["aerial", None]),
        at=st.integers(0, 100),
    ),
    max_size=6,
    unique_by=lambda event: event.event_id,
)


@given(events)
def test_the_same_events_again_issue_nothing(told: list[Event]) -> None:
    first = reconcile((), told, reason="update")
    again = reconcile(first.events, told, reason="update")
    assert again.issued == ()
    assert again.events == first.events


@given(st.lists(events, max_size=5))
def test_versions_of_an_event_count_up_by_one_and_ids_are_never_shared(versions: list[list[Event]]) -> None:
    known: dict[str, int] = {}
    remembered: tuple[Event, ...] = ()
    for told in versions:
        result = reconcile(remembered, told, reason="update")
        for issued in result.issued:
            assert issued.event_version == known.get(issued.event_id, 0) + 1
            known[issued.event_id] = issued.event_version
        ids = [event.event_id for event in result.events]
        assert len(ids) == len(set(ids))
        remembered = result.events


@given(events, events)
def test_as_many_events_stand_as_the_last_version_tells(before: list[Event], after: list[Event]) -> None:
    result = reconcile(reconcile((), before, reason="update").events, after, reason="update")
    assert sum(event.change is not Change.WITHDRAWN for event in result.events) == len(after)


@given(events)
def test_a_kill_withdraws_every_event_once(told: list[Event]) -> None:
    killed = withdraw_all(reconcile((), told, reason="update").events, reason="kill")
    assert [(event.change, event.reason) for event in killed.issued] == [("withdrawn", "kill")] * len(told)
    assert withdraw_all(killed.events, reason="kill").issued == ()


def test_an_event_whose_words_only_moved_is_unchanged() -> None:
    before = reconcile((), [event(at=0)], reason="update").events
    assert reconcile(before, [event(at=50)], reason="update").issued == ()


def test_a_changed_event_keeps_its_id_and_says_why() -> None:
    before = reconcile((), [event(1)], reason="update").events
    [issued] = reconcile(before, [event(2, mode="aerial")], reason="correction").issued
    assert (issued.event_id, issued.event_version, issued.change, issued.reason, issued.mode) == (
        "e1",
        2,
        "updated",
        "correction",
        "aerial",
    )


def test_an_event_of_another_type_is_another_event() -> None:
    before = reconcile((), [event(1)], reason="update").events
    issued = reconcile(before, [event(1, EventType.PROTEST)], reason="update").issued
    assert [(event.change, event.event_type) for event in issued] == [("withdrawn", "ASSAULT"), ("created", "PROTEST")]
    assert len({event.event_id for event in issued}) == 2


def test_an_event_that_comes_back_goes_on_counting() -> None:
    before = withdraw_all(reconcile((), [event(1)], reason="update").events, reason="withheld").events
    [issued] = reconcile(before, [event(1)], reason="update").issued
    assert (issued.event_id, issued.event_version, issued.change) == ("e1", 3, "updated")


def test_a_withdrawn_event_says_what_it_took_back() -> None:
    before = reconcile((), [event(1, mode="aerial")], reason="update").events
    [issued] = withdraw_all(before, reason="kill").issued
    assert msgspec.structs.replace(issued, event_version=1, change=Change.CREATED, reason=None) == before[0]
