"""`python -m tests.benchmarks DIR`: photos per second of Fovea and of the plain script, by turns, as ratios of one run.

Whole processes are timed (start-up included) and the work alone as each of them reports it.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

FOVEA = str(Path(sys.executable).with_name("fovea"))


def run(command: list[str]) -> tuple[float, float]:
    """Run `command`; return the seconds of the whole process and those its JSON reports."""
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.perf_counter() - begun, float(json.loads(done.stdout)["seconds"])


def main() -> None:
    """Time both by turns and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, help="a folder of JPEGs")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    photos = len(list(args.folder.rglob("*.jpg")))
    ours, plain, again = [], [], []
    for _ in range(args.rounds):
        with tempfile.TemporaryDirectory() as name:
            home = Path(name)
            scan = [FOVEA, "scan", str(args.folder), "--library", str(home / "library"), "--json", "-q"]
            ours.append(run(scan))
            again.append(run(scan))
            plain.append(
                run([sys.executable, "-m", "tests.benchmarks.plain", str(args.folder), str(home / "plain.db")])
            )
    print(f"{photos} photos, {args.rounds} rounds by turns, medians")
    print(f"{'':24}{'photos/s, work alone':>24}{'whole process':>16}")
    for title, times in (("Fovea, all of it", ours), ("plain script", plain)):
        print(f"{title:24}{photos / median(t[1] for t in times):>24.1f}{photos / median(t[0] for t in times):>16.1f}")
    print(f"{'ratio':24}{ratio(plain, ours, 1):>23.2f}x{ratio(plain, ours, 0):>15.2f}x")
    print(f"rescan of the same, nothing changed: {median(t[1] for t in again):.2f} s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest process of all of them: {peak:.0f} MB")


def ratio(plain: list[tuple[float, float]], ours: list[tuple[float, float]], which: int) -> float:
    """Return the median over the rounds of plain / ours."""
    return median(p[which] / o[which] for p, o in zip(plain, ours, strict=True))


if __name__ == "__main__":
    main()
