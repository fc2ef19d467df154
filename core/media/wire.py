"""What goes over the pipes between the program and a decoder child: framed JSON and raw bytes, never pickles.

A frame is the header's length (uint32, big-endian), the header (JSON, UTF-8) and the raw parts whose lengths its
"parts" announces. The program checks every answer: the child has read hostile bytes and may lie.
"""

import json
import math
import re
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, Literal, Protocol, TypeVar, get_args, get_origin, get_type_hints

import numpy as np

from core.errors import MediaError
from core.types import Decoded, Facts, Json, MediaKind, Metadata, Picture, Pixels

MAX_HEADER = 8 * 1024 * 1024  # bytes
MAX_REQUEST = 4 * 1024**3  # bytes; a film goes by its path, a photo by its bytes
MAX_ANSWER = 16 * 1024 * 1024  # bytes; the largest working picture has 11 MB
MAX_SIDE, MAX_THUMBNAIL, MAX_SENTENCE = 1919, 512 * 1024, 500  # px, bytes, characters
MAX_PIXELS = 200_000_000  # of a whole picture
SHA = re.compile(r"[0-9a-f]{64}")
T = TypeVar("T")


class Pipe(Protocol):
    """An unbuffered binary stream: both calls may do less than asked for."""

    def readinto(self, into: memoryview, /) -> int | None:
        """Fill `into` from its start; return the bytes read, 0 at the end."""

    def write(self, data: memoryview, /) -> int | None:
        """Send `data` from its start; return the bytes sent."""


@dataclass(frozen=True, slots=True)
class Request:
    """One file to decode: a photo by its bytes, a film by its path; `limit_s` is the time it may take.

    sidecars: (file name, content); name, mtime_ns: the file's own. full: pixels at their original size, without
    thumbnail and hash. "play" asks for a film's frames, one after the other: side, the most px of their longer side;
    start_ms, where to begin; `limit_s` is for each of them.
    """

    kind: MediaKind | Literal["play"]
    name: str
    mtime_ns: int
    want_pixels: bool
    limit_s: float
    path: str = ""
    data: bytes = b""
    sidecars: tuple[tuple[str, bytes], ...] = ()
    full: bool = False
    side: int = 0
    start_ms: int = 0


def write_frame(pipe: Pipe, header: Json, parts: Sequence[Any] = ()) -> None:
    """Send a header and its parts (bytes or C-contiguous arrays). Raises OSError where the other end has gone."""
    raw = [memoryview(part).cast("B") for part in parts]
    told = json.dumps({**header, "parts": [len(part) for part in raw]}, allow_nan=False).encode()
    for piece in (memoryview(struct.pack(">I", len(told)) + told), *raw):
        sent = 0
        while sent < len(piece):
            sent += pipe.write(piece[sent:]) or 0


def read_frame(pipe: Pipe, most: int) -> tuple[Json, list[bytearray]]:
    """Receive a header and its parts, `most` bytes of parts together.

    Raises EOFError where the other end has gone, ValueError where the frame makes no sense.
    """
    (length,) = struct.unpack(">I", _exactly(pipe, 4))
    if length > MAX_HEADER:
        raise ValueError("a header too long")
    header = json.loads(_exactly(pipe, length))
    if not isinstance(header, dict):
        raise ValueError("no header")  # noqa: TRY004  # the frame is wrong, not our call
    sizes = _value(tuple[int, ...], header.pop("parts", None))
    if min(sizes, default=0) < 0 or sum(sizes) > most:
        raise ValueError("parts of no sense")
    return header, [_exactly(pipe, size) for size in sizes]


def _exactly(pipe: Pipe, length: int) -> bytearray:
    whole = bytearray(length)
    view, have = memoryview(whole), 0
    while have < length:
        got = pipe.readinto(view[have:])
        if not got:
            raise EOFError("the other end has gone")
        have += got
    return whole


def write_request(pipe: Pipe, request: Request) -> None:
    """Send a request. Raises OSError where the child has gone."""
    header: Json = {
        "kind": request.kind,
        "name": request.name,
        "mtime_ns": request.mtime_ns,
        "want_pixels": request.want_pixels,
        "limit_s": request.limit_s,
        "path": request.path,
        "full": request.full,
        "side": request.side,
        "start_ms": request.start_ms,
        "sidecars": [name for name, _ in request.sidecars],
    }
    write_frame(pipe, header, [request.data, *(content for _, content in request.sidecars)])


def read_request(pipe: Pipe) -> Request:
    """Receive a request; the program is trusted. Raises EOFError where it has gone."""
    header, (data, *contents) = read_frame(pipe, MAX_REQUEST)
    sidecars = zip(header.pop("sidecars"), map(bytes, contents), strict=True)
    return Request(**header, data=bytes(data), sidecars=tuple(sidecars))


def write_answer(pipe: Pipe, answer: Decoded | str) -> None:
    """Send what was decoded, or the sentence that says why it was not."""
    if isinstance(answer, str):
        write_frame(pipe, {"error": answer})
        return
    picture = answer.picture
    header: Json = {
        "facts": to_json(answer.facts),
        "metadata": to_json(answer.metadata),
        "shape": list(picture.pixels.shape) if picture else None,
        "scale": picture.scale if picture else None,
        "at_ms": picture.at_ms if picture else None,
        "pixels_sha": answer.pixels_sha,
    }
    write_frame(pipe, header, [picture.pixels, answer.thumbnail or b""] if picture else [])


