"""Measures labels and objects on photos with a truth: `python -m tests.measure.labels`.

Thresholds are tabled on half A, where they were chosen; what Fovea tells with those of the cards is judged on half B.
Half = SHA-256 of the file name, of the duplicate group for everyday photos that have one. Photos whose captions trained
the caption words are left out where those words count.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from core.analyze import closure, labels
from core.types import Box, Json, Outcome, Picture
from models.efficientnet_lite0 import adapter as efficientnet
from models.ssd_mobilenetv3_large import adapter as ssd
from resources.vocabulary import Vocabulary, load
from tests.data import SHARED
from tests.measure.fingerprint import half

LEAST = 0.05  # where the tables and the average precision start
STEPS = [step / 100 for step in range(15, 75, 5)]
Named = list[tuple[str, Box]]
Votes = dict[tuple[str, float], set[str]]


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo: what was seen in it and what is there.

    votes: source, threshold -> labels, for each of STEPS. told: label -> sources, as Fovea tells it. things: label,
    box, score of each thing seen. truth: labels that are there; boxes: around each, None where nobody drew them.
    tags: words of a person, the main one first. clean: it trained no caption word.
    """

    side: int
    votes: Votes
    told: dict[str, tuple[str, ...]]
    things: list[tuple[str, Box, float]]
    truth: frozenset[str] = frozenset()
    boxes: Named | None = None
    tags: tuple[str, ...] = ()
    clean: bool = True


def see(path: Path, names: Mapping[str, str]) -> tuple[Votes, dict[str, tuple[str, ...]], list[tuple[str, Box, float]]]:
    """Return votes, told and things of one photo, as Shot holds them."""
    pixels = np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))
    looks: dict[str, Outcome] = {}
    for analyzer in closure({"labels"}):
        [looks[analyzer.key]] = analyzer.run([Picture(pixels)], [looks])
    things = [(names[thing.name], thing.box, thing.score) for thing in ssd.detect(pixels, LEAST)]
    probabilities = efficientnet.classify(pixels)
    votes: Votes = {}
    for step in STEPS:
        votes["coco", step] = {name for name, _, sure in things if sure >= step}
        votes["imagenet", step] = {name for name, _, _ in labels._classes(probabilities, step)}
    return votes, {f.name: tuple(f.detail["sources"]) for f in looks["labels"].findings}, things


def coco(names: Mapping[str, str]) -> list[Shot]:
    """Return the photos of COCO whose labels are known."""
    truth: Json = json.loads((SHARED / "coco" / "truth.json").read_text(encoding="utf-8"))
    with gzip.open(SHARED / "captions" / "captions.json.gz", "rt", encoding="utf-8") as file:
        trained = {one["id"] for one in json.load(file)}
    shots = []
    for file_name, told in truth.items():
        if told["instances"] is None:
            continue
        boxes = [(names[one["label"]], tuple(one["bbox"])) for one in told["instances"] if not one["crowd"]]
        there = frozenset(names[label] for label in told["labels"])
        seen = see(SHARED / "coco" / "images" / file_name, names)
        shots.append(Shot(half(file_name), *seen, truth=there, boxes=boxes, clean=file_name not in trained))
    return shots


def everyday(names: Mapping[str, str]) -> list[Shot]:
    """Return the everyday photos with the tags that a person gave them."""
    home = SHARED / "everyday"
    groups: Json = json.loads((home / "dup_groups.json").read_text(encoding="utf-8"))
    group = {Path(file).name: name for name, one in groups.items() for file in one["files"]}
    told: Json = json.loads((home / "labels.json").read_text(encoding="utf-8"))
    return [
        Shot(half(group.get(file, file)), *see(home / "images" / file, names), tags=tuple(one["tags"]))
        for file, one in told.items()
        if one["kind"] == "photo"
    ]


def spread(vocabulary: Vocabulary, found: Iterable[str]) -> set[str]:
    """Return the labels with their ancestors."""
    return {name for label in found for name in (label, *vocabulary.ancestors(label))}


def score(pairs: Iterable[tuple[set[str] | frozenset[str], set[str] | frozenset[str]]]) -> str:
    """Return micro precision, recall and F1 over (told, there)."""
    right = wrong = missed = 0
    for told, there in pairs:
        right, wrong, missed = right + len(told & there), wrong + len(told - there), missed + len(there - told)
    precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f} ({right} right, {wrong} wrong, {missed} missed)"


def recalls(vocabulary: Vocabulary, pairs: Iterable[tuple[Shot, Iterable[str]]]) -> str:
    """Return how often the main tag was told, and how many of all tags, over (photo, labels)."""
    photos = main = every = tags = 0
    for shot, told in pairs:
        every_label = spread(vocabulary, told)
        hits = [not every_label.isdisjoint(vocabulary.find(tag)) for tag in shot.tags]
        photos, main, every, tags = photos + 1, main + hits[0], every + sum(hits), tags + len(hits)
    return f"main tag {main / photos:.3f} ({main} of {photos}), all tags {every / tags:.3f} ({every} of {tags})"


def overlap(a: Box, b: Box) -> float:
    """Return intersection over union."""
    wide = max(0.0, min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0]))
    high = max(0.0, min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1]))
    return wide * high / (a[2] * a[3] + b[2] * b[3] - wide * high)


