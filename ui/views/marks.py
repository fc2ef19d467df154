"""What was found in a photo, as marks to be drawn over it."""

from collections.abc import Iterable, Sequence

from core.types import Box, Json, Reason
from ui.views.canvas import Mark

KINDS = {"reasons": "Why", "faces": "Faces", "objects": "Objects", "text": "Text", "codes": "Codes"}
"""Overlays with the words on their buttons."""


def corners(box: Box | Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Return the corners of [left, top, width, height], clockwise."""
    left, top, width, height = box
    return (left, top), (left + width, top), (left + width, top + height), (left, top + height)


def of_reasons(reasons: Iterable[Reason]) -> list[Mark]:
    """Return the places that made a photo a hit."""
    return [Mark("reasons", reason.value, corners(reason.box), named=True) for reason in reasons if reason.box]


def of_document(about: Json, wanted: Iterable[str]) -> list[Mark]:
    """Return the marks of the kinds `wanted` out of all that is known of a photo."""
    makers = {"faces": _faces, "objects": _objects, "text": _text, "codes": _codes}
    return [mark for kind in wanted if kind in makers for mark in makers[kind](about)]


def _faces(about: Json) -> list[Mark]:
    return [Mark("faces", _face(face), corners(face["box"])) for face in about["faces"]]


def _face(face: Json) -> str:
    age = face["attributes"].get("age") or {}
    parts = ["Face"] + ([f"{age['low']}-{age['high']} years"] if age else [])
    parts += [name for name in ("smile", "eyeglasses", "sunglasses") if _holds(face["attributes"].get(name))]
    return " · ".join([*parts, *([face["unusable"]] if face["unusable"] else [])])


def _holds(attribute: Json | None) -> bool:
    return bool(attribute and attribute.get("value") is True)


def _objects(about: Json) -> list[Mark]:
    return [
        Mark("objects", f"{label['name']} {one['confidence']:.0f} %", corners(one["box"]))
        for label in about["labels"]
        for one in label["instances"]
    ]


def _text(about: Json) -> list[Mark]:
    return [Mark("text", t["text"], _polygon(t["polygon"])) for t in about["text"] if t["level"] == "line"]


def _codes(about: Json) -> list[Mark]:
    return [Mark("codes", f"{code['format']}: {code['text']}", _polygon(code["polygon"])) for code in about["codes"]]


def _polygon(points: Sequence[Sequence[float] | Json]) -> tuple[tuple[float, float], ...]:
    return tuple((p["x"], p["y"]) if isinstance(p, dict) else (p[0], p[1]) for p in points)