def read_answer(pipe: Pipe, *, want_pixels: bool, full: bool = False) -> Decoded:
    """Receive and check an answer.

    Raises MediaError with the child's own sentence, EOFError where the child has gone, ValueError or TypeError where
    the answer makes no sense.
    """
    header, parts = read_frame(pipe, 3 * MAX_PIXELS if full else MAX_ANSWER)
    if "error" in header:
        raise MediaError(_sentence(header["error"]))
    facts, described = _facts(header.get("facts")), from_json(Metadata, header.get("metadata"))
    if not want_pixels:
        return Decoded(facts, described)
    if len(parts) != 2:
        raise ValueError("no picture")
    if full:
        return Decoded(facts, described, _picture(header, parts[0], MAX_PIXELS))
    thumbnail, sha = bytes(parts[1]), _value(str, header.get("pixels_sha"))
    if not thumbnail.startswith(b"\xff\xd8") or len(thumbnail) > MAX_THUMBNAIL or not SHA.fullmatch(sha):
        raise ValueError("no thumbnail or hash")
    return Decoded(facts, described, _picture(header, parts[0], MAX_SIDE), thumbnail, sha)


def write_shown(pipe: Pipe, shown: tuple[int, Pixels] | str | None) -> None:
    """Send one frame of a film that plays (ms, pixels), None after the last, or why there are no more."""
    if isinstance(shown, tuple):
        at_ms, pixels = shown
        write_frame(pipe, {"at_ms": at_ms, "shape": list(pixels.shape)}, [pixels])
    else:
        write_frame(pipe, {} if shown is None else {"error": shown})


def read_shown(pipe: Pipe, side: int) -> tuple[int, Pixels] | None:
    """Receive and check one frame, its longer side at most `side` px; None after the last.

    Raises as `read_answer`.
    """
    header, parts = read_frame(pipe, 3 * side * side)
    if "error" in header:
        raise MediaError(_sentence(header["error"]))
    if not header:
        return None
    at_ms = _value(int, header.get("at_ms"))
    if at_ms < 0 or len(parts) != 1:
        raise ValueError("no frame")
    return at_ms, _pixels(header, parts[0], side)


def _facts(document: object) -> Facts:
    facts = from_json(Facts, document)
    positive = min(facts.width, facts.height, facts.frames) > 0 <= (facts.duration_ms or 0)
    if not positive or not 1 <= facts.orientation <= 8:
        raise ValueError("facts out of range")
    return facts


def _sentence(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= MAX_SENTENCE:
        raise ValueError("no sentence")
    return value


def _picture(header: Json, raw: bytearray, side: int) -> Picture:
    pixels = _pixels(header, raw, side)
    scale = _value(float, header.get("scale"))
    at_ms = _value(int | None, header.get("at_ms"))
    if not 0 < scale <= 1 or (at_ms or 0) < 0:
        raise ValueError("a scale or time out of range")
    return Picture(pixels, scale, at_ms)


def _pixels(header: Json, raw: bytearray, side: int) -> Pixels:
    """Return the pixels, their longer side at most `side` px; the array is writable and owns its bytes."""
    height, width, channels = _value(tuple[int, int, int], header.get("shape"))
    if not 1 <= min(height, width) <= max(height, width) <= side:
        raise ValueError("a side out of range")
    if channels != 3 or len(raw) != height * width * 3:
        raise ValueError("a shape that does not fit the pixels")
    return np.frombuffer(raw, np.uint8).reshape(height, width, 3)


def to_json(value: Facts | Metadata) -> Json:
    """Return facts or metadata as a JSON object."""
    return asdict(value)


def from_json(kind: type[T], document: object) -> T:
    """Rebuild a dataclass from `to_json`'s object, strictly. Raises ValueError where a name or type is not its own."""
    hints = get_type_hints(kind)
    if not is_dataclass(kind) or not isinstance(document, dict) or not document.keys() <= hints.keys():
        raise ValueError(f"no {kind.__name__}")
    named = {
        field.name: _value(hints[field.name], document[field.name]) for field in fields(kind) if field.name in document
    }
    return kind(**named)


def _value(hint: Any, value: Any) -> Any:
    """Return `value` as the type that `hint` names: str, int, bool, float, Literal, tuple, union or dataclass."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return None if value is None else _value(next(one for one in inner if one is not type(None)), value)
    if origin is tuple:
        return _tuple(inner, value)
    if is_dataclass(hint):
        return from_json(hint, value)  # type: ignore[arg-type]  # never an instance here
    if origin is Literal and value in inner:
        return value
    return _plain(hint, value)


def _plain(hint: Any, value: Any) -> Any:
    """Return a str, int, bool or finite float; an int will do for a float."""
    if hint is float and type(value) is int:
        value = float(value)
    if type(value) is not hint or (hint is float and not math.isfinite(value)):
        raise ValueError(f"{value!r:.40} is no {hint}")
    return value


def _tuple(inner: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise ValueError("no list")  # noqa: TRY004  # the answer is wrong, not our call
    if inner[1:] == (Ellipsis,):
        return tuple(_value(inner[0], one) for one in value)
    return tuple(_value(hint, one) for hint, one in zip(inner, value, strict=True))
