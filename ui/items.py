"""The wall of hits: item model, view, and the cell that paints one hit; and a hit's reasons in words."""

import os
from collections.abc import Sequence

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
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.sources.folder import shown
from core.types import Hit, Reason
from ui import theme

Index = QModelIndex | QPersistentModelIndex
HIT = Qt.ItemDataRole.UserRole
"""The row's Hit; None on the line between strong and weaker ones."""

LINE = "weaker: close in meaning only"
LINE_HEIGHT = 48  # px
DIM = 0.7  # opacity of a weaker hit

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
WRITTEN = "Written in it: {value}"


def in_words(reason: Reason) -> str:
    """Return `reason` as a line for a person."""
    sure = f"{reason.confidence:.0f} % sure" + (", in one part of the picture" if reason.box else "")
    form = WRITTEN if _is_written(reason) else SENTENCES.get(reason.kind, "{value}")
    return form.format(value=shown(reason.value), sure=sure, cosine=reason.confidence / 100)


def _is_written(reason: Reason) -> bool:
    """Whether the words stand in the picture: a caption has no place in it."""
    return reason.kind == "text" and reason.box is not None


def in_short(hit: Hit) -> str:
    """Return what stands on the picture of `hit`: named reasons, else its closeness; "" where nothing was asked."""
    named = [r for r in hit.reasons if r.kind not in ("meaning", "type")]
    if named:
        return " · ".join(dict.fromkeys(_named(r) for r in named))
    return " · ".join(f"meaning {r.confidence / 100:.2f}" for r in hit.reasons if r.kind == "meaning")


def _named(reason: Reason) -> str:
    if reason.kind in ("text", "name") and not _is_written(reason):
        return "in its caption" if reason.kind == "text" else "in its name"
    sure = f" {reason.confidence:.0f}" if reason.kind in ("label", "object") else ""
    return shown(reason.value) + sure


class Hits(QAbstractListModel):
    """Strong hits, the line, weaker hits. Pictures come when they are asked for, through `wanted` and `add_picture`."""

    wanted = Signal(object)
    """Hex SHA-256 of a content whose thumbnail is about to be painted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Hit | None] = []
        self._row_of: dict[str, int] = {}
        self._pictures: dict[str, QPixmap | None] = {}  # a null pixmap is on its way; None: the library has none

    def show(self, hits: Sequence[Hit]) -> None:
        """Show `hits`; pictures of those that stay are kept."""
        strong: list[Hit | None] = [hit for hit in hits if hit.strong]
        weaker = [hit for hit in hits if not hit.strong]
        self.beginResetModel()
        self._rows = [*strong, None, *weaker] if weaker else strong
        self._row_of = {hit.asset: row for row, hit in enumerate(self._rows) if hit is not None}
        self._pictures = {asset: found for asset, found in self._pictures.items() if found and asset in self._row_of}
        self.endResetModel()

    @Slot(object)
    def add_picture(self, pictured: tuple[str, QImage]) -> None:
        """Take in (hex SHA-256, image); a null image says that there is none."""
        asset, image = pictured
        if asset in self._row_of:
            self._pictures[asset] = None if image.isNull() else QPixmap.fromImage(image)
            index = self.index(self._row_of[asset])
            self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default, never changed
        """Hits, and the line where there are weaker ones."""
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Everything but the line can be chosen."""
        on_line = self._rows[index.row()] is None
        return Qt.ItemFlag.NoItemFlags if on_line else Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The hit's name, its picture, or itself (HIT)."""
        hit = self._rows[index.row()]
        if role == HIT:
            return hit
        if role == Qt.ItemDataRole.DisplayRole:
            return LINE if hit is None else shown(os.path.basename(hit.path))
        if role == Qt.ItemDataRole.DecorationRole and hit is not None:
            return self._picture(hit.asset)
        return None

    def _picture(self, asset: str) -> QPixmap | None:
        if asset not in self._pictures:
            self._pictures[asset] = QPixmap()
            self.wanted.emit(asset)
        return self._pictures[asset]


class Wall(QListView):
    """Rows of square cells that fill the width, each about `theme.CELL` px; arrow keys move over the line."""

    def __init__(self, model: Hits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(Cell(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Photos found")

    def sizes(self) -> tuple[QSize, QSize]:
        """Return the room of a cell and of the line, gaps included, in px."""
        width = self.width() - theme.MARGIN + theme.GAP  # the last column's gap and the scroll bar lie in the margin
        columns = max(1, round(width / (theme.CELL + theme.GAP)))
        side = width // columns
        return QSize(side, side), QSize(side * columns, LINE_HEIGHT)


class Cell(QStyledItemDelegate):
    """Paints one hit: the whole picture on a dark plate, why it is here, a frame when it is the chosen one."""

    def __init__(self, wall: Wall) -> None:
        super().__init__(wall)
        self._wall = wall

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's signature
        """Return the room that the view gives to a cell, or to the line."""
        cell, line = self._wall.sizes()
        return line if index.data(HIT) is None else cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the cell, or the line."""
        hit: Hit | None = index.data(HIT)
        area: QRect = option.rect.adjusted(0, 0, -theme.GAP, -theme.GAP)
        painter.save()
        painter.setFont(_font(option.font, theme.SMALL))
        if hit is None:
            _paint_line(painter, area)
        else:
            painter.setOpacity(1.0 if hit.strong else DIM)
            _paint_picture(painter, area, index)
            _paint_chip(painter, area, in_short(hit))
            painter.setOpacity(1.0)
            if option.state & QStyle.StateFlag.State_Selected:
                frame = theme.ACCENT if self._wall.hasFocus() else theme.EDGE
                painter.setPen(QPen(QColor(frame), 3, j=Qt.PenJoinStyle.MiterJoin))
                painter.drawRect(QRectF(area).adjusted(1.5, 1.5, -1.5, -1.5))
        painter.restore()


def _font(font: QFont, size: int) -> QFont:
    made = QFont(font)
    made.setPixelSize(size)
    return made


def _paint_line(painter: QPainter, area: QRect) -> None:
    painter.setFont(_font(painter.font(), theme.TEXT))
    half = painter.fontMetrics().horizontalAdvance(LINE) // 2 + 16
    middle = area.center()
    painter.setPen(QColor(theme.HAIRLINE))
    painter.drawLine(area.left(), middle.y(), middle.x() - half, middle.y())
    painter.drawLine(middle.x() + half, middle.y(), area.right(), middle.y())
    painter.setPen(QColor(theme.CAPTION))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, LINE)


def _paint_picture(painter: QPainter, area: QRect, index: Index) -> None:
    painter.fillRect(area, QColor(theme.PLATE))
    picture: QPixmap | None = index.data(Qt.ItemDataRole.DecorationRole)
    if picture is None:
        name = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideMiddle, area.width() - 16)
        painter.setPen(QColor(theme.CAPTION))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, name)
    elif not picture.isNull():
        size = picture.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(area.topLeft(), size)
        target.moveCenter(area.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, picture)


def _paint_chip(painter: QPainter, area: QRect, text: str) -> None:
    """Write `text` at the lower left on a plate dark enough for any photo, cut where it would leave the cell."""
    if not text:
        return
    metrics = painter.fontMetrics()
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width() - 24)
    plate = QRect(area.left() + 6, area.bottom() - 23, metrics.horizontalAdvance(text) + 12, 18)
    painter.fillRect(plate, QColor(0, 0, 0, 153))
    painter.setPen(QColor(theme.TITLE))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
