"""The window: makes the room, gives every action its key, and does what only a window can."""

import os
from collections.abc import Callable, Sequence
from functools import partial
from operator import attrgetter
from pathlib import Path

import shiboken6
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QSize, Qt, QUrl, Slot
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QCursor,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
)
from PySide6.QtWidgets import QApplication, QFileDialog, QMainWindow, QMenu, QWidget

from core.sources.folder import shown
from core.types import Source
from ui import theme
from ui.actions import ACTIONS, BY_ID, MENUS, Action, keys_of, tip
from ui.desk import PASTED, Desk
from ui.dialogs import About, Failures, Problem, WhatToLookFor
from ui.keysheet import KeySheet
from ui.palette import Palette
from ui.panels.welcome import folders_in
from ui.room import Room
from ui.tabs.tags import Tags
from ui.tabs.why import Why
from ui.words import quoted

START_SIZE = QSize(1440, 900)
LEAST_SIZE = QSize(760, 480)
STEP = 32  # px by which a key makes thumbnails larger
CLOSER = 1.5
IN_ROOM = {
    "history": "field.show_history", "save-search": "field.save_search", "grid": "back", "loupe": "show_one",
    "compare": "show_two", "overlays": "loupe.cycle", "select-all": "grid.selectAll", "invert": "grid.invert",
}  # fmt: skip
"""Actions that a part of the room does."""


