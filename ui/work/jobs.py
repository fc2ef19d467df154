"""The thread that runs long work: looking at folders and photos, with progress; measuring how long it would take."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal, Slot

from core.errors import FoveaError
from core.jobs.estimate import estimate
from core.jobs.pipeline import Progress
from core.library import Library
from core.sources.folder import is_online
from core.sources.watch import Watch
from core.types import Source
from ui.work.worker import Worker

EVERY_S = 0.1  # between two signals of progress
RATE_OVER_S = 20.0  # the rate is that of so many last seconds


@dataclass(frozen=True, slots=True)
class Job:
    """How far a run is. what: in words; rate: photos per second; left_s: seconds, -1 while nobody knows.

    state: "running", "paused", "done" or "failed" (problem: why).
    """

    what: str
    state: str = "running"
    done: int = 0
    total: int = 0
    failed: int = 0
    rate: float = 0.0
    left_s: float = -1.0
    problem: str = ""


class Pace:
    """Turns progress into a rate and the time left."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def over(self, done: int, total: int, moment: float) -> tuple[float, float]:
        """Return (photos per second, seconds left or -1) when `done` of `total` are at `moment` in seconds."""
        self._seen.append((moment, done))
        while self._seen[0][0] < moment - RATE_OVER_S:
            self._seen.popleft()
        begun, before = self._seen[0]
        if moment - begun < 1.0 or done == before:
            return 0.0, -1.0
        rate = (done - before) / (moment - begun)
        return rate, (total - done) / rate


class Jobs(Worker):
    """Lives in its thread and does one thing after another. `paused` is written by the GUI thread alone."""

    progressed = Signal(object)
    """Job."""
    estimated = Signal(object)
    """Estimate: what a photo takes here, by what is looked for."""
    counted = Signal(object)
    """(places, photos and films in them, whether that is all)."""
    reached = Signal()
    """Some folder can be reached, or no longer, otherwise than was known."""
    noticed = Signal(object)
    """Folders in which something has changed, from the thread that watches."""

    def __init__(self) -> None:
        super().__init__()
        self._watch: Watch | None = None
        self.paused = False
        self.ending = False

    @Slot(object)
    def scan(self, places: Sequence[str]) -> None:
        """Bring the library to what lies in `places` now, and analyse what is new."""
        self._run("Looking for new photos", lambda library, tell: library.scan(places, progress=tell).run.stopped)

    @Slot(bool)
    def go_on(self, retry: bool) -> None:
        """Do what is left; retry: also what failed before."""
        self._run(
            "Looking at photos",
            lambda library, tell: library.analyze(retry_failed=retry, progress=tell).stopped,
        )

    def _run(self, what: str, work: Callable[[Library, Callable[[Progress], None]], bool]) -> None:
        if self.library is None or self.paused or self.ending:
            return
        job, pace, told = Job(what), Pace(), 0.0
        self.progressed.emit(job)

        def tell(progress: Progress) -> None:
            nonlocal job, told
            moment = time.monotonic()
            if moment - told < EVERY_S and progress.done < progress.total:
                return
            told = moment
            rate, left = pace.over(progress.done, progress.total, moment)
            job = Job("Looking at new photos", "running", progress.done, progress.total, progress.failed, rate, left)
            self.progressed.emit(job)

        try:
            stopped = work(self.library, tell)
        except FoveaError as error:
            self.progressed.emit(replace(job, state="failed", problem=str(error)))
            return
        self.progressed.emit(replace(job, state="paused" if stopped else "done"))

    @Slot()
    def estimate(self) -> None:
        """Measure what a photo takes on this machine."""
        if self.library is not None:
            try:
                self.estimated.emit(estimate(self.library.options))
            except FoveaError:  # no figure is better than a wrong one
                return

    @Slot(object)
    def count(self, places: Sequence[str]) -> None:
        """Count the photos and films in folders that are not in the library yet."""
        if self.library is None:
            return
        told, found = 0.0, 0
        for counted in self.library.count(places):
            if self.ending:
                return
            found = counted.photos + counted.films
            if time.monotonic() - told > EVERY_S:
                told = time.monotonic()
                self.counted.emit((tuple(places), found, False))
        self.counted.emit((tuple(places), found, True))

    @Slot(object)
    def watch(self, roots: Sequence[str]) -> None:
        """Tell from now on when something changes below `roots`, and below nothing else."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        if roots and self.library is not None and not self.ending:
            self._watch = self.library.watch(self.noticed.emit)
            while not self._watch.ready.wait(EVERY_S) and not self.ending:
                pass  # what a scan after this misses, the watch notices

    @Slot(object)
    def look_for_folders(self, known: Sequence[Source]) -> None:
        """Tell where a folder has gone or come back, a drive that was unplugged say."""
        if not self.ending and any(is_online(source.root) != source.online for source in known):
            self.reached.emit()

    @Slot()
    def back_up(self) -> None:
        """Make a backup where one is due."""
        if self.library is not None and not self.ending:
            self.library.back_up_if_due(given_up=lambda: self.ending)

    @Slot()
    def leave(self) -> None:
        """Watch nothing any more, and end."""
        self.watch(())
        super().leave()
