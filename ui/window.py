"""The window: one field to ask in, a wall of what answers, and why the chosen one does."""

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QImage,
    QKeyEvent,
    QKeySequence,
    QShortcut,
    QTextBlockFormat,
    QTextCharFormat,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMainWindow,
    QStackedWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from core.library import Library
from core.sources.folder import shown
from core.types import Card, Hit
from ui import theme
from ui.grid import Grid
from ui.loupe import Loupe
from ui.photos import CARD, Photos
from ui.words import card_in_words, in_words, name_of
from ui.work import Answer, Work

TYPING_MS = 150  # how long the keys rest before a search begins
START_SIZE = QSize(1440, 900)
EMPTY = "Nothing here yet.\n\nLook at your photos with:  fovea scan FOLDER"
NO_HIT = "Nothing here answers to that."
UNSURE = "Fovea is not sure: nothing named in it answers to every word."


class Why(QTextEdit):
    """A hit in words: name, place on the disk, reasons. Everything is inserted as plain text, never as markup."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setFixedWidth(320)
        self.document().setDocumentMargin(16)
        self.setAccessibleName("Why this photo was found")

    def tell(self, card: Card | None, hit: Hit | None) -> None:
        """Tell of the photo on `card` and why it was found; None: of nothing."""
        self.clear()
        if card is None:
            return
        tokens, path = theme.now(), shown(card.path)
        self._add(name_of(card), tokens.title, theme.HEAD, bold=True, above=0)
        self._add(path, tokens.caption, theme.CAPTION, above=4)
        self._add(card_in_words(card).partition(", ")[2], tokens.caption, theme.CAPTION, above=4)
        if hit is None:
            return
        self._add("Why it is here", tokens.title, theme.TEXT, bold=True, above=24)
        if not hit.strong:
            self._add(UNSURE, tokens.caption, theme.TEXT, above=8)
        for line in dict.fromkeys(in_words(reason) for reason in hit.reasons):
            self._add(line, tokens.body, theme.TEXT, above=8)
        self.moveCursor(self.textCursor().MoveOperation.Start)

    def _add(self, text: str, color: str, size: int, *, above: int, bold: bool = False) -> None:
        block, letters = QTextBlockFormat(), QTextCharFormat()
        block.setTopMargin(above)
        letters.setFont(theme.font(size, bold=bold))
        letters.setForeground(QColor(color))
        cursor = self.textCursor()
        if self.document().isEmpty():
            cursor.setBlockFormat(block)
        else:
            cursor.insertBlock(block)
        cursor.insertText(text, letters)
        self.setTextCursor(cursor)


class Window(QMainWindow):
    """Fovea's window on `library`, which only its worker touches until the window has closed."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self.ended = False
        self.work = Work(library, self)
        self.field = QLineEdit(self)
        self.understood = _label("caption")
        self.photos = Photos(self)
        self.grid = Grid(self.photos, self)
        self.message = _label("message")
        self.middle = QStackedWidget(self)
        self.loupe = Loupe(self)
        self.why = Why(self)
        self.status = _label("caption")
        self._answered = 0
        self._told_of: tuple[Card | None, Hit | None] = (None, None)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._lay_out()
        self._connect()
        self.setWindowTitle("Fovea")
        self.resize(START_SIZE.boundedTo(self.screen().availableSize()))
        self.field.setFocus()
        self.ask()

    def _lay_out(self) -> None:
        self.field.setPlaceholderText('Search: dog at beach, "blue house", place:lisbon date:2019, -cat')
        self.field.setAccessibleName("Search")
        self.field.addAction(theme.icon("search", "caption"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.setMaximumWidth(640)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.middle.addWidget(self.grid)
        self.middle.addWidget(self.message)
        self.middle.addWidget(self.loupe)
        head = _column(0, 0, 16, 8)
        head.addWidget(self.field)
        head.addSpacing(8)
        head.addWidget(self.understood)
        left = _column(16, 16, 0, 0)  # the grid keeps its own margin at the right: its scroll bar lies there
        left.addLayout(head)
        left.addWidget(self.middle, 1)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addLayout(left, 1)
        upright, flat = _hairline(), _hairline()
        upright.setFixedWidth(1)
        flat.setFixedHeight(1)
        body.addWidget(upright)
        body.addWidget(self.why)
        foot = _column(16, 8, 16, 8)
        foot.addWidget(self.status)
        whole = _column(0, 0, 0, 0)
        whole.addLayout(body, 1)
        whole.addWidget(flat)
        whole.addLayout(foot)
        center = QWidget(self)
        center.setLayout(whole)
        self.setCentralWidget(center)

    def _connect(self) -> None:
        self.field.textChanged.connect(self._pause.start)
        self.field.returnPressed.connect(self.ask)
        self._pause.timeout.connect(self.ask)
        self.work.answered.connect(self._show)
        self.work.carded.connect(self.photos.take_cards)
        self.work.told.connect(self.photos.take_hits)
        self.work.pictured.connect(self.photos.take_picture)
        self.work.seen.connect(self._see)
        self.grid.opened.connect(self._open)
        self.loupe.left.connect(self._back)
        self.loupe.moved.connect(self._go_on)
        self.photos.wanted.connect(self._want)
        self.photos.dataChanged.connect(self._tell)
        self.grid.selectionModel().currentChanged.connect(self._tell)
        QShortcut(QKeySequence.StandardKey.Find, self, self.field.setFocus)

    @Slot()
    def ask(self) -> None:
        """Ask what stands in the field now."""
        self._pause.stop()
        self.status.setText("Looking …")
        self.work.search(self.field.text().strip())

    @Slot(object)
    def _want(self, rows: tuple[int, ...]) -> None:
        if self.photos.ranking is not None:
            self.work.want(self.photos.ranking, rows)

    @Slot(object)
    def _show(self, answer: Answer) -> None:
        """Show an answer; the whole one after the newest of it leaves the eye where it was."""
        goes_on = answer.question.number == self._answered
        row, scrolled = self.grid.currentIndex().row(), self.grid.verticalScrollBar().value()
        self._answered = answer.question.number
        self.photos.show(answer.ranking)
        count = self.photos.rowCount()
        self.understood.setText(_understood(answer))
        self.message.setText(answer.problem or (NO_HIT if answer.question.query else EMPTY))
        if not (goes_on and count):  # the whole answer does not end a look at one photo
            self.middle.setCurrentWidget(self.grid if count else self.message)
        self.status.setText(_told(answer))
        if count:
            self.grid.setCurrentIndex(self.photos.index(max(0, row) if goes_on else 0))
        if goes_on:
            self.grid.verticalScrollBar().setValue(scrolled)
        self._tell()

    @Slot(int)
    def _open(self, row: int) -> None:
        """Look at the photo in `row`; one that was never on the screen comes when what is known of it has come."""
        self.middle.setCurrentWidget(self.loupe)
        self.loupe.setFocus()
        self.grid.setCurrentIndex(self.photos.index(row))
        self.photos.need(range(max(0, row - 1), min(row + 2, self.photos.rowCount())))
        self._tell()

    def _look(self) -> None:
        """Have the loupe show the current photo, as far as it is known, unless it does already."""
        row = self.grid.currentIndex().row()
        card, hit = self.photos.card(row), self.photos.hit(row)
        if card is None or card.path == self.loupe.path:
            return
        self.loupe.show_photo(card.path, self.photos.picture(row), hit.reasons if hit else ())
        if card.path:
            self.work.look(card.path)

    @Slot()
    def _back(self) -> None:
        self.middle.setCurrentWidget(self.grid)
        self.loupe.show_photo("", None, ())
        self.grid.setFocus()

    @Slot(int)
    def _go_on(self, by: int) -> None:
        row = self.grid.currentIndex().row() + by
        if 0 <= row < self.photos.rowCount():
            self._open(row)

    @Slot(object)
    def _see(self, seen: tuple[str, QImage, str]) -> None:
        self.loupe.take_picture(*seen)

    @Slot()
    def _tell(self) -> None:
        """Tell of the current photo, again where something of it has come."""
        current = self.grid.currentIndex()
        card: Card | None = current.data(CARD) if current.isValid() else None
        told = (card, self.photos.hit(current.row()) if card else None)
        if told != self._told_of:
            self._told_of = told
            self.why.tell(*told)
        if card is not None and self.middle.currentWidget() is self.loupe:
            self._look()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes from the field to the photos, Escape back to an empty field."""
        if event.key() == Qt.Key.Key_Down and self.field.hasFocus():
            self.grid.setFocus()
        elif event.key() == Qt.Key.Key_Escape:
            self.field.clear()
            self.field.setFocus()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the worker; see Work.end."""
        self._pause.stop()
        self.ended = self.work.end()
        super().closeEvent(event)


def _understood(answer: Answer) -> str:
    if not answer.question.query:
        return "Newest first"
    return f"Read as: {shown(answer.ranking.understood)}" if answer.ranking and answer.ranking.understood else ""


def _told(answer: Answer) -> str:
    if answer.ranking is None:
        return ""
    ranking = answer.ranking
    parts = [f"{answer.files:,} files"] if answer.files else []
    if answer.question.query:
        weaker = len(ranking.assets) - ranking.strong
        parts += [f"{ranking.strong:,} strong", f"{weaker:,} weaker", f"{answer.seconds:.2f} s"]
    if not ranking.whole:
        parts.append("the newest are shown, more are coming")
    return "  ·  ".join(parts)


def _label(name: str) -> QLabel:
    """Return a label for plain text that never widens the window."""
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setMinimumWidth(1)
    return label


def _hairline() -> QFrame:
    line = QFrame()
    line.setObjectName("hairline")
    return line


def _column(left: int, top: int, right: int, bottom: int) -> QVBoxLayout:
    box = QVBoxLayout()
    box.setSpacing(0)
    box.setContentsMargins(left, top, right, bottom)
    return box
