"""The distance between two places."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS = 6371008.8


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two lon, lat in degrees (haversine), in metres; right to half a percent."""
    lon1, lat1, lon2, lat2 = map(radians, (*a, *b))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(half))
