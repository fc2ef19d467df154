"""A line of text in a picture to its characters."""

import functools
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.pixels import cut
from models.session import Pixels, Session

HEIGHT = 48
STEP = 8  # px of width per step of the output
BLOCK, NARROW, WIDE = 32, 64, 3200  # px; width is a multiple, at least, at most

session = Session("ppocr_v6_rec")


@dataclass(frozen=True, slots=True)
class Sign:
    """One character; chance: 0..1; at: its place in the line, 0 (begin) to 1 (end)."""

    text: str
    chance: float
    at: float


def read(pixels: Pixels, corners: npt.NDArray[np.floating]) -> list[Sign]:
    """Return the characters of the line at `corners` ((4, 2) px: where it begins at the top, ends at the top, ...).

    Raises NetworkError where the weights are missing or wrong.
    """
    along, across = (float(np.linalg.norm(corners[i] - corners[0])) for i in (1, 3))
    length = min(max(HEIGHT * along / max(across, 1e-6), 1.0), WIDE)
    width = max(NARROW, int(np.ceil(length / BLOCK)) * BLOCK)
    target = np.array([(0, 0), (length, 0), (0, HEIGHT)], np.float32) - 0.5
    matrix = np.asarray(cv2.getAffineTransform(corners[[0, 1, 3]].astype(np.float32) - 0.5, target), np.float64)
    strip = cut(pixels, matrix, width, HEIGHT)
    [chances] = session.run({"x": cv2.dnn.blobFromImage(strip, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True)})
    return _signs(chances[0], width / length)


def _signs(chances: npt.NDArray[np.float32], rest: float) -> list[Sign]:
    """Collapse repeats and drop blanks (Graves et al., ICML 2006); rest: width of the input over that of the line."""
    best = chances.argmax(axis=1)
    begins = np.flatnonzero((best > 0) & (best != np.concatenate([[-1], best[:-1]])))
    letters = _alphabet()
    return [
        Sign(letters[best[i]], round(float(chances[i, best[i]]), 4), round(min(1.0, (i + 0.5) / len(best) * rest), 4))
        for i in begins
    ]


@functools.cache
def _alphabet() -> tuple[str, ...]:
    """Return all 18,710 characters; the first is the blank, the last the space."""
    return ("", *session.metadata()["character"].split("\n"), " ")
