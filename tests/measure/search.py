"""`python -m tests.measure.search`: how well words find photos, and where the line of meaning should stand.

Queries are the captions of the coco photos, and the main tags of everyday; the library is both together. The captioned
photos trained or chose the head where captions.json.gz names them, so only the others count; the floor is chosen on
half A (by the hash of the name) and reported on half B.
"""

import gzip
import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from core.library import Library
from tests.data import SHARED

ABSENT = (
    "submarine", "penguin on ice", "volcano erupting", "chess board", "astronaut on the moon", "lighthouse at night",
    "hot air balloon", "camel in the desert", "wedding dress", "ballet dancer", "bowling alley", "scuba diver",
    "fireworks", "x-ray of a hand", "violin concert", "igloo", "tractor in a field", "kangaroo", "swan lake", "sushi",
)  # fmt: skip


def half(name: str) -> str:
    """Return "A" (chooses) or "B" (is reported)."""
    return "AB"[hashlib.sha256(name.encode()).digest()[-1] % 2]


def main() -> None:
    """Build the library, ask, print."""
    truth = json.loads((SHARED / "coco" / "truth.json").read_text())
    with gzip.open(SHARED / "captions" / "captions.json.gz") as file:
        used = {str(entry["id"]) for entry in json.load(file)}
    with tempfile.TemporaryDirectory() as name, Library(Path(name), write=True) as library:
        library.scan([str(SHARED / "coco" / "images"), str(SHARED / "everyday" / "images")])
        captioned = {
            photo: told["captions"]
            for photo, told in truth.items()
            if told["captions"] and not any(str(int(Path(photo).stem)) in i for i in used)
        }
        print(f"{len(captioned)} captioned coco photos that the head never saw; {len(truth)} coco in all")
        report_captions(library, captioned)
        report_floor(library, captioned)
        report_query(library, "dog at beach")


def report_captions(library: Library, captioned: dict[str, list[str]]) -> None:
    """Print R@1, R@5, R@10 of the captions over both sets together."""
    for part in "AB":
        ranks = []
        for photo, captions in captioned.items():
            if half(photo) == part:
                for caption in captions:
                    paths = [Path(hit.path).name for hit in library.search(words_of(caption), None).hits]
                    ranks.append(paths.index(photo) + 1 if photo in paths else 10**6)
        if ranks:
            recall = [np.mean(np.array(ranks) <= k) for k in (1, 5, 10)]
            print(f"half {part}: {len(ranks)} captions, R@1/5/10 " + "/".join(f"{r:.3f}" for r in recall))


def report_floor(library: Library, captioned: dict[str, list[str]]) -> None:
    """Print, for several floors, how many right photos stay and how many hits absent things still get."""
    absent = [
        max((cosine(h) for h in library.search(query, None).hits if not h.strong), default=0.0) for query in ABSENT
    ]
    print(f"best cosine of {len(ABSENT)} absent things: " + " ".join(f"{c:.2f}" for c in sorted(absent)))
    for part in "AB":
        right = []
        for photo, captions in captioned.items():
            if half(photo) == part:
                hits = library.search(words_of(captions[0]), None).hits
                right += [cosine(hit) for hit in hits if Path(hit.path).name == photo][:1] or [0.0]
        kept = {floor: np.mean(np.array(right) >= floor) for floor in (0.15, 0.2, 0.22, 0.25, 0.3, 0.35, 0.4)}
        print(
            f"half {part}: share of right photos kept by the floor: "
            + " ".join(f"{f}:{k:.2f}" for f, k in kept.items())
        )


def cosine(hit: Any) -> float:
    """Return the cosine of a hit's meaning, 0 without."""
    return max((r.confidence / 100 for r in hit.reasons if r.kind == "meaning"), default=0.0)


def words_of(caption: str) -> str:
    """Return a caption as plain words, so that nothing in it is read as an operator."""
    return " ".join("".join(c if c.isalnum() else " " for c in caption).split())


def report_query(library: Library, query: str) -> None:
    """Print the hits of one query with their reasons."""
    found = library.search(query, 20)
    print(f'"{query}": understood as {found.understood}; {found.strong} strong of {found.total}')
    for hit in found.hits:
        why = ", ".join(f"{r.kind} {r.value} {r.confidence:.0f}" for r in hit.reasons if r.kind != "meaning")
        print(
            f"  {'strong' if hit.strong else 'weak'} {hit.score:.3f} {Path(hit.path).name}  {why};"
            f" meaning {cosine(hit):.2f}"
        )


if __name__ == "__main__":
    main()
