"""Moderation: scores for what may have to be flagged, each with its evidence. No verdict: that is a person's."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar

from core.types import Finding, Json, Outcome, Picture, Pixels
from models import cards
from models.nsfwjs_mobilenetv2 import adapter as nsfwjs
from models.nsfwjs_mobilenetv2.adapter import Chances
from models.open_nsfw import adapter as open_nsfw
from resources import taxonomy
from resources.taxonomy import Kind
from resources.vocabulary import fold

HINT, WORD = 0.5, 0.4
"""What a weak label counts of its own confidence, and what a word read in the picture counts."""

SUPPORT = 0.5  # of the chance "sexy", beside a label; alone it counts SUGGESTIVE of it and stays under 50
SUGGESTIVE = 0.45
LEAST = 0.1  # weaker scores are not kept

INPUTS = ("labels", "objects", "text")


class Moderation:
    """Two networks for explicit content; labels, objects and words mapped onto Rekognition's taxonomy.

    Features: the analyzers it could draw on, so that an answer without text is made again once text is read.
    """

    key: ClassVar[str] = "moderation"
    version: ClassVar[int] = 1

    def __init__(self, there: Collection[str]) -> None:
        """Draw on those of INPUTS that are among the analyzers `there`."""
        self.needs = tuple(key for key in INPUTS if key in there)
        self.features = frozenset(self.needs)

    def run(self, pictures: Sequence[Picture], given: Sequence[Mapping[str, Outcome]]) -> list[Outcome]:
        """Return findings of kind "moderation" from 10 up, ancestors included, in the order of the taxonomy.

        name: of the kind; detail {"evidence": [{"kind": "network" | "label" | "object" | "text" | "child", "value",
        "confidence" 0..100, "box"?}]}. A drawing is told by a finding of kind "content" called "Illustrated".
        Raises NetworkError where weights are missing or wrong.
        """
        return [
            Outcome(tuple(_look(picture.pixels, [f for outcome in outcomes.values() for f in outcome.findings])))
            for picture, outcomes in zip(pictures, given, strict=True)
        ]


def _look(pixels: Pixels, seen: Sequence[Finding]) -> list[Finding]:
    chances = nsfwjs.look(pixels)
    scores: dict[str, tuple[float, list[Json]]] = {}
    for kind in reversed(taxonomy.load().values()):  # children before their parents
        evidence = [*_by_networks(kind, pixels, chances), *_by_labels(kind, seen), *_by_words(kind, seen)]
        evidence += [
            {"kind": "child", "value": name, "confidence": round(score * 100, 2)}
            for name, (score, _why) in scores.items()
            if taxonomy.load()[name].parent == kind.name
        ]
        score = _score(kind, evidence)
        if score >= LEAST:
            scores[kind.name] = (score, sorted(evidence, key=lambda one: -one["confidence"]))
    found = [
        Finding("moderation", name, round(scores[name][0] * 100, 2), detail={"evidence": scores[name][1]})
        for name in taxonomy.load()
        if name in scores
    ]
    drawn = round(chances.drawing + chances.hentai, 4)
    if drawn >= cards.load("nsfwjs_mobilenetv2").thresholds["illustrated"]:
        found.append(Finding("content", "Illustrated", min(100.0, round(drawn * 100, 2))))
    return found


def _by_networks(kind: Kind, pixels: Pixels, chances: Chances) -> list[Json]:
    """Ask the second network only where the first has a doubt: elsewhere their mean could not reach 32."""
    if not kind.networks:
        return []
    if "open_nsfw" not in kind.networks:
        return _network("nsfwjs sexy", chances.sexy)
    first = round(chances.porn + chances.hentai, 4)
    if first <= cards.load("nsfwjs_mobilenetv2").thresholds["doubt"]:
        return []
    return [*_network("nsfwjs porn + hentai", first), *_network("open-nsfw", open_nsfw.look(pixels))]


def _network(value: str, chance: float) -> list[Json]:
    return [{"kind": "network", "value": value, "confidence": min(100.0, round(chance * 100, 2))}]


def _by_labels(kind: Kind, seen: Sequence[Finding]) -> list[Json]:
    found: dict[str, Json] = {}
    for finding in sorted(seen, key=lambda f: (f.kind != "object", -f.confidence)):  # objects first: they have a place
        if finding.kind in ("label", "object") and finding.name in (*kind.labels, *kind.hints):
            told: Json = {"kind": finding.kind, "value": finding.name, "confidence": finding.confidence}
            if finding.box is not None:
                told["box"] = list(finding.box)
            found.setdefault(finding.name, told)
    return list(found.values())


def _by_words(kind: Kind, seen: Sequence[Finding]) -> list[Json]:
    """Whole words only: "Scunthorpe" holds none."""
    if not kind.words:
        return []
    found: dict[str, Json] = {}
    for line in (finding for finding in seen if finding.kind == "text"):
        for word in set(re.findall(r"\w+", fold(line.name))) & set(kind.words):
            box = {"box": list(line.box)} if line.box else {}
            found.setdefault(word, {"kind": "text", "value": word, "confidence": line.confidence, **box})
    return [found[word] for word in sorted(found)]


def _score(kind: Kind, evidence: Sequence[Json]) -> float:
    """Return 0..1: the strongest child, or what the kind's own evidence gives together."""
    best = {
        how: max((e["confidence"] / 100 for e in evidence if e["kind"] == how), default=0.0)
        for how in ("child", "text")
    }
    named = [(e["value"], e["confidence"] / 100) for e in evidence if e["kind"] in ("label", "object")]
    label = max((sure if name in kind.labels else HINT * sure for name, sure in named), default=0.0)
    parts = [label, WORD * best["text"], _networks(kind, evidence, label)]
    own = 1.0
    for part in parts:
        own *= 1 - part
    return round(max(best["child"], 1 - own), 4)


def _networks(kind: Kind, evidence: Sequence[Json], label: float) -> float:
    """Return what the networks say: for explicit content the geometric mean of both, which neither reaches alone."""
    chances = [e["confidence"] / 100 for e in evidence if e["kind"] == "network"]
    if not chances:
        return 0.0
    if "open_nsfw" in kind.networks:
        return float((chances[0] * chances[1]) ** 0.5)
    return float(chances[0] * (SUPPORT if label else SUGGESTIVE))
