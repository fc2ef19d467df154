"""A face in a picture to a vector that lies near those of the same person."""

import cv2
import numpy as np
import numpy.typing as npt

from models.pixels import cut, similarity
from models.session import Pixels, Session

SIDE = 112
PLACES = np.array([(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)])
"""Where the five points lie in the network's input, in px (ArcFace's template, as in OpenCV's FaceRecognizerSF)."""

session = Session("sface_int8")


def align(pixels: Pixels, points: npt.NDArray[np.floating]) -> Pixels:
    """Return uint8 (112, 112, 3), the face upright and centred; points: (5, 2) in px as YuNet orders them."""
    return cut(pixels, similarity(points, PLACES), SIDE, SIDE)


def embed(aligned: Pixels) -> npt.NDArray[np.float16]:
    """Return float16 (128,), length 1, for a face as `align` gives it.

    Raises NetworkError where the weights are missing or wrong.
    """
    [vectors] = session.run({"data": cv2.dnn.blobFromImage(aligned)})
    vector = vectors[0].astype(np.float64)
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float16)
