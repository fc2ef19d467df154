"""A picture that is looked at closely: fitted or 1:1 at the pointer, dragged, with what was found in it drawn on it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from core.sources.folder import shown
from ui import theme

CLOSEST = 8.0  # screen pixels per pixel of the picture
STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Space: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Backspace: -1}
"""Keys that go on and back by a photo where one is looked at."""
BACK = (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
"""Keys that lead back to the wall."""
WHEEL = 1.25  # what one step of the wheel enlarges by


@dataclass(frozen=True, slots=True)
class Mark:
    """Something found at a place. kind: what it belongs to; text: its name; corners: ratios of the picture.

    named: its name shows always, not only under the pointer.
    """

    kind: str
    text: str
    corners: tuple[tuple[float, float], ...]
    named: bool = False


@dataclass(frozen=True, slots=True)
class Zoom:
    """scale: screen pixels per pixel of the picture, 0 for fitted; x, y: what stands in the middle, as ratios."""

    scale: float = 0.0
    x: float = 0.5
    y: float = 0.5


class Canvas(QWidget):
    """Shows one picture; `zoomed` tells of what a person did, so that another canvas can follow."""

    zoomed = Signal(object)
    """Zoom."""
    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture, self._size = QPixmap(), QSize()
        self._marks: Sequence[Mark] = ()
        self.zoom = Zoom()
        self._pulled: QPointF | None = None
        self._hovered: Mark | None = None
        self.picked: list[Mark] = []
        """Lines of text that were swept over."""
        self.note = ""
        """A sentence under the picture."""
        self.setMouseTracking(True)
        self.setMinimumSize(1, 1)
        self.setAccessibleName("Picture")

    # -- what is shown -----------------------------------------------------------------------------------------

    def show_picture(self, picture: QPixmap, size: QSize | None = None, *, same: bool = False) -> None:
        """Show `picture`; size: of the original in pixels; same: a sharper one of what was there, seen as before."""
        self._picture = picture
        if size is not None and not size.isEmpty():
            self._size = size
        elif not same or self._size.isEmpty():
            self._size = picture.size()
        if not same:
            self.zoom = Zoom()
            self.picked = []
        self.update()

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Draw `marks` over the picture."""
        self._marks = marks
        self._hovered = None
        self.picked = []
        self.update()

    @property
    def picture(self) -> QPixmap:
        """What is shown, as far as it is decoded."""
        return self._picture

    @property
    def scale(self) -> float:
        """Screen pixels per pixel of the picture, as it is shown."""
        return self.zoom.scale or self._fit()

    @property
    def needs_every_pixel(self) -> bool:
        """Whether more is shown of the picture than it holds."""
        held = self._picture.width() or 1
        return self._size.width() > held and self._size.width() * self.scale * self.devicePixelRatio() > held * 1.05

    def _fit(self) -> float:
        if self._size.isEmpty():
            return 1.0
        room = theme.px(theme.MARGIN) * 2
        across = (self.width() - room) / self._size.width()
        return max(0.001, min(across, (self.height() - room) / self._size.height()))

    def area(self) -> QRectF:
        """Return where the whole picture lies, in pixels of the widget, much of it outside where it is enlarged."""
        width, height = self._size.width() * self.scale, self._size.height() * self.scale
        x, y = (self.zoom.x, self.zoom.y) if self.zoom.scale else (0.5, 0.5)
        return QRectF(self.width() / 2 - x * width, self.height() / 2 - y * height, width, height)

    # -- zoom --------------------------------------------------------------------------------------------------

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Show at `scale` (0: fitted); what is at the point `at` stays there."""
        if self._size.isEmpty():  # the picture is on its way
            return
        point, before = at or QPointF(self.width() / 2, self.height() / 2), self.area()
        x = (point.x() - before.x()) / max(1.0, before.width())
        y = (point.y() - before.y()) / max(1.0, before.height())
        scale = 0.0 if scale and scale <= self._fit() * 1.001 else min(scale, CLOSEST)
        self.zoom = Zoom(scale, 0.5, 0.5)
        if scale:
            middle_x = x - (point.x() - self.width() / 2) / (self._size.width() * scale)
            middle_y = y - (point.y() - self.height() / 2) / (self._size.height() * scale)
            self.zoom = self._held(Zoom(scale, middle_x, middle_y))
        self.update()
        self.zoomed.emit(self.zoom)

    def toggle(self, at: QPointF | None = None) -> None:
        """From fitted to one pixel per pixel at the point `at`, or back."""
        self.zoom_to(0.0 if self.zoom.scale else 1 / self.devicePixelRatio(), at)

    def enlarge(self, by: float, at: QPointF | None = None) -> None:
        """Show `by` times as large."""
        self.zoom_to(self.scale * by, at)

    def follow(self, zoom: Zoom) -> None:
        """Show as another canvas does."""
        self.zoom = self._held(zoom) if zoom.scale else zoom
        self.update()

    def _held(self, zoom: Zoom) -> Zoom:
        """Keep the picture from leaving the widget."""
        held = []
        for middle, room, length in ((zoom.x, self.width(), self._size.width()),
                                     (zoom.y, self.height(), self._size.height())):  # fmt: skip
            half = room / 2 / max(1.0, length * zoom.scale)
            held.append(0.5 if half >= 0.5 else min(max(half, middle), 1 - half))
        return Zoom(zoom.scale, held[0], held[1])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Enlarge or shrink at the pointer."""
        steps = event.angleDelta().y() / 120
        if steps:
            self.enlarge(WHEEL**steps, event.position())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what stands in the middle."""
        self.zoom = self._held(self.zoom) if self.zoom.scale else self.zoom
        super().resizeEvent(event)

    # -- the pointer -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to sweep over text where there is some, else to drag."""
        self.pressed.emit()
        under = self._under(event.position())
        self.picked = [under] if under is not None and under.kind == "text" else []
        self._pulled = event.position()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Sweep, drag, or name what is under the pointer."""
        if self._pulled is None:
            hovered = self._under(event.position())
            if hovered != self._hovered:
                self._hovered = hovered
                self.update()
        elif self.picked:
            self._sweep(self._pulled, event.position())
        elif self.zoom.scale:
            moved = event.position() - self._pulled
            self._pulled = event.position()
            width, height = self._size.width() * self.scale, self._size.height() * self.scale
            x, y = self.zoom.x - moved.x() / width, self.zoom.y - moved.y() / height
            self.zoom = self._held(Zoom(self.zoom.scale, x, y))
            self.update()
            self.zoomed.emit(self.zoom)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002 - wherever it ends
        """End sweeping or dragging."""
        self._pulled = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Toggle between fitted and 1:1 at the pointer."""
        self._pulled = None
        self.toggle(event.position())

    def _under(self, point: QPointF) -> Mark | None:
        """Return the smallest mark at a point."""
        there = [mark for mark in self._marks if self._polygon(mark).containsPoint(point, Qt.FillRule.OddEvenFill)]
        return min(there, key=lambda mark: _extent(self._polygon(mark)), default=None)

    def _sweep(self, begin: QPointF, end: QPointF) -> None:
        swept = QRectF(begin, end).normalized().adjusted(-1, -1, 1, 1)
        lines = [mark for mark in self._marks if mark.kind == "text"]
        self.picked = [mark for mark in lines if self._polygon(mark).boundingRect().intersects(swept)]
        self.update()

    def _polygon(self, mark: Mark) -> QPolygonF:
        area = self.area()
        return QPolygonF([QPointF(area.x() + x * area.width(), area.y() + y * area.height()) for x, y in mark.corners])

    # -- painting ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - everything is painted
        """Paint the part of the picture that shows, and what is drawn over it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.canvas())
        if not self._picture.isNull():
            self._paint_picture(painter)
            painter.setFont(theme.font(theme.CAPTION))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for mark in self._marks:
                self._paint_mark(painter, mark)
        if self.note:
            self._paint_note(painter)
        painter.end()

    def _paint_picture(self, painter: QPainter) -> None:
        area, ratio = self.area(), self._picture.width() / max(1.0, self.area().width())
        seen = area.intersected(QRectF(self.rect()))
        part = QRectF(
            (seen.x() - area.x()) * ratio, (seen.y() - area.y()) * ratio, seen.width() * ratio, seen.height() * ratio
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.scale < 2)
        painter.drawPixmap(seen, self._picture, part)

    def _paint_mark(self, painter: QPainter, mark: Mark) -> None:
        """Draw light within dark, so that it shows on any photo."""
        polygon = self._polygon(mark)
        lit = mark in self.picked
        color = QColor(theme.THEMES["dark"].accent if mark.kind != "faces" else theme.THEMES["dark"].ok)
        if lit:
            painter.setBrush(QColor(29, 99, 216, 110))
        for line, thick in ((QColor("#000000"), 4), (color, 2)):
            painter.setPen(QPen(line, thick, j=Qt.PenJoinStyle.MiterJoin))
            painter.drawPolygon(polygon)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if mark.named or mark is self._hovered:
            self._paint_plate(painter, polygon.boundingRect(), mark.text)

    def _paint_plate(self, painter: QPainter, box: QRectF, text: str) -> None:
        metrics = painter.fontMetrics()
        text = metrics.elidedText(shown(text), Qt.TextElideMode.ElideRight, max(60, int(self.width() * 0.6)))
        width, height = metrics.horizontalAdvance(text) + 12, metrics.height() + 4
        left = min(max(0.0, box.left() - 1), max(0.0, self.width() - width))
        plate = QRectF(left, max(0.0, box.top() - height - 2), width, height)
        painter.fillRect(plate, QColor(0, 0, 0, 190))
        painter.setPen(QColor(theme.THEMES["dark"].title))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_note(self, painter: QPainter) -> None:
        painter.setFont(theme.font(theme.TEXT))
        room = QRectF(self.rect()).adjusted(16, 16, -16, -16)
        below = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
        where = painter.boundingRect(room, below, self.note).adjusted(-12, -6, 12, 6)
        painter.fillRect(where, theme.PLATE)
        painter.setPen(QColor(theme.THEMES["dark"].warn))
        painter.drawText(room, below, self.note)


def _extent(polygon: QPolygonF) -> float:
    box = polygon.boundingRect()
    return box.width() * box.height()