def matched(shot: Shot, name: str) -> list[tuple[float, bool]]:
    """Return (score, right) of the things called `name`, each true box taken once, by the surest (COCO, IoU .5)."""
    left = [box for label, box in shot.boxes or () if label == name]
    found = []
    for _, box, sure in sorted((t for t in shot.things if t[0] == name), key=lambda thing: -thing[2]):
        best = max(left, key=lambda other: overlap(box, other), default=None)
        right = best is not None and overlap(box, best) >= 0.5
        if right and best is not None:
            left.remove(best)
        found.append((sure, right))
    return found


def boxes_table(shots: Sequence[Shot]) -> None:
    """Print precision, recall and F1 of things by threshold."""
    every = [pair for shot in shots for name in {t[0] for t in shot.things} for pair in matched(shot, name)]
    there = sum(len(shot.boxes or ()) for shot in shots)
    for step in STEPS:
        right = sum(hit for sure, hit in every if sure >= step)
        told = sum(sure >= step for sure, _ in every)
        f1 = 2 * right / max(1, told + there)
        print(f"  {step:.2f}: P {right / max(1, told):.3f} R {right / there:.3f} F1 {f1:.3f}")


def average_precision(shots: Sequence[Shot]) -> float:
    """Return mAP50: the mean over labels of the area under the precision envelope at 101 recalls."""
    areas = []
    for name in sorted({label for shot in shots for label, _ in shot.boxes or ()}):
        there = sum(label == name for shot in shots for label, _ in shot.boxes or ())
        hits = np.array([hit for _, hit in sorted((p for s in shots for p in matched(s, name)), reverse=True)], float)
        right = np.cumsum(hits)
        envelope = np.maximum.accumulate((right / np.arange(1, len(hits) + 1))[::-1])[::-1]
        at = np.searchsorted(right / there, np.linspace(0, 1, 101))
        areas.append(float(np.append(envelope, 0.0)[np.minimum(at, len(hits))].mean()))
    return float(np.mean(areas))


def tune(vocabulary: Vocabulary, known: frozenset[str], photos: Sequence[Shot], tagged: Sequence[Shot]) -> None:
    """Print the tables of half A from which the thresholds of the cards were read."""
    print(f"Half A: {len(photos)} photos of COCO, {len(tagged)} everyday photos\nboxes (card: object)")
    boxes_table(photos)
    for source in ("coco", "imagenet"):
        print(f"labels by {source} alone")
        for step in STEPS:
            pairs = [(spread(vocabulary, s.votes[source, step]) & known, s.truth) for s in photos]
            own = recalls(vocabulary, [(s, s.votes[source, step]) for s in tagged])
            print(f"  {step:.2f}: {score(pairs)}; {own}")


def but(shot: Shot, source: str) -> set[str]:
    """Return the labels that are told without the word of one source."""
    return {name for name, by in shot.told.items() if set(by) - {source}}


def alone(shot: Shot, source: str) -> set[str]:
    """Return the labels that one source tells."""
    return {name for name, by in shot.told.items() if source in by}


def report(vocabulary: Vocabulary, known: frozenset[str], photos: Sequence[Shot], tagged: Sequence[Shot]) -> None:
    """Print what is told with the thresholds of the cards."""
    clean = [shot for shot in photos if shot.clean]
    for what, shots, source in (("all", photos, "caption"), ("clean", clean, "caption"), ("clean", clean, "")):
        pairs = [(spread(vocabulary, but(s, source)) & known, s.truth) for s in shots]
        print(f"  {len(shots)} photos of COCO ({what}), without {source or 'nothing'}: {score(pairs)}")
    for source in ("coco", "imagenet"):
        pairs = [(spread(vocabulary, alone(s, source)) & known, s.truth) for s in photos]
        print(f"  {source} alone: {score(pairs)}; {recalls(vocabulary, [(s, alone(s, source)) for s in tagged])}")
    print(f"  mAP50 {average_precision(photos):.3f}")
    for source in ("", "caption", "imagenet", "coco"):
        own = recalls(vocabulary, [(s, but(s, source)) for s in tagged])
        print(f"  {len(tagged)} everyday photos, without {source or 'nothing'}: {own}")
    print(f"  labels a photo: {np.mean([len(shot.told) for shot in (*clean, *tagged)]):.1f}")
    wrong = Counter(name for s in clean for name in (spread(vocabulary, s.told) & known) - s.truth)
    print(f"  most often wrong: {', '.join(f'{name} {n}' for name, n in wrong.most_common(10))}")


def main() -> None:
    """Print the tables of half A and the figures of half B."""
    if not SHARED.exists():
        print("The measured set is not here.")
        return
    vocabulary = load()
    names = vocabulary.sources("coco")
    known = frozenset(names.values())
    photos, tagged = coco(names), everyday(names)
    tune(vocabulary, known, [s for s in photos if s.side == 0], [s for s in tagged if s.side == 0])
    for side in (0, 1):
        print(f"Half {'AB'[side]}, as told")
        report(vocabulary, known, [s for s in photos if s.side == side], [s for s in tagged if s.side == side])


if __name__ == "__main__":
    main()
