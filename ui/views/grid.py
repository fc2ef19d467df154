"""The wall of photos: its own geometry under Qt's list view, so that a million cost what a hundred do."""

from collections.abc import Callable

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QDrag,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QToolTip, QWidget

from ui import theme
from ui.items.photos import Index, Photos, ranges
from ui.views.cell import paint_photo
from ui.views.geometry import Geometry, Place
from ui.words import why_in_words

DIM = 0.55  # opacity of a weaker hit
TYPING_MS = 1000  # letters typed within this time are one word
DRAGGED = 1000  # files that are dragged out at most
STEP = 0.4  # of a cell that one step of the wheel's line scrolls

MOVES = {
    Qt.Key.Key_Left: QAbstractItemView.CursorAction.MoveLeft,
    Qt.Key.Key_Right: QAbstractItemView.CursorAction.MoveRight,
    Qt.Key.Key_Up: QAbstractItemView.CursorAction.MoveUp,
    Qt.Key.Key_Down: QAbstractItemView.CursorAction.MoveDown,
    Qt.Key.Key_PageUp: QAbstractItemView.CursorAction.MovePageUp,
    Qt.Key.Key_PageDown: QAbstractItemView.CursorAction.MovePageDown,
    Qt.Key.Key_Home: QAbstractItemView.CursorAction.MoveHome,
    Qt.Key.Key_End: QAbstractItemView.CursorAction.MoveEnd,
}


