"""`fovea`: reads the command line, runs one command, turns every expected error into one sentence and an exit code.

Exit codes: 0 done; 1 done, but some items failed; 2 wrong usage; 3 the library cannot be used; 130 interrupted.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from app.cli import backup, demo, doctor, faces, mark, scan, search, settings, show, sidecars, sources, vocabulary
from app.cli.out import plain
from app.cli.window import open_window
from core.errors import FoveaError, LibraryError, MediaError, NotFoundError
from core.library import default_folder

COMMANDS = (scan, search, show, faces, mark, sidecars, sources, settings, vocabulary, backup, doctor, demo)


def run() -> None:
    """Start as the program `fovea`."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name; return its exit code."""
    sys.setswitchinterval(0.001)
    args = _parser().parse_args(arguments)
    for name, value in (("library", None), ("json", False), ("quiet", False), ("verbose", False)):
        setattr(args, name, getattr(args, name, value))
    args.library = Path(args.library) if args.library else default_folder()
    try:
        return int(args.run(args))
    except KeyboardInterrupt:
        return _fail(args, "Interrupted; what was complete is kept, the rest is done next time.", 130)
    except LibraryError as error:
        return _fail(args, str(error), 3)
    except (MediaError, NotFoundError) as error:
        return _fail(args, str(error), 1)
    except FoveaError as error:
        return _fail(args, str(error), 2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left: nothing more to say
        return 0


def _fail(args: argparse.Namespace, sentence: str, code: int) -> int:
    print(plain(sentence), file=sys.stderr)
    if args.json:
        print(json.dumps({"error": sentence}))
    return code


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = common.add_argument_group("everywhere")
    group.add_argument("--library", metavar="DIR", help="the library's folder (else FOVEA_LIBRARY or the usual one)")
    group.add_argument("--json", action="store_true", help="one JSON document on standard output")
    group.add_argument("-q", "--quiet", action="store_true", help="no messages")
    group.add_argument("-v", "--verbose", action="store_true", help="more messages")
    parser = argparse.ArgumentParser(
        prog="fovea",
        parents=[common],
        description="Looks at your photos and films on your own computer. Nothing leaves it; originals stay untouched.",
        epilog="Start with: fovea demo",
    )
    parser.add_argument("--version", action="version", version=f"fovea {version('fovea')}")
    parser.set_defaults(run=_no_command)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for command in COMMANDS:
        command.add(commands, common)
    return parser


def _no_command(args: argparse.Namespace) -> int:
    return open_window(args.library)
