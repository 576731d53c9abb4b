"""Geocoding: every place mention to a GeoNames place or an explained "unresolved", every event to where it happened."""

from tasks.geocode.gazetteer import Gazetteer, open_gazetteer
from tasks.geocode.geocode import geocode

__all__ = ["Gazetteer", "geocode", "open_gazetteer"]
