"""Cameras' RAW files through LibRaw: the camera's own preview first, the sensor's pixels where it is too small."""

import io
import struct
from contextlib import suppress
from types import TracebackType
from typing import Self

import numpy as np
import rawpy
from PIL import ExifTags, Image

from core.errors import MediaError
from core.media.pixels import upright_size

ORIENTATIONS = {3: 3, 5: 8, 6: 6}  # LibRaw's flip to EXIF's orientation
JPEG_START = b"\xff\xd8\xff"
CANON_BLOCKS = ((ExifTags.IFD.Exif, b"CMT2"), (ExifTags.IFD.GPSInfo, b"CMT4"))  # in CR3, beside CMT1 for IFD0
TIFF_STARTS = {
    b"II*\0": b"II*\0",
    b"MM\0*": b"MM\0*",
    b"IIRO": b"II*\0",  # Olympus and
    b"IIRS": b"II*\0",
    b"MMOR": b"MM\0*",
    b"IIU\0": b"II*\0",  # Panasonic: TIFF but for the signature
}
NOTHING = "The RAW file holds no preview, and its picture is cut off or damaged."
CANON_REACH = 64 * 1024  # bytes from the start within which a CR3 keeps them


class Shot:
    """One RAW file: width and height in px as the sensor lies, orientation EXIF 1..8."""

    def __init__(self, opened: rawpy.RawPy) -> None:
        self._opened = opened
        sizes = opened.sizes
        self.width = sizes.crop_width or sizes.width
        self.height = sizes.crop_height or sizes.height
        self.orientation = ORIENTATIONS.get(sizes.flip, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    def picture(self, side: int) -> tuple[Image.Image, int]:
        """Return a picture of at least `side` px where there is one, and the EXIF turn still to be made.

        Raises MediaError where the file holds neither a preview nor readable sensor data.
        """
        preview = self.preview()
        if preview and max(preview.size) >= side:
            return preview, self._turn(preview)
        try:
            pixels = self._opened.postprocess(half_size=True, use_camera_wb=True)
        except rawpy.LibRawError as error:
            if preview:
                return preview, self._turn(preview)
            raise MediaError(NOTHING) from error
        if not pixels.any():  # LibRaw reads missing sensor data as black
            raise MediaError(NOTHING)
        return Image.fromarray(pixels), 1  # LibRaw has turned it

    def preview(self) -> Image.Image | None:
        """Return the largest preview, not turned; None where there is none."""
        try:
            found = self._opened.extract_thumb()
        except rawpy.LibRawError:
            return None
        if isinstance(found.data, bytes):
            with suppress(OSError):
                return Image.open(io.BytesIO(found.data), formats=["JPEG"])
            return None
        return Image.fromarray(np.asarray(found.data, np.uint8))

    def _turn(self, preview: Image.Image) -> int:
        """Return the turn a preview needs: none where its shape shows that the camera has turned it already."""
        upright = upright_size(self.width, self.height, self.orientation)
        lies = self.width > self.height
        if upright != (self.width, self.height) and (preview.width > preview.height) != lies:
            return 1
        return self.orientation


def open_raw(data: bytes) -> Shot | None:
    """Open a RAW file; None where LibRaw does not know it, or where it is a JPEG by another name."""
    if data.startswith(JPEG_START):
        return None
    try:
        return Shot(rawpy.imread(io.BytesIO(data)))
    except rawpy.LibRawError:
        return None


def described_by(shot: Shot, data: bytes) -> Image.Image:
    """Return an image that carries EXIF and XMP: the file's own, else those of its CR3 blocks, else its preview's."""
    carrier = Image.new("RGB", (1, 1))
    exif = carrier.getexif()  # the one object that every later getexif() gives
    with suppress(OSError, SyntaxError, ValueError, LookupError, TypeError, struct.error):
        if data[:4] in TIFF_STARTS:
            start = TIFF_STARTS[data[:4]]
            exif.load(data if data.startswith(start) else start + data[4:])
            carrier.info["xmp"] = exif.get(ExifTags.Base.XMLPacket, b"")
            return carrier
        if main := _block(data, b"CMT1"):
            exif.load(main)
            for which, name in CANON_BLOCKS:
                part = Image.Exif()
                part.load(_block(data, name))
                exif.get_ifd(which).update(part)
            return carrier
    return shot.preview() or carrier


def _block(data: bytes, name: bytes) -> bytes:
    """Return the content of an ISO-BMFF box near the start of the file; b"" where it is missing."""
    at = data.find(name, 4, CANON_REACH)
    return data[at + 4 : at - 4 + int.from_bytes(data[at - 4 : at])] if at > 0 else b""
