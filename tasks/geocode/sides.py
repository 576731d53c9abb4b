"""The point that stands for a side of a country or division: 'eastern Ethiopia', 'the north of Kivu'.

Where the people of that side live, the capital left out, which is called by its name: a share of the radius, which
stood here before, falls into deserts and neighbouring countries. Without towns enough there, that share it is.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.geocode.gazetteer import Gazetteer
from tasks.geocode.index import CAPITAL, Index

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_LEAST_TOWNS = 3
_OUTER_SHARE = 0.6
"""Share of the way across from which a town lies on the far side."""
_MIDDLE = 0.5
_BORDERS = (2, 98)
"""Percentiles of the towns between which a country stretches; far islands lie outside."""
_KM_PER_DEGREE = 111.0
_BLOCK = 8192
"""Rows looked at together: columns of the whole index at once would take 8 MB that no other process shares."""


class Side(NamedTuple):
    """Middle of a side, and how far its people live from it."""

    lat: float
    lon: float
    radius_km: float


@lru_cache(maxsize=256)
def side_of(gazetteer: Gazetteer, row: int, bearing: float, *, within_division: bool) -> Side | None:
    """The side of a country, or of a first-level division, that lies in a direction from its middle; None if empty."""
    index = gazetteer.index
    towns = _towns(index, row, within_division=within_division)
    if len(towns) < _LEAST_TOWNS:
        return None
    lat, lon = float(index.lat[row]), float(index.lon[row])
    east = (index.lon[towns].astype("f8") - lon) * math.cos(math.radians(lat))
    north = index.lat[towns].astype("f8") - lat
    angle = math.radians(bearing)
    outward = _across(east * math.sin(angle) + north * math.cos(angle)) - _OUTER_SHARE
    there: NDArray[np.bool_] = outward > 0
    if bearing % 90:
        there &= (_across(east * math.sin(angle)) > _MIDDLE) & (_across(north * math.cos(angle)) > _MIDDLE)
    if int(there.sum()) < _LEAST_TOWNS:
        return None
    people = index.population[towns][there].astype("f8")
    x, y = _middle(east[there], people), _middle(north[there], people)
    spread = _middle(np.hypot(east[there] - x, north[there] - y), people) * _KM_PER_DEGREE
    return Side(round(lat + y, 4), round(lon + x / math.cos(math.radians(lat)), 4), round(max(spread, 10.0), 1))


def _middle(values: Floats, people: Floats) -> float:
    """The value below which half of the people live: one far town moves it little."""
    order = np.argsort(values)
    half = np.searchsorted(np.cumsum(people[order]), people.sum() / 2)
    return float(values[order][min(int(half), len(order) - 1)])


def _across(along: Floats) -> Floats:
    """How far each town lies across the country in a direction: 0 at the one end, 1 at the other."""
    ordered = np.sort(along)  # np.percentile would load 7 MB of modules into every worker
    near, far = (float(ordered[round((len(ordered) - 1) * border / 100)]) for border in _BORDERS)
    share: Floats = (along - near) / max(far - near, 1e-6)
    return share


def _towns(index: Index, row: int, *, within_division: bool) -> Rows:
    settled = np.array([code.startswith("PPL") for code in index.codes])
    found = []
    for start in range(0, len(index), _BLOCK):
        part = slice(start, start + _BLOCK)
        inside = (index.country[part] == index.country[row]) & (index.population[part] > 0)
        inside &= settled[index.code[part]] & ((index.flags[part] & CAPITAL) == 0)
        if within_division:
            inside &= index.admin1[part] == index.admin1[row]
        found.append(np.flatnonzero(inside) + start)
    return np.concatenate(found)
