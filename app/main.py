"""Start of the window: crashes are written down and told; the library is opened by the window's workers."""

import faulthandler
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from core.errors import LibraryError
from ui import theme
from ui.window import Window

SHOWN_MS = 400  # the window shows after this at the latest, before it knows how it was left


class Crashes(QObject):
    """Tells the GUI thread of an exception that nobody caught, from whichever thread."""

    crashed = Signal(str)

    def __init__(self, window: Window, log: Path) -> None:
        super().__init__()
        self._window, self._log = window, log
        self.crashed.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    @Slot(str)
    def _tell(self, sentence: str) -> None:
        self._window.tell_problem(sentence, str(self._log))


def start(folder: Path) -> int:
    """Open the window on the library in `folder`; return the exit code once it is closed.

    Raises LibraryError when the library cannot be used.
    """
    log = _write_crashes_down(folder)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal ends it: Qt's loop would not see it
    app = QApplication(["fovea"])
    app.setApplicationName("Fovea")
    theme.preload()
    theme.family()
    window = Window(folder)
    crashes = Crashes(window, log)
    _Hook.tell = crashes.crashed.emit
    window.desk.laid_out.connect(window.show, Qt.ConnectionType.SingleShotConnection)
    QTimer.singleShot(SHOWN_MS, window.show)
    code = app.exec()
    _Hook.tell = None
    if window.failed:
        raise LibraryError(window.failed)
    if not window.ended:
        os._exit(code)  # a call still runs; what it does is safe to be cut off, and the person is not kept waiting
    return code


class _Hook:
    """Whom to tell of a crash."""

    tell: Callable[[str], object] | None = None


def _write_crashes_down(folder: Path) -> Path:
    """Send unexpected exceptions and crashes of the interpreter to logs/crash.log; exceptions to standard error too."""
    path = folder / "logs" / "crash.log"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = path.open("a", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise LibraryError(f"The library folder {folder} cannot be written to ({error.strerror}).") from error
    faulthandler.enable(log)

    def crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        places: tuple[TextIO | None, ...] = (log, sys.stderr)
        for place in places:
            if place is not None:  # a program without a console has no standard error
                traceback.print_exception(kind, error, trace, file=place)
                place.flush()
        if _Hook.tell is not None:
            _Hook.tell(f"{kind.__name__}: {error}")

    sys.excepthook = crashed
    threading.excepthook = lambda args: crashed(args.exc_type, args.exc_value, args.exc_traceback)
    return path
