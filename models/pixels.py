"""Making pictures small for the networks: averaged over areas, so that fine detail does not turn into patterns."""

import cv2
import numpy as np
import numpy.typing as npt

from models.session import Pixels

SLIGHT = 1.25

Matrix = npt.NDArray[np.float64]
"""float64 (2, 3): an affine map from pixels of one picture to pixels of another, centres of pixels at whole numbers."""


def shrink(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return `pixels` stretched to uint8 (height, width, 3), as OpenCV's area method gives it up to rounding.

    Halves exactly while the picture is at least four times too large: 1,920 px to 320 px in 4.9 ms instead of 9.3,
    which is why each analyzer may start from the picture itself. Where the picture is less than a quarter too large
    linear interpolation skips no pixel and takes a sixth of the time. Enlarges by cubic interpolation.
    """
    while min(pixels.shape[1] // width, pixels.shape[0] // height) >= 4:
        high, wide = pixels.shape[0] // 2, pixels.shape[1] // 2
        even = pixels[: high * 2, : wide * 2]  # OpenCV's fast path wants a whole factor; a dropped row is 1/1,000
        pixels = _resize(even, wide, high)
    return _resize(pixels, width, height)


def _resize(pixels: Pixels, width: int, height: int) -> Pixels:
    scales = pixels.shape[1] / width, pixels.shape[0] / height
    method = cv2.INTER_CUBIC if min(scales) < 1 else cv2.INTER_AREA if max(scales) > SLIGHT else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=method), np.uint8)


def cut(pixels: Pixels, matrix: Matrix, width: int, height: int) -> Pixels:
    """Return uint8 (height, width, 3), what `matrix` brings there; black outside the picture.

    Where the picture is more than twice as fine as the cut, the part needed is averaged first: linear interpolation
    alone would skip pixels, and a vector of a large face would depend on which.
    """
    back = cv2.invertAffineTransform(matrix)
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)]) @ back[:, :2].T + back[:, 2]
    low = np.floor(corners.min(axis=0)).astype(int) - 2
    high = np.ceil(corners.max(axis=0)).astype(int) + 3
    left, top = np.clip(low, 0, (pixels.shape[1], pixels.shape[0]))
    right, bottom = np.clip(high, 0, (pixels.shape[1], pixels.shape[0]))
    if right - left < 1 or bottom - top < 1:
        return np.zeros((height, width, 3), np.uint8)
    part, moved = pixels[top:bottom, left:right], matrix.copy()
    moved[:, 2] += matrix[:, :2] @ (left, top)
    finer = int(np.sqrt(abs(np.linalg.det(back[:, :2]))))
    if finer >= 2:
        size = np.array((max(1, part.shape[1] // finer), max(1, part.shape[0] // finer)))
        by = np.array((part.shape[1], part.shape[0])) / size
        part = shrink(part, *size.tolist())
        moved[:, 2] += moved[:, :2] @ (by / 2 - 0.5)  # the centre of a block is no longer that of its first pixel
        moved[:, :2] *= by
    return np.asarray(cv2.warpAffine(part, moved, (width, height), flags=cv2.INTER_LINEAR), np.uint8)


def similarity(source: npt.NDArray[np.floating], target: npt.NDArray[np.floating]) -> Matrix:
    """Return the turn, scale and shift that bring (n, 2) points nearest to as many others, in least squares.

    Where all source points are one, they are only shifted.
    """
    here, there = source @ (1, 1j), target @ (1, 1j)
    about = here - here.mean()
    spread = float((abs(about) ** 2).sum())
    turn = (about.conj() * (there - there.mean())).sum() / spread if spread > 1e-6 else 1 + 0j
    shift = there.mean() - turn * here.mean()
    return np.array([(turn.real, -turn.imag, shift.real), (turn.imag, turn.real, shift.imag)])


def level(box: tuple[float, float, float, float], points: npt.NDArray[np.floating], room: float, side: int) -> Matrix:
    """Return the map of a square about the middle of a face's `box` to `side` px, turned so that the eyes are level.

    box: left, top, width, height in px; points: (n, 2) in px, the two eyes first; room: side of the square over the
    longer side of the box.
    """
    left, top, width, height = box
    scale = side / (room * max(width, height, 1.0))
    across = (points[1] - points[0]) @ (1, 1j)
    turn = scale * (abs(across) / across if across else 1)  # turns the line between the eyes back onto the x axis
    linear = np.array([(turn.real, -turn.imag), (turn.imag, turn.real)])
    shift = side / 2 - linear @ (left + width / 2, top + height / 2)
    return np.concatenate([linear, shift[:, None]], axis=1)
