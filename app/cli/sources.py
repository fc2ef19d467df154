"""`fovea sources` and `fovea failures`: what the library holds, and what it could not read."""

import argparse

from app.cli.out import emit, table
from core.library import Library


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    parser = commands.add_parser(
        "sources", parents=[common], help="list the folders of the library", epilog="example: fovea sources --json"
    )
    parser.set_defaults(run=sources)
    parser = commands.add_parser(
        "failures",
        parents=[common],
        help="list what could not be read or analysed, with the reason",
        epilog="example: fovea failures; then fovea analyze --retry-failed",
    )
    parser.set_defaults(run=failures)


def sources(args: argparse.Namespace) -> int:
    """Run `fovea sources`."""
    with Library(args.library, write=False) as library:
        found = library.sources()
    document = {
        "sources": [
            {"id": source.id, "place": source.root, "kind": source.kind, "online": source.online, "files": count}
            for source, count in found
        ]
    }
    rows = [(str(s.id), f"{count} files", "online" if s.online else "not connected", s.root) for s, count in found]
    emit(args, document, table(rows) or ["No folder yet; add one with: fovea scan FOLDER"])
    return 0


def failures(args: argparse.Namespace) -> int:
    """Run `fovea failures`."""
    with Library(args.library, write=False) as library:
        found = library.failures()
    document = {"failures": [{"path": f.path, "analyzer": f.analyzer, "reason": f.reason} for f in found]}
    emit(args, document, table((f.path, f.analyzer or "file", f.reason) for f in found) or ["Nothing failed."])
    return 0
