"""The `show` document of one asset, and many of them as JSON lines or CSV."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from core.store.postings import effective_labels, effective_rating, labels_of
from core.types import Facts, Finding, Json, Mark, Metadata
from resources.vocabulary import Vocabulary

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


def document(view: View, vocabulary: Vocabulary) -> Json:
    """Return the `show` document of SPEC section 15: every key is there, "no value" is null or []."""
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
        "camera": metadata.camera or None,
        "gps": None if metadata.lat is None else {"lat": metadata.lat, "lon": metadata.lon, "alt": metadata.alt},
        "place": asdict(metadata.place) if metadata.place else None,
        "keywords": list(metadata.keywords),
        "tags": [m.name for m in view.marks if m.kind == "tag"],
        "rating": effective_rating(metadata.rating, view.marks),
        "labels": _labels(view, vocabulary),
        "faces": [],
        "moderation": [],
        "text": [],
        "codes": [],
        "properties": _detail(view.findings, "properties"),
        "fingerprint": (_detail(view.findings, "fingerprint") or {}).get("hash"),
    }
    if facts.kind == "video":
        made["duration_ms"] = facts.duration_ms
    return made


def taken_at(metadata: Metadata) -> str | None:
    """Return the local wall time as ISO 8601, with the offset only where it is known."""
    if metadata.taken_ms is None:
        return None
    moment = dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=metadata.taken_ms)  # noqa: DTZ001 - wall time
    if metadata.offset_min is not None:
        moment = moment.replace(tzinfo=dt.timezone(dt.timedelta(minutes=metadata.offset_min)))
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def _labels(view: View, vocabulary: Vocabulary) -> list[Json]:
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
            }
        )
    return made


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
