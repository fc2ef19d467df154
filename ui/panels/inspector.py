"""What is known of the current photo, in tabs; each tab is a class of its own and a line in TABS."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QScrollArea, QStackedWidget, QWidget

from ui import theme
from ui.desk import Desk
from ui.tabs.about import History, Metadata, People, Text
from ui.tabs.tags import Tags
from ui.tabs.why import Why
from ui.views.flow import Flow, button, column, label

WIDTH = 344  # px


TABS: tuple[type[Why | Tags | People | Text | Metadata | History], ...] = (Why, Tags, People, Text, Metadata, History)
"""In their order."""

NOTHING = "Choose a photo to see more of it."


class Inspector(QFrame):
    """Follows the desk's current photo; only the tab that shows is told of it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setObjectName("panel")
        self.setFixedWidth(theme.px(WIDTH))
        self.setAccessibleName("What is known of the photo")
        self.bar, self.pages = QButtonGroup(self), QStackedWidget(self)
        self.tabs: list[Why | Tags | People | Text | Metadata | History] = []
        row = Flow(gap=10)
        for number, kind in enumerate(TABS):
            tab = kind(desk)
            tab.setObjectName("panel")
            room = QScrollArea()
            room.setWidget(tab)
            room.setWidgetResizable(True)
            room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            room.viewport().setObjectName("panel")
            turn = button(tab.title, "tab")
            turn.setCheckable(True)
            self.bar.addButton(turn, number)
            row.addWidget(turn)
            self.pages.addWidget(room)
            self.tabs.append(tab)
        self._nothing = label(NOTHING, "message")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setContentsMargins(8, 0, 24, 0)
        self.pages.addWidget(self._nothing)
        whole = column(16, 8, 0, 0, 8)
        whole.addLayout(row)
        whole.addWidget(self.pages, 1)
        self.setLayout(whole)
        self.bar.idClicked.connect(self._turn)
        desk.described.connect(self._tell)
        desk.laid_out.connect(self._follow)
        self._follow()
        self._tell()

    @Slot()
    def _follow(self) -> None:
        self.bar.button(self.number).setChecked(True)
        if self.pages.currentIndex() != self.number:
            self._tell()

    @property
    def number(self) -> int:
        """Which tab shows."""
        return min(max(0, self._desk.layout.tab), len(TABS) - 1)

    @Slot(int)
    def _turn(self, number: int) -> None:
        if self._desk.layout.tab != number:
            self._desk.lay_out(tab=number)

    @Slot()
    def _tell(self, *_about: object) -> None:
        about, number = self._desk.about, self.number
        if about is None:
            if self._desk.asset is None:
                self.pages.setCurrentWidget(self._nothing)
            return  # the next photo's facts are on their way: what stands there does not flicker
        self.pages.setCurrentIndex(number)
        self.tabs[number].tell(about)

    def open(self, title: str) -> QWidget:
        """Show the tab called `title` and return it."""
        number = next(place for place, kind in enumerate(TABS) if kind.title == title)
        self._turn(number)
        return self.tabs[number]
