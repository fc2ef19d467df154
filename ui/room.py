"""The window's body: panels in their places, and which of them shows."""

from functools import partial
from typing import TypeVar, cast

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedWidget, QToolButton, QWidget

from ui import theme
from ui.desk import Desk
from ui.items.photos import ranges
from ui.panels.chips import Chips
from ui.panels.inspector import Inspector
from ui.panels.message import Message
from ui.panels.notice import Notice
from ui.panels.rail import Rail
from ui.panels.searchbar import SearchField
from ui.panels.sidebar import Sidebar
from ui.panels.status import Status
from ui.panels.welcome import Welcome
from ui.views.compare import Compare
from ui.views.filmstrip import Filmstrip
from ui.views.flow import column, hairline, tool
from ui.views.grid import Grid
from ui.views.loupe import Loupe

SIDE, INSPECTOR = 232, 344  # px
NARROW = 0.26  # of the window's width that a panel at its side takes at most

PANELS = (Rail, Sidebar, SearchField, Chips, Notice, Inspector, Status, Message, Welcome, Loupe, Compare, Filmstrip)
"""Every panel, each made from the desk alone; the window has one of each."""

Panel = TypeVar("Panel", bound=QWidget)

VIEWS = (("grid", "layout-grid"), ("loupe", "image"), ("compare", "columns-2"))


