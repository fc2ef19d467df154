"""A face in a picture to a first opinion on the expression of gender."""

import numpy as np
import numpy.typing as npt

from models.pixels import cut, similarity
from models.session import Pixels, Session
from models.sface_int8.adapter import PLACES as ARCFACE

SIDE = 32
MEAN = np.array((122.782, 117.001, 104.298), np.float32)  # red, green, blue, as dlib's input layer takes them off
EYES_APART, EYES_AT = 0.376, (0.4925, 0.30)
"""Where dlib's face chips with padding .2 have the eyes, over the side (get_face_chip_details); other chips lose."""

session = Session("gender_v1")


def masculine(pixels: Pixels, points: npt.NDArray[np.floating]) -> float:
    """Return the chance, 0..1, that the face at the five points (5, 2), in px, is seen as a man's.

    Raises NetworkError where the weights are missing or wrong.
    """
    chip = cut(pixels, similarity(points, PLACES), SIDE, SIDE)
    [chances] = session.run({"images": ((chip - MEAN) / 256).transpose(2, 0, 1)[None]})
    return round(float(chances[0, 1]), 4)


def _places() -> npt.NDArray[np.float64]:
    """Return the five points in a chip, in px: ArcFace's face with dlib's eyes."""
    eyes = ARCFACE[:2]
    scale = EYES_APART * SIDE / float(np.linalg.norm(eyes[1] - eyes[0]))
    return np.asarray((ARCFACE - eyes.mean(axis=0)) * scale + np.array(EYES_AT) * SIDE - 0.5, np.float64)


PLACES = _places()
