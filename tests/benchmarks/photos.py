"""Photos for the benchmarks, out of the measured set: `python -m tests.benchmarks.photos OUT N [--megapixels 12]`.

Large ones are enlarged to the size of a camera's, with noise like a sensor's, and stored as cameras do (JPEG, q 90).
"""

import argparse
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from tests.data import SHARED


def main() -> None:
    """Write N photos into OUT."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("count", type=int)
    parser.add_argument("--megapixels", type=float, default=12.0, help="0: as they are")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    paths = sorted(path for name in ("coco", "everyday") for path in (SHARED / name / "images").glob("*.jpg"))
    chosen = paths[:: max(1, len(paths) // args.count)][: args.count]
    for number, path in enumerate(chosen):
        image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
        if args.megapixels:
            scale = (args.megapixels * 1e6 / (image.width * image.height)) ** 0.5
            image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BICUBIC)
            noise = np.random.default_rng(number).normal(0, 4, (image.height, image.width, 1))
            image = Image.fromarray((np.asarray(image) + noise).clip(0, 255).astype(np.uint8))
        image.save(args.out / f"IMG_{number:05d}.jpg", quality=90, subsampling="4:2:0")


if __name__ == "__main__":
    main()
