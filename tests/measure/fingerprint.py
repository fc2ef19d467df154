"""Measures which distance of fingerprints means near duplicate: `python -m tests.measure.fingerprint`.

The distance is chosen on half A (by duplicate group, other photos by their own name) and reported on half B. Flips and
rotations, which may or may not be grouped, are left out.
"""

import hashlib
import itertools
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from core.analyze.fingerprint import NEAR, Fingerprint, distance
from core.types import Picture
from tests.data import shared


def half(name: str) -> int:
    """Return 0 for half A, which chooses, 1 for half B, which is reported."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2


def main() -> None:
    """Print recall, precision and false pairs by distance and half."""
    home = shared("everyday")
    if home is None:
        print("The measured set is not here.")
        return
    told = json.loads((home / "dup_groups.json").read_text(encoding="utf-8"))
    group = {file: name for name, one in told.items() for file in one["files"]}
    unsure = {file for one in told.values() for file in one.get("similar", ())}
    files = {path.relative_to(home).as_posix() for path in home.glob("*/*.jpg")} - unsure
    for side in (0, 1):
        mine = sorted(file for file in files if half(group.get(file, Path(file).name)) == side)
        _report("AB"[side], home, mine, group)


def _report(side: str, home: Path, files: list[str], group: dict[str, str]) -> None:
    hashes = {file: _hash(home / file) for file in files}
    near: list[int] = []
    other: list[int] = []
    for a, b in itertools.combinations(files, 2):
        same = a in group and group[a] == group.get(b)
        (near if same else other).append(distance(hashes[a], hashes[b]))
    print(f"half {side}: {len(near)} pairs of near duplicates, {len(other)} other pairs; NEAR is {NEAR}")
    for most in range(0, 22, 2):
        found, wrong = sum(d <= most for d in near), sum(d <= most for d in other)
        precision = found / max(1, found + wrong)
        print(f"  up to {most:2}: {found} of {len(near)} found, {wrong} false, precision {precision:.3f}")


def _hash(path: Path) -> str:
    picture = Picture(np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB")))
    [outcome] = Fingerprint().run([picture], [{}])
    return str(outcome.findings[0].detail["hash"])


if __name__ == "__main__":
    main()
