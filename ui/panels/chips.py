"""The query as it was read: a chip for each part, with its count; what was found; the way to the weaker hits."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QInputDialog, QMenu, QPushButton, QWidget

from core.search.chips import Chip, replaced
from core.sources.folder import shown
from ui import theme
from ui.desk import Desk
from ui.views.flow import Flow, button, clear, label
from ui.work.asking import Answer

CROSS = 26  # px at the right end of a chip that take it away


class ChipButton(QPushButton):
    """A click opens its menu, on the cross it goes; Delete takes it away, minus turns it round, Enter edits it."""

    def __init__(self, desk: Desk, chip: Chip, *, kills: bool) -> None:
        name = shown(chip.text)
        super().__init__(f"{'not ' if chip.negated else ''}{name}   {chip.count:,}   ✕")
        self._desk, self._chip = desk, chip
        self.setObjectName("chip")
        self.setProperty("negated", chip.negated)
        self.setProperty("kills", kills)
        self.setToolTip(f"Read as: {shown(chip.understood)}")
        self.setAccessibleName(f"{'without' if chip.negated else 'with'} {name}, {chip.count:,} photos")
        self.clicked.connect(self._open)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take it away where the cross is pressed."""
        if event.position().x() > self.width() - theme.px(CROSS):
            self.become("")
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete, minus, Enter; all else is Qt's."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.become("")
        elif key == Qt.Key.Key_Minus:
            self.turn()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.edit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _open(self) -> None:
        self.menu_of().popup(self.mapToGlobal(self.rect().bottomLeft()))

    def menu_of(self) -> QMenu:
        """Return what can be done with it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        read = menu.addAction(f"Read as: {shown(self._chip.understood)[:80]}")
        read.setEnabled(False)
        menu.addSeparator()
        menu.addAction("Edit …").triggered.connect(self.edit)
        menu.addAction("With it" if self._chip.negated else "Without it").triggered.connect(self.turn)
        menu.addAction("Take away").triggered.connect(partial(self.become, ""))
        return menu

    @Slot()
    def turn(self) -> None:
        """Ask for what does not answer to it, or the other way round."""
        self.become(self._chip.text if self._chip.negated else f"-{self._chip.text}")

    @Slot()
    def edit(self) -> None:
        """Ask for other words in its place."""
        asked = QInputDialog(self)
        asked.setWindowTitle("Edit a part of the search")
        asked.setLabelText("Look for:")
        asked.setTextValue(f"-{self._chip.text}" if self._chip.negated else self._chip.text)
        asked.textValueSelected.connect(self.become)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.open()

    def become(self, text: str) -> None:
        """Put `text` in its place and ask again."""
        self._desk.search(replaced(self._desk.query, self._chip, text.strip()), keep=True)


class Chips(QWidget):
    """Shows nothing for an empty query."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._row = Flow(self)
        self.weaker: QPushButton | None = None
        desk.asked.connect(self._wait)
        desk.answered.connect(self._answered)
        desk.chipped.connect(self._show)

    @Slot()
    def _wait(self) -> None:
        """Say that it is being looked for; an answer that comes at once is never seen waiting."""
        asked = bool(self._desk.query or self._desk.like)
        self.setVisible(asked)
        if asked and self._desk.is_open:
            clear(self._row)
            self._row.addWidget(label("Looking …", "caption", wrap=False))

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        if not answer.question.again or not self._desk.chips:
            self._show(self._desk.chips)

    @Slot(object)
    def _show(self, chips: Sequence[Chip]) -> None:
        clear(self._row)
        answer, self.weaker = self._desk.answer, None
        asked = bool(self._desk.query or self._desk.like)
        self.setVisible(asked)
        if not asked or answer is None:
            return
        most = max((chip.without for chip in chips), default=0)
        for number, chip in enumerate(chips):
            if number:
                self._row.addWidget(label("and", "caption", wrap=False))
            self._row.addWidget(ChipButton(self._desk, chip, kills=most > 0 and chip.without == most))
        if self._desk.like:
            self._row.addWidget(label("Looks like the picture you gave", "head", wrap=False))
        self._row.addWidget(label(told(answer), "caption", wrap=False))
        self._offer_weaker(answer)

    def _offer_weaker(self, answer: Answer) -> None:
        ranking = answer.ranking
        count = len(ranking.assets) - ranking.strong if ranking is not None else 0
        if not count:
            return
        shows = self._desk.photos.weaker
        self.weaker = button(f"Hide {count:,} weaker" if shows else f"Show {count:,} weaker", "link")
        self.weaker.clicked.connect(partial(self._toggle, shown=not shows))
        self._row.addWidget(self.weaker)

    def _toggle(self, _checked: bool = False, *, shown: bool) -> None:
        self._desk.show_weaker(shown=shown)


def told(answer: Answer) -> str:
    """Return what was found in a line."""
    if answer.ranking is None:
        return ""
    ranking = answer.ranking
    weaker = len(ranking.assets) - ranking.strong
    parts = [f"{ranking.strong:,} likely", *([f"{weaker:,} weaker"] if weaker else []), f"{answer.seconds:.2f} s"]
    if not ranking.whole:
        parts.append("the newest are shown, more are coming")
    return "  ·  ".join(parts)
