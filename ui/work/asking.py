"""The thread that asks: searches, their chips, what to browse by, what a word may become. The newest question wins."""

import os
import tempfile
import time
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage

from core.errors import FoveaError, GivenUpError
from core.library import Library
from core.search.engine import Ranking
from ui.words import NEWEST
from ui.work.worker import Worker

HEAD_START_S = 0.25  # at most: a page that does not show, because one photo does, is not waited for any longer


@dataclass(frozen=True, slots=True)
class Question:
    """A search; number: counts up, so that a stale one is known. query "": the newest of everything.

    like: the path of a picture that hits have to look like, "" where words are asked; again: what is shown stays where
    it is; pasted: a picture out of the clipboard that hits have to look like.
    """

    number: int
    query: str
    like: str = ""
    again: bool = False
    pasted: QImage | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library said to `question`; problem: one sentence where it could not answer.

    Of very many photos the newest come first, in an answer of their own whose ranking is not whole.
    """

    question: Question
    ranking: Ranking | None
    seconds: float = 0.0
    problem: str = ""


class Asker(Worker):
    """Lives in its thread. The GUI thread alone writes `newest`, so that a stale question is not begun, and `page`.

    page: the newest question of whose answer all that shows is there.
    """

    answered = Signal(object)
    """Answer."""
    chipped = Signal(object)
    """(number of the question, [Chip])."""
    shelved = Signal(object)
    """Shelves."""
    completed = Signal(object)
    """(begun, [(name, count)])."""
    failures_told = Signal(object)
    """[Failure]."""
    sought = Signal(object)
    """(ranking, row) of the first photo whose file's name begins so; row -1 where there is none."""

    def __init__(self) -> None:
        super().__init__()
        self._warm = False
        self.newest = self.page = 0
        self.head_start_s = HEAD_START_S

    @Slot(object)
    def search(self, question: Question) -> None:
        """Answer `question`, then say how each part of it was read."""
        if self.library is None:
            return
        begun = time.perf_counter()
        try:
            for newest_only in (True, False):
                if self._is_stale(question):
                    return
                ranking = self._rank(self.library, question, newest_only=newest_only)
                self.answered.emit(Answer(question, ranking, time.perf_counter() - begun))
                self._give_way(question, ranking)
                if ranking.whole:
                    break
            if question.query and not self._is_stale(question):
                stale = partial(self._is_stale, question)
                chips = self.library.chips(question.query, killing=not ranking.strong, given_up=stale)
                self.chipped.emit((question.number, chips))
        except GivenUpError:
            return
        except FoveaError as error:
            self.answered.emit(Answer(question, None, problem=str(error)))

    def _give_way(self, question: Question, ranking: Ranking) -> None:
        """Wait until the first page shows: what that takes would fight over the interpreter with what comes next."""
        until = time.monotonic() + self.head_start_s
        while len(ranking.assets) and self.page != question.number and time.monotonic() < until:
            if self._is_stale(question):
                return
            time.sleep(0.005)

    def _is_stale(self, question: Question) -> bool:
        return question.number != self.newest

    def _rank(self, library: Library, question: Question, *, newest_only: bool) -> Ranking:
        if question.pasted is not None:
            with tempfile.TemporaryDirectory() as folder:  # looked at like any file, and gone again
                path = os.path.join(folder, "the copied picture.png")
                question.pasted.save(path)
                return replace(library.alike(path), understood="similar to the copied picture")
        if question.like:
            return library.alike(question.like)
        stale = partial(self._is_stale, question)
        return library.find(question.query or NEWEST, newest_only=newest_only, given_up=stale)

    @Slot()
    def warm_up(self) -> None:
        """Load what words need while they are still being typed; a window that is only looked at does without."""
        if self.library is not None and not self._warm:
            self._warm = True
            try:
                self.library.warm_up()
            except FoveaError:  # the search tells of it
                return

    @Slot()
    def browse(self) -> None:
        """Say what there is to browse by."""
        if self.library is not None:
            try:
                self.shelved.emit(self.library.shelves())
            except FoveaError:  # the search tells of it
                return

    @Slot()
    def list_failures(self) -> None:
        """Tell what could not be read or analysed."""
        if self.library is not None:
            try:
                self.failures_told.emit(self.library.failures())
            except FoveaError:  # the search tells of it
                return

    @Slot(object, str)
    def seek(self, ranking: Ranking, begun: str) -> None:
        """Say where the first photo stands whose file's name begins with `begun`."""
        if self.library is not None:
            try:
                self.sought.emit((ranking, self.library.seek(ranking, begun)))
            except FoveaError:  # the search tells of it
                return

    @Slot(str)
    def complete(self, begun: str) -> None:
        """Say what the word `begun` may become."""
        if self.library is not None:
            try:
                self.completed.emit((begun, self.library.completions(begun)))
            except FoveaError:  # a field without suggestions is a field
                return
