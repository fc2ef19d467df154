"""`fovea show`, `fovea export`: all that is known of one file, or of all."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from app.cli.out import emit, say, table
from core.errors import PersonError
from core.export import as_csv, as_jsonl
from core.library import Library
from core.types import Json


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    parser = commands.add_parser(
        "show",
        parents=[common],
        help="tell all that is known of a file; one outside the library is looked at on the spot",
        epilog="example: fovea show --json holiday.jpg",
    )
    parser.add_argument("file", metavar="FILE")
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
        document = library.show(args.file)
    emit(args, document, _lines(document))
    return 0


def _lines(document: Json) -> list[str]:
    gps = document["gps"]
    others = [path for path in document["paths"] if path != document["path"]]
    told = {
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
        "labels": _percent(document["labels"], "confidence"),
        "colours": _percent((document["properties"] or {}).get("colors", []), "share"),
    }
    return table((name, str(value)) for name, value in told.items() if value not in ("", None))


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
