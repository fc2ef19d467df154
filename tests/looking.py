"""Analyzers run as the program runs them, and their answers as plain data to compare."""

import json
from collections.abc import Mapping, Sequence

from core.analyze import ANALYZERS
from core.media.decoder import DecoderPool
from core.types import Analyzer, Decoded, Json, Outcome, Picture

Looks = list[Mapping[str, Outcome]]


def look(pictures: Sequence[Picture], analyzers: Sequence[Analyzer] = ANALYZERS) -> Looks:
    """Run the analyzers, each given what it needs, on all pictures at once."""
    looks: list[dict[str, Outcome]] = [{} for _ in pictures]
    for analyzer in analyzers:
        given = [{need: one[need] for need in analyzer.needs} for one in looks]
        outcomes = analyzer.run(pictures, given)
        assert len(outcomes) == len(pictures)
        for one, outcome in zip(looks, outcomes, strict=True):
            one[analyzer.key] = outcome
    return list(looks)


def plain(outcome: Outcome) -> Json:
    """Return all that an outcome says as JSON; raises TypeError for what JSON cannot hold."""
    findings = [
        {"kind": f.kind, "name": f.name, "confidence": f.confidence, "box": f.box, "detail": dict(f.detail)}
        for f in outcome.findings
    ]
    faces = [
        {
            "box": f.box,
            "confidence": f.confidence,
            "landmarks": f.landmarks,
            "pose": f.pose and dict(f.pose),
            "quality": dict(f.quality),
            "attributes": dict(f.attributes),
            "unusable": f.unusable,
            "vectors": {name: vector.tolist() for name, vector in f.vectors.items()},
        }
        for f in outcome.faces
    ]
    vectors = {name: vector.tolist() for name, vector in outcome.vectors.items()}
    told: Json = json.loads(json.dumps({"findings": findings, "faces": faces, "vectors": vectors}, allow_nan=False))
    return told


def decode(pool: DecoderPool, data: bytes, name: str) -> tuple[Decoded, Picture]:
    """Return what a decoder child makes of a photo's bytes."""
    decoded = pool.decode_photo(data, name, (), 0)
    assert decoded.picture is not None
    return decoded, decoded.picture


def boxes(told: Json) -> list[list[float]]:
    """Return every box in an outcome's plain form, those of words and of evidence too."""
    found = [one["box"] for one in (*told["findings"], *told["faces"]) if one["box"] is not None]
    for finding in told["findings"]:
        parts = (*finding["detail"].get("words", ()), *finding["detail"].get("evidence", ()))
        found += [part["box"] for part in parts if "box" in part]
    return found


def polygons(told: Json) -> list[list[list[float]]]:
    """Return every polygon: of lines, words and codes."""
    details = [finding["detail"] for finding in told["findings"]]
    parts = [*details, *(word for detail in details for word in detail.get("words", ()))]
    return [part["polygon"] for part in parts if "polygon" in part]


def confidences(told: Json) -> list[float]:
    """Return every confidence, those of words, evidence and attributes too."""
    details = [finding["detail"] for finding in told["findings"]]
    parts = [*told["findings"], *told["faces"], *(a for face in told["faces"] for a in face["attributes"].values())]
    for detail in details:
        parts += [*detail.get("words", ()), *detail.get("evidence", ())]
    return [part["confidence"] for part in parts if "confidence" in part]
