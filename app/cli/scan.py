"""`fovea scan` and `fovea analyze`: look at folders."""

import argparse
import time

from app.cli.out import Bar, emit, say
from core.jobs.pipeline import RunReport
from core.library import Library, ScanResult
from core.types import Json


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    parser = commands.add_parser(
        "scan",
        parents=[common],
        help="bring the library to what lies in folders, and analyse what is new",
        epilog="example: fovea scan ~/Pictures",
    )
    parser.add_argument("places", nargs="+", metavar="PLACE", help="a folder")
    parser.add_argument("--no-analyze", action="store_true", help="read files, dates and thumbnails only")
    parser.set_defaults(run=scan)
    parser = commands.add_parser(
        "analyze",
        parents=[common],
        help="do what is left to analyse",
        epilog="example: fovea analyze --only labels --source ~/Pictures",
    )
    parser.add_argument("--only", metavar="A,B", help="these analyzers and what they need")
    parser.add_argument("--source", metavar="PLACE", help="only below this folder")
    parser.add_argument("--retry-failed", action="store_true", help="try again what failed before")
    parser.set_defaults(run=analyze)


def scan(args: argparse.Namespace) -> int:
    """Run `fovea scan`."""
    bar = Bar(args)
    with Library(args.library, write=True) as library:
        result = library.scan(args.places, analyze=not args.no_analyze, progress=bar)
    bar.close()
    _tell_failures(args, result.run)
    unreadable = [line for place in result.places for line in place.report.unreadable]
    for line in unreadable:
        say(args, line)
    emit(args, scan_document(result), scan_lines(result))
    return int(bool(unreadable or result.run.failed or result.run.gone))


def scan_document(result: ScanResult) -> Json:
    """Return the JSON answer of `fovea scan`."""
    return {
        "sources": [
            {
                "place": place.place,
                "found": place.report.found,
                "added": place.report.added,
                "changed": place.report.changed,
                "moved": place.moved,
                "missing": place.report.missing,
                "unreadable": len(place.report.unreadable),
            }
            for place in result.places
        ],
        "analyzed": result.run.analyzed,
        "failed": len(result.run.failed),
        "seconds": round(result.seconds, 3),
    }


def scan_lines(result: ScanResult) -> list[str]:
    """Return the same for a person."""
    lines = []
    for place in result.places:
        report = place.report
        if not report.online:
            lines.append(f"{place.place}: not connected now; everything known of it stays searchable.")
            continue
        lines.append(
            f"{place.place}: {report.found} files, {report.added} new, {report.changed} changed, "
            f"{place.moved} moved, {report.missing} missing"
        )
    rate = result.run.analyzed / result.seconds if result.seconds else 0
    lines.append(f"{result.run.analyzed} analysed, {len(result.run.failed)} failed, {rate:.1f} a second")
    return lines


def analyze(args: argparse.Namespace) -> int:
    """Run `fovea analyze`."""
    bar = Bar(args)
    begun = time.perf_counter()
    only = [name.strip() for name in args.only.split(",") if name.strip()] if args.only else None
    with Library(args.library, write=True) as library:
        report = library.analyze(
            only=only,
            places=[args.source] if args.source else None,
            retry_failed=args.retry_failed,
            progress=bar,
        )
    bar.close()
    _tell_failures(args, report)
    document = {
        "analyzed": report.analyzed,
        "failed": len(report.failed),
        "skipped": report.skipped,
        "seconds": round(time.perf_counter() - begun, 3),
        "per_analyzer": {
            key: {"assets": spent.assets, "seconds": round(spent.seconds, 3)}
            for key, spent in report.per_analyzer.items()
        },
    }
    emit(args, document, [f"{report.analyzed} analysed, {len(report.failed)} failed, {report.skipped} known already"])
    return int(bool(report.failed or report.gone))


def _tell_failures(args: argparse.Namespace, report: RunReport) -> None:
    for path, sentence in report.failed:
        say(args, f"{path}: {sentence}")
    for place in sorted(report.gone):
        say(args, f"{place}: went away meanwhile; what was not read is done next time.")
