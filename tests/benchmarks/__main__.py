"""`python -m tests.benchmarks DIR [part ...]`: speed as ratios within one run, on the JPEGs of DIR.

`python -m tests.benchmarks window [LIBRARY]`: the window on a million photos, which are made where none are given.

Parts: speed, growth, rescan, start; all without any. Every timing is of processes of their own, by turns.
One more part, queries, takes for DIR a library made by `python -m tests.benchmarks.million`, and tells milliseconds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

FOVEA = str(Path(sys.executable).with_name("fovea"))
PARTS = ("speed", "growth", "rescan", "start")
QUERIES = "queries"


@dataclass(frozen=True, slots=True)
class Timed:
    """seconds: of the whole process; told: the JSON it printed; peak: MB of it, or of its largest child."""

    seconds: float
    told: Any
    peak: float


def run(*command: str) -> Timed:
    """Run `command` to its end; raises RuntimeError where it fails."""
    with tempfile.TemporaryFile() as out:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{command} ended with {process.returncode}")
        out.seek(0)
        return Timed(seconds, json.loads(out.read() or b"null"), usage.ru_maxrss / 1024)


def module(name: str, *arguments: str) -> Timed:
    """Run one of the benchmarks' own programs."""
    return run(sys.executable, "-m", f"tests.benchmarks.{name}", *arguments)


def speed(folder: Path, rounds: int) -> None:
    """Print the table of ratios: Fovea, the plain script, and what no arrangement goes below."""
    photos = len(list(folder.rglob("*.jpg")))
    ours: list[Timed] = []
    plain: list[Timed] = []
    each: list[Timed] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            home = Path(name)
            ours.append(run(FOVEA, "scan", str(folder), "--library", str(home / "library"), "--json", "-q"))
            plain.append(module("plain", str(folder), str(home / "plain.db")))
            each.append(module("plain", str(folder), str(home / "each.db"), "--each"))
    floor = module("floor", str(folder))
    print(f"{photos} photos, medians of {rounds} rounds by turns")
    print(f"{'':34}{'photos/s':>10}{'whole process':>15}{'times plain':>13}{'peak MB':>9}")
    for title, runs in (("Fovea, all of it", ours), ("plain script", plain), ("plain, each network decoding", each)):
        alone, whole, peak = working(runs), median(t.seconds for t in runs), max(t.peak for t in runs)
        faster = working(plain) / alone
        print(f"{title:34}{photos / alone:>10.2f}{photos / whole:>15.2f}{faster:>12.2f}x{peak:>9.0f}")
    print(f"Fovea over plain, each network decoding: {working(each) / working(ours):.2f}x")
    decode, networks = floor.told["decode"], floor.told["networks"]
    print(f"bare decode {photos / decode:.1f} photos/s, bare networks of the cascade {photos / networks:.1f} photos/s")
    print(f"(bare decode + bare networks) / Fovea: {(decode + networks) / working(ours):.2f}")
    print("share of the networks' time: " + ", ".join(f"{k} {v:.3f}" for k, v in floor.told["shares"].items()))
    print("share of the analyzers' time: " + ", ".join(f"{k} {v:.3f}" for k, v in floor.told["analyzers"].items()))


def working(runs: Sequence[Timed]) -> float:
    """Return the median of the seconds that the programs report of their work alone."""
    return median(float(t.told["seconds"]) for t in runs)


def growth(folder: Path) -> None:
    """Print the cost per photo at three sizes of library, as ratios to the smallest."""
    costs = module("growth", str(folder)).told["sizes"]
    first = next(iter(costs.values()))
    print(
        "cost per photo by size of library: " + ", ".join(f"{size} {cost / first:.3f}" for size, cost in costs.items())
    )


def rescan() -> None:
    """Print what a rescan of unchanged files costs over the bare walk."""
    told = module("rescan").told
    print(f"rescan of {told['files']:,} files / scandir + stat: {told['rescan'] / told['walk']:.2f}x")


def start(rounds: int) -> None:
    """Print what the command line takes until it does something, over an interpreter that does nothing."""
    with tempfile.TemporaryDirectory() as name:
        library = str(Path(name) / "library")
        run(FOVEA, "sources", "--library", library, "--json")
        idle = median(run(sys.executable, "-c", "").seconds for _ in range(rounds * 3))
        for command in (["sources"], ["search", "dog"], ["taxonomy"]):
            took = [run(FOVEA, *command, "--library", library, "--json").seconds for _ in range(rounds * 3)]
            longer = f"{median(took) / idle:.1f} times an empty interpreter"
            print(f"fovea {' '.join(command)}: {longer} ({median(took):.2f} s)")


def queries(library: Path) -> None:
    """Print what searches take in a large library until the first page is there, and until all is known."""
    empty = module("queries", str(library), "--newest")
    told = module("queries", str(library)).told
    print(f"{'first page, ms':44}{'cold':>8}{'warm':>8}{'all':>8}{'found':>11}")
    for one in told["queries"]:
        cold, warm, whole = (one[key] * 1000 for key in ("cold", "warm", "whole"))
        print(f"{one['query']:44}{cold:>8.0f}{warm:>8.0f}{whole:>8.0f}{one['strong']:>11,}")
    print(f"list of sources: {told['sources'] * 1000:.0f} ms; peak memory with all photos: {empty.peak:.0f} MB")


def window(library: Path | None) -> None:
    """Print what a person waits for in the window on a million photos; None: a library is made for it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        if library is None:
            library = Path(name) / "million"
            module("million", str(library))
        told = module("window", str(library), "--started", repr(time.time())).told
    idle, after, frames = told["idle"], told["after"], told["frames_ms"]
    print(f"{told['photos']:,} photos; usable after {told['usable_s']} s, all of them after {told['all_s']} s")
    print(f"frames: p50 {frames['p50']} ms, p95 {frames['p95']} ms, worst {frames['worst']} ms")
    print(f"memory: idle {idle['resident']} MB ({idle['own']} its own), after the walk {after['resident']} MB")
    print("first page, ms: " + ", ".join(f"{query} {took}" for query, took in told["pages_ms"].items()))
    marks = ", ".join(f"{verb} {took}" for verb, took in told["marks_ms"].items())
    print(f"1,000 photos marked until seen, ms: {marks}")
    stalls = ", ".join(f"{doing} {away} ms" for doing, away in told["stalls"]) or "none"
    print(f"GUI thread away for over 100 ms: {len(told['stalls'])} times: {stalls}; closing {told['closing_ms']} ms")


def main() -> None:
    """Run the parts asked for."""
    if sys.argv[1:2] == ["window"]:
        window(Path(sys.argv[2]) if len(sys.argv) > 2 else None)
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of JPEGs by tests.benchmarks.photos; queries: a library")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"of {', '.join(PARTS)}; all without any; {QUERIES}")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    args.parts = args.parts or PARTS
    if unknown := set(args.parts) - {*PARTS, QUERIES}:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    if "speed" in args.parts:
        speed(args.folder, args.rounds)
    if "growth" in args.parts:
        growth(args.folder)
    if "rescan" in args.parts:
        rescan()
    if "start" in args.parts:
        start(args.rounds)
    if QUERIES in args.parts:
        queries(args.folder)


if __name__ == "__main__":
    main()
