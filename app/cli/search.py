"""`fovea search` and `fovea similar`: find, and say why."""

import argparse
import time

from app.cli.out import emit, say, table
from core.library import Library
from core.search.engine import Found
from core.types import Hit, Json, Reason


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    parser = commands.add_parser(
        "search",
        parents=[common],
        help="find photos and films by words",
        description='Words, "phrases", -not, OR, brackets, label: tag: text: date: place: camera: type: is: rating:',
        epilog='example: fovea search "dog at beach date:2019.. -label:person"',
    )
    parser.add_argument("query", nargs="+", metavar="QUERY")
    parser.set_defaults(run=search)
    _limits(parser)
    parser = commands.add_parser(
        "similar",
        parents=[common],
        help="find what looks like a picture",
        epilog="example: fovea similar holiday.jpg",
    )
    parser.add_argument("file", metavar="FILE")
    parser.set_defaults(run=similar)
    _limits(parser)


def _limits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=_count, default=50, metavar="N", help="at most N hits (default 50)")
    parser.add_argument("--all", action="store_true", help="every hit")


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


def search(args: argparse.Namespace) -> int:
    """Run `fovea search`."""
    with Library(args.library, write=False) as library:
        begun = time.perf_counter()
        found = library.search(" ".join(args.query), None if args.all else args.limit)
    _print(args, found, time.perf_counter() - begun)
    return 0


def similar(args: argparse.Namespace) -> int:
    """Run `fovea similar`."""
    with Library(args.library, write=False) as library:
        begun = time.perf_counter()
        found = library.similar(args.file, None if args.all else args.limit)
    _print(args, found, time.perf_counter() - begun)
    return 0


def _print(args: argparse.Namespace, found: Found, seconds: float) -> None:
    say(args, f"understood as: {found.understood}")
    emit(args, search_document(found, seconds), search_lines(found))


def search_document(found: Found, seconds: float) -> Json:
    """Return the JSON answer of a search."""
    return {
        "query": found.query,
        "understood": found.understood,
        "total": found.total,
        "strong": found.strong,
        "seconds": round(seconds, 3),
        "hits": [_hit(hit) for hit in found.hits],
    }


def _hit(hit: Hit) -> Json:
    return {
        "path": hit.path,
        "asset": hit.asset,
        "score": hit.score,
        "strong": hit.strong,
        "reasons": [_reason(reason) for reason in hit.reasons],
    }


def _reason(reason: Reason) -> Json:
    made: Json = {"kind": reason.kind, "value": reason.value, "confidence": round(reason.confidence, 2)}
    if reason.box is not None:
        made["box"] = list(reason.box)
    if reason.time_ms is not None:
        made["time_ms"] = reason.time_ms
    return made


def search_lines(found: Found) -> list[str]:
    """Return the hits for a person: path and reasons, with a line between strong and weaker ones."""
    if not found.total:
        return ["Nothing here answers to that."]
    strong = [_row(hit) for hit in found.hits if hit.strong]
    weak = [_row(hit) for hit in found.hits if not hit.strong]
    lines = table(strong)
    if weak:
        lines += [f"-- weaker: close in meaning only ({found.total - found.strong}) --", *table(weak)]
    if found.total > len(found.hits):
        lines.append(f"... {found.total - len(found.hits)} more (--all shows them)")
    return lines


def _row(hit: Hit) -> tuple[str, str]:
    said = [f"{r.kind} {r.value} {r.confidence:.0f} %" for r in hit.reasons if r.kind != "meaning"]
    said += [f"meaning {r.confidence / 100:.2f}" for r in hit.reasons if r.kind == "meaning"]
    return hit.path, ", ".join(said)
