"""Start of the window: crashes are written down, the library is opened for looking only."""

import faulthandler
import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.errors import LibraryError
from core.library import Library
from ui import theme
from ui.window import Window


def start(folder: Path) -> int:
    """Open the window on the library in `folder`; return the exit code once it is closed.

    Raises LibraryError when the library cannot be used.
    """
    with Library(folder, write=False) as library:
        _write_crashes_down(folder)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in the terminal ends it: Qt's loop would not see it
        app = QApplication(["fovea"])
        theme.dress(app, "light" if app.styleHints().colorScheme() == Qt.ColorScheme.Light else "dark")
        window = Window(library)
        window.show()
        code = app.exec()
        if not window.ended:
            os._exit(code)  # a call still runs; it only reads, and waiting for it would keep the person waiting
    return code


def _write_crashes_down(folder: Path) -> None:
    """Send unexpected exceptions and crashes of the interpreter to logs/crash.log; exceptions to standard error too."""
    try:
        (folder / "logs").mkdir(mode=0o700, exist_ok=True)
        log = (folder / "logs" / "crash.log").open("a", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise LibraryError(f"The library folder {folder} cannot be written to ({error.strerror}).") from error
    faulthandler.enable(log)

    def crashed(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        places: tuple[TextIO | None, ...] = (log, sys.stderr)
        for place in places:
            if place is not None:  # a program without a console has no standard error
                traceback.print_exception(kind, error, trace, file=place)
                place.flush()

    sys.excepthook = crashed
    threading.excepthook = lambda args: crashed(args.exc_type, args.exc_value, args.exc_traceback)
