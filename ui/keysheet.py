"""All keys at a glance, and each of them another one where a person wants that."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QKeySequenceEdit,
    QTreeWidgetItem,
    QWidget,
)

from ui import theme
from ui.actions import ACTIONS, BY_ID, MENUS, keys_of
from ui.desk import Desk
from ui.views.flow import button, column, label
from ui.views.rows import Rows

ID = Qt.ItemDataRole.UserRole
ALWAYS = (
    ("Arrows, Home, End, Page", "Go to another photo; with Shift, select up to there"),
    ("Enter, double click", "Look at one photo; Escape goes back"),
    ("Space, Backspace", "Next and previous in the loupe"),
    ("Down in the search field", "To the photos"),
    ("Delete, minus, Enter on a chip", "Take it away, turn it round, edit it"),
    ("Y, N on a label at the right", "Confirm it, reject it"),
)
"""Keys that belong to a place and are not changed."""


class KeySheet(QDialog):
    """Choose a line, press the key that it shall have."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list, self.edit = Rows(self), QKeySequenceEdit(self)
        self.told = label("Choose a line to give it another key.", "caption")
        self._reset = button("As it was")
        self._none = button("No key")
        self.list.setRootIsDecorated(False)
        self.list.setAccessibleName("Keys")
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName("The new key")
        self.edit.setFixedHeight(theme.px(32))
        close = button("Close", "primary")
        row = QHBoxLayout()
        for part in (self.edit, self._none, self._reset):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(close)
        whole = column(16, 16, 16, 16, 8)
        whole.addWidget(label("Keys", "title"))
        whole.addWidget(self.list, 1)
        whole.addWidget(self.told)
        whole.addLayout(row)
        self.setLayout(whole)
        self.resize(theme.px(620), theme.px(640))
        close.clicked.connect(self.accept)
        self.edit.editingFinished.connect(self._take)
        self._none.clicked.connect(self._clear)
        self._reset.clicked.connect(self._restore)
        self.list.currentItemChanged.connect(self._choose)
        self._fill()
        first = self.list.model().index(0, 0)
        self.list.setCurrentIndex(self.list.model().index(0, 0, first))
        self._choose()

    def _fill(self) -> None:
        self.list.clear()
        for menu in MENUS:
            section = self._section(menu)
            for action in ACTIONS:
                if action.menu == menu:
                    keys = ", ".join(keys_of(action, self._desk.layout.keys))
                    item = QTreeWidgetItem([action.text, keys])
                    item.setData(0, ID, action.id)
                    section.addChild(item)
            section.setExpanded(True)
        always = self._section("Always")
        for keys, what in ALWAYS:
            item = QTreeWidgetItem([what, keys])
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            always.addChild(item)
        always.setExpanded(True)

    def _section(self, title: str) -> QTreeWidgetItem:
        section = QTreeWidgetItem([title, ""])
        section.setFlags(Qt.ItemFlag.ItemIsEnabled)
        section.setFont(0, theme.font(theme.TEXT, bold=True))
        self.list.addTopLevelItem(section)
        return section

    @property
    def _chosen(self) -> str:
        item = self.list.currentItem()
        return str(item.data(0, ID) or "") if item is not None else ""

    @Slot()
    def _choose(self, *_items: object) -> None:
        for part in (self.edit, self._none, self._reset):
            part.setEnabled(bool(self._chosen))
        if self._chosen:
            keys = keys_of(BY_ID[self._chosen], self._desk.layout.keys)
            self.edit.setKeySequence(QKeySequence(keys[0] if keys else ""))

    @Slot()
    def _take(self) -> None:
        key = self.edit.keySequence().toString()
        if self._chosen and key:
            self.give(self._chosen, key)

    def give(self, action: str, key: str) -> None:
        """Give `action` the key `key`; refused in a sentence where another has it."""
        taken = [a for a in ACTIONS if a.id != action and key in keys_of(a, self._desk.layout.keys)]
        if taken:
            self.told.setText(f"{key} is the key of “{taken[0].text}”; give that another one first.")
            self._choose()
            return
        if key in keys_of(BY_ID[action], self._desk.layout.keys):
            return
        self._keep({**self._desk.layout.keys, action: key}, f"{key}: {BY_ID[action].text}")

    @Slot()
    def _clear(self) -> None:
        if self._chosen:
            self._keep({**self._desk.layout.keys, self._chosen: ""}, f"No key: {BY_ID[self._chosen].text}")

    @Slot()
    def _restore(self) -> None:
        kept = {name: key for name, key in self._desk.layout.keys.items() if name != self._chosen}
        if self._chosen:
            self._keep(kept, f"As it was: {BY_ID[self._chosen].text}")

    def _keep(self, keys: dict[str, str], told: str) -> None:
        chosen = self._chosen
        self._desk.lay_out(keys=keys)
        self._fill()
        for item in self.list.findItems(BY_ID[chosen].text if chosen else "", Qt.MatchFlag.MatchRecursive):
            self.list.setCurrentItem(item)
        self.told.setText(told)
