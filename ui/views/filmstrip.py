"""A strip of photos around the current one."""

from PySide6.QtCore import QRect, Qt, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.desk import Desk
from ui.views.cell import paint_photo

SIDE = 72  # px


class Filmstrip(QWidget):
    """The current photo in the middle; a click goes to another, the wheel goes on."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setFixedHeight(SIDE + 2 * theme.GAP)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Strip of photos")
        desk.chosen.connect(self._refresh)

    @Slot()
    def _refresh(self) -> None:
        if self.isVisible():
            self.update()

    def _first(self) -> int:
        """Return the row at the left edge, which may be before the first."""
        return self._desk.row - self.width() // (SIDE + theme.GAP) // 2

    def row_at(self, x: int) -> int:
        """Return the row that stands at x px, -1 where there is none."""
        row = self._first() + x // (SIDE + theme.GAP)
        return row if 0 <= row < self._desk.photos.rowCount() else -1

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - everything is painted
        """Paint what fits, and ask for what is missing."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.now().window))
        painter.setFont(theme.font(theme.SMALL))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        first, photos = self._first(), self._desk.photos
        rows = range(max(0, first), min(first + self.width() // (SIDE + theme.GAP) + 2, photos.rowCount()))
        for row in rows:
            area = QRect((row - first) * (SIDE + theme.GAP), theme.GAP, SIDE, SIDE)
            paint_photo(painter, area, photos, row, badges=False)
            if row == self._desk.row:
                painter.setPen(QPen(QColor(theme.now().accent), 3, j=Qt.PenJoinStyle.MiterJoin))
                painter.drawRect(area.adjusted(1, 1, -2, -2))
        painter.end()
        if rows and self._desk.mode != "grid":
            photos.need(rows)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to what stands there."""
        row = self.row_at(int(event.position().x()))
        if row >= 0:
            self._desk.go(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go on or back."""
        self._desk.step(-1 if event.angleDelta().y() > 0 else 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go on."""
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._desk.step(step)
