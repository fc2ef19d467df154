"""The photos that answer a search, as a Qt model: their numbers at once, all else for those on the screen alone."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage, QPixmap

from core.search.engine import Ranking
from core.types import Card, Hit
from ui.words import DAY_MS, NEWEST, card_in_words, day_in_words, name_of

Index = QModelIndex | QPersistentModelIndex
KEPT_PICTURES, KEPT_CARDS = 600, 5_000  # about 100 MB, and 3 MB
CARD = Qt.ItemDataRole.UserRole
"""The row's Card, None while it is on its way."""

LIKELY, UNSURE = "Likely", "below this line Fovea is not sure"


@dataclass(frozen=True, slots=True)
class Section:
    """A run of photos under a heading. weaker: they are only close in meaning."""

    title: str
    note: str
    count: int
    weaker: bool = False


class Photos(QAbstractListModel):
    """`show` takes a ranking; `take_cards`, `take_hits` and `take_picture` bring what `wanted` asked for."""

    wanted = Signal(object)
    """The rows, in order, of which something that shows is missing."""
    reached = Signal()
    """Sources went or came back."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ranking: Ranking | None = None
        self.weaker = False
        """Whether the hits below the line are shown."""
        self._offline: frozenset[int] = frozenset()
        self.counts: list[int] = []
        """How many photos stand in each section."""
        self._days = np.empty(0, np.int64)  # the first row of each day
        self._cards: OrderedDict[int, Card] = OrderedDict()
        self._pictures: OrderedDict[int, QPixmap | None] = OrderedDict()  # None: the library has none
        self._hits: dict[int, Hit] = {}
        self._stale: set[int] = set()
        self._asked: tuple[int, ...] = ()

    def set_offline(self, sources: frozenset[int]) -> None:
        """Note which sources cannot be reached now."""
        if sources != self._offline:
            self._offline = sources
            self.reached.emit()
            self._changed()

    def is_away(self, row: int) -> bool:
        """Whether the photo in `row` lies where nothing can be reached now."""
        card = self.card(row)
        return card is not None and card.source in self._offline

    def show(self, ranking: Ranking | None, *, weaker: bool = False) -> None:
        """Show what `ranking` holds; cards and pictures of photos that were there before are kept.

        weaker: with the hits that are only close in meaning.
        """
        self.beginResetModel()
        self.ranking, self.weaker = ranking, weaker
        self._hits, self._asked = {}, ()
        self._days, self.counts = np.empty(0, np.int64), []
        if ranking is not None:
            self._divide(ranking)
        self.endResetModel()

    def _divide(self, ranking: Ranking) -> None:
        """Divide into days, or one section of strong ones, and one of weaker ones."""
        strong, weaker = ranking.strong, len(ranking.assets) - ranking.strong if self.weaker else 0
        if len(ranking.taken):
            self._days = np.concatenate([[0], np.flatnonzero(np.diff(ranking.taken // DAY_MS)) + 1])
            self.counts = np.diff([*self._days.tolist(), strong]).tolist()
        elif strong:
            self.counts = [strong]
        self.counts += [weaker] if weaker else []

    def section(self, number: int) -> Section:
        """Return one section in words."""
        assert self.ranking is not None
        count = self.counts[number]
        photos = f"{count:,} photo{'s' * (count != 1)}"
        weaker = self.rowCount() > self.ranking.strong and number == len(self.counts) - 1
        if weaker:
            return Section(UNSURE, photos, count, weaker=True)
        if len(self._days):
            first = int(self._days[number])
            card = self.card(first)
            note = f"{card.place} · {photos}" if card is not None and card.place else photos
            return Section(day_in_words(int(self.ranking.taken[first])), note, count)
        return Section(LIKELY, f"{photos}, each with its reason", count)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, never changed
        """How many photos there are."""
        if parent.isValid() or self.ranking is None:
            return 0
        return len(self.ranking.assets) if self.weaker else self.ranking.strong

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every photo can be chosen and dragged out."""
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        return usual if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The photo's name, its picture, its card, or all of it in words."""
        card = self.card(index.row())
        if role == CARD:
            return card
        if role == Qt.ItemDataRole.DisplayRole:
            return name_of(card) if card else ""
        if role == Qt.ItemDataRole.DecorationRole:
            return self.picture(index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            place = f"{index.row() + 1:,} of {self.rowCount():,}"
            return f"{card_in_words(card)}; {place}" if card else place
        return None

    def asset(self, row: int) -> int:
        """Return the number of the asset in `row`."""
        assert self.ranking is not None
        return int(self.ranking.assets[row])

    def card(self, row: int) -> Card | None:
        """Return the card in `row` where it is here."""
        return self._cards.get(self.asset(row)) if 0 <= row < self.rowCount() else None

    def card_of(self, asset: int) -> Card | None:
        """Return the card of `asset` where it is here."""
        return self._cards.get(asset)

    def row_of(self, asset: int) -> int:
        """Return the row of `asset`, 0 where it is not among those that show."""
        assert self.ranking is not None
        found = np.flatnonzero(self.ranking.assets[: self.rowCount()] == asset)
        return int(found[0]) if len(found) else 0

    def stale(self, assets: Iterable[int] | None) -> None:
        """Ask again for the cards of `assets` (None: of all) when they show; until then the old ones stand."""
        self._stale |= set(self._cards) if assets is None else set(assets) & self._cards.keys()
        self._asked = ()
        self._changed()

    def picture(self, row: int) -> QPixmap | None:
        """Return the thumbnail in `row`; a null one while it is on its way, None where the library has none."""
        return self._pictures.get(self.asset(row), QPixmap())

    def hit(self, row: int) -> Hit | None:
        """Return why the photo in `row` was found, where that is here."""
        return self._hits.get(row)

    def strong(self, row: int) -> bool:
        """Whether the photo in `row` rests on something named."""
        return self.ranking is not None and row < self.ranking.strong

    def need(self, rows: Iterable[int]) -> bool:
        """Ask for what is missing of `rows`, which are painted, unless it was just asked for; whether nothing is."""
        asked = tuple(row for row in rows if self._lacks(row))
        if asked and asked != self._asked:
            self._asked = asked
            self.wanted.emit(asked)
        return not asked

    def _lacks(self, row: int) -> bool:
        """Whether something of `row` is missing; what is there is kept longest from now on."""
        asset = self.asset(row)
        for kept in (self._cards, self._pictures):
            if asset in kept:
                kept.move_to_end(asset)
        has_reasons = row in self._hits or self.ranking is None or self.ranking.query == NEWEST
        known = asset in self._cards and asset not in self._stale
        return asset not in self._pictures or not known or not has_reasons

    @Slot(object)
    def take_cards(self, cards: Sequence[Card]) -> None:
        """Take in cards of assets, shown or not."""
        for card in cards:
            self._cards[card.asset] = card
            self._stale.discard(card.asset)
        _trim(self._cards, KEPT_CARDS)
        self._changed()

    @Slot(object)
    def take_hits(self, told: tuple[Ranking, Sequence[tuple[int, Hit]]]) -> None:
        """Take in (ranking, [(row, hit)]); those of another ranking are dropped."""
        ranking, hits = told
        if ranking is self.ranking:
            self._hits.update(hits)
            self._changed()

    @Slot(object)
    def take_picture(self, pictured: tuple[int, QImage]) -> None:
        """Take in (asset, image); a null image says that there is none."""
        asset, image = pictured
        self._pictures[asset] = None if image.isNull() else QPixmap.fromImage(image)
        _trim(self._pictures, KEPT_PICTURES)
        self._changed()

    def _changed(self) -> None:
        """Tell that something on the screen is new; the view paints what it shows, whichever rows these are."""
        if self.rowCount():
            first = self.index(0)
            self.dataChanged.emit(first, first)


def ranges(selection: QItemSelection) -> list[tuple[int, int]]:
    """Return the first and the last row of each range that is selected, in order."""
    parts = [selection.at(number) for number in range(selection.count())]
    return sorted((part.top(), part.bottom()) for part in parts)


def _trim(kept: "OrderedDict[int, Any]", most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
