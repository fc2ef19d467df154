"""Properties: how sharp, bright and rich in contrast a picture is, and its main colours."""

import functools
from collections.abc import Mapping, Sequence
from typing import ClassVar

import cv2
import numpy as np
import numpy.typing as npt

from core.types import Finding, Json, Outcome, Picture, Pixels
from models.pixels import shrink

LONGER_SIDE = 512  # px; a score must not grow with the camera's resolution
HALF_SHARP = 1000.0  # grey levels squared; the Laplacian's variance that scores 50: the median of 196 everyday photos
COLOR_SIDE = 128  # px; enough for shares of one per cent
CELL = 12.0  # Lab units: pixels this near share a cell of the histogram
APART = 25.0  # Lab units: a nearer colour belongs to the larger one
MOST_COLORS = 8
LEAST_SHARE = 1.0  # per cent
PLACES = np.array((10_000, 100, 1))  # a cell of the histogram as one number

# Each basic name by typical colours of it (names of CSS Color Module Level 4 and shades between them).
BASIC: dict[str, tuple[str, ...]] = {
    "black": ("000000", "1a1a1a", "141c24", "241a14"),
    "white": ("ffffff", "f0f0f0", "fffaf0", "f0f8ff"),
    "grey": ("444444", "808080", "b8b8b8", "708090", "8a8580", "d3d3d3"),
    "red": ("ff0000", "b22222", "dc143c", "8b0000", "e04a3a"),
    "orange": ("ff8c00", "ffa500", "e07020", "f4a460", "ff7f50"),
    "yellow": ("ffff00", "ffd700", "f0e68c", "c8b400", "fff3a0"),
    "green": ("008000", "00c800", "32cd32", "556b2f", "90ee90", "14401c", "9acd32", "2e8b57"),
    "cyan": ("00ffff", "00a0a0", "40e0d0", "a0f0f0", "006464"),
    "blue": ("0000ff", "1e90ff", "000080", "87ceeb", "4169e1", "4682b4", "b0d4f0", "14285a"),
    "purple": ("800080", "6a0dad", "9370db", "c8a2e8", "4b0082", "ba55d3"),
    "pink": ("ffc0cb", "ff69b4", "ff1493", "f0a0b0", "ff00ff"),
    "brown": ("8b4513", "a0522d", "5c3a1e", "a07850", "d2b48c", "3c2814"),
}


class Properties:
    """One finding per picture with what plain arithmetic tells of it."""

    key: ClassVar[str] = "properties"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ()
    features: ClassVar[frozenset[str]] = frozenset()

    def run(self, pictures: Sequence[Picture], given: Sequence[Mapping[str, Outcome]]) -> list[Outcome]:
        """Return one property "properties" with four measures, 0..100, in its detail; `given` is unused.

        sharpness: 0 flat, 50 an ordinary photo; brightness: mean luma; contrast: deviation of the luma over the
        largest one; colors: at most 8 of {"hex", "name" (a key of BASIC), "share" (per cent)}, largest first.
        """
        return [
            Outcome((Finding("property", "properties", 100.0, detail=_measure(picture.pixels)),))
            for picture in pictures
        ]


def _measure(pixels: Pixels) -> Json:
    small = _fit(pixels, LONGER_SIDE)
    luma = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    return {
        "sharpness": _sharpness(luma),
        "brightness": round(float(luma.mean()) / 255 * 100, 1),
        # Root-mean-square contrast (Peli, JOSA A 7, 1990); half black, half white is the most there is
        "contrast": round(float(luma.std()) / 127.5 * 100, 1),
        "colors": _colors(_fit(small, COLOR_SIDE)),
    }


def _fit(pixels: Pixels, longer_side: int) -> Pixels:
    """Return the picture within `longer_side`; never enlarged, for interpolation would invent smoothness."""
    high, wide = pixels.shape[:2]
    scale = longer_side / max(high, wide)
    return pixels if scale >= 1 else shrink(pixels, max(1, round(wide * scale)), max(1, round(high * scale)))


def _sharpness(luma: npt.NDArray[np.uint8]) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al., ICPR 2000, section 2), bent into 0..100."""
    variance = float(cv2.Laplacian(luma, cv2.CV_64F).var())
    return round(100 * variance / (variance + HALF_SHARP), 1)


def _colors(small: Pixels) -> list[Json]:
    """Return the main colours by a histogram over Lab in which each smaller cell joins a near larger one.

    No random start, so the same pixels always give the same colours.
    """
    rgb = small.reshape(-1, 3)
    codes, member, count = np.unique(
        np.round(_lab(rgb) / CELL).astype(int) @ PLACES, return_inverse=True, return_counts=True
    )
    centres = np.stack([np.bincount(member, channel) / count for channel in _lab(rgb).T], axis=1)
    group = _groups(centres, np.lexsort((codes, -count)))[member]
    shares = np.bincount(group) * 100 / len(rgb)
    largest = np.argsort(-shares, kind="stable")[:MOST_COLORS]
    return [_color(rgb[group == one].mean(axis=0), float(shares[one])) for one in largest if shares[one] >= LEAST_SHARE]


def _groups(centres: npt.NDArray[np.floating], order: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Return the number of the group of each cell: taken in `order`, it joins the first near leader or leads itself."""
    group = np.empty(len(centres), np.intp)
    leaders = np.empty((0, 3))
    for cell in order:
        near = np.flatnonzero(((leaders - centres[cell]) ** 2).sum(axis=1) < APART**2)
        group[cell] = near[0] if len(near) else len(leaders)
        if not len(near):
            leaders = np.vstack([leaders, centres[cell]])
    return group


def _color(rgb: npt.NDArray[np.floating], share: float) -> Json:
    whole = np.round(rgb).astype(np.uint8)
    return {"hex": whole.tobytes().hex(), "name": _name(whole), "share": round(share, 1)}


def _name(rgb: Pixels) -> str:
    """Return the basic name whose nearest typical colour is nearest in Lab (Euclidean, CIE 1976)."""
    return NAMES[int(np.argmin(np.linalg.norm(_typical() - _lab(rgb[None]), axis=1)))]


def _lab(rgb: Pixels) -> npt.NDArray[np.float32]:
    """Return float32 (n, 3), L 0..100, a and b about -128..127, for uint8 (n, 3) sRGB."""
    return np.asarray(cv2.cvtColor(rgb[None].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[0], np.float32)


NAMES = tuple(name for name, shades in BASIC.items() for _ in shades)


@functools.cache
def _typical() -> npt.NDArray[np.float32]:
    """Return the typical colours in Lab; not at import, for OpenCV's first conversion takes a tenth of a second."""
    return _lab(np.array([list(bytes.fromhex(shade)) for shades in BASIC.values() for shade in shades], np.uint8))
