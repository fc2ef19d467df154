"""Small files with metadata, written here byte for byte, for the tests that read them back."""

import io
import json
import struct
from collections.abc import Mapping
from datetime import UTC, datetime

from PIL import Image, TiffImagePlugin

from core.media import metadata
from core.types import Metadata

MTIME_NS = 1_700_000_000_000_000_000  # 2023-11-14 22:13:20 UTC
RATIONAL = TiffImagePlugin.IFDRational
SPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "MicrosoftPhoto": "http://ns.microsoft.com/photo/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "MP": "http://ns.microsoft.com/photo/1.2/",
    "MPRI": "http://ns.microsoft.com/photo/1.2/t/RegionInfo#",
    "MPReg": "http://ns.microsoft.com/photo/1.2/t/Region#",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
}


def packet(inside: str, attributes: str = "") -> bytes:
    """Return an XMP packet with these properties."""
    spaces = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {spaces} {attributes}>{inside}</rdf:Description>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    ).encode()


def bag(name: str, *items: str, kind: str = "Bag") -> str:
    return f"<{name}><rdf:{kind}>" + "".join(f"<rdf:li>{one}</rdf:li>" for one in items) + f"</rdf:{kind}></{name}>"


def area(name: str, x: float, y: float, w: float, h: float, unit: str = "normalized") -> str:
    return (
        '<rdf:li rdf:parseType="Resource"><mwg-rs:Area '
        f'stArea:x="{x}" stArea:y="{y}" stArea:w="{w}" stArea:h="{h}" stArea:unit="{unit}"/>'
        f"<mwg-rs:Name>{name}</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type></rdf:li>"
    )


def mwg(*areas: str) -> str:
    return (
        '<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions stDim:w="400" stDim:h="200" '
        'stDim:unit="pixel"/><mwg-rs:RegionList><rdf:Bag>' + "".join(areas) + "</rdf:Bag></mwg-rs:RegionList>"
        "</mwg-rs:Regions>"
    )


def microsoft(name: str, rectangle: str) -> str:
    return (
        '<MP:RegionInfo rdf:parseType="Resource"><MPRI:Regions><rdf:Bag><rdf:li rdf:parseType="Resource">'
        f"<MPReg:PersonDisplayName>{name}</MPReg:PersonDisplayName><MPReg:Rectangle>{rectangle}</MPReg:Rectangle>"
        "</rdf:li></rdf:Bag></MPRI:Regions></MP:RegionInfo>"
    )


def iptc(*sets: tuple[int, int, bytes]) -> bytes:
    """Return IPTC data sets (record, number, value) as Photoshop's resource in a JPEG's APP13 segment."""
    block = b"".join(struct.pack(">BBBH", 0x1C, record, number, len(value)) + value for record, number, value in sets)
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(block)) + block + b"\0" * (len(block) % 2)
    body = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + struct.pack(">H", len(body) + 2) + body


def jpeg(
    main: Mapping[int, object] | None = None,
    sub: Mapping[int, object] | None = None,
    gps: Mapping[int, object] | None = None,
    *,
    xmp_packet: bytes = b"",
    segment: bytes = b"",
) -> bytes:
    """Return a small JPEG with these EXIF directories, XMP packet and extra segment."""
    exif = Image.Exif()
    for tag, value in (main or {}).items():
        exif[tag] = value
    for pointer, tags in ((0x8769, sub), (0x8825, gps)):
        if tags:
            exif.get_ifd(pointer).update(tags)
    written = io.BytesIO()
    Image.new("RGB", (40, 20)).save(written, "JPEG", exif=exif, xmp=xmp_packet)
    return written.getvalue()[:2] + segment + written.getvalue()[2:]


def look(content: bytes, *sidecars: tuple[str, bytes], name: str = "photo.jpg") -> Metadata:
    with Image.open(io.BytesIO(content)) as image:
        return metadata.read(image, sidecars, name, MTIME_NS)[0]


def turned(content: bytes) -> int:
    with Image.open(io.BytesIO(content)) as image:
        return metadata.read(image, (), "photo.jpg", MTIME_NS)[1]


def wall(found: Metadata) -> str:
    assert found.taken_ms is not None
    moment = datetime.fromtimestamp(found.taken_ms // 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{found.taken_ms % 1000:03}"


def told(found: Metadata) -> tuple[str, int | None, str]:
    return wall(found), found.offset_min, found.date_origin


def takeout(**changes: object) -> tuple[str, bytes]:
    note = {
        "title": "photo.jpg",
        "description": "from takeout",
        "photoTakenTime": {"timestamp": "1466953861"},
        "geoData": {"latitude": 59.3293, "longitude": 18.0686, "altitude": 0.0},
        "people": [{"name": "Anna Lind"}, {"name": 3}, "odd"],
    }
    return "photo.jpg.json", json.dumps(note | changes).encode()
