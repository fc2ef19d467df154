"""Made looks at made photos: findings, faces, terms and text as a scan would have stored them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from core.analyze.faces import POINTS
from core.analyze.faces.looks import LANDMARKS
from core.store.postings import Term, effective_labels
from core.store.words import folded
from core.types import FLAGGED
from resources import taxonomy, vocabulary

HEAD = (
    "Tree Building Car Flower Table Sky Chair Mountain Food Dog Beach Cat Bottle Snow Bird Boat Bicycle Cup Horse Ball"
).split()
"""The most frequent labels, as far as the vocabulary has them; the rest follow by Zipf's law."""

RARE = "Abacus"  # in one look alone
SIGNS = "exit menu open sale hotel restaurant station museum welcome coffee bakery pharmacy ticket gate lidl".split()
PERSON, TEXT, FLAGS, DRAWN = 0.35, 0.06, 0.005, 0.003  # shares of the looks that hold such

Row = tuple[str, str, str, float, str | None, str, bool]
"""(analyzer, kind, name, confidence, box, detail, whether the confidence moves): the columns of `finding`."""

FaceRow = tuple[str, float, str, str, str, str, str | None]
"""(box, confidence, landmarks, pose, quality, attributes, unusable): the columns of `face`."""


@dataclass(slots=True)
class Seen:
    """What the analyzers say of one picture; terms: (kind, name) -> confidence; text: as it is indexed."""

    rows: list[Row] = field(default_factory=list)
    faces: list[FaceRow] = field(default_factory=list)
    terms: dict[Term, float] = field(default_factory=dict)
    text: str = ""


def make(count: int, random: np.random.Generator) -> Iterator[Seen]:
    """Yield `count` looks; the first is the only one with the label RARE, and few events deal it out."""
    names, chances = _labels()
    things = set(vocabulary.load().sources("coco").values())
    for number in range(count):
        seen = Seen()
        shown = random.choice(len(names), min(int(random.geometric(0.35)), 6), replace=False, p=chances)
        chosen = [names[i] for i in shown] + ["Person"] * bool(random.random() < PERSON) + [RARE] * (number == 0)
        _properties(seen, random)
        for name in chosen:
            sure = round(float(random.uniform(50, 94)), 2)
            if name in things:
                seen.rows.append(("objects", "object", name, sure, _json(_box(random)), "{}", True))
            sources = ["coco"] if name in things else ["imagenet"]
            seen.rows.append(("labels", "label", name, sure, None, _json({"sources": sources}), True))
        labels = [(row[2], row[3]) for row in seen.rows if row[1] == "label"]
        known = vocabulary.load()
        seen.terms = {("label", name): sure for name, sure in effective_labels(labels, (), known).items()}
        if "Person" in chosen:
            seen.faces = [_face(random) for _ in range(int(random.integers(0, 4)))]
        seen.terms["faces", str(len(seen.faces))] = 100.0
        _text(seen, random)
        _moderation(seen, random, sure=number == 1)
        yield seen


def _labels() -> tuple[list[str], npt.NDArray[np.float64]]:
    """Return all labels that a network gives, but for Person and RARE, and the chance of each."""
    known = vocabulary.load()
    head = [name for word in HEAD for name in known.find(word)[:1]]
    rest = sorted(label.name for label in known.labels.values() if label.sources)
    np.random.default_rng(1).shuffle(rest)
    names = [name for name in dict.fromkeys((*head, *rest)) if name not in ("Person", RARE)]
    weights = 1 / (np.arange(len(names)) + 8)
    return names, weights / weights.sum()


def _properties(seen: Seen, random: np.random.Generator) -> None:
    """Add the measures; the fingerprint, which no two photos share, takes its digits from the photo's own hash."""
    seen.rows.append(("fingerprint", "property", "fingerprint", 100.0, None, '{"hash": "%s"}', False))
    colors = [
        {"hex": random.bytes(3).hex(), "name": str(random.choice(("brown", "blue", "green", "grey"))), "share": 33.3}
        for _ in range(int(random.integers(1, 4)))
    ]
    measures = dict(zip(("sharpness", "brightness", "contrast"), np.round(random.uniform(20, 80, 3), 1), strict=True))
    detail = _json({**measures, "colors": colors})
    seen.rows.append(("properties", "property", "properties", 100.0, None, detail, False))


def _text(seen: Seen, random: np.random.Generator) -> None:
    if random.random() >= TEXT:
        return
    words = sorted({word.casefold() for name in vocabulary.load().labels for word in name.split()})
    lines = []
    for _ in range(int(random.integers(1, 4))):
        line = " ".join((*random.choice(words, 2), str(random.choice(SIGNS)))).upper()
        box = _box(random)
        left, top, width, height = box
        corners = [[left, top], [left + width, top], [left + width, top + height], [left, top + height]]
        detail = {"polygon": np.round(corners, 4).tolist(), "words": []}
        sure = round(float(random.uniform(70, 99)), 2)
        seen.rows.append(("text", "text", line, sure, _json(box), _json(detail), False))
        lines.append(line)
    seen.text = folded(" ".join(lines))


def _moderation(seen: Seen, random: np.random.Generator, *, sure: bool) -> None:
    if random.random() < FLAGS or sure:
        covered = [kind for kind in taxonomy.load().values() if kind.covered]
        kind = covered[int(random.integers(len(covered)))]
        line, score = [kind], round(float(random.uniform(50 if sure else 40, 95)), 2)
        while line[0].parent:
            line.insert(0, taxonomy.load()[line[0].parent])
        for one, below in zip(line, [*line[1:], None], strict=True):
            why = {"kind": "child", "value": below.name} if below else {"kind": "network", "value": "made"}
            detail = _json({"evidence": [{**why, "confidence": score}]})
            seen.rows.append(("moderation", "moderation", one.name, score, None, detail, False))
            if score >= FLAGGED:
                seen.terms["flag", one.name] = 100.0
    if random.random() < DRAWN:
        seen.rows.append(("moderation", "content", "Illustrated", 88.0, None, "{}", False))
        seen.terms["type", "illustrated"] = 100.0


def _face(random: np.random.Generator) -> FaceRow:
    """Return a face; every fourth is large enough for the mesh, as the rest of it says."""
    box, large = _box(random), random.random() < 0.25
    kinds = (*POINTS, *LANDMARKS) if large else POINTS
    places = np.round(random.uniform(box[:2], np.add(box[:2], box[2:]), (len(kinds), 2)), 4).tolist()
    verdict = {"value": True, "confidence": 91.5}
    attributes: dict[str, Any] = {}
    if large:
        gaze = {"value": {"yaw": 3.1, "pitch": -2.4}, "confidence": 88.0}
        attributes = {"smile": verdict, "eyes_open": verdict, "mouth_open": verdict, "gaze": gaze}
        attributes["age"] = {"low": 20, "high": 38}
    return (
        _json(box),
        round(float(random.uniform(60, 95)), 2),
        _json([[kind, *place] for kind, place in zip(kinds, places, strict=True)]),
        _json({"roll": 1.5, "yaw": -4.0, "pitch": 6.5} if large else None),
        _json({"brightness": 48.5, "sharpness": 61.0}),
        _json(attributes),
        None if large else "small",
    )


def _box(random: np.random.Generator) -> list[float]:
    left, top = random.uniform(0, 0.6, 2)
    return [round(float(side), 4) for side in (left, top, *random.uniform(0.05, 0.39, 2))]


def _json(document: object) -> str:
    return json.dumps(document)
