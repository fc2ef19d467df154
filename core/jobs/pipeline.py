"""The run over all that is due: workers look, one committer stores, batch by batch, until done or stopped."""

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import cv2

from core.errors import LibraryError
from core.jobs.commit import store
from core.jobs.look import Known, Look, StoppedError, look
from core.jobs.plan import Due, Plan, Task, due_keys, tasks
from core.media.decoder import Cancelled, DecoderPool
from core.store import assets, findings
from core.store.catalog import Catalog
from core.store.thumbs import Thumbs
from core.types import ChangeSet

BATCH = 32  # looks per transaction: what a kill can cost
BATCH_SECONDS = 1.0  # nobody waits longer than this to see a result
RESULTS = 64  # looks waiting to be stored, at most; pixels are dropped before they get here


@dataclass(slots=True)
class Spent:
    """What one analyzer took: assets looked at, seconds of wall time over all workers."""

    assets: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class RunReport:
    """What a run did. failed: path and sentence of each item that failed; skipped: copies of known content.

    moved: (from, to). gone: folders of sources that went away meanwhile; what was left of them stays due.
    """

    analyzed: int = 0
    skipped: int = 0
    moved: list[tuple[str, str]] = field(default_factory=list)
    stopped: bool = False
    failed: list[tuple[str, str]] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    per_analyzer: dict[str, Spent] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: done and failed of total."""

    done: int
    total: int
    failed: int


def workers() -> int:
    """Return how many photos a run looks at together on this machine."""
    return min(4, os.cpu_count() or 1)


class Run:
    """One run over `due` in `workers` threads; `work()` blocks until it is done, `stop()` may come from any thread."""

    def __init__(self, catalog: Catalog, thumbs: Thumbs, plan: Plan, whole: Plan, due: Due, workers: int) -> None:
        self._catalog, self._thumbs, self._plan, self._whole = catalog, thumbs, plan, whole
        self._total = len(due)
        self.report = RunReport()
        self._tasks = tasks(catalog, plan, due, self.report.gone)
        self._lock = threading.Lock()
        self._claimed: set[str] = set()
        self._results: queue.Queue[Look | BaseException | None] = queue.Queue(RESULTS)
        self._batch: list[Look] = []
        self._copies: list[Look] = []
        self._running = 0
        self._stop = threading.Event()
        self._workers = workers
        self._pool: DecoderPool | None = None

    def stop(self) -> None:
        """End the run soon: decoders are killed, no new look begins, what is complete is stored."""
        self._stop.set()
        if self._pool is not None:
            self._pool.cancel()

    def work(
        self,
        progress: Callable[[Progress], None] = lambda _progress: None,
        changed: Callable[[ChangeSet], None] = lambda _changes: None,
    ) -> RunReport:
        """Do all that is due; tell `progress` after each look and `changed` after each commit.

        A KeyboardInterrupt in this thread stops the run and is raised again after what is complete was stored.
        """
        if not self._total:
            return self.report
        cv2.setNumThreads(1)  # the workers share the cores already
        with DecoderPool(self._workers) as self._pool:
            self._running = self._workers
            threads = [threading.Thread(target=self._loop, name=f"look {i}") for i in range(self._workers)]
            for thread in threads:
                thread.start()
            try:
                self._collect(progress, changed)
            except BaseException:
                self.stop()
                with contextlib.suppress(LibraryError):  # the first error is the one to tell
                    self._collect(progress, changed)
                raise
            finally:
                self._end(threads)
        self.report.stopped = self._stop.is_set()
        return self.report

    def _end(self, threads: list[threading.Thread]) -> None:
        """Wait for the workers; after an error they may be waiting for room for what nobody stores any more."""
        while any(thread.is_alive() for thread in threads):
            with contextlib.suppress(queue.Empty):
                self._results.get(timeout=0.05)

    def _next(self) -> Task | None:
        with self._lock:
            return next(self._tasks, None)

    def _loop(self) -> None:
        """Take tasks until there are none: the body of a worker thread."""
        assert self._pool is not None
        try:
            while not self._stop.is_set() and (task := self._next()) is not None:
                result = look(task, self._plan.analyzers, self._pool, self._identify, self._stop)
                if result.decoded is not None and result.decoded.picture is not None:
                    result = _without_pixels(result)
                self._results.put(result)
        except (StoppedError, Cancelled):
            pass
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits for the run
            self._results.put(error)
        finally:
            self._results.put(None)

    def _identify(self, sha256: str) -> Known:
        with self._catalog.read() as db:
            asset = assets.find(db, sha256)
            wanted = due_keys(self._plan, findings.ledger(db, asset)) if asset is not None else frozenset()
        if asset is not None and not wanted:
            return Known(asset, wanted)
        with self._lock:
            if sha256 in self._claimed:
                return Known(asset, frozenset(), claimed=True)
            self._claimed.add(sha256)
        return Known(asset, wanted)

    def _collect(self, progress: Callable[[Progress], None], changed: Callable[[ChangeSet], None]) -> None:
        """Take results until every worker has ended; store them in batches."""
        begun = time.monotonic()
        while self._running:
            item = self._take(begun)
            if item is None:
                self._running -= 1
            elif isinstance(item, BaseException):
                raise item
            elif isinstance(item, Look):
                self._sort(item, progress)
            if len(self._batch) >= BATCH or time.monotonic() - begun > BATCH_SECONDS or not self._running:
                self._flush(changed)
                begun = time.monotonic()

    def _sort(self, item: Look, progress: Callable[[Progress], None]) -> None:
        """Put a result where it is stored from; one whose source went away is as if it had not been tried."""
        if item.gone:
            self.report.gone.add(item.task.root)
            return
        copy = item.linked and item.asset is None  # of a content whose first look is still under way
        (self._copies if copy else self._batch).append(item)
        self._count(item, progress)

    def _take(self, begun: float) -> Look | BaseException | Literal["waited"] | None:
        """Return the next result, None when a worker ended, "waited" when the batch has waited long enough."""
        patience = max(0.0, BATCH_SECONDS - (time.monotonic() - begun)) if self._batch else None
        try:
            return self._results.get(timeout=patience)
        except queue.Empty:
            return "waited"

    def _flush(self, changed: Callable[[ChangeSet], None]) -> None:
        """Store the batch, then the copies whose content is in the catalog by now."""
        self._store(self._batch, changed)
        self._batch = []
        with self._catalog.read() as db:
            there = {sha for sha in {item.sha256 for item in self._copies} if assets.find(db, sha) is not None}
        self._store([item for item in self._copies if item.sha256 in there], changed)
        self._copies = [item for item in self._copies if item.sha256 not in there]

    def _store(self, batch: list[Look], changed: Callable[[ChangeSet], None]) -> None:
        if not batch:
            return
        self._thumbs.put({r.sha256: r.decoded.thumbnail for r in batch if r.decoded and r.decoded.thumbnail})
        now_ms = int(time.time() * 1000)

        stored = self._catalog.write(lambda db: store(db, batch, self._plan, self._whole, now_ms))
        self.report.moved += stored.moved
        changed(ChangeSet(frozenset(stored.assets), aspects=frozenset({"findings", "files", "metadata"})))

    def _count(self, item: Look, progress: Callable[[Progress], None]) -> None:
        report = self.report
        sentence = item.unreadable or next(iter(item.failures.values()), "")
        if sentence:
            report.failed.append((item.task.path, sentence))
        elif item.linked:
            report.skipped += 1
        else:
            report.analyzed += 1
        for key, seconds in item.seconds.items():
            entry = report.per_analyzer.setdefault(key, Spent())
            entry.assets += 1
            entry.seconds += seconds
        progress(Progress(report.analyzed + report.skipped + len(report.failed), self._total, len(report.failed)))


def _without_pixels(result: Look) -> Look:
    """Drop the pixels: they are large, and nothing after the analyzers needs them."""
    assert result.decoded is not None
    result.decoded = replace(result.decoded, picture=None)
    return result
