"""The window's one worker: a thread that makes every call to the library. The newest question wins."""

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, QThread, Signal, Slot
from PySide6.QtGui import QImage

from core.errors import FoveaError
from core.library import Library
from core.search.engine import Found

NEWEST = "type:photo OR type:video"  # what an empty field asks for: everything, newest first
LIMIT = 500  # hits on the wall
PATIENCE_MS = 1000  # how long closing waits for a running call


@dataclass(frozen=True, slots=True)
class Question:
    """A search; number: counts up, so that a stale one is known. query "": the newest of everything."""

    number: int
    query: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library said to `question`; files: how many it has; problem: one sentence where it could not answer."""

    question: Question
    found: Found
    files: int = 0
    seconds: float = 0.0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A thumbnail: by hex SHA-256 of its content, for as long as no question newer than `number` was asked."""

    number: int
    asset: str


class Worker(QObject):
    """Lives in the worker's thread. `newest` is written by the GUI thread alone; a stale request is not begun."""

    answered = Signal(object)
    """Answer."""
    pictured = Signal(object)
    """(hex SHA-256, QImage); a null image where the library has none."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self._files = 0
        self.newest = 0

    @Slot(object)
    def search(self, question: Question) -> None:
        """Answer `question`. The files are counted with the empty one only: on a large library that takes a while."""
        if question.number != self.newest:
            return
        begun = time.perf_counter()
        try:
            if not question.query:
                self._files = sum(files for _source, files in self._library.sources())
            found = self._library.search(question.query or NEWEST, LIMIT)
        except FoveaError as error:
            nothing = Found(question.query, "", 0, 0, ())
            self.answered.emit(Answer(question, nothing, problem=str(error)))
            return
        self.answered.emit(Answer(question, found, self._files, time.perf_counter() - begun))

    @Slot(object)
    def picture(self, wanted: Wanted) -> None:
        """Bring one thumbnail, decoded."""
        if wanted.number != self.newest:
            return
        try:
            jpeg = self._library.thumbnail(wanted.asset)
        except FoveaError:
            jpeg = None
        self.pictured.emit((wanted.asset, QImage.fromData(jpeg) if jpeg else QImage()))


class Work(QObject):
    """The GUI thread's side of the worker: asks without waiting, passes on what is not stale."""

    answered = Signal(object)
    """Answer to the newest question."""
    pictured = Signal(object)
    """As Worker.pictured."""
    _asked = Signal(object)
    _wanted = Signal(object)

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.thread_ = QThread()
        self._worker = Worker(library)
        self._worker.moveToThread(self.thread_)
        self._asked.connect(self._worker.search)
        self._wanted.connect(self._worker.picture)
        self._worker.answered.connect(self._answer)
        self._worker.pictured.connect(self.pictured)
        self.thread_.start()

    def search(self, query: str) -> None:
        """Ask `query`; every older question is void."""
        self._worker.newest += 1
        self._asked.emit(Question(self._worker.newest, query))

    def want(self, asset: str) -> None:
        """Ask for the thumbnail of `asset` (hex SHA-256)."""
        self._wanted.emit(Wanted(self._worker.newest, asset))

    @Slot(object)
    def _answer(self, answer: Answer) -> None:
        if answer.question.number == self._worker.newest:
            self.answered.emit(answer)

    def end(self) -> bool:
        """Begin nothing more and wait for the running call, one second at most; whether the thread has ended."""
        self._worker.newest = -1
        self.thread_.quit()
        return self.thread_.wait(PATIENCE_MS)
