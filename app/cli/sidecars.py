"""`fovea sidecars`: a person's marks beside the photos, for other programs."""

import argparse
import os

from app.cli.out import emit, say
from core.library import Library
from core.sources.folder import shown


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "sidecars",
        parents=[common],
        help="write tags, ratings, picks and colours to XMP sidecars for other programs; what they wrote there stays",
        epilog="example: fovea sidecars ~/Pictures/2024; fovea sidecars a.jpg b.cr3",
    )
    parser.add_argument("places", nargs="+", metavar="PLACE|FILE", help="folders of the library, or files in it")
    parser.set_defaults(run=sidecars)


def sidecars(args: argparse.Namespace) -> int:
    """Run `fovea sidecars`."""
    there = [place for place in args.places if os.path.exists(place)]
    with Library(args.library, write=False) as library:
        chosen, unknown = library.ever_decided(there)
        report = library.write_sidecars(chosen, there)
    failed = [(place, f"{shown(place)} is not there now.") for place in args.places if place not in there]
    failed += [(place, f"{shown(place)} is not in the library; scan its folder first.") for place in unknown]
    failed += report.failed
    for _path, reason in failed:
        say(args, reason)
    document = {"written": report.written, "failed": [{"path": path, "reason": reason} for path, reason in failed]}
    emit(args, document, [f"{report.written} sidecars written, {len(failed)} failed"])
    return int(bool(failed))
