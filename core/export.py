"""The `show` document of one asset, and many of them as JSON lines or CSV."""

import csv
import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from core.store.postings import effective_labels, effective_rating, labels_of
from core.types import FLAGGED, Face, Facts, Finding, Json, Mark, Metadata
from models import cards
from resources import taxonomy
from resources.vocabulary import Label, Vocabulary

SEERS = {"coco": "ssd_mobilenetv3_large", "imagenet": "efficientnet_lite0", "caption": "caption_labels"}
"""Which network a label's source is."""

CSV_COLUMNS = (
    "path",
    "asset",
    "kind",
    "width",
    "height",
    "taken_at",
    "camera",
    "place",
    "rating",
    "tags",
    "keywords",
    "labels",
    "faces",
    "text",
    "flagged",
)


@dataclass(frozen=True, slots=True)
class View:
    """All that is known of one asset, from the library or from a look on the spot."""

    path: str
    paths: Sequence[str]
    sha256: str
    facts: Facts
    metadata: Metadata
    findings: Sequence[Finding]
    marks: Sequence[Mark]
    faces: Sequence[Face] = ()


def document(view: View, vocabulary: Vocabulary, *, details: bool = False) -> Json:
    """Return the `show` document: every key is there, "no value" is null or [].

    details: labels tell their "sources", codes their "payload"; moderation tells scores under 50 too;
    "content_types" stands beside it.
    """
    facts, metadata = view.facts, view.metadata
    made: Json = {
        "path": view.path,
        "paths": list(view.paths),
        "asset": view.sha256,
        "kind": facts.kind,
        "width": facts.width,
        "height": facts.height,
        "orientation": facts.orientation,
        "taken_at": taken_at(metadata),
        **_where(metadata),
        "keywords": list(metadata.keywords),
        "tags": [m.name for m in view.marks if m.kind == "tag"],
        "rating": effective_rating(metadata.rating, view.marks),
        "labels": _labels(view, vocabulary, details=details),
        "faces": [_face(view.sha256, face) for face in view.faces],
        "moderation": _moderation(view.findings, 0 if details else FLAGGED),
        "text": [told for line in _of_kind(view, "text") for told in _text(line)],
        "codes": [_code(code, details=details) for code in _of_kind(view, "code")],
        "properties": _detail(view.findings, "properties"),
        "fingerprint": (_detail(view.findings, "fingerprint") or {}).get("hash"),
    }
    if facts.kind == "video":
        made["duration_ms"] = facts.duration_ms
    if details:
        made["content_types"] = _content_types(view)
    return made


def _content_types(view: View) -> list[Json]:
    return [{"name": found.name, "confidence": round(found.confidence, 2)} for found in _of_kind(view, "content")]


def _where(metadata: Metadata) -> Json:
    return {
        "camera": metadata.camera or None,
        "gps": None if metadata.lat is None else {"lat": metadata.lat, "lon": metadata.lon, "alt": metadata.alt},
        "place": asdict(metadata.place) if metadata.place else None,
    }


def taken_at(metadata: Metadata) -> str | None:
    """Return the local wall time as ISO 8601, with the offset only where it is known."""
    if metadata.taken_ms is None:
        return None
    moment = dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=metadata.taken_ms)  # noqa: DTZ001 - wall time
    if metadata.offset_min is not None:
        moment = moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=metadata.offset_min)))
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def _of_kind(view: View, kind: str) -> list[Finding]:
    return [finding for finding in view.findings if finding.kind == kind]


def face_id(sha256: str, face: Face) -> str:
    """Return 16 hex digits that mean the same face in any library: of the content and the box."""
    return hashlib.sha256(f"{sha256} {json.dumps(face.box)}".encode()).hexdigest()[:16]


def _face(sha256: str, face: Face) -> Json:
    return {
        "id": face_id(sha256, face),
        "box": list(face.box),
        "confidence": face.confidence,
        "landmarks": [{"type": kind, "x": x, "y": y} for kind, x, y in face.landmarks],
        "pose": dict(face.pose) if face.pose else None,
        "quality": dict(face.quality),
        "attributes": dict(face.attributes),
        "person": None,
        "group": None,
        "unusable": face.unusable,
    }


def _moderation(findings: Iterable[Finding], least: float) -> list[Json]:
    kinds, found = taxonomy.load(), {f.name: f for f in findings if f.kind == "moderation" and f.confidence >= least}
    return [
        {
            "name": name,
            "parent": kind.parent,
            "level": kind.level,
            "confidence": round(found[name].confidence, 2),
            "evidence": found[name].detail["evidence"],
        }
        for name, kind in kinds.items()
        if name in found
    ]


