"""From any Pillow picture to upright 8-bit sRGB pixels: whole, or smaller, with thumbnail and hash. In the child."""

import hashlib
import io
import struct
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

from core.types import Picture, Pixels

WORKING_SIDE = 960  # px; the longer side stays at or above it and below twice as much, where the original has it
THUMBNAIL_SIDE = 256
THUMBNAIL_QUALITY = 80
GROUND = (255, 255, 255, 255)  # what shows through transparent places
NARROW = 12  # bits
BAND = 2**20  # pixels that a whole picture is converted by
BACKWARDS = (3, 4, 6, 7)  # orientations that bring the first stored row last
COLOUR_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK"}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def upright_size(width: int, height: int, orientation: int) -> tuple[int, int]:
    """Return width and height after EXIF orientation 1..8."""
    return (height, width) if orientation >= 5 else (width, height)


Rendered = tuple[Picture, bytes | None, str]
"""A picture, its JPEG thumbnail and the hex SHA-256 of height, width and pixels; None and "" for a whole picture."""


def render(image: Image.Image, orientation: int, original_side: int, *, full: bool) -> Rendered:
    """Return the working picture with thumbnail and hash or, with `full`, the picture at its own size alone.

    image: loaded, any mode; orientation: the EXIF turn still to be made; original_side: longer side in px at full size.
    """
    if full:
        pixels = whole(image, orientation)
        return Picture(pixels, min(1.0, max(image.size) / original_side)), None, ""
    small = shrink(_eight_bit(image))
    turned = _srgb(small, image.info.get("icc_profile"))
    if orientation in TURNS:
        turned = turned.transpose(TURNS[orientation])
    pixels = np.ascontiguousarray(turned)
    scale = min(1.0, max(turned.size) / original_side)
    return Picture(pixels, scale), thumbnail(turned), pixels_sha(pixels)


def whole(image: Image.Image, orientation: int) -> Pixels:
    """Return all pixels of a loaded picture, after EXIF `orientation`.

    They are converted band by band: a 200-megapixel picture does not fit into the child's memory once per step.
    """
    profile = image.info.get("icc_profile")
    if _is_deep(image):
        image = _from_deep(image, full=True)
    width, height = upright_size(*image.size, orientation)
    pixels = np.empty((height, width, 3), np.uint8)
    rows = max(1, BAND // image.width)
    for top in range(0, image.height, rows):
        bottom = min(image.height, top + rows)
        band = _srgb(_eight_bit(image.crop((0, top, image.width, bottom))), profile)
        if orientation in TURNS:
            band = band.transpose(TURNS[orientation])
        backwards = orientation in BACKWARDS
        place = slice(image.height - bottom, image.height - top) if backwards else slice(top, bottom)
        if orientation >= 5:
            pixels[:, place] = np.asarray(band)
        else:
            pixels[place] = np.asarray(band)
    return pixels


def shrink(image: Image.Image) -> Image.Image:
    """Average whole blocks of pixels until the longer side is at least 960 and under 1,920 px; never enlarges."""
    factor = max(image.size) // WORKING_SIDE
    return image.reduce(factor) if factor >= 2 else image


def thumbnail(image: Image.Image) -> bytes:
    """Return an RGB picture as a JPEG of at most 256 px, quality 80, 4:2:0, without metadata."""
    small = image.copy()
    small.info.clear()  # Pillow would write the picture's comment into the thumbnail
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=THUMBNAIL_QUALITY, subsampling="4:2:0")
    return out.getvalue()


def pixels_sha(pixels: Pixels) -> str:
    """Return the hex SHA-256 over height and width (each uint32, big-endian) and the pixel bytes."""
    digest = hashlib.sha256(struct.pack(">II", *pixels.shape[:2]))
    digest.update(pixels.data)
    return digest.hexdigest()


def _eight_bit(image: Image.Image) -> Image.Image:
    """Return the picture as L, RGB, RGBa (colours times alpha), CMYK or LAB: modes that can be averaged."""
    if _is_deep(image):
        return _from_deep(image)
    if image.has_transparency_data:
        return image.convert("RGBA").convert("RGBa") if image.mode != "RGBa" else image
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in ("L", "RGB", "CMYK", "LAB") else image.convert("RGB")


def _is_deep(image: Image.Image) -> bool:
    return image.mode.startswith("I") or image.mode == "F"


def _from_deep(image: Image.Image, *, full: bool = False) -> Image.Image:
    """Bring grey values of 16 or 32 bits, or floats, to 0..255.

    Their range is not told: integers are taken as 16-bit (16-bit files that use 12 bits or fewer, as scanners write
    them, by the bits they use), floats as 0..1; where values lie above, the largest (for floats at least 255) is white.
    """
    averaged = not full and not image.mode.startswith("I;16")  # 16 bits cannot be averaged yet
    values = np.asarray(shrink(image) if averaged else image)
    if image.mode.startswith("I;16"):
        bits = int(values.max()).bit_length()
        return Image.fromarray((values >> (max(bits - 8, 0) if bits <= NARROW else 8)).astype(np.uint8))
    values = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
    top = float(values.max())
    white = max(top, 65535.0) if image.mode == "I" else 1.0 if top <= 1 else max(top, 255.0)
    return Image.fromarray(np.clip(values * (255 / white), 0, 255).astype(np.uint8))


def _srgb(image: Image.Image, profile: object) -> Image.Image:
    """Return the picture in RGB on a white ground, its colours brought from `profile` (ICC bytes) to sRGB."""
    if image.mode == "RGBa":
        straight = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, GROUND), straight).convert("RGB")
    transform = _transform(profile if isinstance(profile, bytes) else b"", image.mode)
    converted = ImageCms.applyTransform(image, transform) if transform else image.convert("RGB")
    if converted is None:  # only in-place transforms give None
        raise ValueError("no picture came out of the colour transform")
    return converted


@lru_cache(maxsize=4)  # one camera's photos come in a row
def _transform(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the way from this profile to sRGB; None where it is missing, sRGB itself, broken or for other channels."""
    try:
        if mode == "LAB":
            profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif icc:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        else:
            return None
        if mode != "LAB" and not _fits(profile, mode):
            return None
        return ImageCms.buildTransform(
            profile,
            SRGB,
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _fits(profile: ImageCms.ImageCmsProfile, mode: str) -> bool:
    """Tell whether a profile speaks of this mode's channels and would change anything."""
    described = profile.profile.profile_description or ""
    return profile.profile.xcolor_space.strip() == COLOUR_SPACES.get(mode) and not described.startswith("sRGB")
