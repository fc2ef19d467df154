"""The estimate of a scan's time against scans by turns: `python -m tests.benchmarks.estimate FOLDER [ROUNDS]`."""

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from core.jobs.estimate import GROUPS, Estimate, estimate
from core.jobs.pipeline import workers
from core.library import Library, ScanResult
from core.types import Options


def spent(result: ScanResult) -> dict[str, float]:
    """Return what a scan took per photo, in groups as an estimate has them."""
    run = result.run
    each = {key: one.seconds / run.analyzed / workers() for key, one in run.per_analyzer.items()}
    groups = {group: sum(each[key] for key in keys) for group, keys in GROUPS.items()}
    return {"reading": result.seconds / run.analyzed - sum(groups.values())} | groups


def main(folder: Path, rounds: int) -> None:
    """Print medians in milliseconds per photo."""
    told: list[Estimate] = []
    took: list[dict[str, float]] = []
    seconds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        told.append(estimate(Options()))
        seconds.append(time.perf_counter() - begun)
        with tempfile.TemporaryDirectory() as name, Library(Path(name), write=True) as library:
            took.append(spent(library.scan([os.fspath(folder)])))
    print(f"{rounds} estimates of {min(seconds):.1f} to {max(seconds):.1f} s, the first loading the networks")
    print(f"{'ms per photo':14}{'estimate':>10}{'scan':>10}")
    for group in ("reading", *GROUPS):
        ours, real = median(getattr(e, group) for e in told), median(t[group] for t in took)
        print(f"{group:14}{1000 * ours:>10.1f}{1000 * real:>10.1f}")
    ours, real = median(e.seconds(1) for e in told), median(sum(t.values()) for t in took)
    print(f"{'all':14}{1000 * ours:>10.1f}{1000 * real:>10.1f}   {ours / real - 1:+.0%}")
    off = [e.seconds(1) / sum(t.values()) - 1 for e, t in zip(told, took, strict=True)]
    print("error of each: " + ", ".join(f"{one:+.0%}" for one in off))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5)
