"""Places on the earth in plain degrees: validation, distance, bounding boxes."""

from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

EARTH_KM = 6371.0088


class Box(NamedTuple):
    """A bounding box in WGS 84 degrees."""

    south: float
    west: float
    north: float
    east: float


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance between two (latitude, longitude) pairs, in kilometres."""
    lat_a, lat_b = radians(a[0]), radians(b[0])
    half = sin((lat_b - lat_a) / 2) ** 2
    half += cos(lat_a) * cos(lat_b) * sin(radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def box_around(centre: tuple[float, float], km: float) -> Box:
    """The box that holds every place within `km` of `centre`."""
    lat = km / 110.574
    lng = km / (111.320 * max(cos(radians(centre[0])), 0.01))
    return Box(centre[0] - lat, centre[1] - lng, centre[0] + lat, centre[1] + lng)
