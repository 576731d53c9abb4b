"""The same text from another outlet is a further source of the events it tells, and takes itself back alone."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.deduplicate.fingerprint import fingerprint
from tasks.memory import MemoryStore
from tasks.ports import Rules, Settlement
from tasks.records import Article, Change, Event, EventType, Outcome, Parcel, Signal, Source, Span, Status, WireItem
from tasks.sink.decide import decide
from tasks.sink.envelope import CloudEvent
from tasks.sink.reprints import MOST_REPRINTS
from tasks.stories import outlet, same_outlet

RULES = Rules()
TEXT = (
    "Gunmen on motorcycles attacked a market in the town of Gwoza on Tuesday, killing at least nine traders and "
    "abducting five others. The attackers arrived at four in the afternoon and opened fire on stalls before setting "
    "several shops ablaze, a member of the local council said. Soldiers pursued them towards the mountains."
)
OTHER_TEXT = "Railway workers marched through the old depot on Thursday and asked for the wages of three months."
KILL_NOTICE = "The story slugged market attack has been killed. Please do not use it."


def article(uri: str, publisher: str | None, text: str = TEXT, **changed: object) -> Article:
    plain = Article(
        uri=uri,
        name=uri,
        media_type="text/plain",
        content_hash="",
        text=text,
        body_text=text,
        body=Span(start=0, end=len(text)),
        publisher=publisher,
        credit="Sample Wire",
    )
    return msgspec.structs.replace(plain, **changed)


def told(by: Article, *kinds: EventType, mode: str | None = None) -> tuple[Event, ...]:
    """Events as the coder makes them of an article, two mentions each."""
    if by.status is not Status.USABLE:
        return ()
    span = Span(start=0, end=8)
    source = Source(
        uri=by.uri,
        version=by.version,
        publisher=by.publisher,
        agency=by.credit,
        trigger=span,
        trigger_text="attacked",
        sentence=span,
    )
    kinds = kinds or (EventType.ASSAULT, EventType.COERCE)
    return tuple(
        Event(
            event_id=f"{by.uri}-{kind}",
            event_type=kind,
            mode=mode,
            date_start="2026-03-10",
            sources=(source, source),
            n_mentions=2,
        )
        for kind in kinds
    )


class Desk:
    """A story window, and everything that has gone out."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.issued: list[Event] = []

    def take(self, arriving: Article, *kinds: EventType, mode: str | None = None) -> Settlement:
        """Settle one article; what was decided."""
        prints = fingerprint(arriving)
        entry_id = self.store.accept(WireItem(content=b"", name=arriving.name))
        parcel = Parcel(
            entry_id=entry_id, article=arriving, fingerprint=prints, events=told(arriving, *kinds, mode=mode)
        )
        settlement = decide(parcel, self.store.look(arriving.uri, prints), rules=RULES)
        assert self.store.settle(settlement)
        self.issued += [msgspec.json.decode(message.body, type=CloudEvent).data for message in settlement.messages]
        return settlement

    def standing(self) -> dict[str, tuple[int, int, int]]:
        """Sources, independent sources and mentions of every event that stands, by its type."""
        newest = {event.event_id: event for event in self.issued}
        return {
            event.event_type: (event.n_sources, event.n_independent, event.n_mentions)
            for event in newest.values()
            if event.change is not Change.WITHDRAWN
        }


WIRE = article("wire", None)
COURIER = article("courier", "The Sample Courier")
HERALD = article("herald", "The Sample Herald")
ONE, TWO, THREE = (1, 1, 2), (2, 1, 2), (3, 1, 2)


def test_each_reprint_is_one_source_more_and_none_that_is_independent() -> None:
    desk = Desk()
    desk.take(WIRE)
    assert desk.standing() == {"ASSAULT": ONE, "COERCE": ONE}
    assert desk.take(COURIER).outcome is Outcome.DUPLICATE
    assert desk.standing() == {"ASSAULT": TWO, "COERCE": TWO}
    desk.take(HERALD)
    assert desk.standing() == {"ASSAULT": THREE, "COERCE": THREE}
    assert {(event.change, event.reason) for event in desk.issued[2:]} == {(Change.UPDATED, "reprint")}
    assert {event.event_id for event in desk.issued} == {"wire-ASSAULT", "wire-COERCE"}


def test_the_sources_of_one_text_share_a_cluster_and_name_their_outlets() -> None:
    desk = Desk()
    desk.take(WIRE)
    desk.take(COURIER)
    sources = desk.issued[-1].sources
    assert [source.uri for source in sources] == ["wire", "wire", "courier"]
    assert {source.text_cluster for source in sources} == {"wire"}
    assert sources[-1].publisher == "The Sample Courier"


def test_a_reprint_delivered_again_changes_nothing() -> None:
    desk = Desk()
    for arriving in (WIRE, COURIER, COURIER, WIRE, COURIER):
        desk.take(arriving)
    assert len(desk.issued) == 4
    assert desk.store.outcomes() == {"done": 1, "duplicate": 4}


