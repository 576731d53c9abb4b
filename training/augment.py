"""Copies of labelled texts as other wires would send them.

Upper case, smart quotes, hard line breaks, and the same sentences with other countries' names.
Every function takes a text with its spans and gives another; chance comes in as an argument.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from training.corpora import NamedText, Span


def rebuilt(named: NamedText, replace: Callable[[str, str | None], str]) -> NamedText:
    """The text with every stretch inside and outside of names replaced; spans follow.

    `replace` is given a stretch and its label (None outside of names).
    """
    pieces: list[str] = []
    spans: list[Span] = []
    position = length = 0
    for span in named.spans:
        for start, end, label in (
            (position, span.start, None),
            (span.start, span.end, span.label),
        ):
            piece = replace(named.text[start:end], label)
            if label is not None:
                spans.append(Span(length, length + len(piece), label))
            pieces.append(piece)
            length += len(piece)
        position = span.end
    pieces.append(replace(named.text[position:], None))
    return NamedText(named.id, "".join(pieces), tuple(spans))


def upper_cased(named: NamedText) -> NamedText:
    """All in capitals, as old agency feeds are."""
    return rebuilt(named, lambda text, _: text.upper())


OPENING_QUOTE = re.compile(r'(^|[\s(\[—-])"')


def smart_quoted(named: NamedText) -> NamedText:
    r"""Typewriter quotes as typographic ones.

    >>> smart_quoted(NamedText("", 'He said "it\\'s over".', ())).text
    'He said “it’s over”.'
    """
    text = OPENING_QUOTE.sub(r"\1“", named.text)
    return NamedText(named.id, text.replace('"', "”").replace("'", "’"), named.spans)


def wrapped(named: NamedText, columns: int) -> NamedText:
    r"""Hard line breaks after about so many columns, also inside names.

    >>> wrapped(NamedText("", "one two three four", ()), 8).text
    'one two three\\nfour'
    """
    text = list(named.text)
    column = 0
    for index, char in enumerate(text):
        column = 0 if char == "\n" else column + 1
        if char == " " and column > columns:
            text[index] = "\n"
            column = 0
    return NamedText(named.id, "".join(text), named.spans)


Pools = Mapping[str, Sequence[str]]
NO_PLURAL = ("s", "sh", "ch", "ese")
"""Ends of names of peoples that are their own plural: the French, the Chinese."""


def swapped(named: NamedText, pools: Pools, random_source: random.Random, share: float = 0.6) -> NamedText:
    """Names replaced by others of the same label; a name is replaced by the same one throughout.

    Only labels with a pool change, and of them about `share` of the different names. Peoples keep their number.
    """
    chosen: dict[tuple[str, str], str] = {}

    def replace(text: str, label: str | None) -> str:
        if label is None or label not in pools:
            return text
        if (text, label) not in chosen:
            swaps = random_source.random() < share
            chosen[text, label] = _numbered(random_source.choice(pools[label]), text, label) if swaps else text
        return chosen[text, label]

    return rebuilt(named, replace)


def _numbered(name: str, text: str, label: str) -> str:
    """The name in the number of the one it stands for: 'Hausas' for 'Kurds'."""
    is_plural = label == "NORP" and text.endswith("s") and not name.endswith(NO_PLURAL)
    return f"{name}s" if is_plural else name


def varied(named: NamedText, pools: Pools, random_source: random.Random) -> NamedText:
    """One of the copies above, or two on top of each other, by chance."""
    draw = random_source.random()
    if draw < 0.35:
        return upper_cased(named)
    if draw < 0.80:
        named = swapped(named, pools, random_source)
    if random_source.random() < 0.35:
        named = smart_quoted(named)
    if random_source.random() < 0.25:
        named = wrapped(named, random_source.randint(55, 80))
    return named


def pools_of(texts: Sequence[NamedText], place_names: Sequence[str]) -> dict[str, list[str]]:
    """What to swap in: the gazetteer's places, and the persons that the texts name in full."""
    persons = {named.text[span.start : span.end] for named in texts for span in named.spans if span.label == "Person"}
    full = sorted(name for name in persons if " " in name and "\n" not in name)
    return {"Location": sorted(set(place_names)), "Person": full}
