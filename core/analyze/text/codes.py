"""QR and bar codes: where they are, what they hold, and what of it may be searched for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from core.types import Json, Pixels

LONGER = 1280  # px; larger pictures are averaged down to it
RETAIL = ("EAN-13", "EAN-8", "UPC-A", "UPC-E")
TYPES = {"EAN_13": "EAN-13", "EAN_8": "EAN-8", "UPC_A": "UPC-A", "UPC_E": "UPC-E"}
"""OpenCV's names of formats, as ZXing spells them."""

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

    ZXing reads all kinds; OpenCV's reader follows for retail bar codes, which it reads also tilted by 25 to 65 degrees.
    """
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    scale = min(1.0, LONGER / max(grey.shape))
    if scale < 1:
        size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
        grey = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
    back = np.array((pixels.shape[1] / grey.shape[1], pixels.shape[0] / grey.shape[0]))
    found = [_zxing(code, back) for code in zxingcpp.read_barcodes(grey, text_mode=zxingcpp.TextMode.Plain)]
    known = {code.text.lstrip("0") for code in found}
    found += [code for code in _opencv(grey, back) if code.text.lstrip("0") not in known]
    return sorted(found, key=lambda code: (*code.corners.min(axis=0)[::-1].tolist(), code.text))


def _zxing(code: zxingcpp.Barcode, back: npt.NDArray[np.float64]) -> Code:
    place = code.position
    corners = [(p.x, p.y) for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)]
    return Code(str(code.format), code.text, np.array(corners, np.float64) * back)


def _opencv(grey: npt.NDArray[np.uint8], back: npt.NDArray[np.float64]) -> list[Code]:
    if min(grey.shape) < 40:  # its reader wants room
        return []
    _, texts, types, corners = cv2.barcode.BarcodeDetector().detectAndDecodeWithType(grey)
    if not texts:
        return []
    # its corners begin at the bottom left
    placed = [np.roll(four.reshape(4, 2).astype(np.float64), -1, axis=0) * back for four in corners]
    return [
        Code(TYPES.get(kind, kind), text, four) for text, kind, four in zip(texts, types, placed, strict=True) if text
    ]


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