class Room(QWidget):
    """Made anew when the letters grow or the colours change; everything that lasts is the desk's."""

    wanted = Signal(str)
    """The id of an action."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._panels: dict[type[QWidget], QWidget] = {kind: kind(desk) for kind in PANELS}
        self.rail, self.sidebar, self.field = self._the(Rail), self._the(Sidebar), self._the(SearchField)
        self.chips, self.notice, self.inspector = self._the(Chips), self._the(Notice), self._the(Inspector)
        self.status, self.message, self.welcome = self._the(Status), self._the(Message), self._the(Welcome)
        self.loupe, self.compare, self.filmstrip = self._the(Loupe), self._the(Compare), self._the(Filmstrip)
        self.grid = Grid(desk.photos, desk.selection)
        self.middle = QStackedWidget()
        self.photos = QWidget()
        """What has the keys without modifiers."""
        self.views: dict[str, QToolButton] = {}
        self._lay_out()
        self._connect()
        self.lay_out()
        self.arrange()

    def _the(self, kind: type[Panel]) -> Panel:
        return cast("Panel", self._panels[kind])

    def _lay_out(self) -> None:
        for view in (self.message, self.grid, self.loupe, self.compare, self.welcome):
            self.middle.addWidget(view)
        inner = column()
        inner.addWidget(self.middle, 1)
        inner.addWidget(self.filmstrip)
        self.photos.setLayout(inner)
        center = column(16, 8, 0, 0)  # the grid keeps its own margin at the right: its scroll bar lies there
        center.addWidget(self.chips)
        center.addSpacing(4)
        center.addWidget(self.notice)
        center.addWidget(self.photos, 1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addLayout(center, 1)
        self._edge = hairline(upright=True)
        body.addWidget(self._edge)
        body.addWidget(self.inspector)
        right = column()
        right.addWidget(self._top())
        right.addWidget(hairline())
        right.addLayout(body, 1)
        right.addWidget(hairline())
        right.addWidget(self.status)
        whole = QHBoxLayout(self)
        whole.setSpacing(0)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.rail)
        whole.addWidget(self._side())
        whole.addLayout(right, 1)

    def _side(self) -> QWidget:
        self._panel = QWidget()
        self._panel.setObjectName("panel")
        inside = column(8, 8, 0, 8)
        inside.addWidget(self.sidebar, 1)
        row = QHBoxLayout(self._panel)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(inside, 1)
        row.addWidget(hairline(upright=True))
        return self._panel

    def _top(self) -> QWidget:
        top = QWidget()
        row = QHBoxLayout(top)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(4)
        row.addWidget(self.field, 20)
        row.addStretch(1)
        group = QButtonGroup(self)
        for name, icon in VIEWS:
            made = tool(icon, name)
            made.setCheckable(True)
            made.clicked.connect(partial(self._want, name))
            group.addButton(made)
            self.views[name] = made
            row.addWidget(made)
        row.addSpacing(8)
        made = tool("panel-right", "inspector")
        made.setCheckable(True)
        made.clicked.connect(partial(self._want, "inspector"))
        self.views["inspector"] = made
        row.addWidget(made)
        return top

    def _want(self, name: str, _checked: bool = False) -> None:
        self.wanted.emit(name)

    def _connect(self) -> None:
        desk = self.desk
        self.rail.wanted.connect(self.wanted)
        self.field.left.connect(self._to_photos)
        self.status.undo_wanted.connect(partial(self.wanted.emit, "undo"))
        self.status.jobs.failures_wanted.connect(partial(self.wanted.emit, "failures"))
        for panel in (self.message, self.welcome):
            panel.folder_wanted.connect(partial(self.wanted.emit, "add-folder"))
        self.message.retry_wanted.connect(desk.work.begin)
        self.grid.opened.connect(self._open)
        self.grid.typed.connect(desk.seek)
        self.grid.complete.connect(desk.note_complete)
        for view in (self.loupe, self.compare):
            view.left.connect(self.back)
        desk.moded.connect(self.arrange)
        desk.answered.connect(self.arrange)
        desk.chipped.connect(self.arrange)
        desk.shelved.connect(self.arrange)
        desk.progressed.connect(self.arrange)
        desk.refused.connect(self._refuse)
        desk.laid_out.connect(self.lay_out)
        desk.renewing.connect(self.grid.hold)
        desk.renewed.connect(self.grid.restore)

    # -- what shows --------------------------------------------------------------------------------------------

    @Slot()
    def lay_out(self) -> None:
        """Show the panels that the layout wants, as wide as there is room for."""
        layout = self.desk.layout
        self._panel.setVisible(layout.sidebar and not self._is_welcome)
        self._edge.setVisible(layout.inspector and not self._is_welcome)
        self.inspector.setVisible(layout.inspector and not self._is_welcome)
        self.filmstrip.setVisible(layout.filmstrip and not self._is_welcome)
        self.views["inspector"].setChecked(layout.inspector)
        self.field.setEnabled(not self._is_welcome)
        self.grid.set_cell(layout.cell)
        self._narrow(self.width())

    def _narrow(self, width: int) -> None:
        self._panel.setFixedWidth(min(theme.px(SIDE), int(width * NARROW)))
        self.inspector.setFixedWidth(min(theme.px(INSPECTOR), int(width * (NARROW + 0.04))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for the photos."""
        self._narrow(event.size().width())
        super().resizeEvent(event)

    @property
    def _is_welcome(self) -> bool:
        desk = self.desk
        nothing = desk.shelves_known and not desk.shelves.sources and not desk.shelves.total
        return nothing and desk.writable and not desk.query and not desk.like

    @Slot()
    def arrange(self, *_told: object) -> None:
        """Show what there is to be shown: photos, one, two, a state in words, or the first run."""
        before, now = self.middle.currentWidget(), self._wanted_now()
        if now is self.message:
            self._say()
        self.middle.setCurrentWidget(now)
        for name in ("grid", "loupe", "compare"):
            self.views[name].setChecked(self.desk.mode == name)
        if now is not before:
            self._turn_to(now, before)

    def _wanted_now(self) -> QWidget:
        desk = self.desk
        if self._is_welcome and desk.job.state != "running":
            return self.welcome
        if not desk.photos.rowCount():
            return self.message
        views: dict[str, QWidget] = {"grid": self.grid, "loupe": self.loupe, "compare": self.compare}
        return views[desk.mode]

    def _turn_to(self, now: QWidget, before: QWidget | None) -> None:
        """Have the panels around it fit, and the keyboard follow."""
        self.lay_out()
        if now is self.welcome:
            self.desk.work.estimate.emit()
            self.welcome.choose.setFocus()
        elif before is not None and before.isAncestorOf(self.focusWidget() or self):
            now.setFocus()
        self._refresh_views()

    def _refresh_views(self) -> None:
        if self.desk.mode == "compare" and self.compare.sides[0].row < 0:
            self.compare.begin(*self.desk.pair)
        self.loupe.refresh()
        self.compare.refresh()

    def _say(self) -> None:
        """Put the state there is into words."""
        desk, answer = self.desk, self.desk.answer
        if answer is None:
            return
        if answer.problem:
            self.message.problem(answer.problem)
        elif desk.query or desk.like:
            weaker = len(answer.ranking.assets) - answer.ranking.strong if answer.ranking is not None else 0
            self.message.nothing_found(desk.chips, weaker)
        elif desk.job.state == "running":
            self.message.looking()
        elif desk.shelves_known:
            self.message.empty()

    @Slot(str)
    def _refuse(self, sentence: str) -> None:
        self.message.refused(sentence)
        self.middle.setCurrentWidget(self.message)

    @Slot(int)
    def _open(self, row: int) -> None:
        self.desk.go(row)
        self.show_one()

    def show_one(self) -> None:
        """Look at the current photo."""
        self.desk.set_mode("loupe")
        self.loupe.setFocus()

    def show_two(self) -> None:
        """Look at two: the first two that are selected, else the current one and the next."""
        desk = self.desk
        parts = ranges(desk.selection.selection())
        rows = [row for top, bottom in parts for row in range(top, min(bottom, top + 1) + 1)][:2]
        if len(rows) < 2 and desk.photos.rowCount() > 1:
            row = max(0, desk.row)
            rows = [row, row + 1] if row + 1 < desk.photos.rowCount() else [row - 1, row]
        if len(rows) == 2:
            desk.pair = (rows[0], rows[1])
            desk.set_mode("compare")
            self.compare.begin(*desk.pair)
            self.compare.setFocus()

    @Slot()
    def back(self) -> None:
        """Back to the wall."""
        self.desk.set_mode("grid")
        self.grid.setFocus()
        self.grid.scrollTo(self.desk.selection.currentIndex())

    @Slot()
    def _to_photos(self) -> None:
        now = self.middle.currentWidget()
        if now is not None:
            now.setFocus()

    def sizeHint(self) -> QSize:
        """As drawn."""
        return QSize(1440, 900)
