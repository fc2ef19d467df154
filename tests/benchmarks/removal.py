"""Removing a source of so many made photos: `python -m tests.benchmarks.removal FOLDER [COUNT]`; FOLDER of JPEGs."""

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from core.jobs import places
from core.jobs.spot import look_at
from core.library import Library
from core.store.catalog import Catalog
from core.types import Options
from tests.benchmarks.growth import TEMPLATES, fill


def main(folder: Path, count: int) -> None:
    """Print what it takes, and what stays."""
    looked = [look_at(str(path.resolve()), Options()) for path in sorted(folder.rglob("*.jpg"))[:TEMPLATES]]
    for look in looked:
        assert look.decoded
        look.decoded = replace(look.decoded, picture=None)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        with Library(home, write=True):
            pass
        catalog = Catalog(home, write=True)
        fill(catalog, looked, 0, count)
        catalog.close()
        with Library(home, write=True) as library:
            [(source, files)] = library.sources()
            before = library.search("type:photo").total
            begun = time.perf_counter()
            changes = library.remove_source(source.id)
            seconds = time.perf_counter() - begun
            after = library.search("type:photo").total
    print(f"{files} files, {before} found; removed in {seconds:.1f} s, {1000 * seconds / files:.2f} ms each")
    each = places.FILES_PER_TRANSACTION
    print(f"{each} a transaction of {1000 * each * seconds / files:.0f} ms; then {after} found, many: {changes.many}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000)
