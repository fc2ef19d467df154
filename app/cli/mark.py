"""`fovea mark` and `fovea undo`: the words of a person."""

import argparse

from app.cli.out import emit, say
from core.decide import Decided, Wish
from core.errors import PersonError
from core.library import Library
from core.types import Verb

VERBS: tuple[Verb, ...] = ("tag", "untag", "confirm", "reject")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    parser = commands.add_parser(
        "mark",
        parents=[common],
        help="tag, rate, confirm or reject a label; kept for ever, also when the library is lost",
        epilog="example: fovea mark --tag holiday --rating 5 a.jpg b.jpg",
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--tag", action="append", default=[], metavar="T")
    parser.add_argument("--untag", action="append", default=[], metavar="T")
    parser.add_argument("--confirm", action="append", default=[], metavar="LABEL")
    parser.add_argument("--reject", action="append", default=[], metavar="LABEL")
    parser.add_argument("--rating", type=int, choices=range(-1, 6), metavar="N", help="-1 (rejected) to 5; 0 for none")
    parser.set_defaults(run=mark)
    parser = commands.add_parser(
        "undo", parents=[common], help="take back the newest decision", epilog="example: fovea undo"
    )
    parser.set_defaults(run=undo)


def mark(args: argparse.Namespace) -> int:
    """Run `fovea mark`."""
    wishes = [Wish(verb, value.strip()) for verb in VERBS for value in getattr(args, verb)]
    if args.rating is not None:
        wishes.append(Wish("rate", str(args.rating)))
    if not wishes:
        raise PersonError("Nothing to mark.", "Give --tag, --untag, --confirm, --reject or --rating.")
    if any(not wish.value for wish in wishes):
        raise PersonError("A tag or label needs at least one letter.")
    with Library(args.library, write=True) as library:
        decided, unknown = library.mark(args.files, wishes)
    for path in unknown:
        say(args, f"{path} is not in the library; scan its folder first.")
    _print(args, decided)
    return int(bool(unknown))


def undo(args: argparse.Namespace) -> int:
    """Run `fovea undo`."""
    with Library(args.library, write=True) as library:
        decided = library.undo()
    _print(args, decided)
    return 0


def _print(args: argparse.Namespace, decided: Decided) -> None:
    changed = len(decided.changes.assets)
    document = {"changed": changed, "decisions": list(decided.decisions)}
    emit(args, document, [f"{changed} changed, {len(decided.decisions)} decisions kept"])
