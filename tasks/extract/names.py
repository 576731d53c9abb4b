"""Place names that the model takes for people: what stands where only a place can stand is a place.

'in al-Mayadeen and Al-Bukamal', 'al-Qaem area', 'eastern Deir Ezzor': the words around a name are surer than its form.
"""

from typing import TYPE_CHECKING

from spacy.tokens import Span

from tasks.extract.actors import is_state

if TYPE_CHECKING:
    from spacy.tokens import Doc

_MISTAKEN = frozenset({"Person", "Misc", "Product", "Date", "Organization"})
_SURELY_MISTAKEN = frozenset({"Person", "Misc", "Product"})
_LOCATIVE = frozenset({"in", "near", "outside"})
_SIDES = frozenset(
    {
        "northern",
        "southern",
        "eastern",
        "western",
        "central",
        "northeastern",
        "northwestern",
        "southeastern",
        "southwestern",
        "north-eastern",
        "north-western",
        "south-eastern",
        "south-western",
    }
)
_KINDS = frozenset(
    {
        "area",
        "region",
        "province",
        "district",
        "city",
        "town",
        "village",
        "county",
        "governorate",
        "camp",
        "border",
        "crossing",
        "neighbourhood",
        "neighborhood",
        "municipality",
        "prefecture",
        "suburb",
        "valley",
        "airport",
    }
)
_KIND_OF = frozenset(
    {
        "town",
        "city",
        "village",
        "province",
        "district",
        "region",
        "municipality",
        "port",
        "suburb",
        "township",
        "hamlet",
    }
)
_JOINTS = frozenset({",", "and", "or", "&"})


def relabel(doc: "Doc") -> None:
    """Give names that stand where only places stand the label Location."""
    entities = list(doc.ents)
    changed = False
    for number, entity in enumerate(entities):
        if entity.label_ not in _MISTAKEN or not entity[0].text[:1].isalpha():
            continue
        if (
            _is_state(entity)
            or _stands_as_place(doc, entity)
            or (entity.label_ in _SURELY_MISTAKEN and number and _goes_on(doc, entities[number - 1], entity))
        ):
            entities[number] = Span(doc, entity.start, entity.end, label="Location")
            changed = True
    if changed:
        doc.set_ents(entities)


def _is_state(entity: Span) -> bool:
    """A name that is a state's and no more is taken for it, whoever else may bear it."""
    return entity.label_ == "Person" and is_state(entity.text)


def _stands_as_place(doc: "Doc", entity: Span) -> bool:
    before = doc[entity.start - 1].lower_ if entity.start else ""
    before_that = doc[entity.start - 2].lower_ if entity.start > 1 else ""
    after = doc[entity.end].lower_ if entity.end < len(doc) else ""
    if entity.label_ == "Organization":
        return before == "of" and before_that in _KIND_OF
    if after in _KINDS or (before == "of" and before_that in _KIND_OF) or before in _SIDES:
        return entity.label_ != "Date"
    return entity.label_ in _SURELY_MISTAKEN and before in _LOCATIVE and after not in {"'s", "’s"} and len(entity) <= 4


def _goes_on(doc: "Doc", previous: Span, entity: Span) -> bool:
    """Whether a list of places goes on: 'in al-Mayadeen and Al-Bukamal'."""
    if (
        previous.label_ != "Location"
        or entity.start - previous.end != 1
        or doc[previous.end].lower_ not in {"and", "or", "&"}
    ):
        return False
    before = doc[previous.start - 1].lower_ if previous.start else ""
    return before in _LOCATIVE | {"at", ",", "of", "between"}
