"""The nearest place: known positions, the open sea, both sides of the date line, the poles, and nonsense."""

import math
import time

import numpy as np
import pytest

from core.media import place
from core.types import Place


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        (59.3293, 18.0686, Place("Stockholm", "Stockholm", "Sweden")),
        (43.4674, 11.8851, Place("Arezzo", "Tuscany", "Italy")),
        (37.7749, -122.4194, Place("San Francisco", "California", "United States")),
        (-33.45, -70.66, Place("Santiago", "Santiago Metropolitan", "Chile")),
        (-37.8136, 144.9631, Place("Melbourne", "Victoria", "Australia")),
        (78.2232, 15.6267, Place("Longyearbyen", "Svalbard", "Svalbard and Jan Mayen")),
    ],
)
def test_known_positions_get_their_names(lat: float, lon: float, expected: Place) -> None:
    assert place.nearest(lat, lon) == expected


def test_the_date_line_is_no_wall() -> None:
    west, east = place.nearest(-16.5, 179.999), place.nearest(-16.5, -179.999)
    assert west is not None
    assert west == east
    assert west.country == "Fiji"


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(0.0, -30.0), (90.0, 0.0), (-90.0, 0.0), (math.nan, 5.0), (5.0, math.inf), (91.0, 0.0), (0.0, 181.0)],
)
def test_open_sea_poles_and_nonsense_have_no_place(lat: float, lon: float) -> None:
    assert place.nearest(lat, lon) is None


def test_the_narrowed_search_finds_what_the_great_circle_over_all_places_finds() -> None:
    known = place.gazetteer()
    drawn = np.random.default_rng(7)
    lats, lons = np.radians(known.lats), np.arctan2(known.points[:, 1], known.points[:, 0])
    for row in drawn.integers(0, len(known.names), 40):
        lat = float(np.clip(known.lats[row] + drawn.normal(0, 0.4), -90, 90))
        lon = float(np.degrees(lons[row]) + drawn.normal(0, 0.4) + 540) % 360 - 180
        a = np.sin((lats - math.radians(lat)) / 2) ** 2
        a += np.cos(lats) * math.cos(math.radians(lat)) * np.sin((lons - math.radians(lon)) / 2) ** 2
        best = int(a.argmin())
        found = place.nearest(lat, lon)
        if 2 * 6371 * math.asin(math.sqrt(a[best])) > 100:
            assert found is None
        else:
            assert found == Place(known.names[best], *known.areas[known.area[best]])


def test_a_thousand_lookups_take_less_than_three_seconds() -> None:
    place.gazetteer()
    began = time.perf_counter()
    for step in range(1000):
        place.nearest(48 + step / 1000, 2 + step / 1000)
    assert time.perf_counter() - began < 3
