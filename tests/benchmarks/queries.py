"""Searches in a large library: `python -m tests.benchmarks.queries LIBRARY [QUERY ...]`, LIBRARY by `.million`.

Per query the time to the first page as the window asks for it (numbers of the newest, cards and reasons of sixty): once
in a library just opened, of which nothing is in the system's cache, then the median of five more. `whole` is the time
for the numbers of all. One JSON document; seconds.
"""

import argparse
import json
import os
import time
from pathlib import Path
from statistics import median

from core.library import Library
from core.types import AssetId
from ui.words import NEWEST

PAGE, ROUNDS = 60, 5

QUERIES = (
    NEWEST, "dog", "abacus", "dog beach", "person", "dog -beach", "dog OR cat", "abacus OR accordion",
    "date:2019", "dog date:2019", "date:2010-05..2012-03", "date:>=2024", "type:video", "type:photo",
    "person type:photo date:2015", "rating:>=4", "rating:5 dog", "tag:holiday", "place:a", "place:san dog", "text:lidl",
    "text:exit", "camera:canon", "is:untagged", "is:tagged", "is:unrated", "is:rated", "is:rated dog", "is:rejected",
    "is:failed", "-person", "-dog", "-is:tagged -is:rated", "(dog OR cat) -person", '"our dog"', "img", "jpg dog",
    "im*", "2019*", "label:animal -label:dog is:untagged", "zebrq", "imgg",
    "in:/not/connected/1", "in:/not/connected/1 dog", "faces:>=2", "flag:any", "is:picked", "date:2019-05 faces:0",
)  # fmt: skip
"""Common and rare words, filters, what is excluded, and words that nothing holds."""


def page(library: Library, query: str) -> int:
    """Answer `query` as far as the first page; return the number of strong ones known of."""
    ranking = library.find(query, newest_only=True)
    rows = range(min(PAGE, len(ranking.assets)))
    library.cards([AssetId(int(ranking.assets[row])) for row in rows])
    library.explain(ranking, rows)
    return ranking.strong


def timed(library: Library, query: str) -> tuple[float, int]:
    """Return the seconds that `page` takes, and what it returns."""
    begun = time.perf_counter()
    strong = page(library, query)
    return time.perf_counter() - begun, strong


def forget(folder: Path) -> None:
    """Ask the system to drop what it holds of the library's files, where it can be asked."""
    if not hasattr(os, "posix_fadvise"):
        return
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def measure(folder: Path, query: str) -> dict[str, object]:
    """Return what one query took in a library of its own."""
    forget(folder)
    with Library(folder, write=False) as library:
        cold, strong = timed(library, query)
        warm = median(timed(library, query)[0] for _ in range(ROUNDS))
        begun = time.perf_counter()
        whole = library.find(query)
        last = time.perf_counter() - begun
    return {"query": query, "cold": cold, "warm": warm, "whole": last, "strong": whole.strong, "first": strong}


def newest(folder: Path) -> dict[str, float]:
    """Return what the empty field takes: its first page, then the numbers of all."""
    with Library(folder, write=False) as library:
        first, _strong = timed(library, NEWEST)
        begun = time.perf_counter()
        library.find(NEWEST)
        return {"first": first, "whole": time.perf_counter() - begun}


def sources(folder: Path) -> float:
    """Return the seconds that the list of sources takes."""
    with Library(folder, write=False) as library:
        begun = time.perf_counter()
        library.sources()
        return time.perf_counter() - begun


def main() -> None:
    """Print {"queries": [...], "sources": seconds}, or {"first", "whole"} of the empty field, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("queries", nargs="*", metavar="query")
    parser.add_argument("--newest", action="store_true", help="the empty field alone, for its memory")
    args = parser.parse_args()
    if args.newest:
        print(json.dumps(newest(args.library)))
        return
    measure(args.library, "a first word loads the networks")
    told = [measure(args.library, query) for query in args.queries or QUERIES]
    print(json.dumps({"queries": told, "sources": sources(args.library)}))


if __name__ == "__main__":
    main()
