"""Measures false alarms of moderation: `python -m tests.measure.moderation`. Half A chose how scores are joined."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.analyze import closure
from core.media.decoder import DecoderPool
from core.types import Outcome
from models.nsfwjs_mobilenetv2 import adapter as nsfwjs
from models.open_nsfw import adapter as open_nsfw
from tests.data import SHARED
from tests.looking import decode
from tests.measure.fingerprint import half

SETS = ("safe", "everyday", "coco", "faces")


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo. scores: kind -> 0..100; first, second: chances of nsfwjs (porn + hentai) and open-nsfw."""

    folder: str
    name: str
    side: int
    scores: dict[str, float]
    drawn: bool
    first: float
    second: float


def interval(hits: int, total: int) -> str:
    """Return the share and its 95 % interval (Wilson, 1927)."""
    z = 1.96
    share = hits / total
    middle, spread = share + z * z / (2 * total), z * np.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    low, high = (max(0.0, float(end / (1 + z * z / total))) for end in (middle - spread, middle + spread))
    return f"{hits} of {total} ({share:.2%}, 95 % interval {low:.2%} to {high:.2%})"


def look(pool: DecoderPool, folder: str, path: Path) -> Shot:
    """Return what moderation says of one photo, as the program looks at it."""
    _, picture = decode(pool, path.read_bytes(), path.name)
    given: dict[str, Outcome] = {}
    for analyzer in closure({"moderation"}):
        [given[analyzer.key]] = analyzer.run([picture], [given])
    findings = given["moderation"].findings
    chances = nsfwjs.look(picture.pixels)
    return Shot(
        folder, path.name, half(path.name), {f.name: f.confidence for f in findings if f.kind == "moderation"},
        any(f.kind == "content" for f in findings), chances.porn + chances.hentai, open_nsfw.look(picture.pixels),
    )  # fmt: skip


def rules(shots: Sequence[Shot]) -> None:
    """Print false alarms at .5 of ways to join the two networks, by half."""
    first, second = np.array([s.first for s in shots]), np.array([s.second for s in shots])
    ways = {
        "nsfwjs alone": first,
        "open-nsfw alone": second,
        "either": np.maximum(first, second),
        "both": np.minimum(first, second),
        "mean": (first + second) / 2,
        "geometric mean (taken)": np.sqrt(first * second),
    }
    sides = np.array([s.side for s in shots])
    for name, scores in ways.items():
        counts = [int(((scores >= 0.5) & (sides == side)).sum()) for side in (0, 1)]
        print(f"  {name:24} half A {counts[0]} of {(sides == 0).sum()}, half B {counts[1]} of {(sides == 1).sum()}")


def main() -> None:
    """Print false alarms by set and half, and what else is told."""
    if not SHARED.exists():
        print("The measured set is not here.")
        return
    with DecoderPool(1) as pool:
        paths = [(folder, path) for folder in SETS for path in sorted((SHARED / folder).rglob("*.jpg"))]
        shots = [look(pool, folder, path) for folder, path in paths]
    print("Explicit at 50 or more, false alarms")
    for side in (0, 1):
        for folder in (*SETS, "all"):
            some = [s for s in shots if s.side == side and folder in (s.folder, "all")]
            alarms = [s for s in some if s.scores.get("Explicit", 0) >= 50]
            print(f"  half {'AB'[side]} {folder:9} {interval(len(alarms), len(some))} {[s.name for s in alarms] or ''}")
    print("Ways to join the two networks, false alarms at .5")
    rules(shots)
    print("Other kinds at 50 or more, all photos (not all of them false)")
    for kind, count in Counter(k for s in shots for k, score in s.scores.items() if score >= 50).most_common():
        print(f"  {kind}: {count}  {[f'{s.folder}/{s.name}' for s in shots if s.scores.get(kind, 0) >= 50][:12]}")
    told: dict[str, dict[str, str]] = json.loads((SHARED / "everyday" / "labels.json").read_text(encoding="utf-8"))
    art = {name for name, one in told.items() if one["kind"] in ("art", "clipart")}
    right = [s.name for s in shots if s.drawn and s.name in art]
    others = [s for s in shots if s.name not in art and s.folder in ("coco", "everyday")]
    wrong = [s.name for s in others if s.drawn]
    print(f"Illustrated: {len(right)} of {len(art)} drawings; told of {len(wrong)} of {len(others)} photos {wrong}")


if __name__ == "__main__":
    main()
