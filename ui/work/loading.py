"""The thread that brings what shows: cards, reasons, thumbnails, and all that is known of the current photo."""

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage

from core.errors import FoveaError
from core.library import Library
from core.search.engine import Ranking
from core.types import AssetId
from ui.words import NEWEST
from ui.work.worker import Worker


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows of a ranking that are on the screen; number: counts up, only the newest request is served."""

    number: int
    ranking: Ranking
    rows: tuple[int, ...]


class Loader(Worker):
    """Lives in its thread. `newest`, `newest_about` are written by the GUI thread alone; stale requests are dropped."""

    carded = Signal(object)
    """[Card]."""
    told = Signal(object)
    """(Ranking, [(row, Hit)])."""
    pictured = Signal(object)
    """(asset, QImage); a null image where the library has none."""
    described = Signal(object)
    """The document of one asset; see Asking.about."""

    def __init__(self) -> None:
        super().__init__()
        self.newest = self.newest_about = 0

    @Slot(object)
    def load(self, wanted: Wanted) -> None:
        """Bring all of `wanted`, for as long as nothing newer is."""
        if wanted.number != self.newest or self.library is None:
            return
        ranking, rows = wanted.ranking, wanted.rows
        try:
            cards = self.library.cards([AssetId(int(ranking.assets[row])) for row in rows])
            self.carded.emit(cards)
            if ranking.query != NEWEST:
                self.told.emit((ranking, list(zip(rows, self.library.explain(ranking, rows), strict=True))))
        except FoveaError:  # the search tells of it
            return
        order = {int(ranking.assets[row]): place for place, row in enumerate(rows)}
        for card in sorted(cards, key=lambda card: order[card.asset]):
            if wanted.number != self.newest:
                return
            self.pictured.emit((card.asset, self._picture(self.library, card.content)))

    @staticmethod
    def _picture(library: Library, content: str) -> QImage:
        try:
            jpeg = library.thumbnail(content)
        except FoveaError:
            jpeg = None
        return QImage.fromData(jpeg) if jpeg else QImage()

    @Slot(object)
    def describe(self, asset: int) -> None:
        """Tell all that is known of `asset`."""
        if asset != self.newest_about or self.library is None:
            return
        try:
            self.described.emit(self.library.about(AssetId(asset)))
        except FoveaError:  # gone meanwhile: nothing is known of it
            return
