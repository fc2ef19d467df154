"""What each reader of metadata hands to the merge, and the cleaning that all of them share."""

import json
import math
import re
import struct
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.media.dates import Moment
from core.types import Metadata

Where = tuple[float, float, float | None]
"""Latitude and longitude in degrees WGS 84, altitude in metres above sea level where it is known."""

MAX_LINE = 1_000
MAX_TEXT = 20_000
MAX_WORDS = 5_000
STARS_OF_PERCENT = ((88, 5), (63, 4), (38, 3), (13, 2), (1, 1), (0, 0))  # Windows writes 1, 25, 50, 75, 99

PARSE_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    json.JSONDecodeError,
    struct.error,
    zlib.error,
)
"""Everything that Pillow's and expat's parsers were seen to raise on damaged metadata."""

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
CAMERA_FILLER = re.compile(
    r"(?:.* )?digital (?:still )?camera|sony dsc|dcim[/\\].*|exif_jpeg_picture|default|<untitled>"
    r"|samsung(?: camera pictures)?|<digimax .*>|created with (?:the )?gimp"
    r"|cof|edf|sdr|oznor\w*|rhdr|hdrpl\w*",
    re.IGNORECASE,
)
"""What cameras write into the caption by themselves."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one reader found: metadata without its dates, and the dates as moments."""

    metadata: Metadata = field(default_factory=Metadata)
    moments: tuple[Moment, ...] = ()


def line(value: object) -> str:
    """Return a text as one clean line of at most 1,000 characters; "" for anything that is no text."""
    return " ".join(text(value, MAX_LINE).split())


def text(value: object, most: int = MAX_TEXT) -> str:
    """Return a text trimmed, in Unicode's composed form, without control characters except line breaks."""
    if not isinstance(value, str):
        return ""
    broken = value[:most].replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", UNPRINTABLE.sub("", broken)).strip()[:most]


def caption(value: object) -> str:
    """Return a description, or "" where it is only what the camera always writes."""
    words = text(value)
    return "" if CAMERA_FILLER.fullmatch(words) else words


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Return the clean non-empty lines in order, without doubles (case ignored, the first spelling kept)."""
    first: dict[str, str] = {}
    for value in values:
        if word := line(value):
            first.setdefault(word.casefold(), word)
        if len(first) >= MAX_WORDS:
            break
    return tuple(first.values())


def position(lat: float | None, lon: float | None, alt: float | None = None) -> Where | None:
    """Return (lat, lon, alt) where they are on this earth; None for 0/0, which is how devices write "no fix".

    An altitude that no aeroplane or diver reaches is dropped alone.
    """
    if lat is None or lon is None or lat == lon == 0:
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # NaN fails both
        return None
    return lat, lon, alt if alt is not None and -12_000 <= alt <= 100_000 else None


def camera(make: str, model: str) -> str:
    """Return "make model" without saying the make twice ("Canon", "Canon EOS" is "Canon EOS")."""
    make, model = line(make), line(model)
    brand = make.casefold().split()[:1]
    return model if brand and model.casefold().startswith(brand[0]) else f"{make} {model}".strip()


def rating(stars: object, percent: object) -> int | None:
    """Return -1..5 of the stars, or else of Microsoft's percentage; None where neither is in range."""
    given = number(stars)
    if given is not None and -1 <= given <= 5:
        return int(given)
    share = number(percent)
    return next((n for least, n in STARS_OF_PERCENT if share >= least), None) if share is not None else None


def number(value: object) -> float | None:
    """Return a finite number out of a number, "3.5" or "7/2"; None for anything else."""
    try:
        over, _, under = str(value).partition("/")
        result = float(over) / (float(under) if under else 1.0)
    except (ValueError, ZeroDivisionError):
        return None
    return result if math.isfinite(result) else None
