"""What an article says about its region beside place names: adjectives, publisher, sender's domain."""

import re
from functools import lru_cache
from itertools import pairwise

from tasks.geocode import facts
from tasks.geocode.gazetteer import Gazetteer
from tasks.geocode.recall import is_upper_copy
from tasks.records import Article

_WORD = re.compile(r"\b([A-Z][a-z]+)(?:[ -]([A-Z][a-z]+))?\b")
MAX_CHARS = 60_000
"""As much of a text as is searched for adjectives."""


def demonyms_of(text: str, gazetteer: Gazetteer) -> dict[str, int]:
    """How often each country's adjectives and people occur in the text, by ISO2."""
    counts: dict[str, int] = {}
    demonyms, words = gazetteer.demonyms, gazetteer.demonym_words
    readable = text[:MAX_CHARS].title() if is_upper_copy(text) else text
    for first, second in _WORD.findall(readable, 0, MAX_CHARS):
        if first not in words and second not in words:
            continue
        code = demonyms.get(f"{first} {second}" if second else first) or demonyms.get(first) or demonyms.get(second, "")
        if code:
            counts[code] = counts.get(code, 0) + 1
    return counts


_TOP_LEVEL = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?[^/:?#]*?\.([a-z]{2})(?::\d+)?(?:[/?#]|$)", re.IGNORECASE
)
_OTHER_USES = frozenset({"TV", "IO", "CO", "ME", "AI", "FM", "AM", "IS", "LY", "TO", "CC", "WS", "NU", "EU"})
"""Country domains that sites of all countries use."""


def home_of(article: Article, gazetteer: Gazetteer) -> str:
    """The ISO2 code of the publisher's country: a known outlet's, else the domain's; "" where nothing says it."""
    for name in (article.publisher, article.source, article.uri):
        known = _outlet_home(name.lower()) if name else None
        if known is not None:
            return known
    return next(
        (code for address in (article.uri, article.publisher or "") if (code := _domain(address, gazetteer))), ""
    )


@lru_cache(maxsize=1024)
def _outlet_home(name: str) -> str | None:
    return next((code for outlet, code in _outlets().items() if _is_outlet(outlet, name)), None)


@lru_cache(maxsize=1)
def _outlets() -> dict[str, str]:
    return facts.read_outlets()


def _is_outlet(outlet: str, name: str) -> bool:
    """'bbc' is in 'BBC News' and 'http://news.bbc.co.uk/1', not in 'abbco'."""
    at = name.find(outlet)
    if at < 0:
        return False
    end = at + len(outlet)
    return not (at and name[at - 1].isalnum()) and not (name[end : end + 1].isalnum() and len(outlet) < 6)


def _domain(address: str, gazetteer: Gazetteer) -> str:
    found = _TOP_LEVEL.match(address)
    code = found.group(1).upper() if found else ""
    code = "GB" if code == "UK" else code
    return code if code in gazetteer.countries and code not in _OTHER_USES else ""


def clues_of(article: Article, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Place names in the publisher's name: 'Calgary Herald', 'The Straits Times of Singapore'."""
    words = [word for word in re.findall(r"[A-Z][\w’'-]+", article.publisher or "") if word not in _NO_CLUES]
    pairs = [f"{one} {two}" for one, two in pairwise(words)]
    return tuple(name for name in (*pairs, *words) if len(gazetteer.exact(name)))[:2]


_NO_CLUES = frozenset(
    [
        "The",
        "News",
        "Times",
        "Post",
        "Herald",
        "Star",
        "Sun",
        "Mail",
        "Mirror",
        "Press",
        "Standard",
        "Today",
        "World",
        "Morning",
        "Daily",
    ]
)
