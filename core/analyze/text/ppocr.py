"""PP-OCR: a map of where text is, strips cut out along it, each read letter by letter."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.analyze.text.lines import Line, Word
from core.types import Pixels
from models import cards
from models.ppocr_v4_det import adapter as detector
from models.ppocr_v6_rec import adapter as recogniser
from models.ppocr_v6_rec.adapter import Sign
from models.session import Floats

LONGER = 960  # px; longer side of the picture that the detector sees
TALL = 1.5  # strips at least so much longer than wide are lines, also upright ones; others begin at their left


def read(pixels: Pixels, *, thorough: bool) -> list[Line]:
    """Return the lines of text in no order; without `thorough` a picture must first pass the detector's own probe.

    Raises NetworkError where weights are missing or wrong.
    """
    least = detector.ALL if thorough else cards.load("ppocr_v4_det").thresholds["probe"]
    return read_map(pixels, detector.text_map(pixels, LONGER, least))


def read_map(pixels: Pixels, chances: Floats) -> list[Line]:
    """Return the legible lines where `chances`, float32 (h, w) over the whole picture, tell of text."""
    least = cards.load("ppocr_v4_det").thresholds
    found = detector.strips(chances, pixels.shape[1], pixels.shape[0], least["text"], least["strip"])
    return [line for strip in found if (line := _line(pixels, _begin(strip.corners))) is not None]


def _begin(corners: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the corners so that the first is where a line most likely begins: at the left, or else below."""
    along, across = np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[3] - corners[0])
    right, down = corners[1] - corners[0]
    steep = abs(down) > abs(right)
    if steep and along < TALL * across:  # nearly square: its other side runs to the right
        corners = np.roll(corners, -1, axis=0)
        right, down = corners[1] - corners[0]
        steep = False
    backwards = down > 0 if steep else right < 0
    return np.roll(corners, 2, axis=0) if backwards else corners


def _line(pixels: Pixels, corners: npt.NDArray[np.float64]) -> Line | None:
    """Return the line at `corners`, read the other way round where that is surer; None where nothing is legible."""
    least = cards.load("ppocr_v6_rec").thresholds
    signs = recogniser.read(pixels, corners)
    if _sure(signs) < least["doubt"]:
        turned = np.roll(corners, 2, axis=0)
        other = recogniser.read(pixels, turned)
        if _sure(other) > _sure(signs) + least["turn_gain"]:
            signs, corners = other, turned
    letters = sum(sign.text.isalnum() for sign in signs)
    if not letters or _sure(signs) < (least["line"] if letters > 2 else least["short"]):
        return None
    text = " ".join("".join(sign.text for sign in signs).split())
    return Line(text, round(100 * _sure(signs), 2), corners, tuple(_words(signs, corners)))


def _sure(signs: Sequence[Sign]) -> float:
    """Return the mean chance of the letters, 0 without any."""
    return float(np.mean([sign.chance for sign in signs])) if signs else 0.0


def _words(signs: Sequence[Sign], corners: npt.NDArray[np.float64]) -> list[Word]:
    """Cut a line at its spaces; a word reaches to the middle between its own and the next sign."""
    places = [sign.at for sign in signs]
    edges = [0.0, *((a + b) / 2 for a, b in pairwise(places)), 1.0]
    words, begin = [], 0
    for end in range(len(signs) + 1):
        if end == len(signs) or signs[end].text.isspace():
            if begin < end:
                words.append(_word(signs[begin:end], edges[begin], edges[end], corners))
            begin = end + 1
    return words


def _word(signs: Sequence[Sign], begin: float, end: float, corners: npt.NDArray[np.float64]) -> Word:
    top, bottom = corners[1] - corners[0], corners[2] - corners[3]
    placed = np.stack(
        [corners[0] + begin * top, corners[0] + end * top, corners[3] + end * bottom, corners[3] + begin * bottom]
    )
    return Word("".join(sign.text for sign in signs), round(100 * _sure(signs), 2), placed)
