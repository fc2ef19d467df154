"""`fovea labels` and `fovea taxonomy`: what Fovea can name, what it can flag, and how far each is to be trusted."""

import argparse

from app.cli.out import emit, table
from core import export
from core.errors import NotFoundError
from core.types import Json
from models import cards
from resources import taxonomy as flags
from resources import vocabulary


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare both commands."""
    parser = commands.add_parser(
        "labels",
        parents=[common],
        help="list the labels that words name, where each comes from and how far to trust it; without words all",
        epilog='example: fovea labels beach "wine glass"',
    )
    parser.add_argument("words", nargs="*", metavar="WORD")
    parser.set_defaults(run=labels)
    parser = commands.add_parser(
        "taxonomy",
        parents=[common],
        help="list all that may be flagged, and what here can see it, or that nothing can",
        epilog="example: fovea taxonomy --json",
    )
    parser.set_defaults(run=taxonomy)


def labels(args: argparse.Namespace) -> int:
    """Run `fovea labels`."""
    known = vocabulary.load()
    found = [name for word in args.words for name in known.find(word)] if args.words else list(known.labels)
    if missing := [word for word in args.words if not known.find(word)]:
        raise NotFoundError(f"No label is called {', '.join(missing)}.")
    told = [_label(known.labels[name], known) for name in dict.fromkeys(found)]
    emit(args, {"labels": told}, table(_label_row(one) for one in told))
    return 0


def _label(label: vocabulary.Label, known: vocabulary.Vocabulary) -> Json:
    return {
        "name": label.name,
        "aliases": list(label.aliases),
        "parents": list(known.ancestors(label.name)),
        "categories": list(label.categories),
        "narrower": sorted(known.descendants(label.name)),
        "sources": [export.trust(source.partition(":")[0], label) for source in label.sources],
    }


def _label_row(label: Json) -> tuple[str, ...]:
    seen = [f"{s['source']}, right {s['precision']:.0%} of the time ({s['measured']})" for s in label["sources"]] or [
        f"through {len(label['narrower'])} narrower labels"
    ]
    return label["name"], " > ".join(reversed(label["parents"])), "; ".join(seen)


def taxonomy(args: argparse.Namespace) -> int:
    """Run `fovea taxonomy`."""
    told: list[Json] = [
        {
            "name": kind.name,
            "parent": kind.parent,
            "level": kind.level,
            "covered": kind.covered,
            "networks": [cards.load(name).id for name in kind.networks],
            "labels": list(kind.labels),
            "hints": list(kind.hints),
            "words": list(kind.words),
            "trust": kind.trust,
        }
        for kind in flags.load().values()
    ]
    rows = [("  " * (kind["level"] - 1) + kind["name"], _seen(kind)) for kind in told]
    emit(args, {"version": flags.version(), "labels": told}, table(rows))
    return 0


def _seen(kind: Json) -> str:
    if not kind["covered"]:
        return "not covered"
    by = [*kind["networks"], *kind["labels"], *(f"({hint})" for hint in kind["hints"])]
    by += [f'"{word}"' for word in kind["words"]]
    return f"by {', '.join(by)}. {kind['trust']}"
