"""QR and bar codes: where they are, what they hold, and what of it may be searched for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from core.types import Json, Pixels

LONGER = 1280  # px; larger pictures are averaged down to it
RETAIL = ("EAN-13", "EAN-8", "UPC-A", "UPC-E")
READ, TURNED = "AllReadable", "PDF417,DataMatrix"
STRIP = 700  # px that a levelled bar code is enlarged to, at most four times
ROOM, TALLEST = 0.15, 120  # of its length at each end; px of its height that are enough

LINE = re.compile(r"([A-Z-]+)(?:;[^:]*)?:(.*)", re.IGNORECASE)
FIELD = re.compile(r"([A-Z]+):((?:\\.|[^;\\])*);?", re.IGNORECASE)
CONTACT = {
    "FN": "name",
    "N": "name",
    "TEL": "phone",
    "EMAIL": "email",
    "ORG": "organisation",
    "URL": "url",
    "ADR": "address",
}


@dataclass(frozen=True, slots=True)
class Code:
    """One code; format as ZXing names it ("QR Code", "EAN-13" ...); corners: (4, 2) px, clockwise from its top left."""

    format: str
    text: str
    corners: npt.NDArray[np.float64]


def read(pixels: Pixels) -> list[Code]:
    """Return the codes in a picture, from top to bottom.

    ZXing reads the picture as it is, then what OpenCV takes for bar codes, turned level and enlarged: by itself it
    does not see those tilted by 25 to 65 degrees, and its own look at the turned picture costs more than all else here.
    """
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    scale = min(1.0, LONGER / max(grey.shape))
    if scale < 1:
        size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    found = _zxing(grey)
    known = {(code.format, code.text) for code in found}
    found += [code for code in _zxing(grey, turned=True) + _levelled(grey) if (code.format, code.text) not in known]
    back = np.array((pixels.shape[1] / grey.shape[1], pixels.shape[0] / grey.shape[0]))
    placed = [replace(code, corners=code.corners * back) for code in found]
    return sorted(placed, key=lambda code: (*code.corners.min(axis=0)[::-1].tolist(), code.text))


def _zxing(grey: npt.NDArray[np.uint8], *, turned: bool = False) -> list[Code]:
    """Return the codes as the picture stands; with `turned` instead those that OpenCV does not find on their side."""
    formats = zxingcpp.barcode_formats_from_str(TURNED if turned else READ)
    plain = zxingcpp.TextMode.Plain
    found = []
    for code in zxingcpp.read_barcodes(grey, formats, try_rotate=turned, try_invert=not turned, text_mode=plain):
        place, kind, text = code.position, str(code.format), code.text
        if kind == "EAN-13" and text.startswith("0"):  # how a UPC-A is written as one of the larger family
            kind, text = "UPC-A", text[1:]
        corners = [(p.x, p.y) for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]
        found.append(Code(kind, text, np.array(corners, np.float64)))
    return found


def _levelled(grey: npt.NDArray[np.uint8]) -> list[Code]:
    """Return what is read in each place where OpenCV's detector sees the stripes of a bar code."""
    if min(grey.shape) < 40:  # it wants room
        return []
    _, quads = cv2.barcode.BarcodeDetector().detect(grey)
    found: list[Code] = []
    for quad in () if quads is None else quads:
        matrix, size = _level(quad.reshape(4, 2).astype(np.float64))
        strip = cv2.warpAffine(grey, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        back = cv2.invertAffineTransform(matrix)
        seen = _zxing(np.asarray(strip, np.uint8))
        found += [replace(code, corners=code.corners @ back[:, :2].T + back[:, 2]) for code in seen]
    return found


def _level(quad: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], tuple[int, int]]:
    """Return the map to a level strip of the code with room at its ends, two to four times as large, and its size."""
    if np.linalg.norm(quad[1] - quad[0]) < np.linalg.norm(quad[2] - quad[1]):
        quad = np.roll(quad, -1, axis=0)
    long, short = (max(1.0, float(np.linalg.norm(quad[i + 1] - quad[i]))) for i in (0, 1))
    scale = min(max(STRIP / long, 2.0), 4.0)
    wide, high = long * (1 + 2 * ROOM), min(short, TALLEST)
    along = (quad[1] - quad[0]) / long
    across = np.array((-along[1], along[0]))
    corner = quad.mean(axis=0) - along * wide / 2 - across * high / 2
    linear = scale * np.stack([along, across])
    return np.concatenate([linear, -(linear @ corner)[:, None]], axis=1), (round(wide * scale), round(high * scale))


