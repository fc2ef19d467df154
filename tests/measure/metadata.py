"""Prints how much of the set's metadata Fovea reads as exiftool does: `python -m tests.measure.metadata`."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from core.media import metadata
from core.types import Metadata
from tests.data import shared

UNTOLD = ("name", "file", "")
FILLER = ("OLYMPUS DIGITAL CAMERA", "SANYO DIGITAL CAMERA")  # captions that the camera writes by itself


@dataclass(frozen=True)
class Line:
    """One value of one file: what was expected, what was read, and whether they are the same."""

    field: str
    name: str
    expected: object
    got: object
    same: bool


def sidecars(folder: Path, name: str) -> list[tuple[str, bytes]]:
    """Return the sidecars beside a photo, as the folder source would list them."""
    stem = name.rpartition(".")[0]
    names = (f"{name}.xmp", f"{stem}.xmp", f"{name}.json")
    return [(one, (folder / one).read_bytes()) for one in names if (folder / one).exists()]


def read(path: Path, *, alone: bool = False) -> tuple[Metadata, int]:
    """Return what Fovea reads of a photo, `alone` without its sidecars."""
    with Image.open(path) as image:
        beside = [] if alone else sidecars(path.parent, path.name)
        return metadata.read(image, beside, path.name, path.stat().st_mtime_ns)


def lines(root: Path) -> Iterator[Line]:
    """Yield every comparison: photos without their sidecars, then each sidecar laid on its photo."""
    truth: dict[str, Mapping[str, Any]] = json.loads((root / "truth.json").read_text("utf-8"))
    for name, told in sorted(truth.items()):
        if (root / name).suffix == ".xmp":
            photo = (root / name).with_suffix("")
            photo = photo if photo.exists() else photo.with_suffix(".jpg")
            yield from compared(name, {**truth[photo.relative_to(root).as_posix()], **told}, read(photo)[0])
            continue
        found, orientation = read(root / name, alone=True)
        expected = told.get("orientation", 1)
        yield Line("orientation", name, expected, orientation, expected == orientation)
        yield from compared(name, told, found)
        if note := told.get("expected_from_sidecar"):
            yield from from_takeout(name, note, read(root / name)[0])


def compared(name: str, told: Mapping[str, Any], found: Metadata) -> Iterator[Line]:
    """Yield the comparisons of one file; a value that the truth lacks is expected to be empty."""
    yield dated(name, told, found)
    yield placed(name, told, found)
    hierarchical = {path.replace("/", "|") for path in told.get("hierarchical", [])}
    description = told.get("description", "").strip()
    for field, expected, got in (
        ("keywords", set(told.get("keywords", [])), set(found.keywords)),
        ("hierarchical", hierarchical, set(found.hierarchical)),
        ("people", set(told.get("people", [])), set(found.people)),
        ("rating", told.get("rating"), found.rating),
        ("title", told.get("title", "").strip(), found.title),
        ("caption", "" if description in FILLER else description, found.caption),
        ("creator", "; ".join(told.get("creator", [])), found.creator),
        ("rights", told.get("rights", "").strip(), found.rights),
        (
            "regions",
            boxes(told),
            {(one.name, *(round(side, 3) for side in one.box)) for one in found.regions},
        ),
    ):
        if expected or got:
            yield Line(field, name, expected, got, expected == got)


def dated(name: str, told: Mapping[str, Any], found: Metadata) -> Line:
    """Compare the wall time to the second, and the offset where told; zero and blank are no date."""
    found_text = re.fullmatch(r"([\d:]{10} \d\d:\d\d)(:\d\d)?([-+][\d:]+)?", told.get("taken", ""))
    stamp = (found_text[1] + (found_text[2] or ":00")) if found_text else "0000"
    zone = (told.get("offset") or (found_text[3] if found_text else "")) or ""
    expected = "none" if stamp.startswith("0000") else stamp + zone
    if found.taken_ms is None or found.date_origin in UNTOLD:
        return Line("date", name, expected, "none", expected == "none")
    wall = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=found.taken_ms)
    got = wall.strftime("%Y:%m:%d %H:%M:%S")
    if found.offset_min is not None and zone:
        hours, minutes = divmod(abs(found.offset_min), 60)
        got += f"{'-' if found.offset_min < 0 else '+'}{hours:02}:{minutes:02}"
    return Line("date", name, expected, f"{got} ({found.date_origin})", got == expected)


def placed(name: str, told: Mapping[str, Any], found: Metadata) -> Line:
    """Compare the position to 1e-5 degrees (a metre) and the altitude to 0.1 m; 0/0 is no position."""
    lat, lon = told.get("lat"), told.get("lon")
    expected = (lat, lon, told.get("alt")) if lat or lon else (None, None, None)
    got = (found.lat, found.lon, found.alt)
    limits = (1e-5, 1e-5, 0.1)
    same = all(
        (a is None and b is None) or (a is not None and b is not None and abs(a - b) < limit)
        for a, b, limit in zip(expected, got, limits, strict=True)
    )
    return Line("gps", name, expected, got, same)


def boxes(told: Mapping[str, Any]) -> set[tuple[object, ...]]:
    """Return the regions of the truth as (name, left, top, width, height), upright, to 0.001."""
    regions = told.get("regions", [])
    wanted = [one for one in regions if one["kind"] == "mwg"] or regions
    return {(one["name"], *(round(side, 3) for side in upright(one, told.get("orientation", 1)))) for one in wanted}


def upright(region: Mapping[str, Any], orientation: int) -> tuple[float, float, float, float]:
    """Turn a region's corners by the definition of EXIF orientation, without the product's own table."""
    if region["kind"] == "mp":
        left, top, width, height = region["rect_xywh"]
        return left, top, width, height
    half_w, half_h = region["w"] / 2, region["h"] / 2
    corners = [(region["cx"] + a * half_w, region["cy"] + b * half_h) for a in (-1, 1) for b in (-1, 1)]
    if orientation in {5, 6, 7, 8}:
        corners = [(y, x) for x, y in corners]
    if orientation in {2, 3, 6, 7}:
        corners = [(1 - x, y) for x, y in corners]
    if orientation in {3, 4, 7, 8}:
        corners = [(x, 1 - y) for x, y in corners]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def from_takeout(name: str, told: Mapping[str, Any], found: Metadata) -> Iterator[Line]:
    """Yield the comparisons with a Takeout sidecar's own values."""
    where = told["geoData"]
    people = tuple(one["name"] for one in told["people"])
    for expected, got in (
        (int(told["photoTakenTime"]["timestamp"]) * 1000, found.taken_ms),
        ((where["latitude"], where["longitude"]), (found.lat, found.lon)),
        (told["description"], found.caption),
        (people, found.people),
    ):
        yield Line("takeout", name, expected, got, expected == got)


def main() -> int:
    """Print the table and every difference; 2 where the measured set is missing."""
    root = shared("metadata")
    if root is None:
        print("the measured set is not on this machine")
        return 2
    found = list(lines(root))
    for field in dict.fromkeys(line.field for line in found):
        of_field = [line for line in found if line.field == field]
        print(f"{field:14}{sum(line.same for line in of_field):4} / {len(of_field)}")
    for line in found:
        if not line.same:
            print(f"{line.field}  {line.name}\n    exiftool {line.expected!r}\n    Fovea    {line.got!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
