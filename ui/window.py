"""The window: one field to ask in, a wall of what answers, and why the chosen one does."""

from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Slot
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QFont,
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
from core.types import Hit
from ui import theme
from ui.items import HIT, Hits, Wall, in_words
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

    def tell(self, hit: Hit | None) -> None:
        """Tell of `hit`; None: of nothing."""
        self.clear()
        if hit is None:
            return
        path = shown(hit.path)
        self._add(path.replace("\\", "/").rpartition("/")[2], theme.TITLE, theme.HEAD, bold=True, above=0)
        self._add(path, theme.CAPTION, theme.TEXT, above=4)
        self._add("Why it is here", theme.TITLE, theme.TEXT, bold=True, above=24)
        if not hit.strong:
            self._add(UNSURE, theme.CAPTION, theme.TEXT, above=8)
        for line in dict.fromkeys(in_words(reason) for reason in hit.reasons):
            self._add(line, theme.BODY, theme.TEXT, above=8)
        self.moveCursor(self.textCursor().MoveOperation.Start)

    def _add(self, text: str, color: str, size: int, *, above: int, bold: bool = False) -> None:
        block, letters, font = QTextBlockFormat(), QTextCharFormat(), QFont(self.font())
        block.setTopMargin(above)
        font.setPixelSize(size)
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        letters.setFont(font)
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
        self.hits = Hits(self)
        self.wall = Wall(self.hits, self)
        self.message = _label("message")
        self.middle = QStackedWidget(self)
        self.why = Why(self)
        self.status = _label("caption")
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
        self.field.setMaximumWidth(640)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.middle.addWidget(self.wall)
        self.middle.addWidget(self.message)
        head = _column(0, 0, 16, 8)
        head.addWidget(self.field)
        head.addSpacing(8)
        head.addWidget(self.understood)
        left = _column(16, 16, 0, 0)  # the wall keeps its own margin at the right: its scroll bar lies there
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
        self.work.pictured.connect(self.hits.add_picture)
        self.hits.wanted.connect(self.work.want)
        self.wall.selectionModel().currentChanged.connect(self._choose)
        QShortcut(QKeySequence.StandardKey.Find, self, self.field.setFocus)

    @Slot()
    def ask(self) -> None:
        """Ask what stands in the field now."""
        self._pause.stop()
        self.status.setText("Looking …")
        self.work.search(self.field.text().strip())

    @Slot(object)
    def _show(self, answer: Answer) -> None:
        hits = answer.found.hits
        self.hits.show(hits)
        self.understood.setText(_understood(answer))
        self.message.setText(answer.problem or (NO_HIT if answer.question.query else EMPTY))
        self.middle.setCurrentWidget(self.wall if hits else self.message)
        self.status.setText(_told(answer))
        self.why.tell(None)
        if hits:
            self.wall.setCurrentIndex(self.hits.index(0 if hits[0].strong else 1))  # without strong ones 0 is the line

    @Slot(QModelIndex, QModelIndex)
    def _choose(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.why.tell(current.data(HIT) if current.isValid() else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes from the field to the photos, Escape back to an empty field."""
        if event.key() == Qt.Key.Key_Down and self.field.hasFocus():
            self.wall.setFocus()
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
    return f"Read as: {shown(answer.found.understood)}" if answer.found.understood else ""


def _told(answer: Answer) -> str:
    if answer.problem:
        return ""
    found = answer.found
    parts = [f"{answer.files:,} files"]
    if answer.question.query:
        parts += [f"{found.strong:,} strong", f"{found.total - found.strong:,} weaker", f"{answer.seconds:.2f} s"]
    if found.total > len(found.hits):
        parts.append(f"the first {len(found.hits):,} are shown")
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
