"""One photo as large as the window allows: the thumbnail at once, the picture itself as soon as it is decoded."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from core.sources.folder import shown
from core.types import Box, Reason
from ui import theme


class Loupe(QWidget):
    """Shows what `show_photo` and `take_picture` bring; says where the keys want to go."""

    left = Signal()
    """Escape, Enter or a double click: back to the grid."""
    moved = Signal(int)
    """By how many photos to go on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path, self.problem = "", ""
        self._picture = QPixmap()
        self._boxes: list[tuple[str, Box]] = []
        self.sharp = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Photo")

    def show_photo(self, path: str, thumbnail: QPixmap | None, reasons: Sequence[Reason]) -> None:
        """Show `thumbnail` of the file at `path` until its picture comes, with the boxes of `reasons` drawn."""
        self.path, self.problem, self.sharp = path, "", False
        self._boxes = [(reason.value, reason.box) for reason in reasons if reason.box]
        self._picture = thumbnail or QPixmap()
        self.update()

    def take_picture(self, path: str, image: QImage, problem: str) -> None:
        """Show the picture of the file at `path`, or the sentence why there is none; dropped where it is another's."""
        if path != self.path:
            return
        self.problem, self.sharp = problem, not image.isNull()
        if self.sharp:
            self._picture = QPixmap.fromImage(image)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - everything is painted
        """Paint the picture, whole and in the middle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.now().viewer))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self._picture.isNull():
            room = self.rect().adjusted(theme.MARGIN, theme.MARGIN, -theme.MARGIN, -theme.MARGIN)
            size = self._picture.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(room.topLeft(), size)
            target.moveCenter(room.center())
            painter.drawPixmap(target, self._picture)
            for name, box in self._boxes:
                _draw_box(painter, target, name, box)
        if self.problem:
            painter.setFont(theme.font(theme.TEXT))
            painter.setPen(QColor(theme.now().bad))
            below = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom
            painter.drawText(self.rect().adjusted(16, 16, -16, -16), below, self.problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right, Space and Backspace go on; Escape and Enter go back."""
        steps = {Qt.Key.Key_Right: 1, Qt.Key.Key_Space: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Backspace: -1}
        key = Qt.Key(event.key())
        if key in steps:
            self.moved.emit(steps[key])
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - wherever it falls
        """Go back."""
        self.left.emit()


def _draw_box(painter: QPainter, target: QRect, name: str, box: Box) -> None:
    """Draw a box (ratios of the picture) light within dark, so that it shows on any photo, and its name above it."""
    left, top, width, height = box
    area = QRect(
        round(target.x() + left * target.width()), round(target.y() + top * target.height()),
        round(width * target.width()), round(height * target.height()),
    )  # fmt: skip
    for color, thick in (("#000000", 4), (theme.THEMES["dark"].accent, 2)):
        painter.setPen(QPen(QColor(color), thick, j=Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(area)
    painter.setFont(theme.font(theme.CAPTION))
    text = painter.fontMetrics().elidedText(shown(name), Qt.TextElideMode.ElideRight, max(60, area.width()))
    plate = QRect(
        area.left() - 1, max(target.top(), area.top() - 22), painter.fontMetrics().horizontalAdvance(text) + 12, 20
    )
    painter.fillRect(plate, theme.PLATE)
    painter.setPen(QColor(theme.THEMES["dark"].title))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
