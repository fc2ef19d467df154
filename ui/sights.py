"""Pictures that are decoded or on their way: the one that is looked at, its neighbours, and those just seen."""

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QPixmap

from core.sources.folder import shown
from ui.items.photos import Photos
from ui.words import AWAY
from ui.work.hub import Work
from ui.work.looking import Seen

KEPT = 7  # decoded pictures


class Sights(QObject):
    """`look` returns what is decoded and asks for what is not; `seen` tells when it has come."""

    seen = Signal(object)
    """Seen."""

    def __init__(self, work: Work, photos: Photos, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work, self._photos = work, photos
        self._kept: OrderedDict[str, tuple[QPixmap, Seen]] = OrderedDict()
        self._asked: tuple[tuple[str, ...], bool] = ((), False)
        work.looker.seen.connect(self._see)
        photos.reached.connect(self._forget_problems)

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, path: str) -> bool:
        return path in self._kept

    def get(self, path: str) -> tuple[QPixmap, Seen] | None:
        """Return the picture of the file at `path` where it is decoded."""
        return self._kept.get(path)

    def look(self, row: int, *, full: bool = False) -> tuple[QPixmap, Seen] | None:
        """Return the picture in `row` where it is decoded; ask for it, and for its neighbours, where it is not.

        full: every pixel of it, as far as it can be decoded at all.
        """
        path = self._path(row)
        if not path:
            return None
        found = self._kept.get(path)
        if found is not None:
            self._kept.move_to_end(path)
        enough = found is not None and (found[1].full or bool(found[1].problem) or not full)
        near = [other for other in (self._path(row + 1), self._path(row - 1)) if other and other not in self._kept]
        self._ask([*([] if enough else [path]), *near], full=full and not enough)
        return found

    def note(self, row: int, seen: Seen) -> str:
        """Return why `seen` is no picture of the photo in `row`; "" where it is one."""
        if not seen.problem:
            return ""
        return AWAY if self._photos.is_away(row) else shown(seen.problem)

    @Slot()
    def _forget_problems(self) -> None:
        """Try again what could not be decoded: it may be there now."""
        self._kept = OrderedDict((path, held) for path, held in self._kept.items() if not held[1].problem)
        self._asked = ((), False)

    def _path(self, row: int) -> str:
        card = self._photos.card(row)
        return card.path if card is not None else ""

    def _ask(self, paths: list[str], *, full: bool) -> None:
        """Ask for `paths`; for every thumbnail that comes the same is wished, and it is asked for once."""
        asked = (tuple(paths), full)
        if paths and asked != self._asked:
            self._asked = asked
            self._work.look(paths[0], paths[1:], full=full)

    @Slot(object)
    def _see(self, seen: Seen) -> None:
        kept = self._kept.get(seen.path)
        if kept is None or seen.full or not kept[1].full:
            self._kept[seen.path] = (QPixmap.fromImage(seen.image), seen)
            self._kept.move_to_end(seen.path)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.seen.emit(seen)
