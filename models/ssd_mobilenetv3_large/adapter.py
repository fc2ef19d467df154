"""Pixels to boxes around the eighty kinds of things that COCO names."""

import functools
import io
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.pixels import shrink
from models.session import Floats, Pixels, Session, weights

SIDE = 320
OVERLAP = 0.5  # intersection over union from which the weaker of two boxes of one class is dropped
MOST = 100  # boxes per picture, as COCO counts them
SCALES = np.array((10, 10, 5, 5), np.float32)  # of centre and size, fixed in training

session = Session("ssd_mobilenetv3_large")

# Columns 1..90 of the scores; 0 is the background, "" a number that COCO left out.
CLASSES: tuple[str, ...] = (
    "", "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
    "elephant", "bear", "zebra", "giraffe", "", "backpack", "umbrella", "", "", "handbag", "tie", "suitcase",
    "frisbee", "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard",
    "surfboard", "tennis racket", "bottle", "", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana",
    "apple", "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch",
    "potted plant", "bed", "", "dining table", "", "", "toilet", "", "tv", "laptop", "mouse", "remote", "keyboard",
    "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "", "book", "clock", "vase", "scissors",
    "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip
NAMED = np.array([bool(name) for name in CLASSES])


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing seen: name as in CLASSES, score 0..1, box (left, top, width, height) as ratios 0..1."""

    name: str
    score: float
    box: tuple[float, float, float, float]


def detect(pixels: Pixels, least: float) -> list[Thing]:
    """Return the things with a score of at least `least`, surest first, at most 100.

    The picture is stretched to 320 x 320. Scores and boxes are rounded to four decimals before anything is compared.
    Raises NetworkError where the weights are missing or wrong.
    """
    small = shrink(pixels, SIDE, SIDE).astype(np.float32) / 127.5 - 1
    offsets, logits = session.run({"normalized_input_image_tensor:0": small[None]})
    scores = np.round(1 / (1 + np.exp(-logits[0].astype(np.float64))), 4)
    rows, kinds = np.nonzero((scores >= least) & NAMED)
    corners = _corners(offsets[0][rows], _anchors()[rows])
    found = scores[rows, kinds]
    things = [Thing(CLASSES[kinds[i]], float(found[i]), _box(corners[i])) for i in _strongest(corners, found, kinds)]
    things = [thing for thing in things if thing.box[2] > 0 and thing.box[3] > 0]
    return sorted(things, key=lambda thing: (-thing.score, thing.name, thing.box))[:MOST]


def _corners(offsets: Floats, anchors: Floats) -> npt.NDArray[np.float64]:
    """Return (n, 4) left, top, right, bottom for (n, 4) offsets of y, x, height, width (Liu et al., ECCV 2016)."""
    moved = offsets / SCALES
    centre = moved[:, :2] * anchors[:, 2:] + anchors[:, :2]
    half = np.exp(moved[:, 2:]) * anchors[:, 2:] / 2
    edges = np.concatenate([centre - half, centre + half], axis=1)[:, [1, 0, 3, 2]]
    return np.asarray(np.round(edges.clip(0, 1).astype(np.float64), 4), np.float64)


def _strongest(
    corners: npt.NDArray[np.float64], scores: npt.NDArray[np.float64], kinds: npt.NDArray[np.intp]
) -> list[int]:
    """Return the indices left when, class by class, boxes give way to a stronger one that they overlap."""
    if not len(scores):
        return []
    boxes = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)
    kept = cv2.dnn.NMSBoxesBatched(boxes.tolist(), scores.tolist(), kinds.tolist(), 0.0, OVERLAP)
    return [int(i) for i in kept]


def _box(corners: npt.NDArray[np.float64]) -> tuple[float, float, float, float]:
    left, top, right, bottom = corners.tolist()
    return left, top, round(right - left, 4), round(bottom - top, 4)


@functools.cache
def _anchors() -> Floats:
    """Return float32 (2034, 4): y, x, height, width of the boxes that the network corrects."""
    data = weights("ssd_mobilenetv3_large", "ssd-mobilenetv3-large-anchors.npy")
    return np.asarray(np.load(io.BytesIO(data)), np.float32)
