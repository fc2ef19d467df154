"""What no arrangement goes below: `python -m tests.benchmarks.floor FOLDER` times bare decoding and bare networks.

As many threads as a run has decode all photos and do nothing else; then each looks at its photos and runs the networks
once more on what they were just given, and only that is counted.
"""

import json
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2

from core.analyze import ANALYZERS
from core.media.decoder import DecoderPool
from core.types import Decoded, Outcome
from models.session import Session

WORKERS = min(4, os.cpu_count() or 1)
Feed = Mapping[str, Any]


class Recorder(threading.local):
    """What the networks were given in this thread."""

    def __init__(self) -> None:
        self.runs: list[tuple[Session, Feed]] = []


def everyone(paths: list[Path], work: Callable[[Decoded], None], begin: Callable[[], None]) -> float:
    """Decode all photos in WORKERS threads, call `work` with each, return the seconds it took after `begin`."""
    left, turn = iter(paths), threading.Lock()

    def loop(pool: DecoderPool) -> None:
        while True:
            with turn:
                path = next(left, None)
            if path is None:
                return
            work(pool.decode_photo(path.read_bytes(), path.name, (), 0))

    with DecoderPool(WORKERS) as pool:
        for path in paths[: WORKERS + 1]:  # decoders start, networks load
            work(pool.decode_photo(path.read_bytes(), path.name, (), 0))
        begin()
        begun = time.perf_counter()
        threads = [threading.Thread(target=loop, args=(pool,)) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - begun


def main(folder: Path) -> None:
    """Print as JSON the seconds of "decode" and "networks" for all photos, "shares" and "analyzers": name -> share."""
    cv2.setNumThreads(1)
    paths = sorted(folder.rglob("*.jpg"))
    decode = everyone(paths, lambda _decoded: None, lambda: None)
    recorder, turn = Recorder(), threading.Lock()
    spent, worked = defaultdict[str, float](float), defaultdict[str, float](float)
    run = Session.run

    def recorded(session: Session, feed: Feed) -> list[Any]:
        recorder.runs.append((session, feed))
        return run(session, feed)

    def again(decoded: Decoded) -> None:
        recorder.runs = []
        assert decoded.picture
        outcomes: dict[str, Outcome] = {}
        for analyzer in ANALYZERS:
            begun = time.perf_counter()
            given = {need: outcomes[need] for need in analyzer.needs}
            [outcomes[analyzer.key]] = analyzer.run([decoded.picture], [given])
            with turn:
                worked[analyzer.key] += time.perf_counter() - begun
        for session, feed in recorder.runs:
            begun = time.perf_counter()
            run(session, feed)
            with turn:
                spent[session.card.name] += time.perf_counter() - begun

    setattr(Session, "run", recorded)  # noqa: B010 - a method is replaced on purpose

    def begin() -> None:
        spent.clear()
        worked.clear()

    everyone(paths, again, begin)
    told = {"decode": decode, "networks": sum(spent.values()) / WORKERS}
    print(json.dumps(told | {"shares": shares(spent), "analyzers": shares(worked)}))


def shares(seconds: Mapping[str, float]) -> dict[str, float]:
    """Return each one's share of the sum, largest first."""
    total = sum(seconds.values())
    return {name: round(spent / total, 3) for name, spent in sorted(seconds.items(), key=lambda item: -item[1])}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
