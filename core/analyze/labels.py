"""Labels: what the picture shows, agreed from the things in it, ImageNet's classes and the words of captions."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

import numpy as np

from core.types import Finding, Outcome, Picture, Vector
from models import cards
from models.caption_labels import adapter as captions
from models.efficientnet_lite0 import adapter as imagenet
from models.session import Floats
from resources import vocabulary

SURER = 0.1  # by which a broad label must beat every narrower one to be told beside it

Vote = tuple[str, str, float]
"""Label, source ("coco", "imagenet" or "caption"), confidence 0..1."""


class Labels:
    """One finding per label, whichever networks saw it; parents follow from the vocabulary and are not stored."""

    key: ClassVar[str] = "labels"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("objects", "embedding")
    features: ClassVar[frozenset[str]] = frozenset()

    def run(self, pictures: Sequence[Picture], given: Sequence[Mapping[str, Outcome]]) -> list[Outcome]:
        """Return findings of kind "label", surest first, with detail {"sources": [...]}.

        confidence: that of the surest source x 100. The thresholds stand with their measurement in the cards of the
        networks, and in the vocabulary for a label that asks more; scores are rounded before they meet them.
        Raises NetworkError where weights are missing or wrong.
        """
        network = cards.load("tinyvit_5m_in22k").id
        least = cards.load("efficientnet_lite0").thresholds["label"]
        return [
            Outcome(
                _merge(
                    [
                        *_things(outcomes["objects"]),
                        *_classes(imagenet.classify(picture.pixels), least),
                        *_words(outcomes["embedding"].vectors[network]),
                    ]
                )
            )
            for picture, outcomes in zip(pictures, given, strict=True)
        ]


def _merge(votes: Iterable[Vote]) -> tuple[Finding, ...]:
    best: dict[str, float] = {}
    sources: dict[str, set[str]] = {}
    for name, source, score in votes:
        best[name] = max(best.get(name, 0.0), score)
        sources.setdefault(name, set()).add(source)
    known = vocabulary.load().labels
    return tuple(
        Finding("label", name, confidence, detail={"sources": sorted(sources[name])})
        for name in sorted(best, key=lambda name: (-best[name], name))
        if (confidence := round(best[name] * 100, 2)) >= (known[name].threshold or 0)
    )


def _things(objects: Outcome) -> list[Vote]:
    """Return a vote for each thing: one that is sure enough for a box is sure enough for a label."""
    return [(finding.name, "coco", finding.confidence / 100) for finding in objects.findings]


def _classes(probabilities: Floats, least: float) -> list[Vote]:
    """Return the narrowest labels whose classes reach `least` together, and broader ones that are clearly surer.

    Three breeds of dog at .2 each are no breed, but a dog.
    """
    sums: dict[str, float] = {}
    for line, probability in zip(_lines(), probabilities.astype(np.float64).tolist(), strict=True):
        for name in line:
            sums[name] = sums.get(name, 0.0) + probability
    words = vocabulary.load()
    reached = {name: min(1.0, score) for name, total in sums.items() if (score := round(total, 4)) >= least}
    told: dict[str, float] = {}
    for name in sorted(reached, key=lambda name: (reached[name], -len(words.ancestors(name)))):  # narrow ones first
        if reached[name] >= max((told[below] + SURER for below in words.descendants(name) & told.keys()), default=0.0):
            told[name] = reached[name]
    return [(name, "imagenet", score) for name, score in told.items()]


@functools.cache
def _lines() -> tuple[tuple[str, ...], ...]:
    """Return, for each class of ImageNet, its label and all that holds with it."""
    words = vocabulary.load()
    names = words.sources("imagenet")
    return tuple((names[str(number)], *words.ancestors(names[str(number)])) for number in range(1000))


def _words(vector: Vector) -> list[Vote]:
    """Words of captions that the vocabulary takes up; the log-odds become probabilities."""
    names = vocabulary.load().sources("caption")
    scores = np.round(captions.scores(vector).astype(np.float64), 4)
    chances = np.round(1 / (1 + np.exp(-scores)), 4)
    shown = zip(captions.names(), scores.tolist(), captions.thresholds().tolist(), chances.tolist(), strict=True)
    return [
        (names[word], "caption", chance)
        for word, score, least, chance in shown
        if word in names and score >= round(least, 4)
    ]
