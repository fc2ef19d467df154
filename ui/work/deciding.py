"""The thread that writes: opens the library, makes decisions, takes them back, remembers how the window was left."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal, Slot

from core.decide import Decided, Wish
from core.errors import FoveaError, LibraryError, NotFoundError
from core.library import Library
from core.types import AssetId, Json, SourceId
from ui.words import act_in_words
from ui.work.worker import Worker


class Decider(Worker):
    """Lives in its thread. Whatever it did, it says so in a sentence, or why it could not."""

    opened = Signal(object, object, str)
    """(Library, what was remembered, why it can only be looked at; "" where it can be written to)."""
    refused = Signal(str)
    """Why the library cannot be used at all."""
    changed = Signal(object)
    """ChangeSet, after every commit."""
    decided = Signal(object, str)
    """(Decided, what was done in words)."""
    failed = Signal(str)
    """Why something was not done."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    @Slot()
    def open(self) -> None:
        """Open the library for writing, or for looking where another Fovea writes to it."""
        problem = ""
        try:
            try:
                library = Library(self._folder, write=True)
            except LibraryError as error:
                problem = str(error)
                library = Library(self._folder, write=False)
        except LibraryError as error:
            self.refused.emit(problem or str(error))
            return
        library.subscribe(self.changed.emit)
        self.library = library
        self.opened.emit(library, library.recall(), problem)

    @Slot(object, object)
    def mark(self, assets: Sequence[AssetId], wishes: Sequence[Wish]) -> None:
        """Make `wishes` true of `assets`."""
        self._do(lambda library: library.decide(assets, wishes, "window"), lambda d: act_in_words(d, wishes))

    @Slot()
    def undo(self) -> None:
        """Take back the newest act."""
        self._do(lambda library: library.undo("window"), lambda d: f"Taken back: {act_in_words(d)}")

    @Slot()
    def redo(self) -> None:
        """Do again what was taken back last."""
        self._do(lambda library: library.redo("window"), lambda d: f"Done again: {act_in_words(d)}")

    @Slot(str, str)
    def save_search(self, name: str, query: str) -> None:
        """Keep `query` under `name`; "" to keep it no longer."""
        said = f"Saved as {name}." if query else f"{name} is no longer saved."
        self._do(lambda library: library.save_search(name, query), lambda _decided: said)

    @Slot(str, str)
    def choose(self, name: str, value: str) -> None:
        """Make a setting of the analysis be `value`."""
        self._do(lambda library: library.choose(name, value), lambda _decided: "")

    @Slot(object, str)
    def forget_source(self, source: SourceId, root: str) -> None:
        """Take a folder out of the library; decisions and findings stay."""
        said = f"{root} is no longer in the library. All that you said about its photos is kept."
        self._plainly(lambda library: library.remove_source(source), said)

    @Slot(object, str)
    def relocate(self, source: SourceId, root: str) -> None:
        """Look for a folder that was moved at `root` from now on."""
        self._plainly(lambda library: library.relocate(source, root), f"The folder is at {root} now.")

    @Slot(object)
    def write_sidecars(self, assets: Sequence[AssetId]) -> None:
        """Write the marks of `assets` beside their files."""
        if self.library is None:
            return
        try:
            report = self.library.write_sidecars(assets)
        except FoveaError as error:
            self.failed.emit(str(error))
            return
        if report.failed:
            path, reason = report.failed[0]
            more = f" ({len(report.failed)} files)" if len(report.failed) > 1 else ""
            self.failed.emit(f"{path}: {reason}{more}")
        else:
            files = f"{report.written:,} sidecar file{'s' * (report.written != 1)}"
            self.decided.emit(None, f"{files} written; the photos themselves were not touched.")

    @Slot(object)
    def remember(self, document: Json) -> None:
        """Remember how the window was left; a library that cannot be written to forgets it."""
        if self.library is not None:
            self.library.remember(document)

    @Slot()
    def stop(self) -> None:
        """End a running analysis soon."""
        if self.library is not None:
            self.library.stop()

    def _plainly(self, work: Callable[[Library], object], said: str) -> None:
        if self.library is None:
            return
        try:
            work(self.library)
        except FoveaError as error:
            self.failed.emit(str(error))
            return
        self.decided.emit(None, said)

    def _do(self, work: Callable[[Library], Decided], words: Callable[[Decided], str]) -> None:
        if self.library is None:
            return
        try:
            decided = work(self.library)
        except NotFoundError as error:  # nothing to take back: no failure
            self.decided.emit(None, str(error))
        except FoveaError as error:
            self.failed.emit(str(error))
        else:
            self.decided.emit(decided, words(decided))