def _text(line: Finding) -> list[Json]:
    """Return a line and its words."""
    return [
        _written(line.name, "line", line.confidence, line.box, line.detail["polygon"]),
        *(_written(w["text"], "word", w["confidence"], w["box"], w["polygon"]) for w in line.detail["words"]),
    ]


def _written(text: str, level: str, confidence: float, box: Iterable[float] | None, polygon: Iterable[Any]) -> Json:
    return {"text": text, "level": level, "confidence": confidence, "box": list(box or ()), "polygon": list(polygon)}


def _code(code: Finding, *, details: bool) -> Json:
    told = {"format": code.detail["format"], "text": code.name, "polygon": code.detail["polygon"]}
    return told | ({"payload": code.detail["payload"]} if details else {})


def _labels(view: View, vocabulary: Vocabulary, *, details: bool) -> list[Json]:
    found = effective_labels(labels_of(view.findings), view.marks, vocabulary)
    objects = [f for f in view.findings if f.kind == "object" and f.box is not None]
    made = []
    for name, confidence in sorted(found.items(), key=lambda pair: (-pair[1], pair[0])):
        label = vocabulary.labels.get(name)
        made.append(
            {
                "name": name,
                "confidence": round(confidence, 2),
                "parents": list(vocabulary.ancestors(name)),
                "categories": list(label.categories) if label else [],
                "aliases": list(label.aliases) if label else [],
                "instances": [
                    {"box": list(f.box or ()), "confidence": round(f.confidence, 2)} for f in objects if f.name == name
                ],
                **({"sources": sources(name, view, vocabulary)} if details else {}),
            }
        )
    return made


def sources(name: str, view: View, vocabulary: Vocabulary) -> list[Json]:
    """Return who says that `name` holds, and how far that is to be trusted.

    {"source": "coco" | "imagenet" | "caption", "network", "label": `name` or the narrower one that was seen,
    "precision": share of its labels that are right, "measured"}, or {"source": "person"}.
    """
    told: list[Json] = [
        {"source": "person"} for m in view.marks if m.kind == "label" and (m.name, m.value) == (name, "confirmed")
    ]
    below = vocabulary.descendants(name) | {name}
    for finding in (f for f in view.findings if f.kind == "label" and f.name in below):
        told += [trust(source, vocabulary.labels[finding.name]) for source in finding.detail["sources"]]
    return told


def trust(source: str, label: Label) -> Json:
    """Return who `source` is and how far its word on `label` is to be trusted; see `sources`."""
    card = cards.load(SEERS[source])
    own = label.measured if label.measured.startswith(source) else ""
    match = (
        re.search(r"precision (\d\.\d+)", own) if "out-of-fold" not in own else None
    )  # on photos like those it learnt
    return {
        "source": source,
        "network": card.id,
        "label": label.name,
        "precision": float(match[1]) if match else card.precision,
        "measured": own or "over all its labels",
    }


def _detail(findings: Iterable[Finding], name: str) -> Json | None:
    return next((dict(f.detail) for f in findings if f.kind == "property" and f.name == name), None)


def as_jsonl(documents: Iterable[Json]) -> Iterator[str]:
    """Yield one line per document."""
    for made in documents:
        yield json.dumps(made) + "\n"


def as_csv(documents: Iterable[Json]) -> Iterator[str]:
    """Yield a heading and one row per document; text that a spreadsheet would run as a formula is neutralised."""
    yield _csv_row(CSV_COLUMNS)
    for made in documents:
        place = made["place"]
        flat = made | {
            "place": ", ".join(part for part in place.values() if part) if place else "",
            "tags": "; ".join(made["tags"]),
            "keywords": "; ".join(made["keywords"]),
            "labels": "; ".join(f"{label['name']} {label['confidence']:.0f}" for label in made["labels"]),
            "faces": len(made["faces"]),
            "text": " / ".join(line["text"] for line in made["text"] if line["level"] == "line"),
            "flagged": "; ".join(f"{kind['name']} {kind['confidence']:.0f}" for kind in made["moderation"]),
        }
        yield _csv_row([_harmless(flat[column]) for column in CSV_COLUMNS])


def _csv_row(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def _harmless(value: object) -> object:
    if isinstance(value, str):
        value = value.encode("utf-8", "replace").decode()
        return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    return "" if value is None else value
