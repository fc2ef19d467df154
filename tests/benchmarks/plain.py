"""The plain script Fovea is compared with: every network on every photo, one photo after another, nothing clever.

It loses no speed on purpose: each photo is decoded once, by OpenCV, at full size; sessions have onnxruntime's own
defaults (all cores in every network); faces and lines are cut out of the full picture; all rows are written at the end
in one transaction. It thinks of nothing that a first version would not think of. With `--each` the networks are as many
scripts strung together: each that takes the whole picture decodes it for itself.
"""

import functools
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime as ort
from PIL import Image

from models import cards

Floats = npt.NDArray[np.float32]
Image8 = npt.NDArray[np.uint8]
MEAN, STD = np.array((0.485, 0.456, 0.406), np.float32), np.array((0.229, 0.224, 0.225), np.float32)
FIVE = np.array([(38.3, 51.7), (73.5, 51.5), (56.0, 71.7), (41.5, 92.4), (70.7, 92.2)], np.float32)
NETWORKS = {
    "tinyvit_5m_in22k": "tinyvit-5m-in22k.onnx",
    "efficientnet_lite0": "efficientnet-lite0.onnx",
    "ssd_mobilenetv3_large": "ssd-mobilenetv3-large.onnx",
    "yunet_2023mar": "yunet-2023mar.onnx",
    "sface_int8": "sface-int8.onnx",
    "face_landmarks": "face-landmarks.onnx",
    "face_blendshapes": "face-blendshapes.onnx",
    "faceres": "faceres.onnx",
    "gender_v1": "gender-v1.onnx",
    "open_nsfw": "open-nsfw.onnx",
    "nsfwjs_mobilenetv2": "nsfwjs-mobilenetv2.onnx",
    "ppocr_v4_det": "ppocr-v4-det.onnx",
    "ppocr_v6_rec": "ppocr-v6-rec.onnx",
}


