"""Two photos beside each other, zoomed and moved as one."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme
from ui.desk import Desk
from ui.views.canvas import BACK, STEPS, Canvas
from ui.views.flow import Elided, column
from ui.words import card_in_words
from ui.work.looking import Seen


class Side(QWidget):
    """One of the two: a canvas over what is told of its photo."""

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.row, self.path = -1, ""
        self.canvas, self._told = Canvas(self), Elided("caption", Qt.TextElideMode.ElideRight)
        self.canvas.setAccessibleName(name)
        self._told.setContentsMargins(theme.MARGIN, 6, theme.MARGIN, 6)
        whole = column()
        self.setLayout(whole)
        whole.addWidget(self.canvas, 1)
        whole.addWidget(self._told)

    def show_row(self, row: int) -> None:
        """Show the photo in `row`."""
        self.row = row
        card = self._desk.photos.card(row)
        if card is None:
            self._desk.photos.need([row])
            return
        self._told.tell(card_in_words(card))
        if card.path != self.path:
            self.path = card.path
            self.canvas.note = ""
            thumbnail, size = self._desk.photos.picture(row) or QPixmap(), QSize(card.width, card.height)
            self.canvas.show_picture(thumbnail, size, same=bool(self.canvas.zoom.scale))
        found = self._desk.sights.get(card.path)
        if found is not None:
            self.take(found[1])

    def take(self, seen: Seen) -> None:
        """Show a decoded picture where it is this side's."""
        held = self._desk.sights.get(seen.path)
        if seen.path == self.path and held is not None:
            self.canvas.note = self._desk.sights.note(self.row, seen)
            if not seen.problem:
                self.canvas.show_picture(held[0], same=True)

    def mark_as(self, *, active: bool) -> None:
        """Say whether marks go to this side."""
        self._told.setStyleSheet(f"color: {theme.now().accent if active else theme.now().caption};")


class Compare(QWidget):
    """Left the photo that stays, right the one that the arrows change; marks go to the one clicked last."""

    left = Signal()
    """Back to the wall."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.sides = Side(desk, "Left photo", self), Side(desk, "Right photo", self)
        self._active = 1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Two photos")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for number, side in enumerate(self.sides):
            row.addWidget(side, 1)
            other = self.sides[1 - number]
            side.canvas.zoomed.connect(other.canvas.follow)
            side.canvas.zoomed.connect(self._ask)
        self.sides[0].canvas.pressed.connect(self._left_pressed)
        self.sides[1].canvas.pressed.connect(self._right_pressed)
        desk.chosen.connect(self.refresh)
        desk.sights.seen.connect(self._take)

    def begin(self, one: int, other: int) -> None:
        """Compare the photos in two rows."""
        self._active = 1
        for side, row in zip(self.sides, (one, other), strict=True):
            side.show_row(row)
        self._activate(1)

    @Slot()
    def refresh(self) -> None:
        """Follow the desk's current photo on the active side; say more where more is known."""
        if self._desk.mode != "compare":
            return
        self.sides[self._active].row = self._desk.row
        for side in self.sides:
            if 0 <= side.row < self._desk.photos.rowCount():
                side.show_row(side.row)
        self._ask()

    @Slot()
    def _ask(self, *_zoom: object) -> None:
        """Have what is missing decoded, the active side first."""
        order = (self.sides[self._active], self.sides[1 - self._active])
        for side in order:
            held = self._desk.sights.get(side.path)
            short = held is not None and not held[1].full and not held[1].problem and side.canvas.needs_every_pixel
            if side.path and (held is None or short):
                self._desk.sights.look(side.row, full=short)
                return

    @Slot(object)
    def _take(self, seen: Seen) -> None:
        if self._desk.mode == "compare":
            for side in self.sides:
                side.take(seen)
            self._ask()

    @Slot()
    def _left_pressed(self) -> None:
        self._activate(0)

    @Slot()
    def _right_pressed(self) -> None:
        self._activate(1)

    def _activate(self, number: int) -> None:
        self._active = number
        for place, side in enumerate(self.sides):
            side.mark_as(active=place == number)
        self._desk.go(self.sides[number].row)

    @property
    def canvas(self) -> Canvas:
        """The active side's canvas."""
        return self.sides[self._active].canvas

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right change the active photo, up and down choose the side; Escape and Enter go back."""
        key = Qt.Key(event.key())
        if key in STEPS:
            self._desk.step(STEPS[key])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._activate(1 - self._active)
        elif key in BACK:
            self.left.emit()
        else:
            super().keyPressEvent(event)
