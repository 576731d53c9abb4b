"""Names as the wire writes them, reduced to keys under which the gazetteer finds them.

Two keys. The plain key forgives case, diacritics, hyphens and abbreviated Saint, Mount and Fort. The skeleton
forgives what transliteration varies: articles, vowels, doubled letters, dj/j, q/k, w/v, kh/k and the like; it finds
candidates, whose plain keys are then compared letter by letter.
"""

import re
import unicodedata
from functools import lru_cache

LETTERS = str.maketrans(
    {
        "ø": "o", "đ": "d", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "a",
        "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o",
    }
)  # fmt: skip
"""Letters that Unicode does not decompose."""

WORDS = {
    "st": "saint", "ste": "sainte", "mt": "mount", "mtn": "mountain", "mts": "mountains", "ft": "fort",
    "pt": "point", "is": "island", "intl": "international", "&": "and", "twp": "township", "co": "county",
}  # fmt: skip
"""Abbreviated words within a name of several words."""

ARTICLES = frozenset(
    [
        "al",
        "el",
        "as",
        "ash",
        "ad",
        "adh",
        "an",
        "ar",
        "at",
        "ath",
        "az",
        "ez",
        "es",
        "esh",
        "ed",
        "er",
        "et",
        "il",
        "ul",
        "ur",
        "us",
        "uz",
        "aş",
        "aḑ",
        "aţ",
        "il",
        "l",
        "d",
        "the",
    ]
)
"""Arabic articles, assimilated or not, and English 'the'."""

_DROPPED = re.compile(r"[’‘'`´ʿʾʻʼ′\u02b9-\u02c1.\u0300-\u036f]")
_SPACES = re.compile(r"[\s\-‐‑–—_/,()\[\]\"“”]+")


@lru_cache(maxsize=4096)
def plain_key(name: str) -> str:
    """The name in lower case without diacritics, dots and apostrophes, words apart by one space."""
    folded = name.lower() if name.isascii() else _unmarked(name)
    words = _SPACES.sub(" ", _DROPPED.sub("", folded)).split()
    if len(words) > 1:
        words = [WORDS.get(word, word) if index != len(words) - 1 or word not in _LAST else word
                 for index, word in enumerate(words)]  # fmt: skip
    return " ".join(words)


def _unmarked(name: str) -> str:
    return unicodedata.normalize("NFKD", name).casefold().translate(LETTERS)


_LAST = frozenset({"st", "is", "ft", "pt"})
"""As the last word these mean something else ('Main St')."""

_SOUNDS = (
    ("tch", "ch"), ("sch", "sh"), ("dzh", "j"), ("dj", "j"), ("dz", "z"), ("kh", "k"), ("gh", "g"), ("dh", "d"),
    ("th", "t"), ("ph", "f"), ("zh", "j"), ("ts", "s"), ("tz", "s"), ("ck", "k"), ("q", "k"), ("x", "ks"),
    ("w", "v"), ("ç", "ch"), ("ce", "se"), ("ci", "si"), ("ch", "č"), ("sh", "š"), ("c", "k"), ("z", "s"),
    ("g", "j"), ("h", ""),
)  # fmt: skip
_VOWELS = re.compile(r"[aeiouyv]+")
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=4096)
def skeleton_key(plain: str) -> str:
    """The consonants of a plain key as they sound, articles and word breaks gone; "" if too few are left."""
    words = [word for word in plain.split() if word not in ARTICLES] or plain.split()
    word = "".join(words)
    for written, sound in _SOUNDS:
        word = word.replace(written, sound)
    bones = _VOWELS.sub("", word)
    bones = _DOUBLED.sub(r"\1", bones)
    initial = "a" if word and _VOWELS.match(word) else ""
    return initial + bones if len(bones) >= 2 else ""


@lru_cache(maxsize=4096)
def sound_key(plain: str) -> str:
    """A plain key with spelling conventions levelled but vowels kept, for comparing two names letter by letter."""
    words = [word for word in plain.split() if word not in ARTICLES] or plain.split()
    word = "".join(words)
    for written, sound in _LEVELS:
        word = word.replace(written, sound)
    word = _DOUBLED.sub(r"\1", word)
    return word.rstrip("iah") or word


_LEVELS = (
    ("tch", "ch"), ("sch", "sh"), ("dj", "j"), ("dzh", "j"), ("kh", "k"), ("gh", "g"), ("dh", "d"), ("th", "t"),
    ("ph", "f"), ("zh", "j"), ("tz", "ts"), ("ck", "k"), ("q", "k"), ("x", "ks"), ("oo", "u"), ("ou", "u"), ("aw", "o"),
    ("au", "o"), ("ee", "i"), ("ei", "i"), ("ey", "i"), ("ai", "i"), ("ay", "i"), ("ae", "i"), ("ie", "i"),
    ("e", "i"), ("o", "u"), ("w", "v"),
    ("y", "i"), ("ch", "č"), ("c", "k"),
)  # fmt: skip
