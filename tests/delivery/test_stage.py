"""Every article of a batch gets a fate; what befalls one befalls no other."""

from collections.abc import Sequence

import msgspec
import pytest
from billiard.exceptions import SoftTimeLimitExceeded

from tasks.errors import MalformedArticle, WorldError
from tasks.memory import MemoryStore
from tasks.ports import Tools
from tasks.records import Article, Outcome, Parcel, Span, Status
from tasks.stage import BatchError, Stage, each, is_to_be_coded, pack, run_or_quarantine, unpack


def parcels(*names: str) -> list[Parcel]:
    return [Parcel(entry_id=f"1700000000000-{number}", name=name) for number, name in enumerate(names)]


def work(parcel: Parcel, tools: Tools) -> Parcel:
    troubles = {
        "bad": MalformedArticle("no end tag"),
        "bug": ZeroDivisionError("a bug"),
        "memory": MemoryError(),
        "recursion": RecursionError(),
        "world": WorldError("Redis is away"),
        "slow": SoftTimeLimitExceeded(),
    }
    if parcel.name in troubles:
        raise troubles[parcel.name]
    return msgspec.structs.replace(parcel, members=1)


STAGE = each("geocode", work)


def passed(*names: str) -> Sequence[Parcel]:
    return run_or_quarantine(STAGE, parcels(*names), MemoryStore())  # type: ignore[arg-type]


def test_a_bad_article_takes_nobody_along() -> None:
    result = passed("good", "bad", "bug", "memory", "recursion", "good")
    assert [parcel.outcome for parcel in result] == [None, *[Outcome.QUARANTINED] * 4, None]
    assert [parcel.failed_stage for parcel in result[1:5]] == ["geocode"] * 4
    assert result[1].reason == "MalformedArticle: no end tag"
    assert [parcel.members for parcel in result] == [1, 0, 0, 0, 0, 1]


def test_a_bad_world_is_nobodys_fault() -> None:
    with pytest.raises(WorldError):
        passed("good", "world")


def test_a_batch_that_takes_too_long_is_tried_one_by_one() -> None:
    with pytest.raises(BatchError):
        passed("good", "slow")


def test_an_article_that_takes_too_long_alone_is_quarantined() -> None:
    [parcel] = passed("slow")
    assert (parcel.outcome, parcel.reason) == (Outcome.QUARANTINED, "SoftTimeLimitExceeded: SoftTimeLimitExceeded()")


def test_what_has_an_outcome_passes_untouched() -> None:
    [done] = parcels("bug")
    done = msgspec.structs.replace(done, outcome=Outcome.DUPLICATE)
    assert list(STAGE.run([done], MemoryStore())) == [done]  # type: ignore[arg-type]


def test_memory_that_runs_out_over_a_batch_never_reaches_celery() -> None:
    def exhaust(parcels: Sequence[Parcel], tools: Tools) -> Sequence[Parcel]:
        raise MemoryError

    with pytest.raises(BatchError):
        run_or_quarantine(Stage("extract", exhaust), parcels("a", "b"), MemoryStore())  # type: ignore[arg-type]
    [alone] = run_or_quarantine(Stage("extract", exhaust), parcels("a"), MemoryStore())  # type: ignore[arg-type]
    assert alone.outcome is Outcome.QUARANTINED


def article(text: str, **changed: object) -> Article:
    plain = Article(
        uri="u",
        name="n",
        media_type="text/plain",
        content_hash="",
        text=text,
        body_text=text,
        body=Span(start=0, end=len(text)),
    )
    return msgspec.structs.replace(plain, **changed)


def test_a_batch_survives_its_message() -> None:
    batch = [msgspec.structs.replace(parcel, article=article("a\u2028b \0 \u0645")) for parcel in parcels("a", "b")]
    assert unpack(pack(batch, stage="clean")) == batch


def test_the_dispatchers_message_is_ids_alone() -> None:
    assert unpack([["1-0", "2-0"], ""]) == [Parcel(entry_id="1-0"), Parcel(entry_id="2-0")]


def test_a_text_that_cannot_be_written_down_is_quarantined_and_its_neighbour_is_not() -> None:
    good, bad = parcels("good", "bad")
    bad = msgspec.structs.replace(bad, article=article("half a character: \ud800"))
    first, second = unpack(pack([good, bad], stage="clean"))
    assert first == good
    assert (second.outcome, second.failed_stage) == (Outcome.QUARANTINED, "clean")
    assert "surrogate" in (second.reason or "")


@pytest.mark.parametrize(
    ("status", "expected"),
    [(Status.USABLE, True), (Status.EMBARGOED, True), (Status.WITHHELD, False), (Status.CANCELED, False)],
)
def test_a_kill_is_not_searched_for_events(status: Status, expected: bool) -> None:
    [parcel] = parcels("a")
    assert is_to_be_coded(msgspec.structs.replace(parcel, article=article("x", status=status))) is expected
