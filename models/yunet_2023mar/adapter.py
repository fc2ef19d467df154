"""Pixels to faces: a box and five points each."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.pixels import shrink
from models.session import Floats, Pixels, Session

SIDE = 640
STRIDES = (8, 16, 32)
OVERLAP = 0.3  # intersection over union from which the weaker of two boxes is dropped

session = Session("yunet_2023mar")

OUTPUTS = tuple(f"{kind}_{stride}" for kind in ("cls", "obj", "bbox", "kps") for stride in STRIDES)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One face; places in pixels.

    score: 0..1. box: left, top, width, height. points: float64 (5, 2): the eye at the left of an upright face, the
    other eye, the tip of the nose, the corner of the mouth at the left, the other corner.
    """

    score: float
    box: tuple[float, float, float, float]
    points: npt.NDArray[np.float64]


def detect(pixels: Pixels, least: float) -> list[Sighting]:
    """Return the faces with a score of at least `least`, surest first.

    The picture is fitted into the top left of 640 x 640. Scores are rounded to four decimals before they are compared,
    pixels to two. Raises NetworkError where the weights are missing or wrong.
    """
    scale = SIDE / max(pixels.shape[:2])
    small = shrink(pixels, max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    square = np.zeros((SIDE, SIDE, 3), np.uint8)
    square[: small.shape[0], : small.shape[1]] = small
    outputs = session.run({"input": cv2.dnn.blobFromImage(square, swapRB=True)})
    named = dict(zip(OUTPUTS, (output[0] for output in outputs), strict=True))
    rows = np.concatenate([_rows(named, stride, least) for stride in STRIDES])
    if not len(rows):
        return []
    kept = cv2.dnn.NMSBoxes(rows[:, 1:5].tolist(), rows[:, 0].tolist(), 0.0, OVERLAP)
    # the two sides were rounded to whole pixels each for itself
    stretch = (pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0])
    found = [_sighting(rows[i], np.array(stretch)) for i in np.asarray(kept).ravel()]
    return sorted(found, key=lambda face: (-face.score, face.box))


def _rows(named: Mapping[str, Floats], stride: int, least: float) -> npt.NDArray[np.float64]:
    """Return (n, 15): score, left, top, width, height and five points, in pixels of the square."""
    cells = SIDE // stride
    parts = [named[f"{kind}_{stride}"].astype(np.float64) for kind in ("cls", "obj", "bbox", "kps")]
    scores = np.round(np.sqrt(parts[0][:, 0].clip(0, 1) * parts[1][:, 0].clip(0, 1)), 4)
    chosen = np.flatnonzero(scores >= least)
    cell = np.stack([chosen % cells, chosen // cells], axis=1)
    middle, size = (cell + parts[2][chosen, :2]) * stride, np.exp(parts[2][chosen, 2:]) * stride
    points = (parts[3][chosen].reshape(-1, 5, 2) + cell[:, None]) * stride
    return np.concatenate([scores[chosen, None], middle - size / 2, size, points.reshape(-1, 10)], axis=1)


def _sighting(row: npt.NDArray[np.float64], stretch: npt.NDArray[np.float64]) -> Sighting:
    pairs = np.round(row[1:].reshape(7, 2) * stretch, 2)
    (left, top), (width, height) = pairs[:2].tolist()
    return Sighting(float(row[0]), (left, top, width, height), pairs[2:])
