"""Pixels to the places of lines of text."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.pixels import shrink
from models.session import Floats, Pixels, Session

BLOCK = 32  # px; both sides of the input are multiples of it
MEAN, DEVIATION = np.array((0.485, 0.456, 0.406)), np.array((0.229, 0.224, 0.225))
THIN = 3  # px of the map; what is thinner is no text
GROWTH = 1.6  # the network draws lines thinner than they are (Liao et al., AAAI 2020, section 3.3: unclip ratio)
MOST = 1000  # lines per picture
ALL = -1e9  # as `least`: the map is always drawn

session = Session("ppocr_v4_det")


@dataclass(frozen=True, slots=True)
class Strip:
    """One line of text. score: 0..1, the mean of the map over it.

    corners: float64 (4, 2) in px of the picture, clockwise, the first two along one of the longer sides.
    """

    score: float
    corners: npt.NDArray[np.float64]


def text_map(pixels: Pixels, longer: int, least: float = ALL) -> Floats:
    """Return float32 (h, w), how likely there is text at each place, 0..1; the picture is made at most `longer` px.

    least: what the probe in the middle of the network must say, or the map is empty at a third of the time.
    Raises NetworkError where the weights are missing or wrong.
    """
    feed = {"x": prepared(pixels, longer), "least": np.array(least, np.float32)}
    return np.asarray(session.run(feed)[0][0, 0], np.float32)


def prepared(pixels: Pixels, longer: int) -> Floats:
    """Return float32 (1, 3, h, w): the picture made at most `longer` px, as the network takes it."""
    scale = min(1.0, longer / max(pixels.shape[:2]))
    high, wide = (max(BLOCK, round(side * scale / BLOCK) * BLOCK) for side in pixels.shape[:2])
    small = np.asarray(cv2.dnn.blobFromImage(shrink(pixels, wide, high), mean=(MEAN * 255).tolist()), np.float32)
    small /= (DEVIATION * 255).astype(np.float32).reshape(1, 3, 1, 1)
    return small


def strips(chances: Floats, width: int, height: int, least: float, sure: float) -> list[Strip]:
    """Return the lines in a text map of a picture of `width` x `height` px.

    least: what the map must reach within a line; sure: what its mean over the line must reach.
    """
    outlines, _ = cv2.findContours((chances > least).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    back = np.array((width / chances.shape[1], height / chances.shape[0]))
    found = []
    for outline in (np.asarray(one, np.int32) for one in outlines[:MOST]):
        middle, (along, across), angle = cv2.minAreaRect(outline)
        if min(along, across) < THIN:
            continue
        score = round(_mean(chances, outline), 4)
        if score < sure:
            continue
        more = along * across * GROWTH / (along + across)
        if along < across:
            along, across, angle = across, along, angle - 90
        # OpenCV begins at the bottom left of the unturned box
        corners = np.roll(cv2.boxPoints((middle, (along + more, across + more), angle)), -1, axis=0)
        found.append(Strip(score, (corners + 0.5) * back))
    return found


def _mean(chances: Floats, outline: npt.NDArray[np.int32]) -> float:
    left, top, wide, high = cv2.boundingRect(outline)
    inside = np.zeros((high, wide), np.uint8)
    cv2.drawContours(inside, [outline - (left, top)], -1, 1, -1)
    return float(chances[top : top + high, left : left + wide][inside > 0].mean())
