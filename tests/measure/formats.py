"""Prints which formats decode upright in the right colours, how hostile files end, and what films tell.

`uv run python -m tests.measure.formats`; needs the measured set beside the repository.
"""

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import MediaError
from core.media.decoder import DecoderPool
from core.media.formats import kind_of
from core.types import Decoded, Pixels
from tests.data import shared

GRID_TOLERANCE = 30  # of 255, per channel, as the set's own README says
CORNERS = {"top_left": (0, 0), "top_right": (0, -1), "bottom_left": (-1, 0), "bottom_right": (-1, -1)}


def decode(pool: DecoderPool, path: Path, *, full: bool = False) -> Decoded | str:
    """Decode a file of the set; a str is the sentence why not."""
    try:
        if kind_of(path.name) == "video":
            return pool.decode_film(str(path), (), 0, full=full)
        return pool.decode_photo(path.read_bytes(), path.name, (), 0, full=full)
    except MediaError as error:
        return str(error)


def colour_faults(pixels: Pixels, truth: dict[str, Any]) -> list[str]:
    """Compare with the 3 x 3 mean colours and the corner squares of the truth; transparent cells do not count."""
    faults = []
    grid = truth.get("grid3x3_rgba") or []
    height, width = pixels.shape[:2]
    for cell, (*wanted, alpha) in enumerate(grid):
        row, column = divmod(cell, 3)
        rows = slice(row * height // 3, max((row + 1) * height // 3, row * height // 3 + 1))
        columns = slice(column * width // 3, max((column + 1) * width // 3, column * width // 3 + 1))
        mean = pixels[rows, columns].reshape(-1, 3).mean(0)
        if alpha > 250 and np.abs(mean - wanted).max() > GRID_TOLERANCE:
            faults.append(f"cell {cell}: {mean.round().astype(int).tolist()} for {wanted}")
    tolerance = truth.get("tolerance") or GRID_TOLERANCE
    for corner, wanted in (truth.get("corners") or {}).items():
        bottom, right = CORNERS[corner]
        inset = max(2, min(height, width) // 30)
        seen = pixels[bottom * inset - bool(bottom) if bottom else inset, -inset - 1 if right else inset]
        if np.abs(seen.astype(int) - wanted).max() > tolerance:
            faults.append(f"{corner}: {seen.tolist()} for {wanted}")
    return faults


def judge(answer: Decoded | str, truth: dict[str, Any]) -> str:
    """Return "ok" or what is wrong with a photo."""
    if isinstance(answer, str):
        return f"not decoded: {answer}"
    assert answer.picture
    faults = colour_faults(answer.picture.pixels, truth)
    size = [answer.facts.width, answer.facts.height]
    if size not in (truth["upright_size"], truth.get("pillow_upright_size")):
        faults.append(f"size {size} for {truth['upright_size']}")
    frames = truth.get("frames")
    if frames and answer.facts.frames != frames:
        faults.append(f"frames {answer.facts.frames} for {frames}")
    return "; ".join(faults) or "ok"


def photos(pool: DecoderPool, folder: Path) -> None:
    """Print what is wrong with each photo format, and the totals."""
    told: Counter[str] = Counter()
    for place, truth in json.loads((folder / "truth.json").read_text()).items():
        path = folder / place
        if kind_of(path.name) != "photo":
            told["not taken as photo"] += 1
            print(f"  {place:45} not taken as a photo")
            continue
        verdict = judge(decode(pool, path), truth)
        reference = "decodable" if truth["decodable"] else "no reference decoder"
        told[f"{reference}: {'ok' if verdict == 'ok' else 'fault'}"] += 1
        if verdict != "ok":
            print(f"  {place:45} {reference}: {verdict}")
    print("formats:", dict(told))


def hostile(pool: DecoderPool, folder: Path) -> None:
    """Print how the hostile files end, and the slowest of them."""
    told: Counter[str] = Counter()
    slowest = (0.0, "")
    for path in sorted((folder / "files").iterdir()):
        started = time.perf_counter()
        answer = decode(pool, path)
        slowest = max(slowest, (time.perf_counter() - started, path.name))
        told[answer if isinstance(answer, str) else "decoded"] += 1
    for sentence, count in told.most_common():
        print(f"  {count:4} {sentence}")
    print(f"hostile: {told.total()} files, slowest {slowest[0]:.2f} s {slowest[1]}")


def films(pool: DecoderPool, folder: Path) -> None:
    """Print what differs from the truth of each film, and the totals."""
    told: Counter[str] = Counter()
    for name, truth in json.loads((folder / "truth.json").read_text()).items():
        answer = decode(pool, folder / name)
        if isinstance(answer, str):
            verdict = "ok" if not truth["readable"] else answer
        elif not truth["readable"]:
            verdict = "ok"
        else:
            facts = answer.facts
            seen = ([facts.width, facts.height], facts.codec, facts.frames)
            wanted = (truth["upright"], truth["codec"], truth["frames"])
            verdict = "ok" if seen == wanted else f"{seen} for {wanted}"
            off = (facts.duration_ms or 0) / 1000 - truth["seconds"]
            verdict += f", {off:+.2f} s" if abs(off) > 0.1 else ""
        told["ok" if verdict == "ok" else "fault"] += 1
        if verdict != "ok":
            print(f"  {name:45} {verdict}")
    print("films:", dict(told))


def main() -> None:
    """Print all three tables."""
    with DecoderPool(1) as pool:
        for name, table in (("formats", photos), ("hostile", hostile), ("video", films)):
            folder = shared(name)
            if folder is None:
                print(f"{name}: the measured set is not here")
            else:
                table(pool, folder)


if __name__ == "__main__":
    main()
