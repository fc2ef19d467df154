"""Small windows over the window: what failed, what to look for, who made it."""

from importlib.metadata import version

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QTreeWidgetItem, QWidget

from core.sources.folder import shown
from core.store.due import Failure
from ui import theme
from ui.desk import Desk
from ui.panels.welcome import PROMISE, Looks
from ui.views.flow import button, column, label
from ui.views.rows import Rows

ABOUT = (
    "The code is Apache-2.0. Letters: Inter (OFL 1.1). Icons: Lucide (ISC). Qt for Python: LGPL 3. "
    "Each network has its own terms in models/; place names are GeoNames' (CC BY 4.0)."
)


class _Dialog(QDialog):
    """A title, a body, buttons."""

    def __init__(self, title: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body, self.buttons = column(gap=8), QHBoxLayout()
        self.buttons.addStretch(1)
        whole = column(20, 20, 20, 16, 12)
        whole.addWidget(label(title, "title"))
        whole.addLayout(self.body, 1)
        whole.addLayout(self.buttons)
        self.setLayout(whole)


class Failures(_Dialog):
    """What could not be read or analysed, each with its reason."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__("What could not be read", parent)
        self._desk = desk
        self.list, self._told = Rows(self), label("", "caption")
        self.list.setHeaderLabels(["File", "Why"])
        self.list.setRootIsDecorated(False)
        self.list.setHeaderHidden(False)
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setAccessibleName("What could not be read")
        self.list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.list.header().resizeSection(1, theme.px(440))
        again, close = button("Try all of them again"), button("Close", "primary")
        again.setEnabled(desk.writable)
        self.body.addWidget(self._told)
        self.body.addWidget(self.list, 1)
        self.buttons.addWidget(again)
        self.buttons.addWidget(close)
        self.resize(theme.px(860), theme.px(480))
        again.clicked.connect(self._again)
        close.clicked.connect(self.accept)
        desk.work.asker.failures_told.connect(self.show_failures)

    @Slot(object)
    def show_failures(self, failures: list[Failure]) -> None:
        """List them."""
        self.list.clear()
        for failure in failures:
            item = QTreeWidgetItem([shown(failure.path), failure.reason])
            item.setToolTip(0, shown(failure.path))
            item.setToolTip(1, failure.reason)
            self.list.addTopLevelItem(item)
        text = "The files themselves are as they were. They are tried again when they change, or now."
        self._told.setText(text if failures else "Everything could be read.")

    @Slot()
    def _again(self) -> None:
        self._desk.work.go_on.emit(True)
        self.accept()


class WhatToLookFor(_Dialog):
    """The choice of the first run, again."""

    def __init__(self, desk: Desk, off: frozenset[str], parent: QWidget | None = None) -> None:
        super().__init__("What to look for", parent)
        self._desk = desk
        self.looks = Looks(desk)
        self.looks.show_off(off)
        self.body.addWidget(self.looks)
        self.body.addWidget(label("What was found before stays when you switch something off.", "caption"))
        cancel, keep = button("Cancel"), button("Keep this choice", "primary")
        keep.setEnabled(desk.writable)
        self.buttons.addWidget(cancel)
        self.buttons.addWidget(keep)
        self.resize(theme.px(600), theme.px(280))
        cancel.clicked.connect(self.reject)
        keep.clicked.connect(self._keep)
        desk.work.estimate.emit()

    @Slot()
    def _keep(self) -> None:
        self.looks.apply()
        self._desk.work.go_on.emit(False)
        self.accept()


class About(_Dialog):
    """What this is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(f"Fovea {version('fovea')}", parent)
        self.body.addWidget(label(PROMISE))
        self.body.addWidget(label(ABOUT, "caption"))
        close = button("Close", "primary")
        self.buttons.addWidget(close)
        close.clicked.connect(self.accept)
        self.resize(theme.px(480), theme.px(220))


class Problem(_Dialog):
    """A plain dialog instead of silence, when something of ours broke."""

    def __init__(self, sentence: str, log: str, parent: QWidget | None = None) -> None:
        super().__init__("Something went wrong inside Fovea", parent)
        self.body.addWidget(label("Nothing of yours was lost: every decision that was shown is kept. You can go on."))
        self.body.addWidget(label(f"{sentence}\nIt is written down in {log}.", "caption"))
        close = button("Go on", "primary")
        self.buttons.addWidget(close)
        close.clicked.connect(self.accept)
        self.resize(theme.px(520), theme.px(220))
