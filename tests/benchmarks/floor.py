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
from core.types import Decoded
from models.session import Session
from tests.looking import look

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
    """Print {"decode": seconds, "networks": seconds, "shares": {network: share}} as JSON, for all photos."""
    cv2.setNumThreads(1)
    paths = sorted(folder.rglob("*.jpg"))
    decode = everyone(paths, lambda _decoded: None, lambda: None)
    recorder, spent, turn = Recorder(), defaultdict[str, float](float), threading.Lock()
    run = Session.run

    def recorded(session: Session, feed: Feed) -> list[Any]:
        recorder.runs.append((session, feed))
        return run(session, feed)

    def again(decoded: Decoded) -> None:
        recorder.runs = []
        assert decoded.picture
        look([decoded.picture], ANALYZERS)
        for session, feed in recorder.runs:
            begun = time.perf_counter()
            run(session, feed)
            with turn:
                spent[session.card.name] += time.perf_counter() - begun

    setattr(Session, "run", recorded)  # noqa: B010 - a method is replaced on purpose
    everyone(paths, again, spent.clear)
    total = sum(spent.values())
    surest = sorted(spent.items(), key=lambda item: -item[1])
    shares = {name: round(seconds / total, 3) for name, seconds in surest}
    print(json.dumps({"decode": decode, "networks": total / WORKERS, "shares": shares}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
