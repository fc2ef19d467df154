"""Cost per photo in a library of 300, 3,000 and 30,000: `python -m tests.benchmarks.growth FOLDER`.

Each size is reached by storing made photos (what real looks gave, under other names, with other vectors) through the
program's own way into the catalog; then the same real photos, one byte longer each time, are scanned and timed.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from core.jobs import commit
from core.jobs.look import Look
from core.jobs.plan import plan_of
from core.jobs.spot import look_at
from core.library import Library
from core.store import files
from core.store.catalog import Catalog, Connection
from core.types import Entry, FileId, Options, Outcome

SIZES = (300, 3_000, 30_000)
SCANNED, TEMPLATES, BATCH = 150, 40, 64


def fill(catalog: Catalog, templates: list[Look], begin: int, count: int) -> None:
    """Store `count` made photos, numbered from `begin`, in a source of their own that is not connected."""
    plan, random = plan_of(Options()), np.random.default_rng(begin)

    def folder(db: Connection) -> int:
        return files.add_folder(db, files.add_source(db, "/not/connected", 0), f"{begin}")

    place = catalog.write(folder)
    for start in range(begin, begin + count, BATCH):
        numbers = range(start, min(start + BATCH, begin + count))

        def work(db: Connection, numbers: range = numbers) -> None:
            files.add_files(db, place, [Entry("", f"{number}.jpg", 1, 1, (), "") for number in numbers])
            rows = files.files_in(db, place)
            looks = [
                made(templates[number % len(templates)], number, rows[f"{number}.jpg"].id, random) for number in numbers
            ]
            commit.store(db, looks, plan, plan, 0)

        catalog.write(work)


def made(look: Look, number: int, file: FileId, random: np.random.Generator) -> Look:
    """Return a look like `look` at another photo."""
    outcomes = {}
    for key, outcome in look.outcomes.items():
        vectors = {}
        for name, vector in outcome.vectors.items():
            moved = vector.astype(np.float32) + random.normal(0, 0.05, vector.shape)
            vectors[name] = np.asarray(moved / np.linalg.norm(moved), np.float16)
        outcomes[key] = Outcome(outcome.findings, vectors, outcome.faces)
    sha = hashlib.sha256(str(number).encode()).hexdigest()
    assert look.decoded is not None
    decoded = replace(look.decoded, pixels_sha=sha)
    task = replace(look.task, file=file, path=f"/not/connected/{number}.jpg")
    return Look(task, sha256=sha, size=1, mtime_ns=1, decoded=decoded, outcomes=outcomes)


def main(folder: Path) -> None:
    """Print {"sizes": {size: seconds per photo}} as JSON."""
    photos = sorted(folder.rglob("*.jpg"))
    looked = [look_at(str(path.resolve()), Options()) for path in photos[:TEMPLATES]]
    for look in looked:
        assert look.decoded
        look.decoded = replace(look.decoded, picture=None)
    costs: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as name:
        home, there = Path(name) / "library", 0
        for size in SIZES:
            with Library(home, write=True):
                pass
            catalog = Catalog(home, write=True)
            fill(catalog, looked, there, size - there - SCANNED * (size == SIZES[0]))
            catalog.close()
            there = size
            inbox = Path(name) / f"inbox-{size}"
            inbox.mkdir()
            for number, path in enumerate(islice(cycle(photos), SCANNED)):
                copy = inbox / f"{number:04d}.jpg"
                shutil.copyfile(path, copy)
                with copy.open("ab") as file:
                    file.write(f"{size} {number}".encode())
            with Library(home, write=True) as library:
                library.analyze()  # nothing is due; the vector indexes take in what was stored past them
                begun = time.perf_counter()
                result = library.scan([os.fspath(inbox)])
                costs[size] = (time.perf_counter() - begun) / SCANNED
                assert result.run.analyzed == SCANNED
    print(json.dumps({"sizes": costs}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
