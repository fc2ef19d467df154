"""The named areas of an XMP packet: MWG regions and Microsoft's people, as upright boxes."""

from collections.abc import Iterator

from core.media.parts import MAX_WORDS, line, number
from core.types import Box, Region

Value = str | list["Value"] | dict[str, "Value"]
"""A property of an XMP packet: a text, a container's items, or a structure by "prefix:name"."""

MAX_REGIONS = 500


def texts(value: Value | None) -> list[str]:
    """Return the texts of a property that may be one text or a list of them."""
    items = value[:MAX_WORDS] if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def first(found: dict[str, Value], *keys: str) -> str:
    """Return the first non-blank text among the properties."""
    return next((item for key in keys for item in texts(found.get(key)) if item.strip()), "")


def regions(found: dict[str, Value], orientation: int) -> tuple[Region, ...]:
    """Return the named regions, MWG's where there are any and else Microsoft's, without doubles."""
    named = list(_mwg_regions(found, orientation)) or list(_microsoft_regions(found))
    return tuple(dict.fromkeys(named))[:MAX_REGIONS]


def _items(found: dict[str, Value], structure: str, members: str) -> list[dict[str, Value]]:
    """Return the dictionaries in the list `members` of the property `structure`."""
    info = found.get(structure)
    listed = info.get(members) if isinstance(info, dict) else None
    return [item for item in listed[:MAX_WORDS] if isinstance(item, dict)] if isinstance(listed, list) else []


def _mwg_regions(found: dict[str, Value], orientation: int) -> Iterator[Region]:
    """Yield the regions of the MWG guide 2.0, section 5.9: centre and size, in the stored picture."""
    for item in _items(found, "mwg-rs:Regions", "mwg-rs:RegionList"):
        name, area = line(first(item, "mwg-rs:Name")), item.get("mwg-rs:Area")
        if not name or not isinstance(area, dict):
            continue
        sizes = [number(first(area, f"stArea:{axis}")) for axis in "xywh"]
        known = [size for size in sizes if size is not None]
        if len(known) < 4 or (box := _upright(_cornered(known, found, area), orientation)) is None:
            continue
        yield Region(name, line(first(item, "mwg-rs:Type")) or "Face", box)


def _cornered(sizes: list[float], found: dict[str, Value], area: dict[str, Value]) -> Box:
    """Return [left, top, width, height] as ratios of an MWG area (x, y of its centre; ratios or pixels)."""
    x, y, width, height = sizes
    if first(area, "stArea:unit").strip() == "pixel":
        info = found["mwg-rs:Regions"]
        whole = info.get("mwg-rs:AppliedToDimensions") if isinstance(info, dict) else None
        whole_w, whole_h = (
            number(first(whole, f"stDim:{axis}")) or 0.0 if isinstance(whole, dict) else 0.0 for axis in "wh"
        )
        if whole_w <= 0 or whole_h <= 0:
            return 0.0, 0.0, 0.0, 0.0
        x, y, width, height = x / whole_w, y / whole_h, width / whole_w, height / whole_h
    return x - width / 2, y - height / 2, width, height


def _microsoft_regions(found: dict[str, Value]) -> Iterator[Region]:
    """Yield the people of Windows Photo Gallery: left, top, width, height in the picture as it is shown."""
    for item in _items(found, "MP:RegionInfo", "MPRI:Regions"):
        name = line(first(item, "MPReg:PersonDisplayName"))
        sizes = [number(part) for part in first(item, "MPReg:Rectangle").split(",")]
        known = [size for size in sizes if size is not None]
        if name and len(known) == 4 and (box := _upright((known[0], known[1], known[2], known[3]), 1)):
            yield Region(name, "Face", box)


def _upright(box: Box, orientation: int) -> Box | None:
    """Return a box of the stored picture as a box of the upright one, clipped; None where nothing is left."""
    left, top, width, height = box
    right, bottom = 1 - left - width, 1 - top - height
    left, top, width, height = {
        2: (right, top, width, height),
        3: (right, bottom, width, height),
        4: (left, bottom, width, height),
        5: (top, left, height, width),
        6: (bottom, left, height, width),
        7: (bottom, right, height, width),
        8: (top, right, height, width),
    }.get(orientation, box)
    x0, y0 = max(left, 0.0), max(top, 0.0)
    width, height = min(left + width, 1.0) - x0, min(top + height, 1.0) - y0
    return (x0, y0, width, height) if width > 0 and height > 0 else None
