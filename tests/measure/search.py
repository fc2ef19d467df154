"""`python -m tests.measure.search`: how well words find photos, and what the line of meaning keeps and lets in.

The library is coco and everyday together. Queries are the main tags of everyday, which trained nothing; a photo
is right when a person gave it that tag. Tags are not complete, so precision is a lower bound. The floor was looked
at on half A.
"""

import json
import tempfile
from pathlib import Path

import numpy as np

from core.library import Library
from core.search import engine
from core.types import Hit
from tests.data import SHARED
from tests.measure.fingerprint import half

ABSENT = (
    "submarine", "penguin on ice", "volcano erupting", "chess board", "astronaut on the moon", "lighthouse at night",
    "tuba player", "camel in the desert", "wedding dress", "ballet dancer", "bowling alley", "curling stone",
    "fireworks", "x-ray of a hand", "violin concert", "igloo", "tractor in a field", "kangaroo", "swan lake", "sushi",
)  # fmt: skip
FLOORS = (0.15, 0.2, 0.22, 0.25, 0.3, 0.35, 0.4)


def main() -> None:
    """Build the library, ask, print."""
    home = SHARED / "everyday"
    tags = {file: set(told["tags"]) for file, told in json.loads((home / "labels.json").read_text()).items()}
    main_tags = {told["tags"][0] for told in json.loads((home / "labels.json").read_text()).values()}
    with tempfile.TemporaryDirectory() as name, Library(Path(name), write=True) as library:
        library.scan([str(SHARED / "coco" / "images"), str(home / "images")])
        for side in (0, 1):
            report(library, tags, sorted(tag for tag in main_tags if half(tag) == side), "AB"[side])
        absent = [max((cosine(hit) for hit in library.search(query, None).hits), default=0.0) for query in ABSENT]
        print(f"best cosine of {len(ABSENT)} absent things: " + " ".join(f"{c:.2f}" for c in sorted(absent)))
        strong = [query for query in ABSENT if library.search(query).strong]
        print(f"absent things with a strong hit: {strong or 'none'}")
        for query in strong:
            show(library, query)
        show(library, "dog at beach")


def report(library: Library, tags: dict[str, set[str]], queries: list[str], side: str) -> None:
    """Print, over `queries`: precision of the strong hits, recall of strong and of all, share kept by each floor."""
    strong = right = relevant = found_strong = found = first_ten = 0
    cosines = []
    for query in queries:
        hits = [hit for hit in library.search(query, None).hits if Path(hit.path).name in tags]
        wanted = {file for file, words in tags.items() if query in words}
        hit_names = [Path(hit.path).name for hit in hits]
        sure = {Path(hit.path).name for hit in hits if hit.strong}
        strong, right = strong + len(sure), right + len(sure & wanted)
        relevant, found_strong = relevant + len(wanted), found_strong + len(sure & wanted)
        found += len(set(hit_names) & wanted)
        first_ten += len(set(hit_names[:10]) & wanted)
        cosines += by_meaning_alone(library, query, wanted)
    print(
        f"half {side}: {len(queries)} main tags, {relevant} right photos. strong hits {strong}, of them tagged {right}"
        f" (P >= {right / max(1, strong):.2f}); recall strong {found_strong / relevant:.2f},"
        f" in the first ten {first_ten / relevant:.2f}, shown at all {found / relevant:.2f}"
    )
    kept = " ".join(f"{floor}:{np.mean(np.array(cosines) >= floor):.2f}" for floor in FLOORS)
    print(f"  of {len(cosines)} right ones found by meaning alone, kept by a floor: {kept}")


def by_meaning_alone(library: Library, query: str, wanted: set[str]) -> list[float]:
    """Return the cosines of the right photos that are not strong, as if there were no floor."""
    floor, engine.MEANING_FLOOR = engine.MEANING_FLOOR, -1.0
    try:
        hits = library.search(query, None).hits
    finally:
        engine.MEANING_FLOOR = floor
    return [cosine(hit) for hit in hits if Path(hit.path).name in wanted and not hit.strong]


def cosine(hit: Hit) -> float:
    """Return the cosine of a hit's meaning, 0 without."""
    return max((r.confidence / 100 for r in hit.reasons if r.kind == "meaning"), default=0.0)


def show(library: Library, query: str) -> None:
    """Print the hits of one query with their reasons."""
    found = library.search(query, 20)
    print(f'"{query}": understood as {found.understood}; {found.strong} strong of {found.total}')
    for hit in found.hits:
        why = ", ".join(f"{r.kind} {r.value} {r.confidence:.0f}" for r in hit.reasons if r.kind != "meaning")
        strength = "strong" if hit.strong else "weak"
        print(f"  {strength:6} {hit.score:.3f} {Path(hit.path).name}  {why}; meaning {cosine(hit):.2f}")


if __name__ == "__main__":
    main()
