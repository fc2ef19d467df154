"""Photos and libraries that several tests use: real pictures in real folders."""

import gc
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from pytestqt.qtbot import QtBot
from skimage import data

from app.doctor import APT_LINE
from core.library import Library

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt starts: the tests need no screen
try:
    import PySide6.QtWidgets  # noqa: F401
except ImportError as error:  # said here, because pytest's Qt plugin would end with its own traceback before any test
    raise pytest.UsageError(f"The window cannot be tested ({error}). On Debian and Ubuntu: {APT_LINE}") from error

if TYPE_CHECKING:
    from ui.window import Window

PACKAGE_PHOTOS = Path(data.__file__).parent
CAT, COFFEE, ROCKET, ASTRONAUT = "chelsea.png", "coffee.png", "rocket.jpg", "astronaut.png"


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with a cat, a cup of coffee and a rocket, out of an installed package."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in (CAT, COFFEE, ROCKET):
        shutil.copy(PACKAGE_PHOTOS / name, folder)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of an empty library."""
    return tmp_path / "library"


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    """An empty library, open for writing."""
    with Library(home, write=True) as opened:
        yield opened


def older(path: Path, seconds: int = 100) -> None:
    """Set the file's time back, so that a rewrite of the same size is seen as a change."""
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns - seconds * 10**9))


MARKUP = "<b>bold<br>\n\udcff.jpg"  # markup, a line end and a byte that is no UTF-8
NAMES = {CAT: CAT, COFFEE: COFFEE, ROCKET: MARKUP if sys.platform == "linux" else ROCKET, ASTRONAUT: ASTRONAUT}
"""Photos of the library that windows are opened on, with the names they have there."""


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library of four photos, one of them oddly named; tests must not change it."""
    folder = tmp_path_factory.mktemp("window")
    (folder / "photos").mkdir()
    for name, new in NAMES.items():
        shutil.copy(PACKAGE_PHOTOS / name, folder / "photos" / new)
    with Library(folder / "library", write=True) as library:
        library.scan([str(folder / "photos")])
    return folder / "library"


@pytest.fixture
def own(looked_at: Path, tmp_path: Path) -> Path:
    """A copy of that library, which a window writes to."""
    return shutil.copytree(looked_at, tmp_path / "own")


class Show(Protocol):
    """Opens a window on a library; paused: it does not go on with what is left to be looked at."""

    def __call__(self, folder: Path, *, paused: bool = False) -> "Window":
        """Return the window, which is closed after the test."""
        ...


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """Open windows; after the test no thread of theirs may be left."""
    from PySide6.QtCore import QCoreApplication, QEvent  # noqa: PLC0415 - after the check above
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415

    from ui.window import Window  # noqa: PLC0415 - tests of the core alone need no window

    opened: list[Window] = []

    def open_one(folder: Path, *, paused: bool = False) -> Window:
        if paused:
            folder.mkdir(exist_ok=True)
            (folder / "window.json").write_text(json.dumps({"paused": True}))
        window = Window(folder)
        opened.append(window)
        window.resize(1440, 900)
        with qtbot.waitActive(window):  # keys go to the active window alone
            window.show()
            window.activateWindow()
        return window

    yield open_one
    QGuiApplication.clipboard().clear()  # the offscreen one ends after Python, which what was copied does not survive
    for window in opened:
        window.close()
        assert all(thread.wait(20_000) for thread in window.desk.work.threads)
        window.desk.work.looker.viewer.close()  # closing a window does not wait for a decoder that is just starting
        window.deleteLater()
    del window
    opened.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()  # here, and not in some thread of the next test, which must not stop the timers of this one
