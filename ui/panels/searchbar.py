"""The one field to ask in: completion of the word at hand, what was asked before, and saving."""

from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QStringListModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QInputDialog, QLabel, QLineEdit, QListView, QMenu, QWidget

from ui import theme
from ui.desk import Desk
from ui.views.flow import label, tool
from ui.words import quoted

TYPING_MS = 150  # how long the keys rest before a search begins
SHORTEST = 2  # letters before a word is completed
HINT = 'Search: dog at beach, "blue house", text:receipt date:2019 -cat'
BEFORE = "What you asked before"
EDGE, GAP = 8, 4  # px


class SearchField(QLineEdit):
    """Down goes to what was found; the completion is the library's own words."""

    left = Signal()
    """Down: to the photos."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._words = QStringListModel(self)
        self._names: dict[str, str] = {}
        self._completer = QCompleter(self._words, self)
        self._completer.setWidget(self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._popup = QListView()
        self._popup.setAccessibleName("Suggestions")
        self._popup.setObjectName("popup")
        self._completer.setPopup(self._popup)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self.setPlaceholderText(HINT)
        self.setAccessibleName("Search")
        self.setMaximumWidth(theme.px(640))
        self.setMinimumWidth(theme.px(160))
        self.setFixedHeight(theme.px(36))
        self._key = label("Ctrl F", "key", wrap=False)
        self.save, self.before = tool("bookmark-plus", "Save this search", "small"), tool("history", BEFORE, "small")
        self._furnish()
        self.before.clicked.connect(self.show_history)
        self.save.clicked.connect(self.save_search)
        self.textChanged.connect(self._make_room)
        self.textEdited.connect(self._edited)
        self.returnPressed.connect(self._finish)
        self._pause.timeout.connect(self._ask)
        self._popup.activated.connect(self._chosen)
        desk.asked.connect(self._follow)
        desk.work.asker.completed.connect(self._suggest)

    def _furnish(self) -> None:
        """Put the sign of a search and the buttons into the field: Qt's own ones do not grow with the letters."""
        sign, side = QLabel(), theme.px(theme.ICON)
        sign.setPixmap(theme.icon("search", "caption").pixmap(side, side))
        row = QHBoxLayout(self)
        row.setContentsMargins(EDGE, 0, EDGE, 0)
        row.setSpacing(GAP)
        row.addWidget(sign)
        row.addStretch(1)
        for part in (self._key, self.save, self.before):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
            part.setCursor(Qt.CursorShape.ArrowCursor)
        for part in (self.save, self.before):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._make_room()

    @Slot()
    def _make_room(self, *_text: object) -> None:
        """Keep the letters between the signs; the field's key is told while nothing stands in it."""
        self._key.setVisible(not self.text() and "search" not in self._desk.layout.keys)
        self.save.setVisible(bool(self._desk.query))
        shown = [part for part in (self._key, self.save, self.before) if not part.isHidden()]
        right = sum(part.sizeHint().width() + GAP for part in shown)
        self.setTextMargins(theme.px(theme.ICON) + GAP, 0, right, 0)

    @Slot(str)
    def _edited(self, _text: str) -> None:
        self._pause.start()
        self._desk.work.warm_up.emit()
        word = self._word()
        if len(word) >= SHORTEST and ":" not in word:
            self._desk.work.complete.emit(word)
        else:
            self._popup.hide()

    def _word(self) -> str:
        """Return the word the cursor stands at the end of."""
        before = self.text()[: self.cursorPosition()]
        return before.replace("(", " ").rpartition(" ")[2].removeprefix("-")

    @Slot(object)
    def _suggest(self, told: tuple[str, list[tuple[str, int]]]) -> None:
        begun, found = told
        if begun != self._word() or not self.hasFocus():
            return
        self._names = {f"{name}   {count:,}": name for name, count in found}
        self._words.setStringList(list(self._names))
        if found and not (len(found) == 1 and found[0][0].lower() == begun.lower()):
            self._completer.complete()
        else:
            self._popup.hide()

    @Slot(QModelIndex)
    def _chosen(self, index: QModelIndex) -> None:
        self.insert_name(self._names.get(str(index.data()), str(index.data())))

    def insert_name(self, name: str) -> None:
        """Put `name` in the place of the word at hand."""
        name = f"tag:{quoted(name)}" if "/" in name else name.lower()
        at, begun = self.cursorPosition(), self._word()
        text = self.text()
        self.setText(f"{text[: at - len(begun)]}{name} {text[at:].lstrip()}")
        self.setCursorPosition(at - len(begun) + len(name) + 1)
        self._ask()

    @Slot()
    def _ask(self) -> None:
        self._pause.stop()
        if self.text().strip() != self._desk.query or self._desk.like:
            self._desk.search(self.text())
            self._desk.set_mode("grid")

    @Slot()
    def _finish(self) -> None:
        self._pause.stop()
        self._popup.hide()
        self._desk.search(self.text(), keep=True)
        self._desk.set_mode("grid")

    @Slot()
    def _follow(self) -> None:
        if self.text().strip() != self._desk.query:
            self.setText(self._desk.query)
        self._make_room()

    def history_menu(self) -> QMenu:
        """Return a menu of what was asked before."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for query in self._desk.layout.history[:15]:
            menu.addAction(query.replace("&", "&&")).triggered.connect(partial(self._again, query))
        if menu.isEmpty():
            menu.addAction("Nothing asked yet").setEnabled(False)
        return menu

    def _again(self, query: str) -> None:
        self._desk.search(query, keep=True)
        self._desk.set_mode("grid")

    @Slot()
    def show_history(self) -> None:
        """Offer what was asked before."""
        self.history_menu().popup(self.mapToGlobal(self.rect().bottomLeft()))

    @Slot()
    def save_search(self) -> None:
        """Ask for a name and keep the query under it."""
        if not self._desk.query:
            return
        asked = QInputDialog(self)
        asked.setWindowTitle("Save this search")
        asked.setLabelText("Its name in the list at the left:")
        asked.setTextValue(self._desk.query)
        asked.textValueSelected.connect(self._save)
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.open()

    @Slot(str)
    def _save(self, name: str) -> None:
        if name.strip():
            self._desk.work.save_search.emit(name.strip(), self._desk.query)

    def changeEvent(self, event: QEvent) -> None:
        """Keep room for what stands in the field in its new size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._make_room()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties the field; all else is Qt's."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            self._finish()
        elif event.key() == Qt.Key.Key_Down:
            self.left.emit()
        else:
            super().keyPressEvent(event)
