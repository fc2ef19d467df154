"""Makes the probe within the text detector, which ends its work early on photos that hold nothing like text.

`uv run --with onnx --with scikit-learn python -m tests.measure.probe READY.onnx OUT.onnx`, READY.onnx being the
detector without it. The network halves its picture four times and then spends two thirds of its time on what draws the
map; at that middle (192 channels, one cell per 16 px) a linear probe tells cells of legible lines from all others. Its
highest cell must reach `least`, an input, or the rest is left out and the map is empty. Half A of the photos fits the
probe and chooses `least`, which may lose one picture in a hundred; half B chose nothing.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnx  # type: ignore[import-not-found]  # not installed with the rest
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found]

from core.analyze.text import ppocr
from core.analyze.text.lines import Line
from core.types import Pixels
from models.ppocr_v4_det import adapter as detector
from tests.data import SHARED
from tests.measure.fingerprint import half
from tests.measure.text import enlarged, legible, pixels_of

MIDDLE, CELL = "p2o.Add.147", 16
FOLDERS = ("coco", "everyday", "faces", "safe", "ocr")
WARM = 0.05  # of the map
PER_PHOTO = 40  # cells of each kind drawn of one photo
STRENGTH = 0.001  # scikit-learn's C; on half A .01 to 1 pass over fewer (.43 to .36) at the same loss
LOST = 0.01
Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Seen:
    """One photo: features (cells, 192); written: cells of legible lines; warm: cells where the map shows something."""

    name: str
    features: Floats
    written: npt.NDArray[np.bool_]
    warm: npt.NDArray[np.bool_]
    legible: bool


def look(ready: onnx.ModelProto) -> Iterator[Seen]:
    """Look at each photo of the set as it is and, where it is smaller, enlarged to the size of a camera's."""
    opened = onnx.ModelProto()
    opened.CopyFrom(ready)
    opened.graph.output.append(helper.make_tensor_value_info(MIDDLE, TensorProto.FLOAT, None))
    session = ort.InferenceSession(opened.SerializeToString())
    for path in sorted(path for name in FOLDERS for path in (SHARED / name).rglob("*")):
        if path.suffix.lower() not in (".jpg", ".jpeg", ".png"):
            continue
        photo = pixels_of(path)
        yield _seen(path.name, photo, session)
        yield _seen(path.name, enlarged(path), session)


def _seen(name: str, photo: Pixels, session: ort.InferenceSession) -> Seen:
    feed = detector.prepared(photo, ppocr.LONGER)
    chances, middle = session.run(None, {"x": feed})
    lines = ppocr.read_map(photo, chances[0, 0])
    features = middle[0].reshape(len(middle[0]), -1).T.astype(np.float32)
    shape = middle.shape[2:]
    warm = chances[0, 0].reshape(shape[0], CELL, shape[1], CELL).max(axis=(1, 3)).ravel() > WARM
    return Seen(name, features, _written(lines, photo, shape), warm, any(map(legible, lines)))


