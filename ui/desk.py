"""What the panels share: the search, the photos, the choice, the mode; their wishes go to the workers from here."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QElapsedTimer, QItemSelection, QItemSelectionModel, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from core.asking import Shelves
from core.decide import Wish
from core.search.chips import Chip
from core.search.engine import Ranking
from core.types import AssetId, ChangeSet, Json, SourceId
from ui.items.photos import Photos, ranges
from ui.layout import Layout
from ui.sights import Sights
from ui.work.asking import Answer
from ui.work.hub import Work
from ui.work.jobs import Job

THROTTLE_MS = 100  # at most one refresh of what shows in this time
STREAM_MS = 2000  # while a scan runs, new photos come in this often
SHELVE_MS = 500  # and what there is to browse by is counted anew: of a million photos that takes a while
BACKUP_MS = 10 * 60_000
REACH_MS = 3000  # and whether a drive has gone or come back is looked at
HISTORY = 30  # queries that are offered again
PASTED = "the copied picture"  # stands for a path where hits look like what was in the clipboard

Mode = str
"""grid, loupe or compare."""


class Desk(QObject):
    """State that more than one panel shows. Panels call its methods and listen to its signals, never to each other."""

    opened = Signal()
    refused = Signal(str)
    answered = Signal(object)
    """Answer."""
    chipped = Signal(object)
    """[Chip] of the query that shows."""
    shelved = Signal(object)
    """Shelves."""
    described = Signal(object)
    """All that is known of the current photo (Asking.about), None while it is on its way."""
    progressed = Signal(object)
    """Job."""
    said = Signal(str, str, bool)
    """(sentence, "" | "ok" | "bad", whether undo takes it back)."""
    moded = Signal(str)
    renewing = Signal()
    """The same is about to be shown anew, among what has come to it; `renewed` follows."""
    renewed = Signal()
    chosen = Signal()
    """The current photo or the selection is another, or its card has come."""
    asked = Signal()
    """The query is another."""
    laid_out = Signal()
    """Something of the layout is another."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.work = Work(folder, self)
        self.photos = Photos(self)
        self.selection = QItemSelectionModel(self.photos, self)
        self.layout = Layout()
        self.is_open, self.writable, self.problem = False, False, ""
        self.query, self.like, self.mode = "", "", "grid"
        self.pair = (-1, -1)
        """The rows that are compared."""
        self.chips: Sequence[Chip] = ()
        self.shelves, self.shelves_known = Shelves(), False
        self.answer: Answer | None = None
        self.about: Json | None = None
        self.job = Job("", "done")
        self.sights = Sights(self.work, self.photos, self)
        self._watched: tuple[str, ...] = ()
        self._scanned: set[str] = set()
        self._changes: list[ChangeSet] = []
        self._refresh, self._followed = QTimer(self, singleShot=True), QElapsedTimer()
        self._stream = QTimer(self, singleShot=True, interval=STREAM_MS)
        self._shelving = QTimer(self, singleShot=True, interval=SHELVE_MS)
        self._backups = QTimer(self, interval=BACKUP_MS)
        self._reach = QTimer(self, interval=REACH_MS)
        self._connect()

    def _connect(self) -> None:
        work = self.work
        work.decider.opened.connect(self._take)
        work.decider.refused.connect(self.refused)
        work.decider.changed.connect(self._note)
        work.decider.decided.connect(self._decided)
        work.decider.failed.connect(self._failed)
        work.answered.connect(self._show)
        work.asker.chipped.connect(self._chip)
        work.asker.shelved.connect(self._shelve)
        work.asker.sought.connect(self._sought)
        work.loader.carded.connect(self.photos.take_cards)
        work.loader.told.connect(self.photos.take_hits)
        work.loader.pictured.connect(self.photos.take_picture)
        work.loader.described.connect(self._describe)
        work.jobs.progressed.connect(self._progress)
        work.jobs.noticed.connect(self._changed_on_disk)
        work.jobs.reached.connect(work.browse)
        self.photos.wanted.connect(self._want)
        self.photos.dataChanged.connect(self.chosen)
        self.selection.currentChanged.connect(self._current)
        self.selection.selectionChanged.connect(self.chosen)
        self._refresh.timeout.connect(self._follow)
        self._stream.timeout.connect(self._stream_in)
        self._shelving.timeout.connect(work.browse)
        self._backups.timeout.connect(work.back_up)
        self._reach.timeout.connect(self._look_for_folders)

    # -- opening and leaving -----------------------------------------------------------------------------------

    @Slot(object, object, str)
    def _take(self, _library: object, remembered: Json, problem: str) -> None:
        self.is_open, self.writable, self.problem = True, not problem, problem
        self.layout = Layout.out_of(remembered)
        self.opened.emit()
        self.laid_out.emit()
        self.search(self.layout.query)
        self.work.browse.emit()
        self._reach.start()
        if self.writable:
            self._backups.start()
            if self.layout.paused:
                self.work.jobs.paused = True
            else:
                self.work.go_on.emit(False)

    def lay_out(self, **changes: object) -> None:
        """Change the layout and remember it."""
        for name, value in changes.items():
            setattr(self.layout, name, value)
        self.remember()
        self._watch()
        self.laid_out.emit()

    def replay(self) -> None:
        """Tell again all that was told, to panels that are new."""
        self.laid_out.emit()
        self.asked.emit()
        if self.shelves_known:
            self.shelved.emit(self.shelves)
        if self.answer is not None:
            self.answered.emit(self.answer)
            self.chipped.emit(self.chips)
        self.described.emit(self.about)
        self.progressed.emit(self.job)
        self.chosen.emit()
        if self.is_open:
            self.opened.emit()
            self.work.list_failures.emit()

    def remember(self) -> None:
        """Remember the layout as it is."""
        self.work.remember(self.layout.document())

    # -- asking ------------------------------------------------------------------------------------------------

    def search(self, query: str, *, keep: bool = False) -> None:
        """Ask `query`; keep: it is a finished one, which is offered again."""
        self.query, self.like = query.strip(), ""
        self.layout.query = self.query
        if keep and self.query:
            self.layout.history = [self.query, *(q for q in self.layout.history if q != self.query)][:HISTORY]
            self.remember()
        self.work.search(self.query)
        self.asked.emit()

    def find_like(self, path: str) -> None:
        """Ask for what looks like the picture at `path`."""
        self.query, self.like = "", path
        self.work.search("", path)
        self.asked.emit()

    def find_pasted(self, picture: QImage) -> None:
        """Ask for what looks like a picture out of the clipboard."""
        self.query, self.like = "", PASTED
        self.work.search("", pasted=picture)
        self.asked.emit()

    @Slot()
    def again(self) -> None:
        """Ask the same again and leave the eye where it is."""
        if self.is_open and self.like != PASTED:
            self.work.search(self.query, self.like, again=True)

    @Slot()
    def _stream_in(self) -> None:
        """Show what has come, once the question before is answered whole: of a million photos that takes a while."""
        answer = self.answer
        is_whole = answer is not None and (answer.ranking is None or answer.ranking.whole)
        if is_whole and answer is not None and answer.question.number == self.work.asker.newest:
            self.again()
        else:
            self._stream.start()

    def seek(self, begun: str) -> None:
        """Go to the first photo whose file's name begins so."""
        if self.photos.ranking is not None:
            self.work.seek.emit(self.photos.ranking, begun)

    @Slot(object)
    def _sought(self, told: tuple[Ranking, int]) -> None:
        """Go where it was found; what shows may have been renewed meanwhile, but not be of another search."""
        ranking, row = told
        shown = self.photos.ranking
        if row >= 0 and shown is not None and ranking.query == shown.query:
            self.go(self.photos.row_of(int(ranking.assets[row])))

    def show_weaker(self, *, shown: bool) -> None:
        """Show the hits that are only close in meaning below the line, or hide them."""
        row = self.row
        self.photos.show(self.photos.ranking, weaker=shown)
        self.go(min(max(0, row), self.photos.rowCount() - 1))
        if self.answer is not None:
            self.answered.emit(self.answer)
            self.chipped.emit(self.chips)

    @Slot(object)
    def _want(self, rows: tuple[int, ...]) -> None:
        if self.photos.ranking is not None:
            self.work.want(self.photos.ranking, rows)

    @Slot()
    def note_complete(self) -> None:
        """All that shows of the answer is there: its thread can go on."""
        if self.answer is not None:
            self.work.asker.page = self.answer.question.number

    @Slot(object)
    def _show(self, answer: Answer) -> None:
        if answer.question.again or (self.answer and answer.question.number == self.answer.question.number):
            held = self.asset if self.row > 0 else None  # who stands at the newest stays at the newest
            self.renewing.emit()
            self._put(answer, weaker=self.photos.weaker)
            self.go(self.photos.row_of(held) if held is not None and self.photos.rowCount() else 0)
            self.renewed.emit()
        else:
            self.chips = ()
            self._put(answer, weaker=False)
            self.go(0)

    def _put(self, answer: Answer, *, weaker: bool) -> None:
        self.answer = answer
        self.photos.show(answer.ranking, weaker=weaker)
        self.answered.emit(answer)
        if not self.photos.rowCount():
            self._current()

    @Slot(object)
    def _chip(self, told: tuple[int, Sequence[Chip]]) -> None:
        number, chips = told
        if self.answer is not None and number == self.answer.question.number:
            self.chips = chips
            self.chipped.emit(chips)

    @Slot(object)
    def _shelve(self, shelves: Shelves) -> None:
        self.shelves, self.shelves_known = shelves, True
        self._watch()
        self.photos.set_offline(frozenset(source.id for source, _files in shelves.sources if not source.online))
        self.shelved.emit(shelves)

    def _watch(self) -> None:
        """Watch the folders that are there, or none, as the layout says; first see what they came to meanwhile."""
        there = tuple(source.root for source, _files in self.shelves.sources if source.online)
        roots = there if self.layout.watch and self.writable else ()
        if roots != self._watched:
            self._scanned.difference_update(set(self._watched) - set(roots))
            self._watched = roots
            self.work.watch.emit(roots)
        fresh = tuple(root for root in roots if root not in self._scanned)
        if fresh and not self.layout.paused:
            self._scanned.update(fresh)
            self.work.scan.emit(fresh)

    @Slot()
    def _look_for_folders(self) -> None:
        if self.job.state != "running":  # a job that runs keeps its thread, and tells what it cannot reach
            self.work.look_for_folders.emit([source for source, _files in self.shelves.sources])

    # -- the current photo and the selection -------------------------------------------------------------------

    @property
    def row(self) -> int:
        """The current photo's row, -1 without one."""
        return self.selection.currentIndex().row()

    @property
    def asset(self) -> int | None:
        """The current photo's number."""
        return self.photos.asset(self.row) if 0 <= self.row < self.photos.rowCount() else None

    def go(self, row: int) -> None:
        """Make the photo in `row` the current and only one."""
        if 0 <= row < self.photos.rowCount():
            how = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selection.setCurrentIndex(self.photos.index(row), how)

    def selected(self) -> int:
        """Return how many photos are selected."""
        return sum(bottom - top + 1 for top, bottom in ranges(self.selection.selection()))

    def targets(self) -> list[AssetId]:
        """Return what a mark is for: the selection in the grid, the photo that is looked at elsewhere."""
        ranking = self.photos.ranking
        if ranking is None or self.asset is None:
            return []
        parts = ranges(self.selection.selection()) if self.mode == "grid" else []
        if not parts:
            return [AssetId(self.asset)]
        rows = np.concatenate([ranking.assets[top : bottom + 1] for top, bottom in parts])
        return [AssetId(asset) for asset in rows.tolist()]

    def select(self, rows: Sequence[int]) -> None:
        """Select `rows`."""
        made = QItemSelection()
        for row in rows:
            made.select(self.photos.index(row), self.photos.index(row))
        self.selection.select(made, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    @Slot()
    def _current(self) -> None:
        asset = self.asset
        if asset is None or self.about is None or self.about["id"] != asset:
            self.about = None
            self.described.emit(None)
            if asset is not None:
                self.work.about(asset)
        row = self.row
        if row >= 0:
            self.photos.need(range(max(0, row - 2), min(row + 3, self.photos.rowCount())))
        self.chosen.emit()

    @Slot(object)
    def _describe(self, about: Json) -> None:
        if about["id"] == self.asset:
            self.about = about
            self.described.emit(about)

    # -- looking -----------------------------------------------------------------------------------------------

    def set_mode(self, mode: Mode) -> None:
        """Show the wall ("grid"), one photo ("loupe") or two ("compare")."""
        if mode != "grid" and self.asset is None:
            return
        self.mode = mode
        self.moded.emit(mode)

    def step(self, by: int) -> None:
        """Go on by so many photos."""
        self.go(min(max(0, self.row + by), self.photos.rowCount() - 1))

    # -- marks -------------------------------------------------------------------------------------------------

    def mark(self, *wishes: Wish, assets: Sequence[AssetId] | None = None) -> None:
        """Make `wishes` true of `assets`, else of what is chosen."""
        targets = list(assets) if assets is not None else self.targets()
        if not targets:
            return
        if not self.writable:
            self.said.emit(self.problem or "The library is still being opened.", "bad", False)
            return
        self.work.mark(targets, wishes)
        if self.layout.advance and self.selected() <= 1 and assets is None:
            self.step(1)

    def toggle(self, verb: str, value: str, off: str) -> None:
        """Mark what is chosen with `value`, or with `off` where all that is known of it has that already."""
        field = {"rate": "rating", "pick": "pick", "color": "color"}[verb]
        chosen = self.targets()
        cards = [card for card in map(self.photos.card_of, chosen[:500]) if card is not None]
        there = bool(cards) and all(str(getattr(card, field)) == value for card in cards)
        self.mark(Wish(verb, off if there else value))  # type: ignore[arg-type]  # one of the three verbs

    @Slot(object, str)
    def _decided(self, decided: object, sentence: str) -> None:
        if sentence:
            self.said.emit(sentence, "ok", decided is not None)

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        self.said.emit(sentence, "bad", False)

    # -- what changed ------------------------------------------------------------------------------------------

    @Slot(object)
    def _note(self, changes: ChangeSet) -> None:
        self._changes.append(changes)
        if not self._refresh.isActive():
            quiet = self._followed.elapsed() if self._followed.isValid() else THROTTLE_MS
            self._refresh.start(max(0, THROTTLE_MS - quiet))  # the first of many shows at once

    @Slot()
    def _follow(self) -> None:
        """Refresh what shows of all that changed since the last time."""
        self._followed.start()
        changes, self._changes = self._changes, []
        aspects = frozenset().union(*(change.aspects for change in changes))
        self._freshen(None if "sources" in aspects else assets_of(changes))
        if aspects & {"files", "findings", "sources"} and not self._stream.isActive():
            self._stream.start()
        if not self._shelving.isActive():
            self._shelving.start()

    def _freshen(self, assets: frozenset[AssetId] | None) -> None:
        """Ask anew for what is known of `assets`, None: of all."""
        self.photos.stale(assets)
        if self.asset is not None and (assets is None or self.asset in assets):
            self.work.about(self.asset)

    @Slot(object)
    def _progress(self, job: Job) -> None:
        self.job = job
        self.progressed.emit(job)
        if job.state != "running":
            self.work.list_failures.emit()
            self.again()
            self.work.browse.emit()

    # -- sources -----------------------------------------------------------------------------------------------

    def add_sources(self, places: Sequence[str]) -> None:
        """Look at folders, new ones or known ones."""
        if not self.writable:
            self.said.emit(self.problem, "bad", False)
            return
        self.work.jobs.paused = False
        self._scanned.update(places)
        self.lay_out(paused=False)
        self.work.scan.emit(tuple(places))

    def rescan(self) -> None:
        """Look for what changed in every folder that is there."""
        self.add_sources([source.root for source, _files in self.shelves.sources if source.online])

    @Slot(object)
    def _changed_on_disk(self, places: Sequence[str]) -> None:
        if self.layout.watch and self.writable:
            self.work.scan.emit(tuple(places))

    def forget_source(self, source: SourceId, root: str) -> None:
        """Take a folder out of the library; decisions stay."""
        self.work.forget_source.emit(source, root)

    def pause(self, *, paused: bool) -> None:
        """Pause looking at photos, or go on; remembered until it is said otherwise."""
        self.lay_out(paused=paused)
        self.work.pause(paused=paused)


def assets_of(changes: Sequence[ChangeSet]) -> frozenset[AssetId] | None:
    """Return the assets that changed, None where there are too many to name."""
    if any(change.many for change in changes):
        return None
    return frozenset().union(*(change.assets for change in changes))
