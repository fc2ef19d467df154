"""One photo: its thumbnail at once, then the picture, then every pixel where it is enlarged; overlays by choice."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from core.types import Card
from ui import theme
from ui.desk import Desk
from ui.views import marks
from ui.views.canvas import BACK, STEPS, Canvas, Mark
from ui.views.flow import Elided, column, label, tool
from ui.views.player import PlayerBar
from ui.words import name_of
from ui.work.looking import Seen

SWITCHES = {"reasons": "info", "faces": "scan-face", "objects": "box", "text": "scan-text", "codes": "qr-code"}
"""Overlays with the icons of their buttons."""
ROOMY = 460  # px from which the scale is told


class Loupe(QWidget):
    """Follows the desk's current photo while it shows."""

    left = Signal()
    """Back to the wall."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.canvas = Canvas(self)
        self.player = PlayerBar(self.canvas, self)
        self.path, self.sharp = "", False
        self.switches: dict[str, QToolButton] = {}
        self._name, self._scale = Elided("caption", Qt.TextElideMode.ElideRight), label(name="caption", wrap=False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Photo")
        self._lay_out()
        desk.chosen.connect(self.refresh)
        desk.described.connect(self._draw)
        desk.sights.seen.connect(self._take)
        desk.laid_out.connect(self._switch)
        self.canvas.zoomed.connect(self._zoomed)

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.MARGIN, 4, theme.MARGIN, 4)
        bar.setSpacing(4)
        bar.addWidget(self._name, 1)
        bar.addWidget(self._scale)
        for kind, word in marks.KINDS.items():
            button = tool(SWITCHES[kind], f"{word}: draw where it is")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.toggled.connect(partial(self._choose, kind))
            bar.addWidget(button)
            self.switches[kind] = button
        self._bar = QWidget(self)
        self._bar.setLayout(bar)
        whole = column()
        self.setLayout(whole)
        whole.addWidget(self.canvas, 1)
        whole.addWidget(self.player)
        whole.addWidget(self._bar)
        self.player.hide()

    @Slot()
    def refresh(self) -> None:
        """Show the desk's current photo, as far as it is known; again where more of it is known now."""
        if self._desk.mode != "loupe":
            self._leave()
            return
        card = self._desk.photos.card(self._desk.row)
        if card is None:
            return
        if card.path != self.path:
            self.path, self.sharp = card.path, False
            self.canvas.note = "" if card.path else "The file of this photo is nowhere in the library's folders."
            self.canvas.show_picture(QPixmap(), self._size())
            self._tell(card)
        found = self._desk.sights.look(self._desk.row) if not self.sharp else None
        if found is not None:
            self._take(found[1])
        thumbnail = self._desk.photos.picture(self._desk.row)
        if thumbnail is not None and self.canvas.picture.isNull():
            self.canvas.show_picture(thumbnail, self._size())

    def _leave(self) -> None:
        self.player.end()
        if self.path:
            self.path, self.sharp = "", False
            self.canvas.show_picture(QPixmap())

    def _tell(self, card: Card) -> None:
        self._name.tell(f"{self._desk.row + 1:,} of {self._desk.photos.rowCount():,}  ·  {name_of(card)}")
        self.player.offer(card)
        self._draw()
        self._zoomed()

    def _size(self) -> QSize | None:
        card = self._desk.photos.card(self._desk.row)
        return QSize(card.width, card.height) if card is not None and card.width else None

    @Slot(object)
    def _take(self, seen: Seen) -> None:
        """Show a decoded picture; one of another photo, or of less than there is, is left."""
        if seen.path != self.path or self._desk.mode != "loupe":
            return
        self.canvas.note = self._desk.sights.note(self._desk.row, seen)
        if seen.problem:
            self.canvas.update()
            return
        held = self._desk.sights.get(seen.path)
        if held is not None:
            self.sharp = True
            self.canvas.show_picture(held[0], self._size(), same=True)
        self._zoomed()

    @Slot()
    def _draw(self, *_about: object) -> None:
        """Draw what was found, as far as the switches want it."""
        size = self._size()
        if size is not None and self.path:
            self.canvas.show_picture(self.canvas.picture, size, same=True)
        self.canvas.show_marks(self._found())

    def _found(self) -> list[Mark]:
        wanted = self._desk.layout.overlays
        hit = self._desk.photos.hit(self._desk.row)
        found = marks.of_reasons(hit.reasons) if hit is not None and "reasons" in wanted else []
        about = self._desk.about
        return found + (marks.of_document(about, wanted) if about is not None else [])

    def _choose(self, kind: str, on: bool) -> None:
        now = self._desk.layout.overlays
        wanted = [one for one in marks.KINDS if (on if one == kind else one in now)]
        if wanted != self._desk.layout.overlays:
            self._desk.lay_out(overlays=wanted)

    @Slot()
    def _switch(self) -> None:
        for kind, button in self.switches.items():
            button.setChecked(kind in self._desk.layout.overlays)
        self._draw()

    @Slot()
    def _zoomed(self, *_zoom: object) -> None:
        """Tell the scale; have every pixel decoded where more is shown than is there."""
        percent = self.canvas.scale * self.devicePixelRatio() * 100
        self._scale.setText(f"{percent:.0f} %" + ("" if self.canvas.zoom.scale else ", fitted"))
        if self.canvas.needs_every_pixel and self.sharp:
            self._desk.sights.look(self._desk.row, full=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the switches are more than a figure."""
        self._scale.setVisible(event.size().width() > theme.px(ROOMY))
        super().resizeEvent(event)

    def cycle(self) -> None:
        """Draw nothing, the reasons, or all that was found, by turns."""
        steps: list[list[str]] = [[], ["reasons"], list(marks.KINDS)]
        now = self._desk.layout.overlays
        self._desk.lay_out(overlays=steps[(steps.index(now) + 1) % len(steps)] if now in steps else [])

    def copied(self) -> str:
        """Return the lines of text that were swept over."""
        return "\n".join(mark.text for mark in self.canvas.picked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right, Space and Backspace go on; Home and End to the ends; Escape and Enter go back."""
        key, last = Qt.Key(event.key()), self._desk.photos.rowCount()
        if key == Qt.Key.Key_Space and self.player.offered:
            self.player.toggle()
        elif key in STEPS:
            self._desk.step(STEPS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._desk.step(-last if key == Qt.Key.Key_Home else last)
        elif key in BACK:
            self.left.emit()
        else:
            super().keyPressEvent(event)
