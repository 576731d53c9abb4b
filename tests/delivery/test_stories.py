"""Which version an article is, and whether its text was told before."""

import datetime as dt

import msgspec
import pytest

from tasks.ports import StoryState, StoryView
from tasks.records import Article, Fingerprint, Signal, Span, Status
from tasks.stories import Standing, duplicate_reason, standing

NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
EARLIER, LATER = NOON - dt.timedelta(minutes=1), NOON + dt.timedelta(minutes=1)
TEXT = Fingerprint(exact="x", bands=("b",), signature=(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
OTHER = Fingerprint(exact="y", bands=("c",), signature=(0,) * 10)
NEAR = Fingerprint(exact="z", bands=("b",), signature=(1, 2, 3, 4, 5, 6, 7, 8, 9, 0))


def article(**changed: object) -> Article:
    plain = Article(
        uri="u",
        name="n",
        version=2,
        media_type="text/plain",
        content_hash="",
        text="",
        body_text="",
        body=Span(start=0, end=0),
        version_created=NOON,
    )
    return msgspec.structs.replace(plain, **changed)


STORY = StoryState(uri="u", version=2, version_created=NOON, fingerprint=TEXT, revision=3)
KILLED = msgspec.structs.replace(STORY, status=Status.CANCELED)


@pytest.mark.parametrize(
    ("story", "arriving", "text", "expected"),
    [
        (None, article(), TEXT, Standing.FIRST),
        (STORY, article(), TEXT, Standing.SAME),
        (STORY, article(version=3), TEXT, Standing.NEWER),
        (STORY, article(version=1), OTHER, Standing.STALE),
        (STORY, article(version_created=NOON + dt.timedelta(minutes=1)), TEXT, Standing.NEWER),
        (STORY, article(version_created=NOON - dt.timedelta(minutes=1)), OTHER, Standing.STALE),
        (STORY, article(version_created=None), TEXT, Standing.SAME),
        (STORY, article(version_created=None), OTHER, Standing.NEWER),
        (STORY, article(status=Status.CANCELED), TEXT, Standing.NEWER),
        (STORY, article(status=Status.EMBARGOED), TEXT, Standing.SAME),
        (KILLED, article(), TEXT, Standing.STALE),
        (KILLED, article(status=Status.CANCELED), OTHER, Standing.SAME),
        (KILLED, article(version=3), TEXT, Standing.NEWER),
        (STORY, article(version=1, signal=Signal.CORRECTION, version_created=LATER), OTHER, Standing.NEWER),
        (STORY, article(version=1, signal=Signal.CORRECTION, version_created=EARLIER), OTHER, Standing.STALE),
        (STORY, article(version=1, signal=Signal.CORRECTION, version_created=None), OTHER, Standing.NEWER),
        (STORY, article(version=1, signal=Signal.CORRECTION), TEXT, Standing.SAME),
        (KILLED, article(version=1, signal=Signal.CORRECTION, version_created=LATER), OTHER, Standing.STALE),
    ],
)
def test_an_article_finds_its_place_among_the_versions(
    story: StoryState | None, arriving: Article, text: Fingerprint, expected: Standing
) -> None:
    assert standing(story, arriving, text) is expected


def reason(view: StoryView, arriving: Article, text: Fingerprint) -> str | None:
    return duplicate_reason(view, arriving, text, threshold=0.85)


def test_the_same_text_under_another_uri_is_a_duplicate() -> None:
    view = StoryView(candidates=(STORY,))
    assert reason(view, article(uri="v"), TEXT) == "same text as u"
    assert reason(view, article(uri="v"), NEAR) == "same text as u"
    assert reason(view, article(uri="v"), OTHER) is None


def test_a_new_version_is_no_duplicate_though_its_text_is_much_the_same() -> None:
    assert reason(StoryView(story=STORY), article(version=3), NEAR) is None


def test_a_correction_under_another_uri_is_no_duplicate() -> None:
    assert reason(StoryView(candidates=(STORY,)), article(uri="v", signal=Signal.CORRECTION), NEAR) is None


def test_the_most_similar_story_is_the_twin() -> None:
    less = msgspec.structs.replace(STORY, uri="less", fingerprint=NEAR)
    assert reason(StoryView(candidates=(less, STORY)), article(uri="v"), TEXT) == "same text as u"
