"""What one paragraph looks like: prose of which script and language, or a label, a list, a heading."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from tasks.clean.vocabulary import stop_words
from tasks.records import Record

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SCRIPTS = {
    "latin": re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    "arabic": re.compile("[\u0620-\u06ff\u0750-\u077f]"),
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "greek": re.compile("[\u0370-\u03ff]"),
    "hebrew": re.compile("[\u05d0-\u05ea]"),
    "cjk": re.compile("[\u3040-\u30ff\u3400-\u9fff]"),
    "hangul": re.compile("[\uac00-\ud7a3]"),
    "indic": re.compile("[\u0900-\u0dff]"),
    "southeast": re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"),
    "caucasus": re.compile("[\u0530-\u058f\u10a0-\u10ff]"),
    "ethiopic": re.compile("[\u1200-\u137f]"),
}
_ENDS_SENTENCE = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]›」』\u200f]*\W?$|[.!?…][”\"’]?\s*\(?[A-Z]{2,8}\)?$")
_ASCII = re.compile("[A-Za-z]")
# A sentence has a common word in every four or five; measured on 700 articles: story paragraphs 0.38 on
# average, 5 % under
# 0.24; menus and link lists 0.09.
PROSE_DENSITY = 0.2
_COUNTED_WORDS = 80


class Profile(Record, frozen=True, kw_only=True):
    """Features of a paragraph."""

    words: float
    """Words; for scripts without spaces, characters by the usual word length."""
    script: str | None
    ends_sentence: bool
    density: Mapping[str, float]
    """Language to the share of its commonest words among the words here; only languages with any."""
    capitalised: float
    """Share of words that begin with a capital."""


def profile(paragraph: str) -> Profile:
    """Features of a paragraph."""
    words = _WORD.findall(paragraph)
    script = _script(paragraph)
    count = float(len(words))
    if script in {
        "cjk",
        "southeast",
    }:  # no spaces between words; about 1.7 characters to a Chinese word, 4 to a Thai one
        count = len(_SCRIPTS[script].findall(paragraph)) / (1.7 if script == "cjk" else 4.0)
    return Profile(
        words=count,
        script=script,
        ends_sentence=bool(_ENDS_SENTENCE.search(paragraph[-12:])),
        density=_densities(words),
        capitalised=_capitalised(words[:30]),
    )


def _capitalised(words: list[str]) -> float:
    return sum(word[0].isupper() for word in words) / len(words) if words else 0.0


def main_script(profiles: Iterable[Profile]) -> str | None:
    """The script most of the prose is in."""
    weights: Counter[str] = Counter()
    for one in profiles:
        if one.script:
            weights[one.script] += round(one.words * (4 if one.ends_sentence and one.words >= 8 else 1) * 10)
    return weights.most_common(1)[0][0] if weights else None


def main_language(profiles: Iterable[Profile]) -> str | None:
    """The language whose common words fill most of the prose, None where none stands out."""
    weights: Counter[str] = Counter()
    for one in profiles:
        if one.ends_sentence and one.words >= 8:
            for language, share in one.density.items():
                weights[language] += round(one.words * share * 100)
    return weights.most_common(1)[0][0] if weights else None


def _script(paragraph: str) -> str | None:
    head = paragraph[:400]
    latin = len(_ASCII.findall(head))
    if head.isascii() or 2 * latin > len(head):
        return "latin" if latin else None
    sample = "".join(char for char in head if char.isalpha())
    if not sample or 2 * latin > len(sample):
        return "latin" if sample else None
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else None


def _densities(words: list[str]) -> dict[str, float]:
    if not words:
        return {}
    index = _languages_of_word()
    size = min(len(words), _COUNTED_WORDS)
    hits = [index[word] for word in " ".join(words[:size]).lower().split(" ") if word in index]
    counts = Counter(language for languages in hits for language in languages)
    return {language: count / size for language, count in counts.items()}


def is_common(word: str) -> bool:
    """Whether a word is among the commonest of any language."""
    return word.lower() in _languages_of_word()


_INDEX: dict[str, tuple[str, ...]] = {}


def _languages_of_word() -> dict[str, tuple[str, ...]]:
    """Common word to the languages it is common in."""
    if not _INDEX:
        for language, words in stop_words().items():
            for word in words:
                _INDEX[word] = (*_INDEX.get(word, ()), language)
    return _INDEX
