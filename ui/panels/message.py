"""What stands where no photos are: each state in words, with what a person can do about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.search.chips import Chip, replaced
from core.sources.folder import shown
from ui import theme
from ui.desk import Desk
from ui.views.flow import button, clear, column, label
from ui.words import photos_in_words

WIDTH = 560  # px


@dataclass(frozen=True, slots=True)
class State:
    """title, text: words; offers: (what a button says, what it does), the first being what one would do."""

    icon: str
    title: str
    text: str = ""
    offers: tuple[tuple[str, Callable[[], object]], ...] = ()


class Message(QWidget):
    """One state in the middle of the room."""

    folder_wanted = Signal()
    retry_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.state = State("loader", "Opening your library …")
        self._icon, self._title, self._text = label(wrap=False), label(name="title"), label()
        self._offers = column(gap=8)
        inner = QWidget()
        inner.setMaximumWidth(theme.px(WIDTH))
        inside = column(gap=8)
        inner.setLayout(inside)
        for part in (self._icon, self._title, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            inside.addWidget(part)
        inside.addSpacing(8)
        inside.addLayout(self._offers)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inner, 1000)
        row.addStretch(1)
        whole = column(16, 16, 16, 16)
        whole.addStretch(2)
        whole.addLayout(row)
        whole.addStretch(3)
        self.setLayout(whole)
        self.show_state(self.state)

    def show_state(self, state: State) -> None:
        """Show `state`."""
        self.state = state
        self._icon.setPixmap(theme.icon(state.icon, "caption").pixmap(theme.px(theme.ICON), theme.px(theme.ICON)))
        self._title.setText(state.title)
        self._text.setText(state.text)
        self._text.setVisible(bool(state.text))
        self.setAccessibleName(state.title)
        clear(self._offers)
        for number, (words, do) in enumerate(state.offers):
            offer = button(words, "" if number else "primary")
            offer.clicked.connect(partial(_do, do))
            self._offers.addWidget(offer, 0, Qt.AlignmentFlag.AlignHCenter)

    def refused(self, sentence: str) -> None:
        """The library cannot be used at all."""
        self.show_state(
            State("triangle-alert", "This library cannot be opened", sentence, (("Try again", self.retry_wanted.emit),))
        )

    def empty(self) -> None:
        """There are folders, and no photo in them."""
        roots = ", ".join(shown(source.root) for source, _files in self._desk.shelves.sources)
        offers = (("Look again", self._desk.rescan), ("Add a folder …", self.folder_wanted.emit))
        self.show_state(State("images", "No photos yet", f"Nothing that Fovea reads was found in {roots}.", offers))

    def looking(self) -> None:
        """A first look is under way."""
        self.show_state(State("loader", "Looking for photos …", "They appear here as they are read."))

    def problem(self, sentence: str) -> None:
        """A question could not be answered."""
        self.show_state(
            State("triangle-alert", "That did not work", sentence, (("Show everything", self._everything),))
        )

    def nothing_found(self, chips: Sequence[Chip], weaker: int) -> None:
        """Nothing answers: say which part of the query leaves nothing, and offer what comes close."""
        query = shown(self._desk.query)
        offers: list[tuple[str, Callable[[], object]]] = []
        if weaker:
            offers.append((f"Show {weaker:,} that come close in meaning", partial(self._desk.show_weaker, shown=True)))
        offers += [
            (f"Without “{shown(chip.text)}”: {photos_in_words(chip.without)}", partial(self._drop, chip))
            for chip in sorted(chips, key=lambda one: -one.without)
            if chip.without > 0
        ][:3]
        dead = [f"“{shown(chip.text)}”" for chip in chips if not chip.count and not chip.negated]
        text = f"No photo answers to {' or '.join(dead)}." if dead else "Each part is there, but never in one photo."
        if not chips:
            text = f"Nothing answers to {query}."
        if self._desk.shelves.waiting:
            text += f" {self._desk.shelves.waiting:,} photos are not looked at yet."
        offers.append(("Show everything", self._everything))
        self.show_state(State("search", "Nothing here answers to that", text, tuple(offers)))

    def _drop(self, chip: Chip) -> None:
        self._desk.search(replaced(self._desk.query, chip, ""), keep=True)

    @Slot()
    def _everything(self) -> None:
        self._desk.search("", keep=True)


def _do(do: Callable[[], object], _checked: bool = False) -> None:
    do()
