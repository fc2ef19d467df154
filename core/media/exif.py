"""EXIF (CIPA DC-008) and IPTC-IIM 4.2 out of an image that Pillow has opened.

Tag numbers are the standards'; 0x4746, 0x4749 and 0x9c9b.. are Microsoft's additions to EXIF.
"""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

from core.media.dates import Moment, Witness, from_iptc, parse
from core.media.parts import (
    PARSE_ERRORS,
    Part,
    Where,
    camera,
    caption,
    distinct,
    line,
    number,
    position,
    rating,
    text,
)
from core.types import Metadata

Tags = Mapping[int, Any]
Base, Gps = ExifTags.Base, ExifTags.GPS
RATING, RATING_PERCENT = 0x4746, 0x4749
MOST_BYTES = 100_000  # of one text before it is decoded: a caption of 20,000 characters fits
COMMENT_CODES = {
    b"ASCII\0\0\0": "ascii",
    b"UNICODE\0": "utf-16",
    b"\0" * 8: "ascii",
    b"JIS\0\0\0\0\0": "iso2022_jp",
}
DATES = (
    (Witness.EXIF_ORIGINAL, Base.DateTimeOriginal, Base.SubsecTimeOriginal, Base.OffsetTimeOriginal),
    (Witness.EXIF_DIGITIZED, Base.DateTimeDigitized, Base.SubsecTimeDigitized, Base.OffsetTimeDigitized),
    (Witness.CHANGED, Base.DateTime, Base.SubsecTime, Base.OffsetTime),
)


def read(image: Image.Image) -> tuple[Part, int]:
    """Return what EXIF and IPTC say, and the orientation 1..8 (1 where missing or garbage). Never raises.

    The orientation is EXIF's, or XMP's tiff:Orientation where EXIF has none.
    """
    with warnings.catch_warnings():  # not for threads; a decoder has one
        warnings.simplefilter("ignore")
        main, camera_tags, gps = _directories(image)
        iptc = _iptc(image)
    part = Part(_metadata(main, camera_tags, gps, iptc), tuple(_moments(main, camera_tags, gps, iptc)))
    turned = main.get(Base.Orientation)
    return part, turned if isinstance(turned, int) and 1 <= turned <= 8 else 1


def _directories(image: Image.Image) -> tuple[Tags, Tags, Tags]:
    """Return the main, the Exif and the GPS directory, each with the tags that could be read."""
    try:
        exif = image.getexif()
        main = {tag: value for tag in exif if (value := _tag(exif, tag)) is not None}
    except PARSE_ERRORS:
        return {}, {}, {}
    return main, _directory(exif, ExifTags.IFD.Exif), _directory(exif, ExifTags.IFD.GPSInfo)


def _directory(exif: Image.Exif, which: int) -> Tags:
    try:
        return exif.get_ifd(which)
    except PARSE_ERRORS:
        return {}


def _tag(exif: Image.Exif, tag: int) -> Any:
    try:
        return exif[tag]
    except PARSE_ERRORS:
        return None


def _iptc(image: Image.Image) -> Mapping[int, list[str]]:
    """Return the application record (2:xx) by data set number, each a list of decoded texts."""
    if not isinstance(image, ImageFile.ImageFile):
        return {}
    try:
        found = IptcImagePlugin.getiptcinfo(image) or {}
    except PARSE_ERRORS:
        return {}
    return {
        data_set: [_decoded(item) for item in (value if isinstance(value, list) else [value]) if item]
        for (record, data_set), value in found.items()
        if record == 2
    }


def _decoded(value: bytes) -> str:
    """Decode a text without a declared character set: UTF-8 where it is that, else Windows Latin-1.

    The 1:90 marker is not asked: what decodes as UTF-8 is UTF-8, and files that lie about it are common.
    """
    try:
        return value[:MOST_BYTES].decode("utf-8")
    except UnicodeDecodeError:
        return value[:MOST_BYTES].decode("cp1252", "replace")


def _ascii(value: object) -> str:
    """Return an EXIF text up to its first NUL, decoded anew (Pillow reads its bytes as Latin-1)."""
    if isinstance(value, str):
        value = value.encode("latin-1", "ignore")
    return _decoded(value.split(b"\0", 1)[0]) if isinstance(value, bytes) else ""


def _windows(value: object) -> str:
    """Return one of Microsoft's UTF-16 texts (XPTitle, XPKeywords)."""
    if isinstance(value, tuple):
        value = bytes(byte for byte in value[:MOST_BYTES] if isinstance(byte, int) and 0 <= byte < 256)
    return value[:MOST_BYTES].decode("utf-16-le", "ignore").rstrip("\0") if isinstance(value, bytes) else ""


