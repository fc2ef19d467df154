"""A face in a picture to a mesh of 478 points, both irises included."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.pixels import cut, level
from models.session import Pixels, Session

SIDE = 256
ROOM = 1.38
"""Side of the square that is looked at, over the longer side of YuNet's box; MediaPipe takes 1.5 of its tighter one."""

session = Session("face_landmarks")


@dataclass(frozen=True, slots=True)
class Mesh:
    """points: float64 (478, 3), x and y in pixels of the picture, z (towards the camera: less) in the same measure.

    score: 0..1, how surely there is a face.
    """

    points: npt.NDArray[np.float64]
    score: float


def mesh(pixels: Pixels, box: tuple[float, float, float, float], points: npt.NDArray[np.floating]) -> Mesh:
    """Return the mesh of the face in `box` (left, top, width, height in px); points: (5, 2) in px, the eyes first.

    Raises NetworkError where the weights are missing or wrong.
    """
    matrix = level(box, points, ROOM, SIDE)
    crop = cut(pixels, matrix, SIDE, SIDE)
    outputs = session.run({"input_12": crop[None].astype(np.float32) / 255})
    placed = outputs[0].reshape(478, 3).astype(np.float64)
    back = cv2.invertAffineTransform(matrix)
    placed[:, :2] = placed[:, :2] @ back[:, :2].T + back[:, 2]
    placed[:, 2] *= np.linalg.norm(back[:, 0])
    odds = float(outputs[1].ravel()[0])
    return Mesh(placed, round(1 / (1 + np.exp(-np.clip(odds, -60, 60))), 4))
