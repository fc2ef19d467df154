"""A library under a disk that fails: what a person was told must be there afterwards, and originals as they were."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from core import restore
from core.errors import LibraryError
from core.library import Library

HERE = Path(__file__).parent
COMPILER = shutil.which("cc") or shutil.which("gcc")
KINDS = ("full", "io", "sync", "short", "kill", "readonly")


@dataclass
class Outcome:
    """One run of the deeds under a fault. injected: whether the disk failed at all.

    told: deeds that were acknowledged; lost: those of them that are gone afterwards; sentence: what the person read;
    wrong: what must not be, in words, "" where all is well.
    """

    injected: bool = False
    told: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    sentence: str = ""
    wrong: str = ""


def compiled(folder: Path) -> Path:
    """Return the failing disk as a shared library made in `folder`."""
    made = folder / "disk.so"
    assert COMPILER
    command = [COMPILER, "-O2", "-shared", "-fPIC", "-o", str(made), str(HERE / "disk.c"), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return made


def hashes(folder: Path) -> dict[str, str]:
    """Return path -> SHA-256 and time of every file."""
    return {
        str(path): f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.stat().st_mtime_ns}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(disk: Path, kind: str, at: int, home: Path, photos: Path) -> Outcome:
    """Do the deeds on the library `home` with the `at`-th write failing as `kind` says, then look what is left."""
    outcome, before = Outcome(), hashes(photos)
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.deeds", str(home), str(photos)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"LD_PRELOAD": str(disk), "FAULT_UNDER": str(home), "FAULT_KIND": kind, "FAULT_AT": str(at)},
    )
    said = [line for line in done.stderr.splitlines() if line]
    outcome.injected = "fault injected" in said
    outcome.told = done.stdout.splitlines()
    outcome.sentence = " ".join(line for line in said if line != "fault injected")
    expected = (0, 3, -9) if kind == "kill" else (0, 3)
    if done.returncode not in expected or "Traceback" in done.stderr:
        outcome.wrong = f"ended with {done.returncode}: {done.stderr[-800:]}"
    elif done.returncode == 3 and not outcome.sentence:
        outcome.wrong = "failed without a word"
    elif hashes(photos) != before:
        outcome.wrong = "an original was changed"
    else:
        _look(outcome, home, photos)
    return outcome


def _look(outcome: Outcome, home: Path, photos: Path) -> None:
    """Compare what was acknowledged with the library as it is, and with one rebuilt from its journal alone."""
    try:
        with Library(home, write=True) as library:
            outcome.wrong = library.problem()
        outcome.lost = missing(outcome.told, home, photos)
        restore.rebuild(home)
        with Library(home, write=True) as library:
            library.scan([str(photos)], analyze=False)
        outcome.lost += [f"{deed} (in the journal)" for deed in missing(outcome.told, home, photos)]
    except LibraryError as error:
        outcome.wrong = f"cannot be opened any more: {error}"


def missing(told: list[str], home: Path, photos: Path) -> list[str]:
    """Return the acknowledged tags that the library does not show."""
    first = min(photos.iterdir())
    with Library(home, write=False) as library:
        tags = set(library.show(str(first))["tags"])
    undone = {deed.removeprefix("undone ") for deed in told if deed.startswith("undone ")}
    return [deed for deed in told if deed.startswith("tag ") and (deed in undone) == (deed in tags)]
