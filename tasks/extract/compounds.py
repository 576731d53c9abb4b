"""Compounds that the lexicon knows and the tokenizer takes apart ('cease-fire', 'sit-in'), made one word again."""

import re
from typing import TYPE_CHECKING

from tasks.extract.lexicon import lexicon

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LONGEST = 5
"""Tokens of the longest compound: 'work-to-rule'."""
_HYPHENATED = re.compile(r"\w+(?:-\w+)+")
_HYPHENS = frozenset({"-"})
_SIDE = frozenset({"advmod", "compound:prt", "prt", "mark", "case", "dep", "punct", "compound"})
"""What a parser calls the second half of a noun ('sit-in') that it takes for a particle."""


def join(doc: "Doc") -> None:
    """Merge the tokens of every compound of the lexicon, in place."""
    hyphenated = " ".join(chunk for chunk in doc.text.lower().split() if "-" in chunk)
    if not any(form in lexicon().compounds for form in _HYPHENATED.findall(hyphenated)):
        return
    found = _compounds([token.lower_ for token in doc])
    plain = [_attributes(doc, first, end) for first, end in found]
    with doc.retokenize() as retokenizer:
        for (first, end), attributes in zip(found, plain, strict=True):
            retokenizer.merge(doc[first:end], attrs=attributes)


def _compounds(lower: list[str]) -> list[tuple[int, int]]:
    """Token ranges of the compounds, in order and apart."""
    found: list[tuple[int, int]] = []
    for index, word in enumerate(lower):
        if word not in _HYPHENS or not index or (found and index - 1 < found[-1][1]):
            continue
        end = _end(lower, index - 1)
        if end is not None:
            found.append((index - 1, end))
    return found


def _end(lower: list[str], first: int) -> int | None:
    """Where the longest compound that starts at a token ends."""
    for end in range(min(first + _LONGEST, len(lower)), first + 2, -1):
        form = "".join("-" if word in _HYPHENS else word for word in lower[first:end])
        if form in lexicon().compounds:
            return end
    return None


def _attributes(doc: "Doc", first: int, end: int) -> dict[str | int, str]:
    """Tag and relation of the whole: a noun with an article before it is a noun, whatever its last half is."""
    root = doc[first:end].root
    form = "".join(token.lower_ for token in doc[first:end])
    if lexicon().compounds.get(form) != "n":
        return {}
    tag = "NNS" if form.endswith("s") else "NN"
    if not doc.has_annotation("DEP"):
        return {"TAG": tag, "POS": "NOUN"} if root.tag_ else {}
    governed = root.head.tag_.startswith("V") and root.head.i != root.i and root.head.i < first
    return {"TAG": tag, "POS": "NOUN", **({"DEP": "obj"} if root.dep_ in _SIDE and governed else {})}