def _comment(value: object) -> str:
    """Return EXIF's UserComment: 8 bytes naming the character set, then the text; "" for a maker's binary."""
    if not isinstance(value, bytes):
        return ""
    code = COMMENT_CODES.get(value[:8])
    try:
        words = value[8:MOST_BYTES].decode(code) if code else ""
    except (UnicodeDecodeError, ValueError):
        return ""
    return text(words) if re.search(r"\w.*\w", words) else ""  # one letter is a maker's remnant


def _metadata(main: Tags, camera_tags: Tags, gps: Tags, iptc: Mapping[int, list[str]]) -> Metadata:
    lat, lon, alt = _position(gps) or (None, None, None)
    descriptions = (
        _ascii(main.get(Base.ImageDescription)),
        *iptc.get(120, []),
        _comment(camera_tags.get(Base.UserComment)),
    )
    titles = (*iptc.get(5, []), _windows(main.get(Base.XPTitle)))
    rights = (_ascii(main.get(Base.Copyright)), *iptc.get(116, []))
    return Metadata(
        camera=camera(_ascii(main.get(Base.Make)), _ascii(main.get(Base.Model))),
        lens=line(_ascii(camera_tags.get(Base.LensModel))),
        lat=lat,
        lon=lon,
        alt=alt,
        title=next(filter(None, map(line, titles)), ""),
        caption=next(filter(None, map(caption, descriptions)), ""),
        creator="; ".join(distinct(iptc.get(80, []))) or line(_ascii(main.get(Base.Artist))),
        rights=next(filter(None, map(text, rights)), ""),
        keywords=distinct([*iptc.get(25, []), *_windows(main.get(Base.XPKeywords)).split(";")]),
        rating=rating(main.get(RATING), main.get(RATING_PERCENT)),
    )


def _position(gps: Tags) -> Where | None:
    alt = number(gps.get(Gps.GPSAltitude))
    below = gps.get(Gps.GPSAltitudeRef) in (1, b"\x01")
    return position(
        _degrees(gps.get(Gps.GPSLatitude), gps.get(Gps.GPSLatitudeRef)),
        _degrees(gps.get(Gps.GPSLongitude), gps.get(Gps.GPSLongitudeRef)),
        0.0 - alt if alt is not None and below else alt,
    )


def _degrees(value: object, side: object) -> float | None:
    """Return degrees of [degrees, minutes, seconds], negative for S and W; None for garbage and x/0."""
    parts: Sequence[object] = value if isinstance(value, tuple) else (value,)
    known = [part for part in map(_ratio, parts[:3]) if part is not None]
    if not known or len(known) < len(parts[:3]):
        return None
    degrees = sum(part / 60.0**place for place, part in enumerate(known))
    return 0.0 - degrees if _ascii(side).strip()[:1].upper() in {"S", "W"} else degrees


def _ratio(value: object) -> float | None:
    """Return a number that may be a Pillow rational (x/0 is NaN there); None for anything not finite."""
    try:
        return number(float(value))  # type: ignore[arg-type]  # what has no float raises TypeError
    except PARSE_ERRORS:
        return None


def _moments(main: Tags, camera_tags: Tags, gps: Tags, iptc: Mapping[int, list[str]]) -> Iterator[Moment]:
    """Yield every date that is one."""
    for witness, stamp, part, zone in DATES:
        fraction, offset = _ascii(camera_tags.get(part)), _ascii(camera_tags.get(zone))
        written = _ascii(camera_tags.get(stamp) or main.get(stamp))
        if moment := parse(witness, written, part=fraction, zone=offset):
            yield moment
    day, time = (next(iter(iptc.get(data_set, [])), "") for data_set in (55, 60))
    if created := from_iptc(day, time):
        yield created
    if fixed := _satellite(gps):
        yield fixed


def _satellite(gps: Tags) -> Moment | None:
    """Return the time of the GPS fix, which is UTC."""
    clock = gps.get(Gps.GPSTimeStamp)
    known = [part for part in map(_ratio, clock) if part is not None] if isinstance(clock, tuple) else []
    if len(known) != 3 or not all(0 <= part < 60 for part in known):
        return None
    day, (hour, minute, second) = _ascii(gps.get(Gps.GPSDateStamp)).strip(), known
    return parse(Witness.GPS, f"{day} {int(hour):02}:{int(minute):02}:{second:06.3f}", zone="Z")
