"""Distances on a sphere. Angles are in degrees, lengths in statute miles."""

from math import asin, cos, degrees, radians, sin, sqrt
from typing import NamedTuple

EARTH_RADIUS = 3958.8  # mean radius


class Point(NamedTuple):
    """A place by latitude and longitude (WGS 84)."""

    lat: float
    lon: float

    @property
    def vector(self):
        """The same place as (x, y, z) on a sphere of radius 1.

        The dot product of two such vectors is the cosine of the angle between the places: the greater, the nearer.
        It is exact at every distance, latitude and longitude, and needs nothing of a database but + and ×.
        """
        lat, lon = radians(self.lat), radians(self.lon)
        return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)

    def miles_to(self, other):
        """Length of the great circle (haversine formula)."""
        lat, other_lat = radians(self.lat), radians(other.lat)
        across = cos(lat) * cos(other_lat) * sin(radians(other.lon - self.lon) / 2) ** 2
        return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(sin((other_lat - lat) / 2) ** 2 + across)))


class Box(NamedTuple):
    """A range of latitudes, and the ranges of longitudes in it. No range of longitudes means: all around the pole."""

    south: float
    north: float
    longitudes: tuple[tuple[float, float], ...]


def box_around(point, miles):
    """The smallest Box that holds everything within `miles` of the point.

    A box over the 180th meridian (the Aleutians, Guam) has two ranges of longitudes.
    """
    angle = miles / EARTH_RADIUS
    south, north = point.lat - degrees(angle), point.lat + degrees(angle)
    if south <= -90 or north >= 90:
        return Box(max(south, -90.0), min(north, 90.0), ())
    half = degrees(asin(min(1.0, sin(angle) / cos(radians(point.lat)))))
    west, east = point.lon - half, point.lon + half
    if west < -180:
        return Box(south, north, ((west + 360, 180.0), (-180.0, east)))
    if east > 180:
        return Box(south, north, ((west, 180.0), (-180.0, east - 360)))
    return Box(south, north, ((west, east),))


def nearness_at(miles):
    """The dot product of the vectors of two points this far apart."""
    return cos(miles / EARTH_RADIUS)
