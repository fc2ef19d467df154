"""Rescan of 100,000 unchanged files in 1,000 folders against the bare walk: `python -m tests.benchmarks.rescan`."""

import json
import os
import tempfile
import time
from pathlib import Path
from statistics import median

from PIL import Image

from core.library import Library

FOLDERS, EACH, ROUNDS = 1_000, 100, 3


def walk(path: str) -> int:
    """Return the number of files below `path`, each asked for its size and time."""
    count = 0
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                count += walk(entry.path)
            else:
                entry.stat()
                count += 1
    return count


def main() -> None:
    """Print {"walk": seconds, "rescan": seconds, "files": number} as JSON: medians by turns in this process."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "photos"
        root.mkdir()
        first = root / "first.jpg"
        Image.linear_gradient("L").save(first)
        content = first.read_bytes()
        for number in range(FOLDERS):
            folder = root / f"{number // 100:02d}" / f"{number:04d}"
            folder.mkdir(parents=True)
            for file in range(EACH):
                (folder / f"IMG_{file:04d}.jpg").write_bytes(content)
        walks, scans = [], []
        with Library(Path(name) / "library", write=True) as library:
            library.scan([os.fspath(root)])
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                walk(os.fspath(root))
                walks.append(time.perf_counter() - begun)
                result = library.scan([os.fspath(root)])
                scans.append(result.seconds)
                assert result.run.analyzed + result.run.skipped == 0
    print(json.dumps({"walk": median(walks), "rescan": median(scans), "files": FOLDERS * EACH}))


if __name__ == "__main__":
    main()
