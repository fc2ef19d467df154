"""Pixels to five chances that sum to one: drawing, hentai, neutral, porn, sexy."""

from typing import NamedTuple

import numpy as np

from models.pixels import shrink
from models.session import Pixels, Session

SIDE = 224

session = Session("nsfwjs_mobilenetv2")


class Chances(NamedTuple):
    """How likely each of the network's five classes is, 0..1 and together 1; the names are the network's own."""

    drawing: float
    hentai: float
    neutral: float
    porn: float
    sexy: float


def look(pixels: Pixels) -> Chances:
    """Return the chances for the picture, stretched to 224 x 224, rounded to four decimals.

    Raises NetworkError where the weights are missing or wrong.
    """
    [chances] = session.run({"input": shrink(pixels, SIDE, SIDE)[None].astype(np.float32) / 255})
    return Chances(*np.round(chances[0].astype(np.float64), 4).tolist())
