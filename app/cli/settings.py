"""`fovea settings`: what is analysed and how."""

import argparse

from app.cli.out import emit, table
from core import settings
from core.errors import PersonError
from core.library import Library
from core.types import Json


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "settings",
        parents=[common],
        help="show or change what is analysed and how; fovea undo takes a change back",
        epilog="example: fovea settings faces.recognition off",
    )
    parser.add_argument("name", nargs="?", metavar="NAME")
    parser.add_argument("value", nargs="?", metavar="VALUE")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run `fovea settings`."""
    if args.name and args.name not in settings.BY_NAME:
        raise PersonError(f"There is no setting {args.name}.", f"There are: {', '.join(settings.BY_NAME)}.")
    with Library(args.library, write=args.value is not None) as library:
        if args.value is not None:
            library.choose(args.name, args.value)
        chosen = library.settings()
    told: list[Json] = [
        {
            "name": setting.name,
            "value": chosen.get(setting.name, setting.default),
            "default": setting.default,
            "choices": list(setting.choices),
            "about": setting.about,
        }
        for setting in settings.SETTINGS
        if args.name in (None, setting.name)
    ]
    rows = [
        (str(one["name"]), str(one["value"]), f"({', '.join(one['choices']) or 'any'})", one["about"]) for one in told
    ]
    emit(args, {"settings": told}, table(rows))
    return 0
