"""Weapons named in an event's sentence."""

from typing import TYPE_CHECKING

from tasks.extract.syntax import Tree
from tasks.extract.words import singular, words

if TYPE_CHECKING:
    from tasks.extract.mentions import Draft

_TYPES = frozenset({"ASSAULT", "MOBILIZE"})


def weapons_near(tree: Tree, draft: "Draft") -> list[int]:
    """Tokens of the sentence that name a weapon, the trigger itself apart; each kind once."""
    if draft.sense.event_type not in _TYPES:
        return []
    first, end = tree.reading.bounds_of(draft.token)
    known = words().classes["weapon"] | words().classes["aircraft"]
    found: dict[str, int] = {}
    for token in range(first, end):
        noun = singular(tree.lower[token])
        if noun in known and token != draft.token and tree.is_noun(token):
            found.setdefault(noun, token)
    return list(found.values())[:6]
