"""XMP packets, embedded or as a sidecar, read with their namespaces kept (ISO 16684-1; MWG guidelines 2.0).

A packet becomes one dictionary from "prefix:name" to text, list or dictionary. The prefixes are the customary
ones below, whatever the packet calls them; a property of any other namespace is left out.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.media.dates import Moment, Witness, parse
from core.media.parts import (
    PARSE_ERRORS,
    Part,
    camera,
    caption,
    distinct,
    line,
    number,
    position,
    rating,
    text,
)
from core.media.regions import Value, first, regions, texts
from core.types import Metadata

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
MAX_PACKET = 16 * 1024 * 1024
MAX_DEPTH = 30
NAMESPACES = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://ns.adobe.com/xap/1.0": "xmp",
    "http://ns.adobe.com/exif/1.0": "exif",
    "http://ns.adobe.com/exif/1.0/aux": "aux",
    "http://cipa.jp/exif/1.0": "exifEX",
    "http://ns.adobe.com/tiff/1.0": "tiff",
    "http://ns.adobe.com/photoshop/1.0": "photoshop",
    "http://ns.adobe.com/xmp/1.0/DynamicMedia": "xmpDM",
    "http://ns.adobe.com/lightroom/1.0": "lr",
    "http://www.digikam.org/ns/1.0": "digiKam",
    "http://ns.iview-multimedia.com/mediapro/1.0": "mediapro",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29": "Iptc4xmpExt",
    "http://ns.microsoft.com/photo/1.0": "MicrosoftPhoto",
    "http://ns.microsoft.com/photo/1.2": "MP",
    "http://ns.microsoft.com/photo/1.2/t/RegionInfo": "MPRI",
    "http://ns.microsoft.com/photo/1.2/t/Region": "MPReg",
    "http://www.metadataworkinggroup.com/schemas/regions": "mwg-rs",
    "http://ns.adobe.com/xmp/sType/Area": "stArea",
    "http://ns.adobe.com/xap/1.0/sType/Dimensions": "stDim",
}
CONTAINERS = ("rdf:Alt", "rdf:Bag", "rdf:Seq")
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read(packet: bytes, orientation: int = 1, *, sidecar: bool = False) -> Part:
    """Return what a packet says; an empty part for none, for over 16 MB, and for XML that cannot be read.

    orientation: EXIF orientation 1..8 of the picture, for the regions, which refer to the unrotated picture.
    """
    try:
        found = properties(packet)
        return Part(_metadata(found, orientation), tuple(_moments(found, sidecar=sidecar)))
    except (*PARSE_ERRORS, DefusedXmlException):
        return Part()


def properties(packet: bytes) -> dict[str, Value]:
    """Return the properties of a packet by "prefix:name".

    Raises DefusedXmlException for document types and entities, ParseError (a SyntaxError) for what is no XML.
    A packet with stray bytes is tried once more without them.
    """
    if not packet or len(packet) > MAX_PACKET:
        return {}
    try:
        root = fromstring(trimmed(packet), forbid_dtd=True)
    except (SyntaxError, ValueError):
        root = fromstring(_mended(packet), forbid_dtd=True)
    found: dict[str, Value] = {}
    for description in next(root.iter(f"{{{RDF}}}RDF"), ()):
        found.update(_fields(description, 0))
    return found


def trimmed(packet: bytes) -> bytes:
    """Return a packet without the padding around it; UTF-16, in which zeros belong to the letters, as it is."""
    return packet if packet.startswith((b"\xff\xfe", b"\xfe\xff")) else packet.strip(b"\0 \r\n\t")


def _mended(packet: bytes) -> str:
    """Return the RDF element alone, undecodable bytes and forbidden characters replaced by spaces; "" without one."""
    whole = packet.decode("utf-8", "replace")
    start, end = whole.find("<rdf:RDF"), whole.rfind("</rdf:RDF>")
    return (
        re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd-\uffff]", " ", whole[start : end + 10]) if 0 <= start < end else ""
    )


def _key(tag: str) -> str:
    """Return "prefix:name" of an ElementTree tag "{namespace}name", or "" of an unknown namespace."""
    space, _, name = tag.removeprefix("{").rpartition("}")
    prefix = NAMESPACES.get(space.rstrip("/#"), "")
    return f"{prefix}:{name}" if prefix else ""


def _fields(element: Element, depth: int) -> dict[str, Value]:
    """Return the properties that an element holds as attributes and as children."""
    found: dict[str, Value] = {
        key: value for tag, value in element.attrib.items() if (key := _key(tag)) and not key.startswith("rdf:")
    }
    for child in element:
        if key := _key(child.tag):
            found[key] = _value(child, depth + 1)
    return found


def _value(element: Element, depth: int) -> Value:
    """Return the value of a property element: text, list (of a container), dictionary (of a structure)."""
    if depth > MAX_DEPTH:
        return ""
    if len(element) == 1 and _key(element[0].tag) in CONTAINERS:
        items = sorted(element[0], key=lambda item: item.get(LANGUAGE) != "x-default")
        return [_value(item, depth + 1) for item in items]
    if len(element) == 1 and _key(element[0].tag) == "rdf:Description":
        return _fields(element[0], depth + 1)
    if fields := _fields(element, depth):
        return fields
    return element.get(f"{{{RDF}}}resource") or element.text or ""


def _metadata(found: dict[str, Value], orientation: int) -> Metadata:
    where = position(
        _coordinate(first(found, "exif:GPSLatitude")),
        _coordinate(first(found, "exif:GPSLongitude")),
        _altitude(found),
    )
    lat, lon, alt = where or (None, None, None)
    return Metadata(
        camera=camera(first(found, "tiff:Make"), first(found, "tiff:Model")),
        lens=line(first(found, "exifEX:LensModel", "aux:Lens")),
        lat=lat,
        lon=lon,
        alt=alt,
        title=line(first(found, "dc:title")),
        caption=caption(first(found, "dc:description")),
        creator="; ".join(distinct(texts(found.get("dc:creator")))),
        rights=text(first(found, "dc:rights")),
        keywords=distinct(texts(found.get("dc:subject"))),
        hierarchical=_paths(found),
        people=distinct(texts(found.get("Iptc4xmpExt:PersonInImage"))),
        rating=rating(first(found, "xmp:Rating"), first(found, "MicrosoftPhoto:Rating")),
        regions=regions(found, orientation),
    )


def _paths(found: dict[str, Value]) -> tuple[str, ...]:
    """Return the keyword paths of Lightroom, digiKam and MediaPro, "|" between the levels."""
    paths = texts(found.get("lr:hierarchicalSubject"))
    paths += [item.replace("/", "|") for item in texts(found.get("digiKam:TagsList"))]
    paths += texts(found.get("mediapro:CatalogSets"))
    levels = ([level.strip() for level in path.split("|")] for path in paths)
    return distinct("|".join(level for level in path if level) for path in levels)


def _coordinate(value: str) -> float | None:
    """Return degrees of "51,15.29N", "51,15,17.4N" or "51.2548"; None for anything else."""
    found = re.fullmatch(r"([-+]?[\d.]+)(?:,([\d.]+))?(?:,([\d.]+))?\s*([NSEW])?", value.strip(), re.ASCII)
    parts = [number(part) for part in found.groups(default="0")[:3]] if found else []
    if not found or len(known := [part for part in parts if part is not None]) < 3:
        return None
    degrees = known[0] + known[1] / 60 + known[2] / 3600
    return -degrees if found[4] in {"S", "W"} else degrees


def _altitude(found: dict[str, Value]) -> float | None:
    metres = number(first(found, "exif:GPSAltitude"))
    below = first(found, "exif:GPSAltitudeRef").strip() == "1"
    return -metres if metres and below else metres


def _moments(found: dict[str, Value], *, sidecar: bool) -> Iterator[Moment]:
    """Yield the dates; a packet's modification dates tell nothing of the picture."""
    original = Witness.SIDECAR if sidecar else Witness.XMP_ORIGINAL
    created = Witness.SIDECAR_CREATED if sidecar else Witness.XMP_CREATED
    for witness, key in (
        (original, "exif:DateTimeOriginal"),
        (original, "photoshop:DateCreated"),
        (created, "xmp:CreateDate"),
        (created, "exif:DateTimeDigitized"),
    ):
        if moment := parse(witness, first(found, key)):
            yield moment
    clock = parse(Witness.GPS, first(found, "exif:GPSTimeStamp"), zone="Z")
    if clock:
        yield clock