def test_a_reprint_whose_memory_is_gone_is_still_one_source() -> None:
    desk = Desk()
    desk.take(WIRE)
    desk.take(COURIER)
    del desk.store._stories["courier"]
    desk.take(COURIER)
    assert desk.standing() == {"ASSAULT": TWO, "COERCE": TWO}


@pytest.mark.parametrize("publisher", [None, "Sample Wire", "sample wire", "Sample Wire: Africa"])
def test_the_same_outlet_is_no_further_source(publisher: str | None) -> None:
    desk = Desk()
    desk.take(WIRE)
    desk.take(article("again", publisher))
    assert desk.standing() == {"ASSAULT": ONE, "COERCE": ONE}


def test_two_addresses_of_one_paper_are_one_source_until_both_are_killed() -> None:
    desk = Desk()
    for arriving in (WIRE, COURIER, article("courier-mobile", COURIER.publisher)):
        desk.take(arriving)
    assert desk.standing() == {"ASSAULT": TWO, "COERCE": TWO}
    desk.take(kill(COURIER))
    assert desk.standing() == {"ASSAULT": TWO, "COERCE": TWO}
    desk.take(kill(article("courier-mobile", COURIER.publisher)))
    assert desk.standing() == {"ASSAULT": ONE, "COERCE": ONE}


def test_a_reprint_is_no_source_of_what_it_leaves_out_and_adds_no_events() -> None:
    desk = Desk()
    desk.take(WIRE)
    desk.take(COURIER, EventType.ASSAULT, EventType.PROTEST)
    assert desk.standing() == {"ASSAULT": TWO, "COERCE": ONE}


def kill(one: Article, text: str = KILL_NOTICE) -> Article:
    return msgspec.structs.replace(one, version=2, status=Status.CANCELED, text=text, body_text=text)


@pytest.mark.parametrize("text", [TEXT, KILL_NOTICE])
def test_the_kill_of_a_reprint_takes_its_source_away(text: str) -> None:
    desk = Desk()
    for arriving in (WIRE, COURIER, HERALD, kill(COURIER, text), kill(COURIER, text)):
        desk.take(arriving)
    assert desk.standing() == {"ASSAULT": TWO, "COERCE": TWO}
    assert {(event.change, event.reason) for event in desk.issued[-2:]} == {(Change.UPDATED, "reprint withdrawn")}
    assert {source.uri for source in desk.issued[-1].sources} == {"wire", "herald"}


@pytest.mark.parametrize("text", [TEXT, KILL_NOTICE])
def test_the_kill_of_the_original_withdraws_its_events_from_whoever_printed_them(text: str) -> None:
    desk = Desk()
    for arriving in (WIRE, COURIER, kill(WIRE, text), HERALD):
        desk.take(arriving)
    assert desk.standing() == {}
    assert {(event.change, event.reason) for event in desk.issued[-2:]} == {(Change.WITHDRAWN, "kill")}


def test_the_agency_kills_its_text_even_where_a_paper_was_faster() -> None:
    desk = Desk()
    for arriving in (COURIER, WIRE, HERALD):
        desk.take(arriving)
    assert desk.standing() == {"ASSAULT": THREE, "COERCE": THREE}
    desk.take(kill(HERALD))
    assert desk.standing() == {"ASSAULT": TWO, "COERCE": TWO}
    desk.take(kill(WIRE))
    assert desk.standing() == {}


def test_what_the_original_says_anew_keeps_its_reprints_as_sources() -> None:
    desk = Desk()
    desk.take(WIRE)
    desk.take(COURIER)
    desk.take(msgspec.structs.replace(WIRE, version=2, signal=Signal.CORRECTION), EventType.ASSAULT, mode="aerial")
    assert desk.standing() == {"ASSAULT": TWO}
    [changed] = [event for event in desk.issued if event.mode == "aerial"]
    assert (changed.event_version, changed.reason) == (3, "correction")


def test_an_original_that_comes_back_has_its_reprints_again() -> None:
    desk = Desk()
    withheld = msgspec.structs.replace(WIRE, version=2, status=Status.WITHHELD)
    for arriving in (WIRE, COURIER, withheld, HERALD, kill(COURIER)):
        desk.take(arriving)
    assert desk.standing() == {}
    desk.take(msgspec.structs.replace(WIRE, version=3))
    assert desk.standing() == {"ASSAULT": TWO, "COERCE": TWO}
    assert {source.uri for source in desk.issued[-1].sources} == {"wire", "herald"}


def test_the_correction_of_a_reprint_corrects_the_one_event() -> None:
    desk = Desk()
    desk.take(WIRE)
    desk.take(COURIER)
    corrected = msgspec.structs.replace(COURIER, version=2, signal=Signal.CORRECTION)
    assert desk.take(corrected, EventType.ASSAULT, EventType.COERCE, mode="aerial").outcome is Outcome.DONE
    assert desk.standing() == {"ASSAULT": TWO, "COERCE": TWO}
    assert {(event.event_id, event.mode, event.reason) for event in desk.issued[-2:]} == {
        ("wire-ASSAULT", "aerial", "correction"),
        ("wire-COERCE", "aerial", "correction"),
    }


