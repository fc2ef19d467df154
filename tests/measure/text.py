"""Measures text on photos with a truth, three readers in one run: `python -m tests.measure.text`.

RapidOCR is read where it is installed: `uv run --with rapidocr==3.10.0 python -m tests.measure.text`. All are called
plainly, with what they do by themselves. A word is a run of letters and digits, case and accents folded; recall and
precision count words as multisets over all pictures of a half (SHA-256 of the file name). Half A chose thresholds.
"""

import importlib.util
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from core.analyze.text import Text, ppocr, tesseract
from core.analyze.text.lines import Line
from core.media.decoder import DecoderPool
from core.types import Options, Pixels
from models import cards
from models.ppocr_v4_det import adapter as detector
from resources.vocabulary import fold
from tests.data import SHARED
from tests.looking import decode
from tests.measure.fingerprint import half

HOME = SHARED / "ocr"
LARGE = 1440  # px, near the middle of working pictures' sizes
LEGIBLE = 80.0  # confidence from which a line of three letters and more counts as text a person can read
Reader = Callable[[Path], list[str]]
Truth = Mapping[str, Mapping[str, Any]]


def words(lines: Iterable[str]) -> Counter[str]:
    """Return the words of `lines`, folded, with their number."""
    return Counter(re.findall(r"\w+", fold(" ".join(lines))))


def pixels_of(path: Path) -> Pixels:
    """Return a photo upright, at its full size."""
    return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"), np.uint8)


def ours(pool: DecoderPool, options: Options) -> Reader:
    """Return Fovea: decoder child, working picture, analyzer."""
    analyzer = Text(options)

    def read(path: Path) -> list[str]:
        _, picture = decode(pool, path.read_bytes(), path.name)
        [outcome] = analyzer.run([picture], [{}])
        return [finding.name for finding in outcome.findings if finding.kind == "text"]

    return read


def plain_tesseract(path: Path) -> list[str]:
    """Return what Tesseract says of the file as it is."""
    import pytesseract  # noqa: PLC0415 - measured as a user would call it

    return str(pytesseract.image_to_string(Image.open(path))).splitlines()


def plain_rapidocr() -> Reader:
    """Return RapidOCR with all its own defaults."""
    from rapidocr import RapidOCR  # type: ignore[import-not-found]  # noqa: PLC0415 - not always installed

    engine = RapidOCR()
    return lambda path: list(engine(str(path)).txts or ())


def table(name: str, read: Reader, truth: Truth) -> dict[str, list[str]]:
    """Print recall and precision of one reader; return its lines by file."""
    begun = time.perf_counter()
    told = {file: read(HOME / "images" / file) for file in truth}
    seconds = time.perf_counter() - begun
    for side in (0, 1):
        files = [file for file in truth if half(file) == side]
        print(
            f"  {name:22} half {'AB'[side]}  all {_rates(files, told, truth)}  {seconds / len(truth):.2f} s a picture"
        )
        for kind in ("receipt", "made", "other"):
            some = [file for file in files if _kind(truth[file]["kind"]) == kind]
            print(f"  {'':22}         {kind:8} {_rates(some, told, truth)}")
        searches = [(file, wanted) for file in files for wanted in truth[file]["must_find"]]
        found = sum(_squeezed(wanted) in _squeezed(" ".join(told[file])) for file, wanted in searches)
        print(f"  {'':22}         must find: {found} of {len(searches)} strings")
    return told


def _kind(kind: str) -> str:
    return kind if kind == "receipt" else "made" if kind.startswith("made") else "other"


def _squeezed(text: str) -> str:
    return "".join(fold(text).split())


def _rates(files: Sequence[str], told: Mapping[str, list[str]], truth: Truth) -> str:
    right = there = said = 0
    for file in files:
        expected, found = words(truth[file]["lines"]), words(told[file])
        right, there, said = right + (expected & found).total(), there + expected.total(), said + found.total()
    return f"recall {right / max(1, there):.3f} precision {right / max(1, said):.3f} ({right} of {there}, {said} said)"


def order(told: Mapping[str, list[str]], truth: Truth) -> None:
    """Print how far the reading order is a person's: share of words that stand in the same order."""
    for side in (0, 1):
        shares = []
        for file in (file for file in truth if half(file) == side):
            a, b = (re.findall(r"\w+", fold(" ".join(lines))) for lines in (truth[file]["lines"], told[file]))
            common = (Counter(a) & Counter(b)).total()
            if common:
                same = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
                shares.append(sum(block.size for block in same) / common)
        print(f"  reading order, half {'AB'[side]}: {np.mean(shares):.3f} of the words found stand in a person's order")


def enlarged(path: Path) -> Pixels:
    """Return a photo at LARGE px; the measured ones are smaller than a camera's."""
    image = Image.fromarray(pixels_of(path))
    scale = LARGE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return np.asarray(image.resize(size, Image.Resampling.BICUBIC), np.uint8)


def quick() -> None:
    """Print what the probe keeps of photos in which the thorough reader finds a legible line, as they are and large."""
    card = cards.load("ppocr_v4_det").thresholds["probe"]
    print(f"Probe at {card}, on photos as they are and enlarged to {LARGE:,} px")
    folders = [SHARED / name for name in ("ocr", "coco", "everyday", "safe", "faces")]
    kept: dict[tuple[int, bool], list[bool]] = {(side, text): [] for side in (0, 1) for text in (False, True)}
    for path in sorted(path for folder in folders for path in folder.rglob("*.[jp][pn]g")):
        for photo in (pixels_of(path), enlarged(path)):
            there = any(map(legible, ppocr.read(photo, thorough=True)))
            kept[half(path.name), there].append(bool(detector.text_map(photo, ppocr.LONGER, card).any()))
    for side in (0, 1):
        text, other = kept[side, True], kept[side, False]
        print(
            f"  half {'AB'[side]}: keeps {sum(text)} of {len(text)} with a legible line, "
            f"passes over {len(other) - sum(other)} of {len(other)} others"
        )


def legible(line: Line) -> bool:
    """Whether a person can be expected to search for it."""
    return line.confidence >= LEGIBLE and sum(c.isalnum() for c in line.text) >= 3


def main() -> None:
    """Print everything."""
    if not HOME.exists():
        print("The measured set is not here.")
        return
    truth: Truth = json.loads((HOME / "truth.json").read_text(encoding="utf-8"))
    print("Words on `ocr`")
    with DecoderPool(1) as pool:
        told = table("Fovea", ours(pool, Options()), truth)
        order(told, truth)
        if importlib.util.find_spec("rapidocr"):
            table("RapidOCR 3.10, plainly", plain_rapidocr(), truth)
        if tesseract.installed():
            table("Tesseract, plainly", plain_tesseract, truth)
            table("Fovea with Tesseract", ours(pool, Options(engine="tesseract")), truth)
    quick()


if __name__ == "__main__":
    main()
