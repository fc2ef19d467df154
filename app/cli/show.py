"""`fovea show`, `fovea export`: all that is known of one file, or of all."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from app.cli.faces import face_row
from app.cli.out import emit, say, table
from core.errors import PersonError
from core.export import as_csv, as_jsonl
from core.library import Library
from core.types import FLAGGED, Json


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    parser = commands.add_parser(
        "show",
        parents=[common],
        help="tell all that is known of a file; one outside the library is looked at on the spot",
        epilog="example: fovea show --json holiday.jpg",
    )
    parser.add_argument("file", metavar="FILE")
    parser.add_argument(
        "--details",
        action="store_true",
        help="with --json also: whom labels come from and how far to trust them, what codes mean, weak scores",
    )
    parser.set_defaults(run=show)
    parser = commands.add_parser(
        "export",
        parents=[common],
        help="write what is known of every file, one line each",
        epilog="example: fovea export --format csv -o library.csv ~/Pictures",
    )
    parser.add_argument("places", nargs="*", metavar="PLACE", help="only below these folders")
    parser.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")
    parser.add_argument("-o", "--output", metavar="FILE", help="a file instead of standard output")
    parser.set_defaults(run=export)


def show(args: argparse.Namespace) -> int:
    """Run `fovea show`."""
    with Library(args.library, write=False) as library:
        document = library.show(args.file, details=args.details or not args.json)
    emit(args, document, [] if args.json else _lines(document))
    return 0


def _lines(document: Json) -> list[str]:
    rows = [(name, str(value)) for name, value in _facts(document).items() if value not in ("", None)]
    several = {
        "label": [_label(label) for label in document["labels"] if _seen(label)],
        "so also": [", ".join(label["name"] for label in document["labels"] if not _seen(label))],
        "face": ["; ".join(filter(None, face_row(face)[1:])) for face in document["faces"]],
        "text": [line["text"] for line in document["text"] if line["level"] == "line"],
        "code": [_code(code) for code in document["codes"]],
        "flagged": [_flag(kind) for kind in document["moderation"] if kind["confidence"] >= FLAGGED],
    }
    return table([*rows, *((name, line) for name, lines in several.items() for line in lines if line)])


def _seen(label: Json) -> bool:
    """Whether somebody says it of the photo itself, not of something narrower."""
    return any(source.get("label", label["name"]) == label["name"] for source in label["sources"])


def _facts(document: Json) -> Json:
    """Return what is told in one line each."""
    gps = document["gps"]
    others = [path for path in document["paths"] if path != document["path"]]
    return {
        "file": document["path"],
        "also at": ", ".join(others),
        "size": f"{document['width']} x {document['height']} {document['kind']}",
        "taken": document["taken_at"],
        "camera": document["camera"],
        "place": ", ".join(filter(None, (document["place"] or {}).values())),
        "gps": f"{gps['lat']:.5f}, {gps['lon']:.5f}" if gps else "",
        "rating": document["rating"],
        "tags": ", ".join(document["tags"]),
        "keywords": ", ".join(document["keywords"]),
        "colours": _percent((document["properties"] or {}).get("colors", []), "share"),
        "kind": _percent(document["content_types"], "confidence"),
    }


def _label(label: Json) -> str:
    own = [source for source in label["sources"] if source.get("label", label["name"]) == label["name"]]
    by = dict.fromkeys(_seer(source) for source in own)
    return f"{label['name']} {label['confidence']:.0f} %  ({', '.join(by)})"


def _seer(source: Json) -> str:
    if source["source"] == "person":
        return "confirmed by you"
    return f"by {source['source']}, right {source['precision']:.0%} of the time"


def _code(code: Json) -> str:
    payload = code["payload"]
    told = ", ".join(f"{key} {value}" for key, value in payload.items() if key != "kind" and value)
    return f"{code['format']}: {payload['kind']} {told or code['text']}".strip()


def _flag(kind: Json) -> str:
    why = ", ".join(f"{e['value']} {e['confidence']:.0f} %" for e in kind["evidence"])
    return f"{kind['name']} {kind['confidence']:.0f} %  because of {why}"


def _percent(things: list[Json], key: str) -> str:
    return ", ".join(f"{thing['name']} {thing[key]:.0f} %" for thing in things)


def export(args: argparse.Namespace) -> int:
    """Run `fovea export`."""
    with Library(args.library, write=False) as library:
        documents = library.documents(args.places or None)
        lines = as_csv(documents) if args.format == "csv" else as_jsonl(documents)
        if args.output is None:
            for line in lines:
                sys.stdout.write(line)
            return 0
        count = _write(Path(args.output), lines)
    message = {"written": os.path.abspath(args.output), "lines": count}
    say(args, f"{count} lines written to {args.output}")
    if args.json:
        print(json.dumps(message))
    return 0


def _write(target: Path, lines: Iterator[str]) -> int:
    """Write under a temporary name first; an export cut off in the middle leaves nothing half."""
    partial = target.with_name(target.name + ".partial")
    count = 0
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            for line in lines:
                file.write(line)
                count += 1
        partial.replace(target)
    except OSError as error:
        raise PersonError(f"{target} could not be written ({error.strerror}).") from error
    return count
