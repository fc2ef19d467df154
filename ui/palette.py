"""Ctrl+K: do anything by its name, or go to a folder, a tag or a saved search."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QTreeWidgetItem, QWidget
from rapidfuzz import fuzz, process

from ui import theme
from ui.views.flow import column
from ui.views.rows import Rows, line

SHOWN = 12
CLOSE = 55.0  # of a hundred: how near words have to be to what is typed
Entry = tuple[str, str, Callable[[], object]]
"""What it says, its key, what it does."""


class Palette(QDialog):
    """Type, choose, Enter."""

    def __init__(self, entries: Sequence[Entry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = entries
        self.setWindowTitle("Do anything")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field, self.list = QLineEdit(self), Rows(self)
        self.field.setPlaceholderText("What would you like to do?")
        self.field.setAccessibleName("What to do")
        self.field.setFixedHeight(theme.px(36))
        self.list.setAccessibleName("What can be done")
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        whole = column(12, 12, 12, 12, 8)
        whole.addWidget(self.field)
        whole.addWidget(self.list)
        self.setLayout(whole)
        self.resize(theme.px(520), theme.px(420))
        self.field.textChanged.connect(self._narrow)
        self.field.installEventFilter(self)
        self.list.itemActivated.connect(self._run)
        self._narrow("")

    @Slot(str)
    def _narrow(self, text: str) -> None:
        self.list.clear()
        for number in nearest(text, [name for name, _key, _do in self._entries]):
            name, key, _do = self._entries[number]
            item = line(name, key)
            item.setData(0, Qt.ItemDataRole.UserRole, number)
            self.list.addTopLevelItem(item)
        self._go(0)

    def _go(self, number: int) -> None:
        item = self.list.topLevelItem(min(max(0, number), self.list.topLevelItemCount() - 1))
        if item is not None:
            self.list.setCurrentItem(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down choose and Enter does, while the keyboard stays in the field."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            key = Qt.Key(event.key())
            if key in steps:
                self._go(self.list.currentIndex().row() + steps[key])
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)

    @Slot(QTreeWidgetItem)
    def _run(self, item: QTreeWidgetItem | None, _column: int = 0) -> None:
        if item is None:
            return
        _name, _key, do = self._entries[item.data(0, Qt.ItemDataRole.UserRole)]
        self.close()
        do()


def nearest(text: str, names: Sequence[str]) -> Iterable[int]:
    """Return the places of the names that are nearest to `text`, all that hold its words first."""
    words = text.lower().split()
    if not words:
        return range(min(SHOWN * 4, len(names)))
    whole = [number for number, name in enumerate(names) if all(word in name.lower() for word in words)]
    near = process.extract(
        text.lower(), [name.lower() for name in names], scorer=fuzz.WRatio, limit=SHOWN, score_cutoff=CLOSE
    )
    return dict.fromkeys([*whole, *(place for _name, _score, place in near)])
