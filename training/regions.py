"""Which region of the world an EWN article's newspaper is from, by the first part of its id."""

from __future__ import annotations

REGIONS = {
    "Africa": "af alg eg et ghana kenya mauritius nm panaf sa",
    "East Asia": "cn jp kr mong tw",
    "South Asia": "bangladesh in pk",
    "South-East Asia": "asia my th",
    "Middle East": "iran israel jr kw oman qt saud uae",
    "Latin America": ("arg bol chile col cosric cuba ecuador elsalv guyana hond mex nic pan paraguay peru uruguay ven"),
    "Canada and Oceania": "aus canada nz",
}
REGION_OF = {part: f"region: {name}" for name, parts in REGIONS.items() for part in parts.split()}


def region_of(article_id: str) -> str:
    """The region's name as a row of scores; empty where the newspaper is not known.

    >>> region_of("kw_arabtimes_12")
    'region: Middle East'
    """
    return REGION_OF.get(article_id.split("_", 1)[0], "")
