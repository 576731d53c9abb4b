"""A statement of human cost."""

from typing import NamedTuple


class Harmed(NamedTuple):
    """People that a phrase counts, names or points at together; offsets into the text."""

    number: int | None
    start_char: int
    end_char: int
    text: str
    name: str | None = None
    """The name of one person."""
    part: bool = False
    """Counted already in another group of the same phrase."""


class Toll(NamedTuple):
    """People harmed, as one phrase of the text counts or names them; offsets into the text, tokens `[first, end)`."""

    kind: str
    low: int | None
    best: int | None
    high: int | None
    cue: int
    """Token of the word that says what happened to them."""
    noun: int
    """Token of the noun that says who they are, or of the number."""
    first: int
    end: int
    start_char: int
    end_char: int
    text: str
    """The phrase that counts them, as it stands."""
    counted: bool
    """A number stands in the text; else one person is named or pointed at, or the number is not given."""
    total: bool = False
    """A running total ('the death toll rose to 12'): it supersedes earlier numbers."""
    part: bool = False
    """A part of a group counted elsewhere ('including three children')."""
    groups: tuple[Harmed, ...] = ()
    """Who they are, one by one, where the phrase is a list."""
    beside: int | None = None
    """Cue of another toll of the sentence whose people these are added to: other people, other verb."""