class Window(QMainWindow):
    """Fovea's window on the library in `folder`, which only its workers touch until the window has closed."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.ended, self.failed = False, ""
        self.desk = Desk(folder, self)
        self.desk.work.begin()  # its answers come when the event loop runs, and the room is there by then
        self._dressed: tuple[str, float, str] = ("", 0.0, "")
        self._actions: list[QAction] = []
        self._bound: tuple[object, ...] = ()
        self._framed = False
        self.setWindowTitle("Fovea")
        self.setMinimumSize(LEAST_SIZE)
        self.setAcceptDrops(True)
        self.resize(START_SIZE.boundedTo(self.screen().availableSize()))
        self._deeds = self._own_deeds()
        self._make()
        self.desk.laid_out.connect(self._follow)
        self.desk.refused.connect(self._refused)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    # -- the room ----------------------------------------------------------------------------------------------

    def _make(self) -> None:
        """Dress the program and make the room anew."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._dressed = self._wanted_dress()
        before = self.centralWidget()
        if before is not None:
            shiboken6.delete(before)  # at once, or everything in it would be dressed once more
        self._actions = []  # they go with the room before
        with theme.dressing(app, *self._dressed):  # type: ignore[arg-type]  # a name that is none falls back
            self.room = Room(self.desk)
            self.room.setObjectName("window")
            self.setCentralWidget(self.room)
        self.room.wanted.connect(self.run)
        self.room.rail.menu_wanted.connect(self._show_menu)
        self.room.sidebar.relocate.connect(self._relocate)
        self.room.photos.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.room.photos.customContextMenuRequested.connect(self._photo_menu)
        self._bind()
        self.desk.replay()
        self.room.field.setFocus()

    @Slot()
    def _follow(self, *_scheme: object) -> None:
        """Follow a layout that changed: keys at once, colours and letters by a new room."""
        layout = self.desk.layout
        if not self._framed and layout.frame:
            self._framed = True
            self.restoreGeometry(QByteArray.fromBase64(layout.frame.encode()))
        if self._wanted_dress() != self._dressed:
            self._make()
        else:
            self._bind()

    def _wanted_dress(self) -> tuple[str, float, str]:
        """Return theme, scale and canvas as the layout says, or as the system is."""
        layout = self.desk.layout
        light = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
        name = layout.theme if layout.theme in theme.THEMES else "light" if light else "dark"
        return name, layout.scale, layout.canvas

    def _bind(self) -> None:
        """Give every action its keys: those without a modifier only where photos have the keyboard."""
        layout = self.desk.layout
        bound = (self.room, dict(layout.keys), layout.single)
        if bound == self._bound:
            return
        self._bound = bound
        for old in self._actions:
            old.setShortcuts([])  # it is still there until the event loop comes round
            old.deleteLater()
        self._actions = [made for action in ACTIONS if (made := self._bound_action(action)) is not None]
        tips = {action.id: tip(action.id, layout.keys) for action in ACTIONS}
        self.room.rail.name(tips)
        for name, view in self.room.views.items():
            view.setToolTip(tips[name])
            view.setAccessibleName(tips[name])

    def _bound_action(self, action: Action) -> QAction | None:
        keys = keys_of(action, self.desk.layout.keys)
        if not keys or (action.alone and not self.desk.layout.single):
            return None
        owner: QWidget = self.room.photos if action.alone else self.room
        made = QAction(action.text, owner)
        made.setShortcuts([QKeySequence(key) for key in keys])
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        made.setShortcutContext(within if action.alone else Qt.ShortcutContext.WindowShortcut)
        made.triggered.connect(partial(self._run, action))
        owner.addAction(made)
        return made

    def _run(self, action: Action, _checked: bool = False) -> None:
        action.run(self)

    @Slot(str)
    def run(self, action_id: str) -> None:
        """Do the action with this id."""
        BY_ID[action_id].run(self)

    def act(self, what: str) -> None:
        """Do one of the window's own things."""
        self._deeds[what]()

    # -- menus -------------------------------------------------------------------------------------------------

    def menu(self, names: Sequence[str] = MENUS) -> QMenu:
        """Return a menu of all actions, a menu within it for each part."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in names:
            part = menu.addMenu(name) if len(names) > 1 else menu
            for action in ACTIONS:
                if action.menu == name:
                    self._entry(part, action)
        return menu

    def _entry(self, menu: QMenu, action: Action) -> None:
        keys = keys_of(action, self.desk.layout.keys)
        made = menu.addAction(f"{action.text.replace('&', '&&')}\t{keys[0] if keys else ''}".rstrip("\t"))
        if action.icon:
            made.setIcon(theme.icon(action.icon))
        layout = self.desk.layout
        name, _dash, value = action.id.partition("-")
        if name in ("theme", "scale", "canvas"):
            made.setCheckable(True)
            made.setChecked(str(getattr(layout, name)) == value)
        elif name in ("watch", "advance", "single", "sidebar", "inspector", "filmstrip"):
            made.setCheckable(True)
            made.setChecked(bool(getattr(layout, name)))
        made.triggered.connect(partial(self._run, action))

    @Slot()
    def _show_menu(self) -> None:
        menu = self.menu()
        button = self.room.rail.menu
        menu.popup(button.mapToGlobal(QPoint(button.width(), button.height() - menu.sizeHint().height())))

    @Slot(QPoint)
    def _photo_menu(self, point: QPoint) -> None:
        if self.desk.asset is not None:
            self.photo_menu().popup(self.room.photos.mapToGlobal(point))

    def photo_menu(self) -> QMenu:
        """Return what can be done with the chosen photos."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in ("loupe", "compare", "similar"):
            self._entry(menu, BY_ID[name])
        menu.addSeparator()
        rating = menu.addMenu("Stars")
        marks = menu.addMenu("Pick and colour")
        for action in ACTIONS:
            if action.id.startswith("rate-"):
                self._entry(rating, action)
            elif action.id.startswith(("pick-", "color-")) or action.id == "unmark":
                self._entry(marks, action)
        for name in ("tag", "confirm", "reject"):
            self._entry(menu, BY_ID[name])
        menu.addSeparator()
        for name in ("copy", "reveal", "sidecars"):
            self._entry(menu, BY_ID[name])
        return menu

    # -- the window's own things -------------------------------------------------------------------------------

    def _own_deeds(self) -> dict[str, Callable[[], object]]:
        """Return what each of the window's own actions does; the room may be another by then."""
        deeds: dict[str, Callable[[], object]] = {
            "add-folder": self._choose_folder, "reanalyse": partial(self._go_on, retry=True), "pause": self._pause,
            "failures": self._show_failures, "looks": self._choose_looks, "quit": self.close,
            "find": self._find, "weaker": self._weaker, "similar": self._similar, "paste": self._paste,
            "tag": self._tag, "confirm": partial(self._answer, "confirm"), "reject": partial(self._answer, "reject"),
            "copy": self._copy, "reveal": self._reveal, "sidecars": self._sidecars, "zoom": self._zoom,
            "closer": partial(self._size, 1), "farther": partial(self._size, -1), "fullscreen": self._fullscreen,
            "select-none": self._select_one, "palette": self._palette, "keys": self._keys, "about": self._about,
        }  # fmt: skip
        panels = {name: partial(self._toggle, name) for name in ("sidebar", "inspector", "filmstrip")}
        return deeds | panels | {name: partial(self._in_room, part) for name, part in IN_ROOM.items()}

    def _in_room(self, path: str) -> None:
        attrgetter(path)(self.room)()

    def _select_one(self) -> None:
        self.desk.go(self.desk.row)

    def _open(self, dialog: QWidget) -> None:
        dialog.show()

    def _choose_folder(self) -> None:
        asked = QFileDialog(self, "Choose a folder with photos")
        asked.setFileMode(QFileDialog.FileMode.Directory)
        asked.setOption(QFileDialog.Option.ShowDirsOnly)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.fileSelected.connect(self.add_folder)
        asked.open()

    @Slot(str)
    def add_folder(self, place: str) -> None:
        """Take a folder in: on the first run to the list, later at once."""
        if self.room.middle.currentWidget() is self.room.welcome:
            self.room.welcome.add([place])
        else:
            self.desk.add_sources([place])

    @Slot(object)
    def _relocate(self, source: Source) -> None:
        asked = QFileDialog(self, f"Where is {shown(os.path.basename(source.root))} now?")
        asked.setFileMode(QFileDialog.FileMode.Directory)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.fileSelected.connect(lambda place: self.desk.work.relocate.emit(source.id, place))
        asked.open()

    def _go_on(self, *, retry: bool) -> None:
        self.desk.work.go_on.emit(retry)

    def _pause(self) -> None:
        self.desk.pause(paused=not self.desk.layout.paused)

    def _show_failures(self) -> None:
        self._open(Failures(self.desk, self))
        self.desk.work.list_failures.emit()

    def _choose_looks(self) -> None:
        self._open(WhatToLookFor(self.desk, self.desk.shelves.off, self))

    def _find(self) -> None:
        self.room.field.setFocus()
        self.room.field.selectAll()

    def _weaker(self) -> None:
        self.desk.show_weaker(shown=not self.desk.photos.weaker)

    def _similar(self) -> None:
        card = self.desk.photos.card(self.desk.row)
        if card is not None and card.path:
            self.desk.find_like(card.path)
            self.room.back()

    def _paste(self) -> None:
        board: QMimeData | None = QGuiApplication.clipboard().mimeData()
        if board is None:  # nothing was ever copied
            return
        if board.hasImage():
            self.desk.find_pasted(QGuiApplication.clipboard().image())
            self.room.back()
        elif board.hasUrls():
            self.take(board)

    def _tag(self) -> None:
        if not self.desk.layout.inspector:
            self.desk.lay_out(inspector=True)
        tab = self.room.inspector.open(Tags.title)
        assert isinstance(tab, Tags)
        tab.field.setFocus()

    def _answer(self, verb: str) -> None:
        why = self.room.inspector.open(Why.title)
        assert isinstance(why, Why)
        row = why.at_hand()
        if row is not None:
            row.answer(verb)

    def _copy(self) -> None:
        data, text = QMimeData(), self.room.loupe.copied() if self.desk.mode == "loupe" else ""
        if not text:
            cards = [self.desk.photos.card_of(asset) for asset in self.desk.targets()[:1000]]
            paths = [card.path for card in cards if card is not None and card.path]
            data.setUrls([QUrl.fromLocalFile(path) for path in paths])
            text = "\n".join(shown(path) for path in paths)
        data.setText(text)
        QGuiApplication.clipboard().setMimeData(data)
        lines = text.count("\n") + 1 if text else 0
        self.desk.said.emit(f"Copied {lines:,} line{'s' * (lines != 1)}." if lines else "Nothing to copy.", "", False)

    def _reveal(self) -> None:
        card = self.desk.photos.card(self.desk.row)
        if card is not None and card.path:
            QDesktopServices.openUrl(QUrl.fromLocalFile(os.path.dirname(card.path)))

    def _sidecars(self) -> None:
        self.desk.work.write_sidecars.emit(self.desk.targets())

    def _zoom(self) -> None:
        if self.desk.mode == "grid":
            self.room.show_one()
            return
        canvas = self.room.loupe.canvas if self.desk.mode == "loupe" else self.room.compare.canvas
        point = canvas.mapFromGlobal(QCursor.pos())
        canvas.toggle(point.toPointF() if canvas.rect().contains(point) else None)

    def _size(self, by: int) -> None:
        if self.desk.mode == "grid":
            cell = min(max(theme.SMALLEST, self.desk.layout.cell + by * STEP), theme.LARGEST)
            self.desk.lay_out(cell=cell)
        else:
            canvas = self.room.loupe.canvas if self.desk.mode == "loupe" else self.room.compare.canvas
            canvas.enlarge(CLOSER**by)

    def _toggle(self, panel: str) -> None:
        self.desk.lay_out(**{panel: not getattr(self.desk.layout, panel)})

    def _fullscreen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _palette(self) -> None:
        changed = self.desk.layout.keys
        entries = [(f"{a.menu}: {a.text}", ", ".join(keys_of(a, changed)), partial(self._run, a)) for a in ACTIONS]
        shelves = self.desk.shelves
        places = [(f"Saved search: {name}", query) for name, query in shelves.searches]
        places += [(f"Folder: {shown(s.root)}", f"in:{quoted(s.root)}") for s, _files in shelves.sources]
        places += [(f"Tag: {name}", f"tag:{quoted(name)}") for name, _count in shelves.tags]
        entries += [(name, "", partial(self.desk.search, query, keep=True)) for name, query in places]
        dialog = Palette(entries, self)
        self._open(dialog)
        dialog.field.setFocus()

    def _keys(self) -> None:
        self._open(KeySheet(self.desk, self))

    def _about(self) -> None:
        self._open(About(self))

    # -- dropped and pasted ------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and pictures that do not come from here."""
        if event.mimeData().hasUrls() and event.source() is None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A folder is added, a picture is looked for."""
        self.take(event.mimeData())
        event.acceptProposedAction()

    def take(self, data: QMimeData) -> None:
        """Add the folders in `data`, or else look for what looks like the first picture."""
        folders = folders_in(data)
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        for place in folders:
            self.add_folder(place)
        if files and not folders:
            self.desk.find_like(files[0])
            self.room.back()

    # -- ending ------------------------------------------------------------------------------------------------

    @Slot(str)
    def _refused(self, sentence: str) -> None:
        self.failed = sentence

    def tell_problem(self, sentence: str, log: str) -> None:
        """Say in a plain dialog that something of ours broke."""
        self._open(Problem(sentence, log, self))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how the window was left, then end the workers; see Work.end."""
        if not self.ended:
            self.desk.layout.frame = self.saveGeometry().toBase64().toStdString()
            if self.desk.like == PASTED:
                self.desk.layout.query = ""
            self.desk.remember()
            self.hide()
            self.ended = self.desk.work.end()
        super().closeEvent(event)
