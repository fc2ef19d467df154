"""The narrow strip at the left: where one can go, and everything else in one menu."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from ui import theme
from ui.desk import Desk
from ui.views.flow import column, tool

PLACES = (("sidebar", "panel-left"), ("everything", "images"), ("find", "search"), ("people", "users"),
          ("review", "shield-check"))  # fmt: skip
BELOW = (("palette", "command"), ("keys", "keyboard"))


class Rail(QFrame):
    """Buttons for actions, by their ids; `tips` gives each its words and key."""

    wanted = Signal(str)
    """The id of an action."""
    menu_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("rail")
        self.setFixedWidth(theme.px(56))
        self.setAccessibleName("Places")
        self.buttons: dict[str, QToolButton] = {}
        whole = column(8, 8, 8, 8, 4)
        for name, icon in PLACES:
            whole.addWidget(self._button(name, icon))
        whole.addStretch(1)
        for name, icon in BELOW:
            whole.addWidget(self._button(name, icon))
        self.menu = tool("settings", "Everything else", "rail")
        self.menu.clicked.connect(self.menu_wanted)
        whole.addWidget(self.menu)
        self.setLayout(whole)
        desk.asked.connect(self._follow)
        desk.laid_out.connect(self._follow)

    def _button(self, name: str, icon: str) -> QToolButton:
        made = tool(icon, name, "rail")
        made.setCheckable(name in ("sidebar", "everything", "people", "review"))
        made.clicked.connect(lambda: self.wanted.emit(name))
        self.buttons[name] = made
        return made

    def name(self, tips: dict[str, str]) -> None:
        """Give the buttons their words."""
        for name, made in self.buttons.items():
            made.setToolTip(tips[name])
            made.setAccessibleName(tips[name])

    @Slot()
    def _follow(self) -> None:
        asked = {"everything": "", "people": "faces:>=1", "review": "flag:any"}
        for name, query in asked.items():
            self.buttons[name].setChecked(self._desk.query == query and not self._desk.like)
        self.buttons["sidebar"].setChecked(self._desk.layout.sidebar)