def _written(lines: list[Line], photo: Pixels, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    cells = np.zeros(shape, np.uint8)
    for line in lines:
        corners = line.corners * (shape[1] / photo.shape[1], shape[0] / photo.shape[0]) - 0.5
        cv2.fillConvexPoly(cells, corners.round().astype(np.int32), 1)
    return cells.ravel() > 0


def fit(photos: list[Seen]) -> tuple[Floats, float]:
    """Return weights (192,) and bias."""
    random = np.random.default_rng(0)
    cells, told = [], []
    for photo in photos:
        groups = [(photo.written & photo.warm, True)]
        if not photo.legible:
            groups += [(~photo.written, False), (~photo.written & photo.warm, False)]
        for which, is_text in groups:
            there = np.flatnonzero(which)
            drawn = random.choice(there, min(len(there), PER_PHOTO), replace=False)
            cells.append(photo.features[drawn])
            told.append(np.full(len(drawn), is_text))
    all_cells = np.concatenate(cells)
    mean, spread = all_cells.mean(axis=0), all_cells.std(axis=0) + 1e-6
    model = LogisticRegression(C=STRENGTH, max_iter=1000, class_weight="balanced")
    model.fit((all_cells - mean) / spread, np.concatenate(told))
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def score(photo: Seen, weights: Floats, bias: float) -> float:
    """Return what the probe says of a photo."""
    return float((photo.features @ weights + bias).max())


def with_probe(ready: onnx.ModelProto, weights: Floats, bias: float) -> onnx.ModelProto:
    """Return the network with the probe and the rest behind a condition."""
    graph = ready.graph
    first = _needed_for(graph, MIDDLE)
    trunk = [node for node in graph.node if node.output[0] in first]
    rest = [node for node in graph.node if node.output[0] not in first]
    [chances] = graph.output
    drawn = helper.make_graph(rest, "draw", [], [helper.make_tensor_value_info(chances.name, TensorProto.FLOAT, None)])
    blank = helper.make_graph(_blank(), "blank", [], [helper.make_tensor_value_info("none", TensorProto.FLOAT, None)])
    probe = [
        helper.make_node("Conv", [MIDDLE, "probe_w", "probe_b"], ["probe_cells"]),
        helper.make_node("ReduceMax", ["probe_cells"], ["probe_score"], keepdims=0),
        helper.make_node("Less", ["probe_score", "least"], ["probe_skip"]),
        helper.make_node("If", ["probe_skip"], ["map"], then_branch=blank, else_branch=drawn),
    ]
    constants = {
        "probe_w": weights.reshape(1, -1, 1, 1).astype(np.float32),
        "probe_b": np.array([bias], np.float32),
    }
    least = helper.make_tensor_value_info("least", TensorProto.FLOAT, [])
    out = helper.make_tensor_value_info("map", TensorProto.FLOAT, None)
    told = helper.make_tensor_value_info("probe_score", TensorProto.FLOAT, [])
    whole = helper.make_graph(
        [*trunk, *probe],
        graph.name,
        [*graph.input, least],
        [out, told],
        [*graph.initializer, *(numpy_helper.from_array(value, name) for name, value in constants.items())],
    )
    return helper.make_model(whole, opset_imports=ready.opset_import, ir_version=ready.ir_version)


def _needed_for(graph: onnx.GraphProto, name: str) -> set[str]:
    """Return the outputs of the nodes that `name` rests on, itself included."""
    makers = {node.output[0]: node for node in graph.node}
    needed: set[str] = set()
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name in makers and name not in needed:
            needed.add(name)
            waiting += makers[name].input
    return needed


def _blank() -> list[onnx.NodeProto]:
    return [
        helper.make_node("Shape", ["x"], ["x_shape"]),
        helper.make_node("Constant", [], ["rgb"], value_ints=[1, 3, 1, 1]),
        helper.make_node("Div", ["x_shape", "rgb"], ["map_shape"]),
        helper.make_node("ConstantOfShape", ["map_shape"], ["none"]),
    ]


def report(photos: list[Seen], weights: Floats, bias: float, least: float) -> None:
    """Print what the probe keeps and passes over on both halves."""
    for side in (0, 1):
        mine = [photo for photo in photos if half(photo.name) == side]
        kept: dict[bool, list[bool]] = {True: [], False: []}
        for photo in mine:
            kept[photo.legible].append(score(photo, weights, bias) >= least)
        print(
            f"half {'AB'[side]}: keeps {sum(kept[True])} of {len(kept[True])} pictures with a legible line, "
            f"passes over {kept[False].count(False)} of {len(kept[False])} others"
        )


def main() -> None:
    """Fit, choose, report, write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("ready", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    Image.MAX_IMAGE_PIXELS = None
    ready: Any = onnx.load(args.ready)
    photos = list(look(ready))
    chosen = [photo for photo in photos if half(photo.name) == 0]
    weights, bias = fit(chosen)
    told = sorted(score(photo, weights, bias) for photo in chosen if photo.legible)
    least = np.floor(told[int(LOST * len(told))] * 100) / 100
    report(photos, weights, bias, least)
    onnx.save(with_probe(ready, weights, bias), args.out)
    print(f"least = {least:.2f}")


if __name__ == "__main__":
    main()
