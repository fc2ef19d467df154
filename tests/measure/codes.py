"""Measures QR and bar codes composed onto photos: `python -m tests.measure.codes`.

Twenty codes, ten QR and ten of the trade and of parcels, each under five conditions, on photos of installed packages.
"""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp
from skimage import data

from core.analyze.text import codes
from core.types import Pixels
from tests.data import SHARED
from tests.measure.text import pixels_of

QR = (
    "https://example.org/a", "WIFI:T:WPA;S:Home;P:secret1;;", "BEGIN:VCARD\nFN:Ada Lovelace\nEND:VCARD",
    "geo:47.5,19.04", "tel:+361234", "mailto:a@example.org", "otpauth://totp/x?secret=AAAA", "plain words",
    "SMSTO:+361:hi", "https://example.org/a/long/path?with=query&n=1",
)  # fmt: skip
BARS = (
    ("EAN-13", "4006381333931"), ("EAN-13", "9783161484100"), ("EAN-13", "5901234123457"), ("EAN-8", "96385074"),
    ("EAN-8", "73513537"), ("UPC-A", "036000291452"), ("UPC-A", "012345678905"), ("EAN-13", "8711253001202"),
    ("Code 128", "PARCEL-00042"), ("Code 39", "CRATE 7"),
)  # fmt: skip
Matrix = npt.NDArray[np.float64]
GROUNDS = (data.coffee, data.astronaut, data.chelsea, data.rocket)


def drawn(text: str, format_: str) -> Pixels:
    """Return the code in black on white with its quiet zone, about 260 px wide."""
    form = zxingcpp.barcode_format_from_str(format_)
    grey = np.array(zxingcpp.create_barcode(text, form).to_image(scale=1))
    scale = max(1, round(260 / grey.shape[1]))
    grey = np.kron(grey, np.ones((scale, scale), np.uint8))
    return np.asarray(cv2.cvtColor(np.pad(grey, 12, constant_values=255), cv2.COLOR_GRAY2RGB), np.uint8)


def composed(code: Pixels, ground: Pixels, matrix: Matrix, seed: int) -> Pixels:
    """Return the photo, 1,280 px wide, with the code on it as `matrix` (3, 3) places it, noise and JPEG over all."""
    photo = cv2.resize(ground, (1280, 960), interpolation=cv2.INTER_CUBIC)
    mask = cv2.warpPerspective(np.full(code.shape[:2], 255, np.uint8), matrix, (1280, 960))
    laid = cv2.warpPerspective(code, matrix, (1280, 960), flags=cv2.INTER_AREA)
    photo = np.where(mask[..., None] > 127, laid, photo)
    noisy = photo + np.random.default_rng(seed).normal(0, 6, photo.shape)
    encoded = cv2.imencode(".jpg", noisy.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)


def placed(
    code: Pixels, scale: float, degrees: float, tilt: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the map of the code to the middle of the photo; tilt: share by which one side is shorter (perspective)."""
    high, wide = code.shape[:2]
    corners = np.array([(-wide, -high), (wide, -high), (wide, high), (-wide, high)], np.float32) / 2 * scale
    corners[[1, 2], 1] *= 1 - tilt
    turn = np.exp(-1j * np.radians(degrees))
    turned = (corners @ (1, 1j)) * turn
    target = np.stack([turned.real + 640, turned.imag + 480], axis=1).astype(np.float32)
    source = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)


def blurred(pixels: Pixels) -> Pixels:
    """Return the photo out of focus."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 1.5), np.uint8)


CONDITIONS: dict[str, tuple[float, float, float, Callable[[Pixels], Pixels]]] = {
    "clean": (1.0, 0, 0, lambda pixels: pixels),
    "tilted by 30 degrees": (1.0, 30, 0, lambda pixels: pixels),
    "turned by 90 degrees": (1.0, 90, 0, lambda pixels: pixels),
    "half the size": (0.5, 0, 0, lambda pixels: pixels),
    "blurred by 1.5 px": (1.0, 0, 0, blurred),
    "perspective": (1.2, 8, 0.35, lambda pixels: pixels),
}


def main() -> None:
    """Print how many of the codes are read under each condition, and false reads on photos without."""
    twenty = [("QR Code", text) for text in QR] + list(BARS)
    print("codes read right: QR of 10, bar codes of 10; wrong reads")
    for name, (scale, degrees, tilt, change) in CONDITIONS.items():
        right, wrong = {"QR Code": 0, "bar": 0}, 0
        for i, (format_, text) in enumerate(twenty):
            code = drawn(text, format_)
            ground = np.asarray(GROUNDS[i % len(GROUNDS)](), np.uint8)
            photo = change(composed(code, ground, placed(code, scale, degrees, tilt), i))
            found = [read.text for read in codes.read(photo)]
            right["QR Code" if format_ == "QR Code" else "bar"] += text in found
            wrong += sum(read != text for read in found)
        print(f"  {name:22} {right['QR Code']:3} {right['bar']:3}   {wrong}")
    paths = [
        path for folder in ("coco", "everyday", "safe") for path in sorted((SHARED / folder / "images").glob("*.jpg"))
    ]
    false = [(path.name, read.text) for path in paths for read in codes.read(pixels_of(path))]
    print(f"  codes read on {len(paths)} photos of coco, everyday and safe: {false or 'none'}")


if __name__ == "__main__":
    main()
