"""What the tests of the window share: how to wait for it, ask it, and read what it shows."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from ui.window import Window
from ui.words import NEWEST

WAIT = 20_000  # ms; a slow machine is not a failure


def ready(window: Window, qtbot: QtBot) -> None:
    """Wait for the answer to the newest question, and for all that shows of it."""
    desk = window.desk
    qtbot.waitUntil(lambda: desk.answer is not None and desk.shelves_known, timeout=WAIT)
    qtbot.waitUntil(lambda: desk.answer.question.number == desk.work.asker.newest, timeout=WAIT)  # type: ignore[union-attr]
    ranking = desk.photos.ranking
    window.resize(1440, 900)  # a window that was left there is shrunk to the test's screen
    if ranking is not None and ranking.query != NEWEST:
        qtbot.waitUntil(lambda: all(desk.photos.hit(row) for row in range(desk.photos.rowCount())), timeout=WAIT)
    qtbot.waitUntil(lambda: all(names(window)), timeout=WAIT)


def names(window: Window) -> list[str]:
    """Return the names of all photos that show, in order."""
    photos = window.desk.photos
    return [str(photos.index(row).data()) for row in range(photos.rowCount())]


def ask(window: Window, qtbot: QtBot, query: str) -> None:
    """Type `query` into an empty field, and Enter."""
    window.room.field.clear()
    window.room.field.setFocus()
    qtbot.keyClicks(window.room.field, query)
    qtbot.keyClick(window.room.field, Qt.Key.Key_Return)
    ready(window, qtbot)
    if query:
        qtbot.waitUntil(lambda: bool(window.desk.chips), timeout=WAIT)


def current(window: Window, qtbot: QtBot, name: str) -> int:
    """Make the photo called `name` the current one of the wall, with the keyboard on it; return its row."""
    row = names(window).index(name)
    window.room.grid.setFocus()
    window.desk.go(row)
    described(window, qtbot)
    return row


def described(window: Window, qtbot: QtBot) -> None:
    """Wait until all is known of the current photo."""
    desk = window.desk
    qtbot.waitUntil(lambda: desk.about is not None and desk.about["id"] == desk.asset, timeout=WAIT)


def press(window: Window, qtbot: QtBot, key: str) -> None:
    """Press a key as Qt writes it ("Ctrl+K", "3", "Shift+Y") where the keyboard is."""
    parts = [*key[:-2].split("+"), "+"] if key.endswith("++") else key.split("+")
    modifier = Qt.KeyboardModifier.NoModifier
    for part in parts[:-1]:
        modifier |= {"Ctrl": Qt.KeyboardModifier.ControlModifier, "Shift": Qt.KeyboardModifier.ShiftModifier}[part]
    code = Qt.Key(QKeySequence.fromString(parts[-1])[0].key())  # type: ignore[index]  # it is, and the stubs do not know
    if QApplication.activeWindow() is None:  # a dialog has gone
        with qtbot.waitActive(window):
            window.activateWindow()
    target = QApplication.focusWidget() or window
    qtbot.keyClick(target, code, modifier)


def dialog(kind: type[QDialog]) -> QDialog:
    """Return the dialog of this kind that is open."""
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kind) and widget.isVisible()]
    assert found, f"no {kind.__name__} is open"
    return found[-1]


def showing(window: Window) -> QWidget | None:
    """Return what stands in the middle."""
    return window.room.middle.currentWidget()


def marks(window: Window) -> dict[str, str]:
    """Return the marks of the current photo, by kind, or kind and name."""
    about = window.desk.about
    assert about is not None
    return {f"{m['kind']} {m['name']}".strip(): m["value"] for m in about["marks"]}


def folder_of(window: Window) -> Path:
    """Return the library's folder."""
    library = window.desk.work.library
    assert library is not None
    return library.folder