class Plain:
    """All sessions, and what a photo gives."""

    def __init__(self) -> None:
        self.sessions = {name: ort.InferenceSession(str(cards.path(name, file))) for name, file in NETWORKS.items()}
        self.inputs = {name: session.get_inputs()[0].name for name, session in self.sessions.items()}
        letters = self.sessions["ppocr_v6_rec"].get_modelmeta().custom_metadata_map["character"].split("\n")
        self.letters = ["", *letters, " "]

    def run(self, name: str, feed: npt.NDArray[Any], **more: npt.NDArray[Any]) -> list[Any]:
        """Return all outputs of one network."""
        return list(self.sessions[name].run(None, {self.inputs[name]: np.ascontiguousarray(feed, np.float32)} | more))

    def look(self, image_of: Callable[[], Image8]) -> tuple[Any, ...]:
        """Return a row for one photo; image_of gives it to a network, RGB at full size."""
        vector = self.run("tinyvit_5m_in22k", embedding_input(image_of()))[0]
        label = int(self.run("efficientnet_lite0", label_input(image_of()))[0].argmax())
        boxes = self.run("ssd_mobilenetv3_large", (small(image_of(), 320) / 127.5 - 1)[None])[1]
        things = int((1 / (1 + np.exp(-boxes[0, :, 1:])) >= 0.45).sum())
        first = self.run("nsfwjs_mobilenetv2", small(image_of(), 224)[None] / 255.0)[0][0]
        cropped = small(image_of(), 256)[None, 16:240, 16:240, ::-1]
        second = self.run("open_nsfw", cropped - (104.0, 117.0, 123.0))[0][0, 1]
        image = image_of()
        faces = [self.face(image, box, points) for box, points in self.faces(image)]
        image = image_of()
        lines = [self.line(image, box) for box in self.lines(image)]
        thumbnail = cv2.imencode(".jpg", cv2.resize(image, (256, 192), interpolation=cv2.INTER_AREA))[1]
        told = json.dumps([label, things, first.tolist(), float(second), faces, lines])
        return told, vector.tobytes(), thumbnail.tobytes()

    def faces(self, image: Image8) -> list[tuple[Floats, Floats]]:
        """Return (box x, y, w, h; five points) of each face, in px."""
        scale = 640 / max(image.shape[:2])
        square = np.zeros((640, 640, 3), np.uint8)
        fitted = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:640, :640]
        square[: fitted.shape[0], : fitted.shape[1]] = fitted
        outputs = self.run("yunet_2023mar", square[None, :, :, ::-1].transpose(0, 3, 1, 2))
        found, scores = [], []
        for i, stride in enumerate((8, 16, 32)):
            score = np.sqrt(outputs[i][0, :, 0].clip(0, 1) * outputs[3 + i][0, :, 0].clip(0, 1))
            for cell in np.flatnonzero(score >= 0.8):
                at = np.array((cell % (640 // stride), cell // (640 // stride)))
                middle = (at + outputs[6 + i][0, cell, :2]) * stride
                size = np.exp(outputs[6 + i][0, cell, 2:]) * stride
                points = (outputs[9 + i][0, cell].reshape(5, 2) + at) * stride
                found.append((np.concatenate([middle - size / 2, size]) / scale, points / scale))
                scores.append(float(score[cell]))
        kept = cv2.dnn.NMSBoxes([box.tolist() for box, _ in found], scores, 0.8, 0.3) if found else ()
        return [found[int(i)] for i in np.asarray(kept).ravel()]

    def face(self, image: Image8, box: Floats, points: Floats) -> list[Any]:
        """Return what all networks of faces say of one."""
        matrix = cv2.estimateAffinePartial2D(points.astype(np.float32), FIVE)[0]
        aligned = cv2.warpAffine(image, matrix, (112, 112))
        vector = self.run("sface_int8", aligned.transpose(2, 0, 1)[None])[0]
        mesh = self.run("face_landmarks", square_of(image, box, 1.38, 256)[None] / 255.0)[0].reshape(478, 3)
        shapes = self.run("face_blendshapes", mesh[None, :146, :2])[0]
        years = self.run("faceres", square_of(image, box, 1.3, 224)[None, :, :, ::-1] - (91.5, 103.9, 131.1))[2]
        gender = self.run("gender_v1", (cv2.resize(aligned, (32, 32)) / 256.0).transpose(2, 0, 1)[None])[0]
        return [vector.ravel().tolist(), shapes.ravel().tolist(), int(years.argmax()), gender.ravel().tolist()]

    def lines(self, image: Image8) -> list[Any]:
        """Return the turned boxes of lines of text, in px."""
        scale = min(1.0, 960 / max(image.shape[:2]))
        high, wide = (max(32, round(side * scale / 32) * 32) for side in image.shape[:2])
        fitted = cv2.resize(image, (wide, high), interpolation=cv2.INTER_AREA) / 255.0
        always = np.array(-1e9, np.float32)
        chances = self.run("ppocr_v4_det", ((fitted - MEAN) / STD).transpose(2, 0, 1)[None], least=always)[0][0, 0]
        back = image.shape[1] / wide
        found = []
        for outline in cv2.findContours((chances > 0.3).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]:
            (x, y), (w, h), angle = cv2.minAreaRect(outline)
            if min(w, h) >= 3:
                more = w * h * 1.6 / (w + h)
                w, h, angle = (h, w, angle - 90) if w < h else (w, h, angle)
                found.append(((x * back, y * back), ((w + more) * back, (h + more) * back), (angle + 90) % 180 - 90))
        return found

    def line(self, image: Image8, box: Any) -> str:
        """Return one line as read."""
        middle, (along, across), angle = box
        turn = cv2.getRotationMatrix2D(middle, angle, 48 / across)
        width = max(64, int(np.ceil(48 * along / across / 32) * 32))
        turn[:, 2] += np.array((width / 2, 24)) - middle
        strip = cv2.warpAffine(image, turn, (width, 48), borderMode=cv2.BORDER_REPLICATE)
        best = self.run("ppocr_v6_rec", (strip[:, :, ::-1] / 127.5 - 1).transpose(2, 0, 1)[None])[0][0].argmax(axis=1)
        return "".join(self.letters[k] for k, before in zip(best, (-1, *best[:-1]), strict=True) if k and k != before)


def small(image: Image8, side: int) -> Image8:
    """Return the photo stretched to a square."""
    return np.asarray(cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def square_of(image: Image8, box: Floats, room: float, side: int) -> Image8:
    """Return a square about a face."""
    scale = side / (room * max(box[2:]))
    middle = box[:2] + box[2:] / 2
    matrix = np.array([(scale, 0, side / 2 - scale * middle[0]), (0, scale, side / 2 - scale * middle[1])])
    return np.asarray(cv2.warpAffine(image, matrix, (side, side)), np.uint8)


def embedding_input(image: Image8) -> Floats:
    """Return (1, 3, 224, 224) for the embedding."""
    fitted = np.asarray(Image.fromarray(image).resize((224, 224), Image.Resampling.BICUBIC), np.float32) / 255
    return np.asarray(((fitted - MEAN) / STD).transpose(2, 0, 1)[None], np.float32)


def label_input(image: Image8) -> Floats:
    """Return (1, 3, 224, 224) for the labels: the central square."""
    high, wide = image.shape[:2]
    side = int(min(high, wide) * 224 / 256)
    top, left = (high - side) // 2, (wide - side) // 2
    square = small(image[top : top + side, left : left + side], 224)
    return np.asarray(((square.astype(np.float32) - 127) / 128).transpose(2, 0, 1)[None], np.float32)


def read(path: Path) -> Image8:
    """Return a photo at full size."""
    stored = cv2.imread(str(path))
    assert stored is not None
    return np.asarray(cv2.cvtColor(stored, cv2.COLOR_BGR2RGB), np.uint8)


def main(folder: Path, database: Path, *, each: bool) -> None:
    """Look at every JPEG of `folder`, write `database`, print the seconds without start-up."""
    plain, rows = Plain(), []
    begun = time.perf_counter()
    for path in sorted(folder.rglob("*.jpg")):
        decode = functools.partial(read, path)
        rows.append((str(path), *plain.look(decode if each else functools.cache(decode))))
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("create table photo(path text, told text, vector blob, thumbnail blob)")
        db.executemany("insert into photo values (?, ?, ?, ?)", rows)
    print(json.dumps({"photos": len(rows), "seconds": time.perf_counter() - begun}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), each="--each" in sys.argv)
