"""A tree of two columns, what a line says and a short second thing, whose lines are lit from edge to edge."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen
from PySide6.QtWidgets import QFrame, QHeaderView, QStyleOptionViewItem, QTreeWidget, QTreeWidgetItem, QWidget

from ui import theme

RADIUS = 4  # px
SIGN = 14  # px; of what opens a line


def line(text: str, beside: str) -> QTreeWidgetItem:
    """Return a line with `beside` at its right end."""
    made = QTreeWidgetItem([text, beside])
    made.setForeground(1, QColor(theme.now().caption))
    made.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return made


class Rows(QTreeWidget):
    """The line that is chosen or under the pointer stands on one plate, the one with the keyboard in one frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def drawRow(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the plate of a whole line, then what Qt paints."""
        first = index.sibling(index.row(), 0)
        area = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
        pointed = first.flags() & Qt.ItemFlag.ItemIsSelectable and first == self._pointed()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if pointed or self.selectionModel().isSelected(first):
            painter.setBrush(QColor(theme.now().raised))
            painter.drawRoundedRect(area, RADIUS, RADIUS)
        if self.hasFocus() and first == self.currentIndex().siblingAtColumn(0):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.now().accent), 2))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        super().drawRow(painter, option, index)

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint whether a line can be opened, or closed again."""
        if not index.model().hasChildren(index):
            return
        side = theme.px(SIGN)
        area = QRect(0, 0, side, side)
        area.moveCenter(rect.center())
        area.moveRight(rect.right())
        sign = "chevron-down" if self.isExpanded(index) else "chevron-right"
        theme.icon(sign, "caption").paint(painter, area)

    def _pointed(self) -> QModelIndex:
        """Return the line under the pointer."""
        if not self.underMouse():
            return QModelIndex()
        return self.indexAt(self.viewport().mapFromGlobal(QCursor.pos())).siblingAtColumn(0)
