"""The first run: choose folders, choose what to look for, see how long it takes on this machine, begin."""

import os
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QMimeData, Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from core.jobs.estimate import Estimate
from core.sources.folder import shown
from ui import theme
from ui.desk import Desk
from ui.views.flow import button, clear, column, label, tool
from ui.words import duration_in_words, photos_in_words

LOOKS = {
    "tags": ("What is in it", "a thousand things by name, and search by meaning", ("labels", "objects", "embedding")),
    "faces": ("Faces", "where they are, and which tell people apart", ("faces", "objects")),
    "text": ("Text and codes", "signs, receipts, QR codes", ("text",)),
    "sensitive": ("What may be sensitive", "for your own review; nothing is hidden or moved", ("moderation",)),
}
"""What can be looked for: its name, what that is, and the settings behind it, its own first."""

PROMISE = "Your originals are never changed. Nothing leaves this computer."


class Looks(QWidget):
    """The choice of what to look for, each with what it takes here."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.estimate: Estimate | None = None
        self.boxes: dict[str, QCheckBox] = {}
        self._takes = {key: label(name="caption", wrap=False) for key in LOOKS}
        whole = QGridLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setHorizontalSpacing(16)
        whole.setVerticalSpacing(2)
        whole.setColumnStretch(1, 1)
        for line, (key, (name, what, _settings)) in enumerate(LOOKS.items()):
            box = QCheckBox(name)
            box.setChecked(True)
            self.boxes[key] = box
            for place, part in enumerate((box, label(what, "caption"), self._takes[key])):
                whole.addWidget(part, line, place)
        desk.work.jobs.estimated.connect(self._measured)

    @Slot(object)
    def _measured(self, estimate: Estimate) -> None:
        self.estimate = estimate
        for key, told in self._takes.items():
            told.setText(f"{getattr(estimate, key) * 1000:.0f} ms a photo")

    def seconds(self, photos: int) -> float | None:
        """Return what so many photos take with what is chosen, in seconds; None before it was measured."""
        if self.estimate is None:
            return None
        return self.estimate.seconds(photos, [key for key, box in self.boxes.items() if box.isChecked()])

    def show_off(self, off: frozenset[str]) -> None:
        """Show that the analyzers `off` are not wanted."""
        for key, (_name, _what, settings) in LOOKS.items():
            self.boxes[key].setChecked(settings[0] not in off)

    def apply(self) -> None:
        """Make the choice a setting of the library; what faces need stays on with them."""
        wanted = {setting for key, box in self.boxes.items() if box.isChecked() for setting in LOOKS[key][2]}
        for setting in {setting for _name, _what, settings in LOOKS.values() for setting in settings}:
            self._desk.work.choose.emit(setting, "on" if setting in wanted else "off")


class Welcome(QScrollArea):
    """Folders can be dropped anywhere on it."""

    folder_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.places: list[str] = []
        self._found, self._counted = 0, False
        self.setAcceptDrops(True)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Welcome")
        self.looks = Looks(desk)
        self._list, self._total = QVBoxLayout(), label(name="head")
        self.begin = button("Look at these photos", "primary")
        self.choose = button("Choose a folder …", icon="folder-plus")
        self._lay_out()
        self.choose.clicked.connect(self.folder_wanted)
        self.begin.clicked.connect(self._begin)
        for box in self.looks.boxes.values():
            box.toggled.connect(self._tell)
        desk.work.jobs.counted.connect(self._count)
        desk.work.jobs.estimated.connect(self._tell)
        self._tell()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setMaximumWidth(theme.px(640))
        whole = column(24, 32, 24, 24, 8)
        whole.addWidget(label("Welcome to Fovea", "display"))
        whole.addWidget(label(PROMISE))
        for number, (title, parts) in enumerate(
            (
                ("Choose folders", (label("Drop them anywhere here, or choose one by one.", "caption"), self.choose)),
                ("What to look for", (self.looks,)),
                ("Begin", (self._total, self.begin)),
            ),
            1,
        ):
            whole.addSpacing(20)
            whole.addWidget(label(f"{number}   {title}", "head"))
            for part in parts:
                stands = Qt.AlignmentFlag.AlignLeft if part in (self.choose, self.begin) else Qt.AlignmentFlag(0)
                whole.addWidget(part, 0, stands)
            if number == 1:
                whole.addLayout(self._list)
        whole.addWidget(
            label("Photos appear at once and can be searched as they are looked at. You can pause.", "caption")
        )
        whole.addStretch(1)
        inner.setLayout(whole)
        middle, row = QWidget(), QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inner, 8)
        row.addStretch(1)
        middle.setLayout(row)
        self.setWidget(middle)

    def add(self, places: Sequence[str]) -> None:
        """Add folders to the list and count what is in them."""
        self.places += [place for place in places if place not in self.places]
        clear(self._list)
        for place in self.places:
            row, made = QHBoxLayout(), QWidget()
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(label(shown(place)), 1)
            away = tool("x", "Not this one", "small")
            away.clicked.connect(partial(self._drop, place))
            row.addWidget(away)
            made.setLayout(row)
            self._list.addWidget(made)
        self._found, self._counted = 0, False
        if self.places:
            self._desk.work.count.emit(tuple(self.places))
        self._tell()

    def _drop(self, place: str, _checked: bool = False) -> None:
        self.places.remove(place)
        self.add([])

    @Slot(object)
    def _count(self, told: tuple[tuple[str, ...], int, bool]) -> None:
        places, self._found, self._counted = told
        if list(places) == self.places:
            self._tell()

    @Slot()
    def _tell(self, *_changed: object) -> None:
        self.begin.setEnabled(bool(self.places))
        if not self.places:
            self._total.setText("No folder chosen yet")
            return
        seconds = self.looks.seconds(self._found)
        long = f", about {duration_in_words(seconds)} on this machine" if seconds is not None and self._found else ""
        self._total.setText(f"{photos_in_words(self._found)}{'' if self._counted else ' so far'}{long}")

    @Slot()
    def _begin(self) -> None:
        self.looks.apply()
        self._desk.add_sources(self.places)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders."""
        if folders_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the folders."""
        self.add(folders_in(event.mimeData()))
        event.acceptProposedAction()


def folders_in(data: QMimeData) -> list[str]:
    """Return the places that are dropped and do not end like a file: what they are is for the library to see."""
    paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if not os.path.splitext(path)[1]]
