"""The window's workers: threads that make every call to the library. The newest question wins."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal, Slot
from PySide6.QtGui import QImage

from core.errors import FoveaError
from core.jobs.spot import Viewer
from core.library import Library
from core.media.decoder import Cancelled
from core.search.engine import Ranking
from core.types import AssetId
from ui.words import NEWEST

PATIENCE_MS = 1000  # how long closing waits for a running call


@dataclass(frozen=True, slots=True)
class Question:
    """A search; number: counts up, so that a stale one is known. query "": the newest of everything."""

    number: int
    query: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library said to `question`; files: how many it has; problem: one sentence where it could not answer.

    Of very many photos the newest come first, in an answer of their own whose ranking is not whole.
    """

    question: Question
    ranking: Ranking | None
    files: int = 0
    seconds: float = 0.0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows of a ranking that are on the screen; number: counts up, only the newest request is served."""

    number: int
    ranking: Ranking
    rows: tuple[int, ...]


class Searcher(QObject):
    """Lives in its thread. `newest` is written by the GUI thread alone; a stale question is not begun."""

    answered = Signal(object)
    """Answer."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self._files = 0
        self.newest = 0

    @Slot(object)
    def search(self, question: Question) -> None:
        """Answer `question`. The files are counted with the empty one only: on a large library that takes a while."""
        begun = time.perf_counter()
        try:
            for newest_only in (True, False):
                if question.number != self.newest:
                    return
                ranking = self._library.find(question.query or NEWEST, newest_only=newest_only)
                if not question.query and ranking.whole:
                    self._files = sum(files for _source, files in self._library.sources())
                self.answered.emit(Answer(question, ranking, self._files, time.perf_counter() - begun))
                if ranking.whole:
                    return
        except FoveaError as error:
            self.answered.emit(Answer(question, None, problem=str(error)))


class Loader(QObject):
    """Lives in its thread and brings what shows: cards, reasons, pictures. `newest` as Searcher's."""

    carded = Signal(object)
    """[Card]."""
    told = Signal(object)
    """(Ranking, [(row, Hit)])."""
    pictured = Signal(object)
    """(asset, QImage); a null image where the library has none."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self._library = library
        self.newest = 0

    @Slot(object)
    def load(self, wanted: Wanted) -> None:
        """Bring all of `wanted`, for as long as nothing newer is."""
        if wanted.number != self.newest:
            return
        ranking, rows = wanted.ranking, wanted.rows
        try:
            cards = self._library.cards([AssetId(int(ranking.assets[row])) for row in rows])
            self.carded.emit(cards)
            if ranking.query != NEWEST:
                self.told.emit((ranking, list(zip(rows, self._library.explain(ranking, rows), strict=True))))
        except FoveaError:  # the search tells of it
            return
        order = {int(ranking.assets[row]): place for place, row in enumerate(rows)}
        for card in sorted(cards, key=lambda card: order[card.asset]):
            if wanted.number != self.newest:
                return
            self.pictured.emit((card.asset, self._picture(card.content)))

    def _picture(self, content: str) -> QImage:
        try:
            jpeg = self._library.thumbnail(content)
        except FoveaError:
            jpeg = None
        return QImage.fromData(jpeg) if jpeg else QImage()


class Looker(QObject):
    """Lives in its thread and decodes the photo that is looked at. `newest` as Searcher's, of paths."""

    seen = Signal(object)
    """(path, QImage, problem): a null image comes with the sentence why."""

    def __init__(self) -> None:
        super().__init__()
        self.viewer = Viewer()
        self.newest = ""

    @Slot(object)
    def look(self, path: str) -> None:
        """Decode the file at `path`, unless another was asked for since."""
        if path != self.newest:
            return
        try:
            pixels = self.viewer.picture(path)
        except Cancelled:
            return
        except FoveaError as error:
            self.seen.emit((path, QImage(), str(error)))
            return
        height, width = pixels.shape[:2]
        image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
        self.seen.emit((path, image.copy(), ""))


class Work(QObject):
    """The GUI thread's side of them: asks without waiting, passes on what is not stale."""

    answered = Signal(object)
    """Answer to the newest question."""
    carded = Signal(object)
    told = Signal(object)
    pictured = Signal(object)
    """As Loader's."""
    seen = Signal(object)
    """As Looker's."""
    _opened = Signal(object)
    _asked = Signal(object)
    _wanted = Signal(object)

    def __init__(self, library: Library, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.threads = QThread(), QThread(), QThread()
        self._searcher, self._loader, self._looker = Searcher(library), Loader(library), Looker()
        for worker, thread in zip((self._searcher, self._loader, self._looker), self.threads, strict=True):
            worker.moveToThread(thread)
        self._asked.connect(self._searcher.search)
        self._wanted.connect(self._loader.load)
        self._searcher.answered.connect(self._answer)
        self._loader.carded.connect(self.carded)
        self._loader.told.connect(self.told)
        self._loader.pictured.connect(self.pictured)
        self._opened.connect(self._looker.look)
        self._looker.seen.connect(self.seen)
        for thread in self.threads:
            thread.start()

    def search(self, query: str) -> None:
        """Ask `query`; every older question is void."""
        self._searcher.newest += 1
        self._asked.emit(Question(self._searcher.newest, query))

    def want(self, ranking: Ranking, rows: Sequence[int]) -> None:
        """Ask for what shows; every older request is void."""
        self._loader.newest += 1
        self._wanted.emit(Wanted(self._loader.newest, ranking, tuple(rows)))

    def look(self, path: str) -> None:
        """Ask for the picture of the file at `path`; every older one is void."""
        self._looker.newest = path
        self._opened.emit(path)

    @Slot(object)
    def _answer(self, answer: Answer) -> None:
        if answer.question.number == self._searcher.newest:
            self.answered.emit(answer)

    def end(self) -> bool:
        """Begin nothing more and wait for running calls, one second at most; whether all threads have ended."""
        self._searcher.newest = self._loader.newest = -1
        self._looker.newest = ""
        self._looker.viewer.close()
        for thread in self.threads:
            thread.quit()
        until = QDeadlineTimer(PATIENCE_MS)
        ended = [thread.wait(until) for thread in self.threads]
        return all(ended)
