"""Pixels to the chance that the picture is explicit."""

import numpy as np

from models.pixels import shrink
from models.session import Pixels, Session

WHOLE, SIDE = 256, 224
EDGE = (WHOLE - SIDE) // 2
MEAN = np.array((104, 117, 123), np.float32)  # blue, green, red

session = Session("open_nsfw")


def look(pixels: Pixels) -> float:
    """Return the chance, 0..1, rounded to four decimals: the middle of the picture stretched to 256 x 256.

    Raises NetworkError where the weights are missing or wrong.
    """
    middle = shrink(pixels, WHOLE, WHOLE)[EDGE : EDGE + SIDE, EDGE : EDGE + SIDE, ::-1]
    [chances] = session.run({"input:0": middle[None] - MEAN})
    return round(float(chances[0, 1]), 4)
