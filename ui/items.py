"""The wall of hits: item model, view, and the cell that paints one hit; and a hit's reasons in words."""

import os

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap, QPixmapCache
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.search.engine import Found
from core.sources.folder import shown
from core.types import Hit, Reason
from ui import theme

Index = QModelIndex | QPersistentModelIndex
HIT = Qt.ItemDataRole.UserRole
"""The row's Hit; None on the line between strong and weaker ones."""

LINE = "weaker: close in meaning only"
LINE_HEIGHT = 48  # px
DIM = 0.6  # opacity of a weaker hit
CACHE_KIB = 96 * 1024  # decoded thumbnails that are kept: more than one wall of them

SENTENCES = {
    "label": "Fovea sees: {value}, {sure}",
    "object": "Fovea sees: {value}, {sure}",
    "tag": "Tagged: {value}",
    "text": "Its caption says: {value}",
    "name": "Its name says: {value}",
    "person": "Shows: {value}",
    "place": "Taken near: {value}",
    "date": "Taken on {value}",
    "camera": "Taken with: {value}",
    "type": "Kind: {value}",
    "meaning": "Picture and words are close in meaning: {cosine:.2f}",
}


def in_words(reason: Reason) -> str:
    """Return `reason` as a line for a person."""
    sure = f"{reason.confidence:.0f} % sure" + (", in one part of the picture" if reason.box else "")
    form = SENTENCES.get(reason.kind, "{value}")
    return form.format(value=shown(reason.value), sure=sure, cosine=reason.confidence / 100)


def in_short(hit: Hit) -> str:
    """Return what is written on the hit's picture: its named reasons, else its closeness, "" where nothing was asked."""
    named = [r for r in hit.reasons if r.kind not in ("meaning", "type")]
    if named:
        return " · ".join(dict.fromkeys(_named(r) for r in named))
    return " · ".join(f"meaning {r.confidence / 100:.2f}" for r in hit.reasons if r.kind == "meaning")


def _named(reason: Reason) -> str:
    sure = f" {reason.confidence:.0f}" if reason.kind in ("label", "object") else ""
    return shown(reason.value) + sure


class Hits(QAbstractListModel):
    """Strong hits, the line, weaker hits. Pictures come when they are asked for, through `wanted` and `add_picture`."""

    wanted = Signal(object)
    """Hex SHA-256 of a content whose thumbnail is about to be painted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        QPixmapCache.setCacheLimit(CACHE_KIB)
        self._rows: list[Hit | None] = []
        self._asked: set[str] = set()
        self._lacking: set[str] = set()

    def show(self, found: Found | None) -> None:
        """Show the hits of `found`; None: nothing."""
        hits = found.hits if found else ()
        strong: list[Hit | None] = [hit for hit in hits if hit.strong]
        weaker = [hit for hit in hits if not hit.strong]
        self.beginResetModel()
        self._rows = [*strong, None, *weaker] if weaker else strong
        self._asked.clear()
        self._lacking.clear()
        self.endResetModel()

    @Slot(object)
    def add_picture(self, pictured: tuple[str, "QImage"]) -> None:
        """Take in (hex SHA-256, image); a null image says that there is none."""
        asset, image = pictured
        self._asked.discard(asset)
        if image.isNull():
            self._lacking.add(asset)
        else:
            QPixmapCache.insert(asset, QPixmap.fromImage(image))
        for row, hit in enumerate(self._rows):
            if hit is not None and hit.asset == asset:
                self.dataChanged.emit(self.index(row), self.index(row), [Qt.ItemDataRole.DecorationRole])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, never changed
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        on_line = self._rows[index.row()] is None
        return Qt.ItemFlag.NoItemFlags if on_line else Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self._rows[index.row()]
        if role == HIT:
            return hit
        if role == Qt.ItemDataRole.DisplayRole:
            return LINE if hit is None else shown(os.path.basename(hit.path))
        if role == Qt.ItemDataRole.DecorationRole and hit is not None:
            return self._picture(hit.asset)
        return None

    def _picture(self, asset: str) -> QPixmap | None:
        """Return the thumbnail; a null pixmap while it is on its way, None where there is none."""
        known = QPixmap()
        if QPixmapCache.find(asset, known):
            return known
        if asset in self._lacking:
            return None
        if asset not in self._asked:
            self._asked.add(asset)
            self.wanted.emit(asset)
        return known
