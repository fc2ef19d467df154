"""The GUI thread's side of the workers: asks without waiting, passes on what is not stale, ends them in a second."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal, Slot
from PySide6.QtGui import QImage

from core.decide import Wish
from core.library import Library
from core.search.engine import Ranking
from core.types import AssetId, Json
from ui.work.asking import Answer, Asker, Question
from ui.work.deciding import Decider
from ui.work.jobs import Jobs
from ui.work.loading import Loader, Wanted
from ui.work.looking import Looker, Sight

PATIENCE_MS = 700  # how long closing waits for running calls


class Work(QObject):
    """All threads beside the window, on the library in `folder`. `begin` opens it; `opened` or `refused` follows."""

    answered = Signal(object)
    """Answer to the newest question."""
    _open = Signal()
    _asked = Signal(object)
    _wanted = Signal(object)
    _about = Signal(object)
    _sight = Signal(object)
    _mark = Signal(object, object)
    _remember = Signal(object)
    browse = Signal()
    warm_up = Signal()
    list_failures = Signal()
    complete = Signal(str)
    seek = Signal(object, str)
    undo = Signal()
    redo = Signal()
    save_search = Signal(str, str)
    choose = Signal(str, str)
    forget_source = Signal(object, str)
    relocate = Signal(object, str)
    write_sidecars = Signal(object)
    scan = Signal(object)
    go_on = Signal(bool)
    estimate = Signal()
    count = Signal(object)
    watch = Signal(object)
    look_for_folders = Signal(object)
    back_up = Signal()
    _stop = Signal()
    _ending = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.asker, self.loader, self.looker = Asker(), Loader(), Looker()
        self.decider, self.jobs = Decider(folder), Jobs()
        workers = (self.asker, self.loader, self.looker, self.decider, self.jobs)
        self.threads = [QThread() for _ in workers]
        for worker, thread in zip(workers, self.threads, strict=True):
            thread.setObjectName(type(worker).__name__.lower())
            worker.moveToThread(thread)
        self._connect()
        for thread in self.threads:
            thread.start()

    def _connect(self) -> None:
        asker, loader, decider, jobs = self.asker, self.loader, self.decider, self.jobs
        for taker in (asker, loader, jobs):
            decider.opened.connect(taker.take)
        for signal, slot in (
            (self._open, decider.open), (self._asked, asker.search), (self.browse, asker.browse),
            (self.warm_up, asker.warm_up),
            (self.complete, asker.complete), (self.seek, asker.seek),
            (self.list_failures, asker.list_failures), (self._wanted, loader.load), (self._about, loader.describe),
            (self._sight, self.looker.look), (self._mark, decider.mark), (self.undo, decider.undo),
            (self.redo, decider.redo), (self.save_search, decider.save_search), (self.choose, decider.choose),
            (self.forget_source, decider.forget_source), (self.relocate, decider.relocate),
            (self.write_sidecars, decider.write_sidecars), (self._remember, decider.remember),
            (self._stop, decider.stop), (self.scan, jobs.scan), (self.go_on, jobs.go_on),
            (self.estimate, jobs.estimate), (self.count, jobs.count), (self.watch, jobs.watch),
            (self.back_up, jobs.back_up), (self.look_for_folders, jobs.look_for_folders),
        ):  # fmt: skip
            signal.connect(slot)
        for worker in (asker, loader, self.looker, decider, jobs):
            self._ending.connect(worker.leave)
        asker.answered.connect(self._answer)

    @property
    def library(self) -> Library | None:
        """The library, once it is open."""
        return self.decider.library

    def begin(self) -> None:
        """Open the library."""
        self._open.emit()

    def search(self, query: str, like: str = "", *, again: bool = False, pasted: QImage | None = None) -> None:
        """Ask `query`, or for what looks like the picture at `like` or `pasted`; every older question is void."""
        self.asker.newest += 1
        self._asked.emit(Question(self.asker.newest, query, like, again, pasted))

    def want(self, ranking: Ranking, rows: Sequence[int]) -> None:
        """Ask for what shows; every older request is void."""
        self.loader.newest += 1
        self._wanted.emit(Wanted(self.loader.newest, ranking, tuple(rows)))

    def about(self, asset: int) -> None:
        """Ask for all that is known of `asset`; every older request is void."""
        self.loader.newest_about = asset
        self._about.emit(asset)

    def look(self, path: str, near: Sequence[str] = (), *, full: bool = False) -> None:
        """Ask for the picture of the file at `path`, then for those at `near`; every older wish is void."""
        self.looker.newest += 1
        self._sight.emit(Sight(self.looker.newest, path, tuple(near), full))

    def mark(self, assets: Sequence[AssetId], wishes: Sequence[Wish]) -> None:
        """Make `wishes` true of `assets`."""
        self._mark.emit(assets, wishes)

    def remember(self, document: Json) -> None:
        """Remember how the window was left."""
        self._remember.emit(document)

    def pause(self, *, paused: bool) -> None:
        """End the running job soon, or go on with what is left of it."""
        self.jobs.paused = paused
        if paused:
            self._stop.emit()
        else:
            self.go_on.emit(False)

    @Slot(object)
    def _answer(self, answer: Answer) -> None:
        if answer.question.number == self.asker.newest:
            self.answered.emit(answer)

    def end(self) -> bool:
        """Begin nothing more, stop what runs and close the library; whether all threads ended within a second."""
        self.jobs.ending = True
        self.asker.newest = self.loader.newest = self.looker.newest = self.loader.newest_about = -1
        self.looker.viewer.close()
        if self.library is not None:
            self.library.stop()
        self._ending.emit()
        until = QDeadlineTimer(PATIENCE_MS)
        still = [thread for thread in self.threads if not thread.wait(until)]
        ended = not still
        if ended and self.library is not None:
            self.library.close(given_up=until.hasExpired)
        return ended
