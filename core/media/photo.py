"""Photo bytes of any kind to a Decoded. Runs in the decoder child only; nothing here trusts the bytes."""

import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pi_heif
import pylibjxl
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    DdsImagePlugin,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    PsdImagePlugin,
    QoiImagePlugin,
    TgaImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from core.errors import MediaError
from core.media import metadata, raw
from core.media.formats import RAW, suffix_of
from core.media.pixels import WORKING_SIDE, Rendered, render, upright_size
from core.media.wire import MAX_PIXELS
from core.types import Decoded, Facts, Metadata

DAMAGE = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, RuntimeError, AttributeError,
    struct.error, zlib.error,
)  # fmt: skip  # what Pillow's readers raise on damaged bytes
LATE_METADATA = {"PNG", "JXL"}  # keep EXIF or XMP behind the pixels
TURNED = {"TIFF", "JXL"}  # their readers turn the pixels themselves
READERS = {
    plugin.format
    for plugin in (
        AvifImagePlugin.AvifImageFile,
        BmpImagePlugin.BmpImageFile,
        BmpImagePlugin.DibImageFile,
        DdsImagePlugin.DdsImageFile,
        GifImagePlugin.GifImageFile,
        Jpeg2KImagePlugin.Jpeg2KImageFile,
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        PpmImagePlugin.PpmImageFile,
        PsdImagePlugin.PsdImageFile,
        QoiImagePlugin.QoiImageFile,
        TiffImagePlugin.TiffImageFile,
        WebPImagePlugin.WebPImageFile,
    )
}
READERS |= {"HEIF", "JXL"}  # no EPS, WMF or icon readers: they start other programs, or are no photos

Image.MAX_IMAGE_PIXELS = None  # the check below knows about scaled JPEGs
AvifImagePlugin.DEFAULT_MAX_THREADS = 2
pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)
pylibjxl.register_pillow()


def decode(
    data: bytes, name: str, sidecars: Sequence[tuple[str, bytes]], mtime_ns: int, *, want_pixels: bool, full: bool
) -> Decoded:
    """Return what the bytes of one photo hold; picture and thumbnail are None without `want_pixels`.

    full: the picture at its original size (of a RAW file the largest preview, where that is large enough for a working
    picture, else half the sensor's pixels), without thumbnail and hash.
    The content decides, not the name, save that RAW files (many look like TIFF) and TGA (no signature) are known by it.
    Raises MediaError with one sentence for a person.
    """
    if not data:
        raise MediaError("The file is empty.")
    with _one_sentence():
        if suffix_of(name) in RAW and (shot := raw.open_raw(data)):
            with shot:
                return _raw(shot, data, name, sidecars, mtime_ns, want_pixels=want_pixels, full=full)
        with Image.open(io.BytesIO(data), formats=_formats(name)) as image:
            return _plain(image, name, sidecars, mtime_ns, want_pixels=want_pixels, full=full)


def _formats(name: str) -> list[str]:
    return [*READERS, TgaImagePlugin.TgaImageFile.format] if suffix_of(name) == ".tga" else [*READERS]


@contextmanager
def _one_sentence() -> Iterator[None]:
    """Turn what readers raise into a MediaError."""
    try:
        yield
    except UnidentifiedImageError:
        raise MediaError("This is not a picture file that can be read (unknown content).") from None
    except DAMAGE as error:
        raise MediaError("The file is cut off or damaged.") from error


def _plain(
    image: Image.Image,
    name: str,
    sidecars: Sequence[tuple[str, bytes]],
    mtime_ns: int,
    *,
    want_pixels: bool,
    full: bool,
) -> Decoded:
    """Decode what Pillow has opened."""
    kind, size = "JPEG" if image.format == "MPO" else image.format or "", image.size
    if not full:
        _draft(image)
    refuse_huge(*image.size, claimed=size)
    if kind in LATE_METADATA:
        image.load()
    described, orientation = metadata.read(image, sidecars, name, mtime_ns)
    turn = 1 if kind in TURNED else orientation
    width, height = upright_size(*size, turn)
    rendered = render(_loaded(image), turn, max(size), full=full) if want_pixels else None
    facts = Facts("photo", kind, width, height, orientation, frames=_frames(image))
    return _decoded(facts, described, rendered)


def _draft(image: Image.Image) -> None:
    """Let the JPEG reader skip what would be averaged away: by 2, 4 or 8, the longer side staying 960 px or more."""
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        return
    factor = max(image.size) // WORKING_SIDE
    if factor >= 2:
        by = min(8, 1 << (factor.bit_length() - 1))
        image.draft(None, (max(1, image.width // by), max(1, image.height // by)))


def refuse_huge(width: int, height: int, claimed: tuple[int, int]) -> None:
    """Raise MediaError where decoding would give over 200 megapixels; `claimed` is the size told to the person."""
    if width * height > MAX_PIXELS:
        raise MediaError(f"The picture claims {claimed[0]:,} x {claimed[1]:,} px, which is more than 200 megapixels.")


def _loaded(image: Image.Image) -> Image.Image:
    image.load()
    return image


def _frames(image: Image.Image) -> int:
    """Return the frames or pages; 1 where the file breaks off while they are counted."""
    try:
        return max(1, int(getattr(image, "n_frames", 1)))
    except DAMAGE:
        return 1


def _raw(
    shot: raw.Shot,
    data: bytes,
    name: str,
    sidecars: Sequence[tuple[str, bytes]],
    mtime_ns: int,
    *,
    want_pixels: bool,
    full: bool,
) -> Decoded:
    """Decode a camera's RAW file: its own preview where that is large enough, else half the sensor's pixels."""
    refuse_huge(shot.width, shot.height, claimed=(shot.width, shot.height))
    described, _ = metadata.read(raw.described_by(shot, data), sidecars, name, mtime_ns)
    width, height = upright_size(shot.width, shot.height, shot.orientation)
    rendered = None
    if want_pixels:
        image, turn = shot.picture(WORKING_SIDE)
        refuse_huge(*image.size, claimed=image.size)
        rendered = render(_loaded(image), turn, max(width, height), full=full)
    facts = Facts("photo", suffix_of(name)[1:].upper(), width, height, shot.orientation)
    return _decoded(facts, described, rendered)


def _decoded(facts: Facts, described: Metadata, rendered: Rendered | None) -> Decoded:
    picture, thumbnail, sha = rendered or (None, None, "")
    return Decoded(facts, described, picture, thumbnail, sha)
