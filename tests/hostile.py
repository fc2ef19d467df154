"""A folder made to hurt, scanned by the program: what every file of it must come to."""

import base64
import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from core.library import Library
from core.media import formats
from tests.data import SHARED

FOVEA = str(Path(sys.executable).with_name("fovea"))
SCRIPT = SHARED / "make_hostile_tree.py"


@dataclass
class Told:
    """What a scan of the tree came to. ends: (expected, how it ended) -> files; wrong: what must not be, in words."""

    code: int = 0
    seconds: float = 0.0
    peak_mb: float = 0.0
    ends: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def scan(root: Path, *options: str) -> Told:
    """Make the tree below `root`, scan it with `options` for the maker, look at what became of every entry."""
    tree, home, told = root / "tree", root / "library", Told()
    subprocess.run([sys.executable, str(SCRIPT), str(tree), *options], check=True, capture_output=True)
    entries = json.loads(Path(f"{tree}.manifest.json").read_text())["entries"]
    begun = time.monotonic()
    done = subprocess.run(
        [FOVEA, "scan", str(tree), "--library", str(home), "--json", "-q"],
        capture_output=True, text=True, check=False, cwd=root,
    )  # fmt: skip
    told.seconds = time.monotonic() - begun
    told.code = done.returncode
    told.peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if "Traceback" in done.stderr:
        told.wrong.append(done.stderr[-500:])
    if any("PWNED" in (*folders, *names) for _folder, folders, names in os.walk(root)):
        told.wrong.append("something in the tree was run")
    with Library(home, write=False) as library:
        failed = {failure.path: failure.reason for failure in library.failures()}
        shown = {str(document["path"]) for document in library.documents()}
        paths = {path for document in library.documents() for path in document["paths"]}
    for entry in entries:
        path = os.path.join(os.fsencode(tree), base64.b64decode(entry["path_b64"]))
        _judge(told, entry, os.fsdecode(path), failed, shown | paths)
    return told


def _judge(told: Told, entry: dict[str, str], path: str, failed: dict[str, str], shown: set[str]) -> None:
    """Count how one entry ended; what was to be shown must be, what was to be refused must have a sentence."""
    if path in failed:
        end = "one sentence"
        if not failed[path].endswith(".") or "\n" in failed[path]:
            told.wrong.append(f"{entry['path']}: {failed[path]!r} is no sentence")
    else:
        end = "shown" if path in shown else "passed over"
    told.ends[entry["expect"], end] += 1
    unnoticed = entry["expect"] == "ok" and end != "shown" and formats.kind_of(path) is not None
    if unnoticed or (entry["expect"] == "reject" and end == "shown"):
        told.wrong.append(f"{entry['path']} ({entry['note']}): {end}, expected {entry['expect']}")
