"""The plain script Fovea is compared with: the same networks, one photo after another, nothing clever.

It loses no speed on purpose: onnxruntime's own defaults (all cores in every network), OpenCV's own decoder at full
size, each photo decoded once, all rows written at the end in one transaction.
"""

import json
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from PIL import Image

from models import cards

MEAN, STD = np.array((0.485, 0.456, 0.406), np.float32), np.array((0.229, 0.224, 0.225), np.float32)


def main(folder: Path, database: Path) -> None:
    """Look at every JPEG of `folder`, write `database`, print the seconds without start-up."""
    sessions = {
        name: ort.InferenceSession(str(cards.path(name, file)))
        for name, file in (
            ("tinyvit_5m_in22k", "tinyvit-5m-in22k.onnx"),
            ("efficientnet_lite0", "efficientnet-lite0.onnx"),
            ("ssd_mobilenetv3_large", "ssd-mobilenetv3-large.onnx"),
        )
    }
    inputs = {name: session.get_inputs()[0].name for name, session in sessions.items()}
    rows = []
    begun = time.perf_counter()
    for path in sorted(folder.rglob("*.jpg")):
        stored = cv2.imread(str(path))
        assert stored is not None
        image = np.asarray(cv2.cvtColor(stored, cv2.COLOR_BGR2RGB), np.uint8)
        feeds = {
            "tinyvit_5m_in22k": embedding_input(image),
            "efficientnet_lite0": label_input(image),
            "ssd_mobilenetv3_large": (cv2.resize(image, (320, 320), interpolation=cv2.INTER_AREA) / 127.5 - 1)[None],
        }
        found = {
            name: session.run(None, {inputs[name]: feeds[name].astype(np.float32)})
            for name, session in sessions.items()
        }
        thumbnail = cv2.imencode(".jpg", cv2.resize(image, (256, 192), interpolation=cv2.INTER_AREA))[1]
        label = int(found["efficientnet_lite0"][0].argmax())
        rows.append((str(path), json.dumps(label), found["tinyvit_5m_in22k"][0].tobytes(), thumbnail.tobytes()))
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("create table photo(path text, labels text, vector blob, thumbnail blob)")
        db.executemany("insert into photo values (?, ?, ?, ?)", rows)
    print(json.dumps({"photos": len(rows), "seconds": time.perf_counter() - begun}))


def embedding_input(
    image: npt.NDArray[np.uint8],
) -> npt.NDArray[np.float32]:
    """Return (1, 3, 224, 224) for the embedding."""
    small = np.asarray(Image.fromarray(image).resize((224, 224), Image.Resampling.BICUBIC), np.float32) / 255
    return np.asarray(((small - MEAN) / STD).transpose(2, 0, 1)[None], np.float32)


def label_input(
    image: npt.NDArray[np.uint8],
) -> npt.NDArray[np.float32]:
    """Return (1, 3, 224, 224) for the labels: the central square."""
    high, wide = image.shape[:2]
    side = int(min(high, wide) * 224 / 256)
    top, left = (high - side) // 2, (wide - side) // 2
    square = cv2.resize(image[top : top + side, left : left + side], (224, 224), interpolation=cv2.INTER_AREA)
    return np.asarray(((square.astype(np.float32) - 127) / 128).transpose(2, 0, 1)[None], np.float32)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
