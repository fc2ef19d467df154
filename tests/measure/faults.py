"""Faults on purpose, counted: `python -m tests.measure.faults [--step 1]`.

Every step-th write, and every fsync, of a library in use fails in each way of tests/faults/disk.c; after each run the
library is opened, compared with what the person was told, rebuilt from its journal and compared again.
"""

import argparse
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from skimage import data

from core.decide import Wish
from core.library import Library
from tests.faults import KINDS, compiled, run


def prepared(root: Path) -> tuple[Path, Path]:
    """Return a library that knows two photos, and its photos, to which a third is added for the deeds to find."""
    photos, home = root / "photos", root / "library"
    photos.mkdir()
    for name in ("chelsea.png", "rocket.jpg"):
        shutil.copy(Path(data.__file__).parent / name, photos)
    with Library(home, write=True) as library:
        library.scan([str(photos)], analyze=False)
        library.mark([str(photos / "chelsea.png")], [Wish("tag", "begin")])
    shutil.copy(Path(data.__file__).parent / "coffee.png", photos)
    return home, photos


def main() -> None:
    """Print a line per kind."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--step", type=int, default=1)
    args = parser.parse_args()
    print(f"{'kind':10}{'runs':>6}{'injected':>10}{'deeds told':>12}{'lost':>6}{'wrong':>7}  sentences")
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        disk = compiled(root)
        home, photos = prepared(root)
        for kind in KINDS:
            runs = injected = told = lost = wrong = 0
            sentences: Counter[str] = Counter()
            at = 1
            while True:
                trial = root / "trial"
                shutil.copytree(home, trial)
                outcome = run(disk, kind, at, trial, photos)
                shutil.rmtree(trial)
                if not outcome.injected:
                    break  # the deeds have no more writes than that
                runs, injected, told = runs + 1, injected + 1, told + len(outcome.told)
                lost, wrong = lost + len(outcome.lost), wrong + bool(outcome.wrong)
                sentences[outcome.sentence.partition("(")[0][:60]] += 1
                for line in (*outcome.lost, outcome.wrong):
                    if line:
                        print(f"  {kind} at {at}: {line}")
                if kind == "readonly":
                    break
                at += args.step
            shown = "; ".join(f"{count} x {sentence or 'none'}" for sentence, count in sentences.most_common(4))
            print(f"{kind:10}{runs:>6}{injected:>10}{told:>12}{lost:>6}{wrong:>7}  {shown}")


if __name__ == "__main__":
    main()
