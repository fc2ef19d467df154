"""`fovea doctor`: what is there, what is missing, and the command that mends it."""

import argparse
from dataclasses import asdict

from app import doctor
from app.cli.out import emit, table


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "doctor", parents=[common], help="check the installation and the library", epilog="example: fovea doctor --json"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run `fovea doctor`; exit code 1 when a check that Fovea needs fails."""
    checks = doctor.examine(args.library)
    rows = [("ok" if c.ok else "MISSING", c.name, c.detail + (f"  ->  {c.fix}" if c.fix else "")) for c in checks]
    emit(args, {"checks": [asdict(check) for check in checks]}, table(rows))
    return int(not all(check.ok for check in checks))
