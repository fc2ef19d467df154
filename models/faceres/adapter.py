"""A face in a picture to an age, and a second opinion on the expression of gender."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.pixels import cut, level
from models.session import Pixels, Session

SIDE = 224
ROOM = 1.3  # side of the square that is looked at, over the longer side of the face's box
MEAN = np.array((91.5, 103.9, 131.1), np.float32)  # blue, green, red

YEARS = np.arange(100)

session = Session("faceres")


@dataclass(frozen=True, slots=True)
class Guess:
    """age: years as the network takes them, see the card for its error; masculine: 0..1."""

    age: float
    masculine: float


def guess(pixels: Pixels, box: tuple[float, float, float, float], points: npt.NDArray[np.floating]) -> Guess:
    """Return what the face in `box` (left, top, width, height in px) looks like; points: (n, 2) in px, the eyes first.

    Raises NetworkError where the weights are missing or wrong.
    """
    crop = cut(pixels, level(box, points, ROOM, SIDE), SIDE, SIDE)
    [masculine], _features, ages = (
        output[0].astype(np.float64) for output in session.run({"input_1": crop[None, :, :, ::-1] - MEAN})
    )
    return Guess(round(float(ages @ YEARS), 2), round(float(masculine), 4))
