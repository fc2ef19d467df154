"""`fovea backup` and `fovea restore`: copies of the catalog, and the way back."""

import argparse
from pathlib import Path

from app.cli.out import emit, say, table
from core import restore as restoring
from core.library import Library
from core.sources.folder import shown
from core.store import backups


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    parser = commands.add_parser(
        "backup",
        parents=[common],
        help="copy the catalog and check the copy; also done by itself, daily and after decisions",
        epilog="example: fovea backup; fovea backup --list",
    )
    parser.add_argument("--list", action="store_true", help="list the copies there are, newest first")
    parser.set_defaults(run=backup)
    parser = commands.add_parser(
        "restore",
        parents=[common],
        help="bring a copy of the catalog back; decisions made since are kept",
        epilog="example: fovea restore; fovea restore --undo takes that back",
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("file", nargs="?", type=Path, metavar="BACKUP", help="else the newest that is whole")
    how.add_argument("--undo", action="store_true", help="bring back the catalog as it was before the last restore")
    how.add_argument("--rebuild", action="store_true", help="begin anew from the journal of decisions; then scan again")
    parser.set_defaults(run=restore)


def backup(args: argparse.Namespace) -> int:
    """Run `fovea backup`."""
    if args.list:
        found = backups.listed(args.library)
        rows = [(one.made.astimezone().strftime("%Y-%m-%d %H:%M:%S"), one.why, shown(str(one.path))) for one in found]
        document = [
            {"path": str(one.path), "made": one.made.isoformat(), "why": one.why, "bytes": one.path.stat().st_size}
            for one in found
        ]
        emit(args, {"backups": document}, table(rows) or ["No backup yet."])
        return 0
    with Library(args.library, write=True) as library:
        path = library.back_up()
        count = library.decision_count()
    size = path.stat().st_size
    told = f"{shown(str(path))}: {size / 2**20:,.1f} MB, checked; {count:,} decisions."
    emit(args, {"backup": str(path), "bytes": size, "decisions": count}, [told])
    return 0


def restore(args: argparse.Namespace) -> int:
    """Run `fovea restore`."""
    if args.rebuild:
        done = restoring.rebuild(args.library)
    else:
        done = restoring.restore(args.library, restoring.newest_undo(args.library) if args.undo else args.file)
    document = {
        "restored": str(done.backup) if done.backup else None,
        "before": str(done.before) if done.before else None,
        "decisions": done.decisions,
    }
    what = f"The catalog is that of {done.backup.name}" if done.backup else "The catalog begins anew"
    emit(args, document, [f"{what}, with all {done.decisions:,} decisions."])
    if done.before:
        say(args, f"The catalog before lies in {shown(str(done.before))}.")
    say(args, "Bring it up to date with: fovea scan FOLDER")
    return 0