def parse(text: str, format_: str = "") -> Json:
    """Return {"kind", ...} of what a code holds, secrets left out.

    kind: "url" {url, host}, "wifi" {network, security}, "contact" {name, phone, email, ...}, "event" {title, place,
    begins, ends}, "email" {to, subject}, "phone" {number}, "message" {number, text}, "place" {lat, lon},
    "secret" {service} (one-time passwords, wallets: never told, never indexed), "product" {number}, "text" {}.
    """
    if format_ in RETAIL:
        return {"kind": "product", "number": text}
    scheme, _, rest = text.strip().partition(":")
    reader = READERS.get(scheme.upper())
    return reader(text.strip(), rest) if reader else {"kind": "text"}


def searchable(text: str, payload: Mapping[str, Any]) -> str:
    """Return the words under which a code may be found: of a secret none, of a network its name alone."""
    if payload["kind"] in ("secret", "wifi", "contact", "event"):
        return " ".join(str(value) for key, value in payload.items() if key not in ("kind", "security"))
    return text


def _url(text: str, _rest: str) -> Json:
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:
        return {"kind": "text"}
    return {"kind": "url", "url": text, "host": host}


def _wifi(_text: str, rest: str) -> Json:
    fields = _fields(rest)
    return {"kind": "wifi", "network": fields.get("S", ""), "security": fields.get("T", "") or "none"}


def _fields(rest: str) -> dict[str, str]:
    """Return the fields of WIFI:, MECARD: and MATMSG: (NTT Docomo's form: KEY:value; special signs are escaped)."""
    return {key.upper(): re.sub(r"\\(.)", r"\1", value) for key, value in FIELD.findall(rest)}


def _block(text: str, _rest: str) -> Json:
    """Return a vCard (RFC 6350) or a calendar event (RFC 5545)."""
    lines = {match[1].upper(): match[2].strip() for line in text.splitlines() if (match := LINE.match(line.strip()))}
    if lines.get("BEGIN", "").upper() == "VCARD":
        return _contact({key: value.replace(";", " ").strip() for key, value in reversed(lines.items())})
    names = {"title": "SUMMARY", "place": "LOCATION", "begins": "DTSTART", "ends": "DTEND"}
    told = {name: lines[key] for name, key in names.items() if lines.get(key)}
    return {"kind": "event", **told} if told else {"kind": "text"}


def _contact(fields: Mapping[str, str]) -> Json:
    told = {CONTACT[key]: value for key, value in fields.items() if key in CONTACT and value}
    return {"kind": "contact", **(told | ({"name": fields["FN"]} if fields.get("FN") else {}))}


def _mail(text: str, rest: str) -> Json:
    if text.upper().startswith("MATMSG"):
        fields = _fields(rest)
        return {"kind": "email", "to": fields.get("TO", ""), "subject": fields.get("SUB", "")}
    to, _, query = rest.partition("?")
    return {"kind": "email", "to": unquote(to), "subject": parse_qs(query).get("subject", [""])[0]}


def _message(_text: str, rest: str) -> Json:
    number, _, words = rest.partition(":")
    return {"kind": "message", "number": number, "text": words}


def _place(_text: str, rest: str) -> Json:
    match = re.match(r"(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)", rest)
    return {"kind": "place", "lat": float(match[1]), "lon": float(match[2])} if match else {"kind": "text"}


def _secret(text: str, _rest: str) -> Json:
    return {"kind": "secret", "service": text.partition(":")[0].lower()}


READERS = {
    "HTTP": _url,
    "HTTPS": _url,
    "WIFI": _wifi,
    "BEGIN": _block,
    "MECARD": lambda _text, rest: _contact(_fields(rest)),
    "MATMSG": _mail,
    "MAILTO": _mail,
    "TEL": lambda _text, rest: {"kind": "phone", "number": rest},
    "SMSTO": _message,
    "SMS": _message,
    "GEO": _place,
    "OTPAUTH": _secret,
    "OTPAUTH-MIGRATION": _secret,
    "BITCOIN": _secret,
    "ETHEREUM": _secret,
    "DPP": _secret,  # Wi-Fi Easy Connect: a key
}
"""By what stands before the first colon: takes the whole text and the rest."""
