"""All that a photo or film says of itself, out of the file, its sidecars and its name, as one Metadata.

Order of trust for texts, rating and regions: XMP sidecar, Takeout sidecar, embedded XMP, EXIF and IPTC.
Keywords are the union of all. For the position Takeout comes last, since a service may have guessed it. The
order of the dates is in core.media.dates.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from PIL import Image

from core.media import exif, xmp
from core.media.dates import Moment, Witness, choose, from_container, from_name, from_unix
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
    text,
)
from core.types import Metadata

MAX_JSON = 1024 * 1024
MEDIA_SUFFIX = re.compile(r"\.\w{2,5}$")
ISO_6709 = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?", re.ASCII)
TAG_FRAME = re.compile(r"^com\.apple\.quicktime\.|-[a-z]{3}$")
FIRST_SPOKEN = ("title", "caption", "creator", "rights", "rating", "regions")


def read(image: Image.Image, sidecars: Sequence[tuple[str, bytes]], name: str, mtime_ns: int) -> tuple[Metadata, int]:
    """Return a photo's metadata and its EXIF orientation 1..8 (garbage is 1). Never raises on its content.

    image: opened by Pillow, its pixels not yet needed; sidecars: (file name, bytes); name, mtime_ns: the
    photo's own. Regions come as upright boxes. `place` is left None: the main process looks it up.
    """
    inside, orientation = exif.read(image)
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    packet = packet.encode("utf-8", "replace") if isinstance(packet, str) else packet
    embedded = xmp.read(packet, orientation) if isinstance(packet, bytes) else Part()
    beside, takeout = _sidecars(sidecars, name, orientation)
    return _merged(beside, takeout, embedded, inside, _outside(name, mtime_ns)), orientation


def read_film(tags: Mapping[str, str], sidecars: Sequence[tuple[str, bytes]], name: str, mtime_ns: int) -> Metadata:
    """Return a film's metadata out of its container's tags, sidecars and name. Never raises.

    Tags read, in any case and with a language behind ("title-eng"), all also under com.apple.quicktime:
    creation_time (UTC), creationdate, location (ISO 6709), make, model, title, comment, description, artist,
    author, copyright.
    """
    plain = {TAG_FRAME.sub("", key.lower()): value for key, value in tags.items()}
    beside, takeout = _sidecars(sidecars, name, 1)
    return _merged(beside, takeout, Part(), _container(plain), _outside(name, mtime_ns))


def _merged(beside: Sequence[Part], takeout: Part, embedded: Part, inside: Part, outside: Part) -> Metadata:
    """Return one Metadata of all parts; `inside` is EXIF with IPTC, or a film's container."""
    spoken = (*beside, takeout, embedded, inside)
    written = (inside, embedded, *beside, takeout)
    placed = (*beside, inside, embedded, takeout)
    where = next((part.metadata for part in placed if part.metadata.lat is not None), Metadata())
    taken_ms, offset_min, origin = choose(chain.from_iterable(part.moments for part in (*spoken, outside)))
    fields: dict[str, Any] = {field: _first(spoken, field) for field in FIRST_SPOKEN}
    fields |= {field: _first(written, field) for field in ("camera", "lens")}
    fields |= {field: _union(written, field) for field in ("keywords", "hierarchical", "people")}
    return Metadata(
        taken_ms=taken_ms,
        offset_min=offset_min,
        date_origin=origin,
        lat=where.lat,
        lon=where.lon,
        alt=where.alt,
        **fields,
    )


def _first(found: Sequence[Part], field: str) -> Any:
    """Return the field of the first part that has it; a rating of 0 is one."""
    values = (getattr(part.metadata, field) for part in found)
    return next((value for value in values if value not in ("", (), None)), getattr(Metadata(), field))


def _union(found: Sequence[Part], field: str) -> tuple[str, ...]:
    """Return the words that any part has in a field of words, without doubles."""
    return distinct(chain.from_iterable(getattr(part.metadata, field) for part in found))


def _outside(name: str, mtime_ns: int) -> Part:
    """Return what the file's name and its time in the file system tell."""
    found = (from_name(name), from_unix(Witness.FILE, mtime_ns / 1e9, None))
    return Part(moments=tuple(moment for moment in found if moment))


def _sidecars(sidecars: Sequence[tuple[str, bytes]], name: str, orientation: int) -> tuple[list[Part], Part]:
    """Return the XMP sidecars, the one that names this very file first, and the Takeout sidecar."""
    own = sorted(sidecars, key=lambda one: not one[0].casefold().startswith(name.casefold() + "."))
    packets = [content for called, content in own if called.casefold().endswith(".xmp")]
    notes = [content for called, content in own if called.casefold().endswith(".json")]
    beside = [xmp.read(packet, orientation, sidecar=True) for packet in packets]
    return beside, next(map(_takeout, notes), Part())


def _takeout(content: bytes) -> Part:
    """Read Google Takeout's JSON; photoTakenTime is UTC. A title that is only a file name is none."""
    try:
        found = json.loads(content) if len(content) <= MAX_JSON else None
    except PARSE_ERRORS:
        return Part()
    if not isinstance(found, dict):
        return Part()
    taken, named = _table(found, "photoTakenTime").get("timestamp"), line(found.get("title"))
    seconds = number(taken)
    moment = from_unix(Witness.SIDECAR_CREATED, seconds) if seconds is not None else None
    people = found.get("people")
    tables = people if isinstance(people, list) else []
    noted = Metadata(
        title="" if MEDIA_SUFFIX.search(named) else named,
        caption=caption(found.get("description")),
        people=distinct(line(one.get("name")) for one in tables if isinstance(one, dict)),
    )
    return Part(_placed(noted, _takeout_position(found)), (moment,) if moment else ())


def _table(found: dict[str, Any], key: str) -> dict[str, Any]:
    value = found.get(key)
    return value if isinstance(value, dict) else {}


def _takeout_position(found: dict[str, Any]) -> Where | None:
    """Return the position that the person or the service set, or else the one Takeout copied out of EXIF."""
    for table in (_table(found, key) for key in ("geoData", "geoDataExif")):
        if where := position(*(number(table.get(key)) for key in ("latitude", "longitude", "altitude"))):
            return where
    return None


def _placed(metadata: Metadata, where: Where | None) -> Metadata:
    return replace(metadata, lat=where[0], lon=where[1], alt=where[2]) if where else metadata


def _container(plain: Mapping[str, str]) -> Part:
    """Return what a film's container says."""
    where = next(filter(None, map(_iso_6709, (plain.get("location.iso6709"), plain.get("location")))), None)
    found = Metadata(
        camera=camera(plain.get("make", ""), plain.get("model", "")),
        title=line(plain.get("title")),
        caption=caption(plain.get("description")) or caption(plain.get("comment")),
        creator=line(plain.get("artist")) or line(plain.get("author")),
        rights=text(plain.get("copyright")),
    )
    return Part(_placed(found, where), tuple(_container_moments(plain)))


def _container_moments(plain: Mapping[str, str]) -> Iterator[Moment]:
    """Yield the container's dates, Apple's local one with its offset before the plain one in UTC."""
    for key, zone in (("creationdate", ""), ("creation_time", "Z")):
        if moment := from_container(plain.get(key, ""), zone):
            yield moment


def _iso_6709(value: str | None) -> Where | None:
    """Read "+59.3293+018.0686+012.3/" (ISO 6709 in degrees)."""
    found = ISO_6709.match(value or "")
    return position(number(found[1]), number(found[2]), number(found[3])) if found else None