class Grid(QListView):
    """Shows `photos` under headings that stick while their section is on the screen.

    Qt keeps the keyboard, the selection and the screen reader; where things stand and how they look is ours.
    """

    opened = Signal(int)
    """The row that was double-clicked, or on which Enter was pressed."""
    complete = Signal()
    """Nothing of what shows is missing."""
    typed = Signal(str)
    """What was typed to go to a name that begins so."""

    def __init__(self, photos: Photos, selection: QItemSelectionModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos = photos
        self._geometry = Geometry([], theme.px(theme.HEADING), theme.GAP)
        self._typed, self._since = "", QElapsedTimer()
        self._held: tuple[int, int] | None = None
        self._wanted = theme.CELL
        self._anchor, self._extending = 0, False
        self.setModel(photos)
        self.setSelectionModel(selection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName("Photos")
        photos.modelReset.connect(self._begin)
        photos.dataChanged.connect(self.viewport().update)
        self._begin()

    @Slot()
    def hold(self) -> None:
        """Note which photo stands at the top of the screen, and how high; at the very top, nothing is held."""
        row, self._held = self._topmost(), None
        if row is not None and self._top() > 0:
            self._held = self._photos.asset(row), self._geometry.cell(row).y - self._top()

    @Slot()
    def restore(self) -> None:
        """Bring what `hold` noted back to where it stood, among whatever is there now."""
        if self._held is None or not self._photos.rowCount():
            self.verticalScrollBar().setValue(0)
            return
        asset, high = self._held
        self.verticalScrollBar().setValue(self._geometry.cell(self._photos.row_of(asset)).y - high)

    @Slot()
    def _begin(self) -> None:
        self._geometry = Geometry(self._photos.counts, theme.px(theme.HEADING), theme.GAP)
        self._flow()
        self.verticalScrollBar().setValue(0)

    def set_cell(self, wanted: int) -> None:
        """Make cells about `wanted` px; what is at the top of the screen stays there."""
        held = self._topmost()
        self._wanted = wanted
        self._flow()
        if held is not None:
            self.verticalScrollBar().setValue(self._geometry.cell(held).y - theme.px(theme.HEADING))

    def _flow(self) -> None:
        self._geometry.flow(self.viewport().width() - theme.MARGIN, self._wanted)
        bar, high = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self._geometry.height - high))
        bar.setPageStep(high)
        bar.setSingleStep(max(1, int(self._geometry.side * STEP)))
        bar.setEnabled(bar.maximum() > 0)
        self.viewport().update()

    def _topmost(self) -> int | None:
        """Return the first row that shows."""
        return next(iter(self._geometry.items_between(self._top(), self._top() + self.viewport().height())), None)

    def _top(self) -> int:
        return self.verticalScrollBar().value()

    def _rect(self, place: Place) -> QRect:
        return QRect(place.x, place.y - self._top(), place.width, place.height)

    # -- what Qt's view asks of a view -------------------------------------------------------------------------

    def doItemsLayout(self) -> None:
        """Nothing to lay out item by item."""

    def updateGeometries(self) -> None:
        """Keep the scroll bar that `_flow` set."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Flow anew; the photo in the middle of the screen stays on it."""
        middle = self._geometry.item_at(0, self._top() + event.oldSize().height() // 2)
        self._flow()
        if middle >= 0 and self._top():
            self.verticalScrollBar().setValue(self._geometry.cell(middle).y - event.size().height() // 2)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: ARG002 - Qt's signature
        """Paint anew: headings that stick do not scroll."""
        self.viewport().update()

    def visualRect(self, index: Index) -> QRect:
        """Return where `index` stands in the viewport."""
        if not index.isValid() or index.row() >= len(self._geometry):
            return QRect()
        return self._rect(self._geometry.cell(index.row()))

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return what stands at a point of the viewport; nothing under a heading that sticks."""
        row = self._geometry.item_at(point.x(), point.y() + self._top())
        covered = 0 <= point.y() < theme.px(theme.HEADING) and self._top() > 0
        return QModelIndex() if row < 0 or covered else self._photos.index(row)

    def scrollTo(
        self, index: Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring `index` onto the screen, below the heading that sticks."""
        if not index.isValid() or index.row() >= len(self._geometry):
            return
        place, bar, high = self._geometry.cell(index.row()), self.verticalScrollBar(), self.viewport().height()
        if hint == QAbstractItemView.ScrollHint.PositionAtCenter:
            bar.setValue(place.y - (high - place.height) // 2)
        elif place.y - theme.px(theme.HEADING) < self._top():
            bar.setValue(place.y - theme.px(theme.HEADING))
        elif place.y + place.height + theme.GAP > self._top() + high:
            bar.setValue(place.y + place.height + theme.GAP - high)

    def horizontalOffset(self) -> int:
        """Nothing scrolls sideways."""
        return 0

    def verticalOffset(self) -> int:
        """Return how far the wall is scrolled, in px."""
        return self._top()

    def isIndexHidden(self, index: Index) -> bool:  # noqa: ARG002 - Qt's signature
        """Nothing is hidden."""
        return False

    def moveCursor(
        self,
        action: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,  # noqa: ARG002 - Qt's signature
    ) -> QModelIndex:
        """Return where a key leads: along the order, up and down in the same column, across headings."""
        last = len(self._geometry) - 1
        if last < 0:
            return QModelIndex()
        row = max(0, self.currentIndex().row())
        lines = max(1, self.viewport().height() // (self._geometry.side + theme.GAP))
        move = QAbstractItemView.CursorAction
        leads: dict[QAbstractItemView.CursorAction, Callable[[], int]] = {
            move.MoveLeft: lambda: row - 1,
            move.MovePrevious: lambda: row - 1,
            move.MoveRight: lambda: row + 1,
            move.MoveNext: lambda: row + 1,
            move.MoveUp: lambda: self._geometry.beside(row, -1),
            move.MoveDown: lambda: self._geometry.beside(row, 1),
            move.MovePageUp: lambda: self._geometry.beside(row, -lines),
            move.MovePageDown: lambda: self._geometry.beside(row, lines),
            move.MoveHome: lambda: 0,
            move.MoveEnd: lambda: last,
        }
        return self._photos.index(min(max(0, leads[action]()), last))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select what lies in a rectangle of the viewport; where it is a point, what stands there."""
        rect = rect.normalized()
        near = self._geometry.items_between(rect.top() + self._top(), rect.bottom() + self._top() + 1)
        rows = [row for row in near if self.visualRect(self._photos.index(row)).intersects(rect)]
        chosen, begin = QItemSelection(), 0
        for place in range(1, len(rows) + 1):
            if place == len(rows) or rows[place] != rows[place - 1] + 1:
                chosen.select(self._photos.index(rows[begin]), self._photos.index(rows[place - 1]))
                begin = place
        self.selectionModel().select(chosen, command)

    def selectAll(self) -> None:
        """Select everything, as one range."""
        photos = self._photos
        everything = QItemSelection(photos.index(0), photos.index(photos.rowCount() - 1))
        self.selectionModel().select(everything, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def invert(self) -> None:
        """Select what is not selected, as the ranges between those that are."""
        model, last = self.selectionModel(), self._photos.rowCount() - 1
        parts = ranges(model.selection())
        chosen, begin = QItemSelection(), 0
        for top, bottom in [*parts, (last + 1, last + 1)]:
            if top > begin:
                chosen.select(self._photos.index(begin), self._photos.index(top - 1))
            begin = max(begin, bottom + 1)
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: ARG002 - Qt's signature
        """The whole viewport: what is selected may be most of a million."""
        return QRegion(self.viewport().rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Shift and a key that leads somewhere selects up to there; all else is Qt's."""
        move = MOVES.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        elif move is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._extend(self.moveCursor(move, event.modifiers()))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Shift selects up to what stands there, in order and not by rectangle; all else is Qt's."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._extend(index)
        else:
            super().mousePressEvent(event)

    def _extend(self, index: QModelIndex) -> None:
        """Select all from the photo chosen last without Shift up to `index`."""
        anchor = self._photos.index(min(self._anchor, index.row())), self._photos.index(max(self._anchor, index.row()))
        self._extending = True
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._extending = False
        self.selectionModel().select(QItemSelection(*anchor), QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Note where a selection that is extended begins."""
        if not self._extending:
            self._anchor = max(0, current.row())
        super().currentChanged(current, previous)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open what stands there."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.opened.emit(index.row())

    def keyboardSearch(self, search: str) -> None:
        """Gather what is typed; where it leads is a question to the library, not a walk over a million rows."""
        if self._since.isValid() and self._since.elapsed() < TYPING_MS:
            self._typed += search
        else:
            self._typed = search
        self._since.start()
        self.typed.emit(self._typed)

    def startDrag(self, actions: Qt.DropAction) -> None:  # noqa: ARG002 - a copy, always: originals are never moved
        """Drag the files of the selection out, as far as they are known."""
        rows = [row for top, bottom in ranges(self.selectionModel().selection()) for row in range(top, bottom + 1)]
        cards = [self._photos.card(row) for row in rows[:DRAGGED]]
        urls = [QUrl.fromLocalFile(card.path) for card in cards if card is not None and card.path]
        if not urls:
            return
        data, drag = QMimeData(), QDrag(self)
        data.setUrls(urls)
        drag.setMimeData(data)
        picture = self._photos.picture(rows[0])
        if picture is not None and not picture.isNull():
            drag.setPixmap(picture.scaled(96, 96, Qt.AspectRatioMode.KeepAspectRatio))
        drag.exec(Qt.DropAction.CopyAction)

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell in a tip why the photo under the pointer is here."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.indexAt(event.pos())
            text = (
                why_in_words(self._photos.card(index.row()), self._photos.hit(index.row())) if index.isValid() else ""
            )
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    # -- painting ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - everything that shows is painted
        """Paint the cells that show, then their headings, and ask for what is missing."""
        top, high = self._top(), self.viewport().height()
        shown = self._geometry.items_between(top, top + high)
        painter = QPainter(self.viewport())
        painter.setFont(theme.font(theme.SMALL))
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        selection, focus = self.selectionModel(), self.hasFocus()
        for row in shown:
            area = self._rect(self._geometry.cell(row))
            painter.setOpacity(1.0 if self._photos.strong(row) else DIM)
            paint_photo(painter, area, self._photos, row)
            painter.setOpacity(1.0)
            if selection.isSelected(self._photos.index(row)):
                _frame(painter, area, theme.now().accent if focus else theme.now().edge, 3)
            if focus and row == self.currentIndex().row() and selection.hasSelection():
                _frame(painter, area.adjusted(3, 3, -3, -3), theme.now().title, 1)
        for section in self._geometry.sections_between(top, top + high):
            self._paint_heading(painter, section, top)
        painter.end()
        if self._photos.need(shown):
            self.complete.emit()

    def _paint_heading(self, painter: QPainter, section: int, top: int) -> None:
        if not self._geometry.sections:
            return
        place, told = self._geometry.heading(section), self._photos.section(section)
        below = self._geometry.heading(section + 1).y if section + 1 < self._geometry.sections else 10**12
        y = min(max(place.y, top), below - place.height) - top
        area = QRect(0, y, self.viewport().width(), place.height)
        painter.fillRect(area, QColor(theme.now().window))
        if told.weaker:
            _paint_line(painter, area.adjusted(0, 0, -theme.MARGIN, 0), theme.font(theme.TEXT), told.title)
            return
        painter.setFont(theme.font(theme.HEAD, bold=True))
        painter.setPen(QColor(theme.now().title))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        cut, room = Qt.TextElideMode.ElideRight, area.width() - theme.MARGIN
        title = painter.fontMetrics().elidedText(told.title, cut, room)
        painter.drawText(area, middle, title)
        across = painter.fontMetrics().horizontalAdvance(title) + 12
        painter.setFont(theme.font(theme.CAPTION))
        painter.setPen(QColor(theme.now().caption))
        note = painter.fontMetrics().elidedText(told.note, cut, room - across)
        painter.drawText(area.adjusted(across, 1, 0, 0), middle, note)


def _paint_line(painter: QPainter, area: QRect, font: QFont, text: str) -> None:
    painter.setFont(font)
    half, middle = painter.fontMetrics().horizontalAdvance(text) // 2 + 16, area.center()
    painter.setPen(QColor(theme.now().hairline))
    painter.drawLine(area.left(), middle.y(), middle.x() - half, middle.y())
    painter.drawLine(middle.x() + half, middle.y(), area.right(), middle.y())
    painter.setPen(QColor(theme.now().caption))
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)


def _frame(painter: QPainter, area: QRect, color: str, width: int) -> None:
    painter.setPen(QPen(QColor(color), width, j=Qt.PenJoinStyle.MiterJoin))
    half = width / 2
    painter.drawRect(QRectF(area).adjusted(half, half, -half, -half))
