"""Fingerprint: sixty-four bits that stay nearly the same when a picture is resized, compressed or touched up."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import cv2
import numpy as np

from core.types import Finding, Outcome, Picture, Pixels
from models.pixels import shrink

SIDE = 32
NEAR = 10
"""Bits that may differ between near duplicates: resized, brightened or cropped copies, frames of a burst.

`python -m tests.measure.fingerprint`, groups of near duplicates and other everyday photos, halved by group.
Half A, which chose it: 32 of 40 pairs found, 0 of 5,010 others (12 finds no more, 18 takes 7 others for duplicates).
Half B: 3 of 12 pairs (lost: crops by 4 % at 12, a burst of a moving bird at 18-26), 0 of 4,266 others.
"""


class Fingerprint:
    """Perceptual hash by the discrete cosine transform (Zauner, Implementation and Benchmarking ..., 2010, 3.2.1)."""

    key: ClassVar[str] = "fingerprint"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ()
    features: ClassVar[frozenset[str]] = frozenset()

    def run(self, pictures: Sequence[Picture], given: Sequence[Mapping[str, Outcome]]) -> list[Outcome]:
        """Return one property "fingerprint" with detail {"hash": 16 hex digits}; `given` is unused."""
        return [
            Outcome((Finding("property", "fingerprint", 100.0, detail={"hash": _hash(picture.pixels)}),))
            for picture in pictures
        ]


def distance(a: str, b: str) -> int:
    """Return how many of the 64 bits of two hashes differ; up to NEAR the pictures are near duplicates."""
    return (int(a, 16) ^ int(b, 16)).bit_count()


def _hash(pixels: Pixels) -> str:
    luma = cv2.cvtColor(shrink(pixels, SIDE, SIDE), cv2.COLOR_RGB2GRAY)
    # Without row and column 0, which hold the brightness; rounded, so that no rounding noise decides over flat pictures
    waves = np.round(cv2.dct(luma.astype(np.float32))[1:9, 1:9], 2)
    return np.packbits(waves > np.median(waves)).tobytes().hex()
