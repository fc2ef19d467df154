"""`fovea sources` and `fovea failures`: the folders of the library, and what it could not read."""

import argparse
import os

from app.cli.out import emit, table
from core.errors import NotFoundError
from core.library import Library
from core.types import Source


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    parser = commands.add_parser(
        "sources",
        parents=[common],
        help="list the folders of the library; remove one, or say where it lies now",
        epilog="example: fovea sources --relocate /media/old/Pictures /media/new/Pictures",
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--remove", metavar="PLACE", help="forget this folder; what is known of its photos stays")
    either.add_argument("--relocate", nargs=2, metavar=("OLD", "NEW"), help="the folder OLD lies at NEW now")
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
    if args.remove is not None:
        return _remove(args)
    if args.relocate is not None:
        return _relocate(args, *args.relocate)
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


def _remove(args: argparse.Namespace) -> int:
    with Library(args.library, write=True) as library:
        source, files = _at(library, args.remove)
        library.remove_source(source.id)
    line = f"{source.root} removed with {files} files; scan it again and everything known of them is back."
    emit(args, {"removed": {"id": source.id, "place": source.root, "files": files}}, [line])
    return 0


def _relocate(args: argparse.Namespace, old: str, new: str) -> int:
    with Library(args.library, write=True) as library:
        source, files = _at(library, old)
        library.relocate(source.id, new)
    root = os.path.realpath(new)
    document = {"relocated": {"id": source.id, "from": source.root, "place": root, "files": files}}
    emit(args, document, [f"{files} files of {source.root} are at {root} now; nothing was read again."])
    return 0


def _at(library: Library, place: str) -> tuple[Source, int]:
    """Return the source whose folder is `place`, with the number of its files; raises NotFoundError for none."""
    wanted = {os.path.abspath(place), os.path.realpath(place)}
    for source, files in library.sources():
        if source.root in wanted:
            return source, files
    raise NotFoundError(f"{place} is not a folder of the library; fovea sources lists them.")


def failures(args: argparse.Namespace) -> int:
    """Run `fovea failures`."""
    with Library(args.library, write=False) as library:
        found = library.failures()
    document = {"failures": [{"path": f.path, "analyzer": f.analyzer, "reason": f.reason} for f in found]}
    emit(args, document, table((f.path, f.analyzer or "file", f.reason) for f in found) or ["Nothing failed."])
    return 0
