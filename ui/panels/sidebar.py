"""What the library can be browsed by: folders, faces, what is to be reviewed, saved searches, tags, labels, dates."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QMenu, QTreeWidgetItem, QWidget

from core.asking import Shelves
from core.sources.folder import shown
from core.types import Source
from ui import theme
from ui.desk import Desk
from ui.views.rows import Rows, line
from ui.words import month_in_words, quoted

QUERY, ENTRY = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
SEEN = 20  # labels that are listed


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that something can be done with: the source or the saved search that it stands for."""

    source: Source | None = None
    search: str = ""


class Sidebar(Rows):
    """A click or Enter asks what the line stands for; the menu of a line says what else it can."""

    relocate = Signal(object)
    """Source."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._shown: Shelves | None = None
        self.setObjectName("sidebar")
        self.setIndentation(theme.px(16))
        self.setIconSize(QSize(theme.px(18), theme.px(18)))
        self.setUniformRowHeights(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Library")
        self.header().setMinimumSectionSize(1)
        self.itemClicked.connect(self._ask)
        self.itemExpanded.connect(self._folded)
        self.itemCollapsed.connect(self._folded)
        self.customContextMenuRequested.connect(self._menu)
        desk.shelved.connect(self.show_shelves)
        desk.asked.connect(self._follow)

    @Slot(object)
    def show_shelves(self, shelves: Shelves) -> None:
        """List what there is; what was open stays open, and the eye where it was."""
        if shelves == self._shown:
            return
        self._shown = shelves
        scrolled = self.verticalScrollBar().value()
        self.blockSignals(True)
        self.clear()
        everything = self._line(None, "All photos", shelves.total, "", "images")
        everything.setToolTip(0, "Everything, the newest first")
        self._sources(shelves)
        people = self._section("PEOPLE") if shelves.faces else None
        if people is not None:
            self._line(people, "With faces", shelves.faces, "faces:>=1", "users")
        self._named("TO REVIEW", "flag", "shield-check", shelves.flags)
        searches = self._section("SAVED SEARCHES") if shelves.searches else None
        for name, query in shelves.searches:
            line = self._line(searches, name, None, query, "bookmark")
            line.setData(0, ENTRY, Entry(search=name))
            line.setToolTip(0, query)
        self._tags(shelves.tags)
        self._dates(shelves.months)
        self._named("SEEN", "label", "eye", shelves.labels[:SEEN])
        self.blockSignals(False)
        self._open()
        self._follow()
        self.verticalScrollBar().setValue(scrolled)

    def _sources(self, shelves: Shelves) -> None:
        section = self._section("FOLDERS")
        for source, files in shelves.sources:
            name = shown(os.path.basename(source.root) or source.root)
            text = name if source.online else f"{name} (offline)"
            icon = "folder" if source.online else "unplug"
            line = self._line(section, text, files, f"in:{quoted(source.root)}", icon)
            line.setData(0, ENTRY, Entry(source=source))
            line.setToolTip(0, shown(source.root) + ("" if source.online else "\nNot connected; still searchable."))
            if not source.online:
                line.setForeground(0, QColor(theme.now().warn))

    def _named(self, title: str, field: str, icon: str, rows: Iterable[tuple[str, int]]) -> None:
        section = None
        for name, count in rows:
            section = section or self._section(title)
            self._line(section, name, count, f"{field}:{quoted(name)}", icon)

    def _tags(self, tags: Iterable[tuple[str, int]]) -> None:
        section, lines = None, dict[str, QTreeWidgetItem]()
        for path, count in tags:
            section = section or self._section("TAGS")
            above, _slash, name = path.rpartition("/")
            lines[path] = self._line(lines.get(above, section), name, count, f"tag:{quoted(path)}", "tag")

    def _dates(self, months: Iterable[tuple[str, int]]) -> None:
        section, years = None, dict[str, QTreeWidgetItem]()
        totals = dict[str, int]()
        for month, count in months:
            section = section or self._section("DATES")
            year = month[:4]
            totals[year] = totals.get(year, 0) + count
            if year not in years:
                years[year] = self._line(section, year, 0, f"date:{year}", "calendar")
            self._line(years[year], month_in_words(month), count, f"date:{month}", "")
            years[year].setText(1, f"{totals[year]:,}")

    def _section(self, title: str) -> QTreeWidgetItem:
        section = QTreeWidgetItem([title, ""])
        section.setFlags(Qt.ItemFlag.ItemIsEnabled)
        section.setFont(0, theme.font(theme.SMALL, bold=True))
        section.setForeground(0, QColor(theme.now().caption))
        self.addTopLevelItem(section)
        return section

    def _line(
        self, above: QTreeWidgetItem | None, text: str, count: int | None, query: str, icon: str
    ) -> QTreeWidgetItem:
        made = line(text, "" if count is None else f"{count:,}")
        made.setData(0, QUERY, query)
        if icon:
            made.setIcon(0, theme.icon(icon))
        if above is None:
            self.addTopLevelItem(made)
        else:
            above.addChild(made)
        return made

    # -- open and folded ---------------------------------------------------------------------------------------

    def _open(self) -> None:
        """Sections are open unless they were folded, what lies deeper only where it was opened."""
        folded = set(self._desk.layout.folded)
        self.blockSignals(True)
        for number in range(self.topLevelItemCount()):
            section = self.topLevelItem(number)
            assert section is not None
            section.setExpanded(section.text(0) not in folded)
            for place in range(section.childCount()):
                child = section.child(place)
                if child is not None:
                    child.setExpanded(f"{section.text(0)}/{child.text(0)}" in folded)
        self.blockSignals(False)

    @Slot(QTreeWidgetItem)
    def _folded(self, item: QTreeWidgetItem) -> None:
        above = item.parent()
        key = item.text(0) if above is None else f"{above.text(0)}/{item.text(0)}"
        kept = [one for one in self._desk.layout.folded if one != key]
        noted = item.isExpanded() if above is not None else not item.isExpanded()
        self._desk.lay_out(folded=[*kept, key] if noted else kept)

    @Slot()
    def _follow(self) -> None:
        """Show which line is asked now."""
        self.blockSignals(True)
        self.setCurrentItem(self._asked())  # type: ignore[arg-type]  # None: none of them
        self.blockSignals(False)

    def _asked(self) -> QTreeWidgetItem | None:
        if self._desk.like:
            return None
        lines = [self.topLevelItem(number) for number in range(self.topLevelItemCount())]
        while lines:
            line = lines.pop()
            if line is None:
                continue
            if line.data(0, QUERY) == self._desk.query:
                return line
            lines += [line.child(place) for place in range(line.childCount())]
        return None

    # -- what a line does --------------------------------------------------------------------------------------

    @Slot(QTreeWidgetItem)
    def _ask(self, item: QTreeWidgetItem) -> None:
        query = item.data(0, QUERY)
        if query is not None:
            self._desk.search(query, keep=True)
            self._desk.set_mode("grid")
        elif item.childCount():
            item.setExpanded(not item.isExpanded())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter asks, the menu key opens the line's menu; all else is Qt's."""
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self._ask(item)
        else:
            super().keyPressEvent(event)

    @Slot(QPoint)
    def _menu(self, point: QPoint) -> None:
        item = self.itemAt(point)
        entry = item.data(0, ENTRY) if item is not None else None
        if entry is not None:
            self.menu_of(entry).popup(self.viewport().mapToGlobal(point))

    def menu_of(self, entry: Entry) -> QMenu:
        """Return what can be done with a line."""
        menu = QMenu(self)
        source = entry.source
        if source is not None:
            look = menu.addAction(theme.icon("refresh-cw"), "Look for changes")
            look.setEnabled(source.online)
            look.triggered.connect(lambda: self._desk.add_sources([source.root]))
            menu.addAction("It has moved …").triggered.connect(lambda: self.relocate.emit(source))
            menu.addSeparator()
            gone = menu.addAction("Take out of the library (your marks are kept)")
            gone.triggered.connect(lambda: self._desk.forget_source(source.id, source.root))
        else:
            gone = menu.addAction(theme.icon("trash-2"), "Keep this search no longer")
            gone.triggered.connect(lambda: self._desk.work.save_search.emit(entry.search, ""))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu
