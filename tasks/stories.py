"""Which version of a story an article is, and which story has the same text: pure, shared by two stages.

Deduplicate asks before it builds events, the sink asks again before it writes.
"""

from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import urlsplit

from tasks.ports import StoryState, StoryView
from tasks.records import Article, Fingerprint, Signal, Status


class Standing(StrEnum):
    """Where an article stands among the versions of its story."""

    FIRST = "first"
    NEWER = "newer"
    SAME = "same"
    STALE = "stale"


def standing(story: StoryState | None, article: Article, fingerprint: Fingerprint) -> Standing:
    """Compare by version (a correction without number: not), by the time the version was made, by what it says.

    At equal rank a kill beats the text it kills, whichever comes first; another text is taken as the newer one, since
    senders without version numbers send a page again when they have changed it.
    """
    if story is None:
        return Standing.FIRST
    order = _compare(story, article)
    if order:
        return Standing.NEWER if order > 0 else Standing.STALE
    if story.status is Status.CANCELED:
        return Standing.SAME if article.status is Status.CANCELED else Standing.STALE
    same = story.fingerprint.exact == fingerprint.exact and _settled_status(article) is story.status
    return Standing.SAME if same else Standing.NEWER


def _compare(story: StoryState, article: Article) -> int:
    if article.version != story.version and not _is_unnumbered_correction(story, article):
        return 1 if article.version > story.version else -1
    if article.version_created is None or story.version_created is None:
        return 0
    return (article.version_created > story.version_created) - (article.version_created < story.version_created)


def _is_unnumbered_correction(story: StoryState, article: Article) -> bool:
    """A first version corrects nothing: a correction that bears no number follows the leads sent before it."""
    return article.signal is Signal.CORRECTION and article.version == 1 and story.status is not Status.CANCELED


def _settled_status(article: Article) -> Status:
    """An embargoed text that is settled is one whose embargo is over."""
    return Status.USABLE if article.status is Status.EMBARGOED else article.status


def find_twin(view: StoryView, fingerprint: Fingerprint, *, threshold: float) -> StoryState | None:
    """The story whose text is this text: the same words, or else the most similar from the threshold on."""
    best: tuple[float, StoryState] | None = None
    for candidate in view.candidates:
        score = similarity(candidate.fingerprint, fingerprint)
        if score >= threshold and (best is None or score > best[0]):
            best = (score, candidate)
    return best[1] if best else None


def similarity(one: Fingerprint, other: Fingerprint) -> float:
    """Estimated Jaccard similarity of two texts; 1 for the same normalised text."""
    if one.exact == other.exact:
        return 1.0
    return _agreement(one.signature, other.signature)


def _agreement(one: Sequence[int], other: Sequence[int]) -> float:
    if not one or len(one) != len(other):
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def succeeds_twin(article: Article) -> bool:
    """Whether an article under its own uri that reads like another story is that story's next version."""
    return article.signal in {Signal.UPDATE, Signal.CORRECTION} or article.status in {Status.CANCELED, Status.WITHHELD}


def duplicate_reason(view: StoryView, article: Article, fingerprint: Fingerprint, *, threshold: float) -> str | None:
    """Why nothing at all is to be expected of this article; None where it is to be coded."""
    where = standing(view.story, article, fingerprint)
    if where is Standing.SAME:
        return f"delivered before: {article.uri}"
    if where is Standing.STALE and view.story is not None:
        return f"older than version {view.story.version} of {article.uri}"
    if where is Standing.NEWER or succeeds_twin(article):
        return None
    twin = find_twin(view, fingerprint, threshold=threshold)
    return f"same text as {twin.uri}" if twin and not is_elsewhere(article, twin) else None


# --- reprints ----------------------------------------------------------------------------------------------


def find_host(view: StoryView, article: Article, fingerprint: Fingerprint, *, threshold: float) -> StoryState | None:
    """The story of another outlet that this article reprints, or None where it stands for itself.

    A kill, or a notice that only repeats, need not read like the text it is about.
    """
    own = view.story
    if own is not None and own.reprint_of is None:
        return None
    twin = find_twin(view, fingerprint, threshold=threshold)
    if own is None:
        return twin if twin and is_elsewhere(article, twin) else None
    return twin or (None if _tells(article) else view.host)


def _tells(article: Article) -> bool:
    return article.status in {Status.USABLE, Status.EMBARGOED} and article.signal not in {Signal.REFILE, Signal.REPEAT}


def outlet(publisher: str | None, agency: str | None, uri: str) -> str | None:
    """Whose telling it is: its publisher, or the agency alone where it came from there, or else the site; or None."""
    name = publisher or agency
    if name:
        return " ".join(name.casefold().split())
    parts = urlsplit(uri) if uri.startswith(("http://", "https://")) else None
    return f"//{parts.hostname}" if parts and parts.hostname else None


def same_outlet(one: str, other: str) -> bool:
    """'Sample Wire' is 'Sample Wire: Andes', too."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and not long[len(short) : len(short) + 1].isalnum()


def is_elsewhere(article: Article, story: StoryState) -> bool:
    """Whether article and story are known to come from two outlets; a name and a site cannot be compared."""
    own = outlet(article.publisher, article.credit, article.uri)
    if own is None or story.outlet is None or own.startswith("//") != story.outlet.startswith("//"):
        return False
    return not same_outlet(own, story.outlet)


def is_origin(article: Article, story: StoryState) -> bool:
    """Whether the article comes from the agency that the story credits with its text."""
    own = outlet(article.publisher, article.credit, article.uri)
    return bool(own and story.agency and same_outlet(own, " ".join(story.agency.casefold().split())))