def test_a_reprint_that_becomes_another_text_is_a_story_of_its_own() -> None:
    desk = Desk()
    desk.take(WIRE)
    desk.take(COURIER)
    desk.take(msgspec.structs.replace(COURIER, version=2, text=OTHER_TEXT, body_text=OTHER_TEXT), EventType.PROTEST)
    assert desk.standing() == {"ASSAULT": ONE, "COERCE": ONE, "PROTEST": ONE}
    desk.take(msgspec.structs.replace(kill(COURIER), version=3))
    assert desk.standing() == {"ASSAULT": ONE, "COERCE": ONE}


def test_a_reprint_may_pass_to_another_story() -> None:
    desk = Desk()
    desk.take(WIRE)
    desk.take(article("rail", None, OTHER_TEXT), EventType.PROTEST)
    desk.take(COURIER)
    desk.take(msgspec.structs.replace(COURIER, version=2, text=OTHER_TEXT, body_text=OTHER_TEXT), EventType.PROTEST)
    assert desk.standing() == {"ASSAULT": ONE, "COERCE": ONE, "PROTEST": TWO}


@pytest.mark.parametrize(
    "arrivals",
    [
        (WIRE, COURIER, kill(COURIER, TEXT)),
        (WIRE, COURIER, HERALD, kill(WIRE, TEXT)),
        (WIRE, COURIER, msgspec.structs.replace(COURIER, version=2)),
    ],
)
def test_after_the_original_any_order_ends_the_same(arrivals: tuple[Article, ...]) -> None:
    ends = []
    for order in itertools.permutations(arrivals[1:]):
        desk = Desk()
        for arriving in (arrivals[0], *order):
            desk.take(arriving)
        ends.append(desk.standing())
    assert all(end == ends[0] for end in ends)


def test_versions_of_an_event_count_up_by_one_through_all_of_it() -> None:
    desk = Desk()
    again = msgspec.structs.replace(WIRE, version=3)
    for arriving in (WIRE, COURIER, HERALD, kill(COURIER), kill(WIRE), again, kill(HERALD)):
        desk.take(arriving)
    for kind in ("ASSAULT", "COERCE"):
        versions = [event.event_version for event in desk.issued if event.event_type == kind]
        assert versions == list(range(1, 8))


VERSIONS = [
    msgspec.structs.replace(one, version=version, status=status, signal=signal)
    for one in (WIRE, COURIER, HERALD)
    for version, status, signal in (
        (1, Status.USABLE, Signal.NEW),
        (2, Status.USABLE, Signal.CORRECTION),
        (3, Status.WITHHELD, Signal.NEW),
        (4, Status.USABLE, Signal.UPDATE),
        (5, Status.CANCELED, Signal.NEW),
    )
]


@given(st.lists(st.sampled_from(VERSIONS), max_size=12))
def test_whatever_arrives_versions_count_up_sources_are_counted_and_nothing_is_told_twice(
    arrivals: list[Article],
) -> None:
    desk = Desk()
    for arriving in arrivals:
        desk.take(arriving)
    known: dict[str, int] = {}
    for event in desk.issued:
        assert event.event_version == known.get(event.event_id, 0) + 1
        assert event.n_sources == len({source.uri for source in event.sources})
        assert event.n_independent == 1
        known[event.event_id] = event.event_version
    assert sum(event.change is Change.CREATED and event.event_type == "ASSAULT" for event in desk.issued) <= 1
    told_so_far = len(desk.issued)
    for arriving in arrivals:
        desk.take(arriving)
    assert len(desk.issued) == told_so_far


def test_reprints_kept_are_bounded() -> None:
    desk = Desk()
    desk.take(WIRE)
    for number in range(MOST_REPRINTS + 5):
        desk.take(article(f"paper-{number}", f"Paper No{number}x"))
    assert desk.standing()["ASSAULT"][0] == MOST_REPRINTS + 1
    assert len(desk.store._stories) == MOST_REPRINTS + 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sample Wire", "sample  wire", True),
        ("Sample Wire", "Sample Wire: Andes", True),
        ("Post", "Postimees", False),
        ("Sample Wire", "The Sample Courier", False),
    ],
)
def test_outlets_are_told_apart_by_whole_words(one: str, other: str, same: bool) -> None:
    names = [outlet(name, None, "u") or "" for name in (one, other)]
    assert same_outlet(*names) is same


def test_a_site_is_an_outlet_where_no_name_is_given() -> None:
    assert outlet(None, None, "https://courier.example/a?b") == "//courier.example"
    assert outlet(None, None, "urn:newsml:courier") is None
    assert outlet(" ", None, "urn:newsml:courier") is None or outlet(" ", None, "urn:newsml:courier") == ""
