"""Cleaning, extraction and geocoding as the tasks do them, and the coding of events, without Redis or story window."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import msgspec

from tasks.clean import Limits, clean, split
from tasks.clean.task import STAGE as CLEAN
from tasks.deduplicate.assemble import assemble
from tasks.errors import ArticleError
from tasks.extract.task import STAGE as EXTRACT
from tasks.geocode.task import STAGE as GEOCODE
from tasks.ports import Tools
from tasks.records import Parcel, WireItem
from tasks.stage import guarded, is_to_be_coded

CODING = "deduplicate"
"""The stage that codes events, as it is named in errors."""


def expand(items: Iterable[WireItem], *, limits: Limits) -> Iterator[WireItem]:
    """The items, containers replaced by their members; a container found broken also stands as itself, after them."""
    for item in items:
        whole = False
        try:
            for member in split(item, limits=limits):
                whole = True
                yield from expand([msgspec.structs.replace(member, depth=item.depth + 1)], limits=limits)
        except ArticleError:
            whole = False
        if not whole:
            yield item


def process(items: Sequence[WireItem], tools: Tools) -> list[Parcel]:
    """One parcel for each item, which must be no containers: coded, or quarantined with its reason."""
    parcels: Sequence[Parcel] = [Parcel(entry_id=str(number), name=item.name) for number, item in enumerate(items)]
    pairs = zip(items, parcels, strict=True)
    parcels = [guarded(CLEAN.name, partial(_cleaned, item), parcel, tools) for item, parcel in pairs]
    for stage in (EXTRACT, GEOCODE):
        parcels = stage.run(parcels, tools)
    return [guarded(CODING, _coded, parcel, tools) for parcel in parcels]


def _cleaned(item: WireItem, parcel: Parcel, tools: Tools) -> Parcel:
    return msgspec.structs.replace(parcel, article=clean(item, limits=tools.limits))


def _coded(parcel: Parcel, tools: Tools) -> Parcel:
    if parcel.article is None or parcel.extraction is None or not is_to_be_coded(parcel):
        return parcel
    events = assemble(parcel.article, parcel.extraction, coder=tools.coder)
    return msgspec.structs.replace(parcel, events=events)
