"""The populated place nearest to a position, without asking anybody: 235,000 places from 500 inhabitants on.

Data: GeoNames (geonames.org), CC BY 4.0, packed by resources/recipes/make_places.py.
"""

import math
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.types import Place

EARTH_KM = 6_371.0
FARTHEST_KM = 100.0  # beyond it lies open sea, desert or ice, and a name would mislead
BAND = 0.91  # degrees of latitude, a little more than that distance


class Gazetteer(NamedTuple):
    """All places from south to north: latitudes, points on the unit sphere (n, 3), names, rows into the areas.

    areas: (region, country) in English as GeoNames spells them, the region "" where it is not known.
    """

    lats: npt.NDArray[np.float64]
    points: npt.NDArray[np.float64]
    names: list[str]
    area: npt.NDArray[np.uint16]
    areas: list[tuple[str, str]]


def nearest(lat: float, lon: float) -> Place | None:
    """Return the populated place nearest to a position in degrees WGS 84 within 100 km, by great circle.

    None on the open sea, and for a position that is not on this earth (NaN, out of range).
    """
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    known = gazetteer()
    south, north = np.searchsorted(known.lats, (lat - BAND, lat + BAND))
    chords = known.points[south:north] - _points(np.array([[lat, lon]]))
    squares = np.einsum("ij,ij->i", chords, chords)
    if not squares.size or 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(squares.min()) / 2)) > FARTHEST_KM:
        return None
    row = south + int(squares.argmin())
    region, country = known.areas[known.area[row]]
    return Place(known.names[row], region, country)


@cache
def gazetteer() -> Gazetteer:
    """Return the places, read once: about 0.15 s and 30 MB."""
    with (files("resources") / "places.npz").open("rb") as packed, np.load(packed, allow_pickle=False) as found:
        areas = (row.split("\t") for row in found["areas"].tobytes().decode().split("\n"))
        degrees = found["degrees"].astype(np.float64)
        return Gazetteer(
            degrees[:, 0],
            _points(degrees),
            found["names"].tobytes().decode().split("\n"),
            found["area"],
            [(region, country) for region, country in areas],
        )


def _points(degrees: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return unit vectors (n, 3) of latitudes and longitudes (n, 2).

    Vectors in double precision, since the chord between neighbours would drown in single precision.
    """
    lat, lon = np.radians(degrees).T
    return np.column_stack((np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)))
