"""Photos and libraries that several tests use: real pictures in real folders."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from skimage import data

from app.doctor import APT_LINE
from core.library import Library

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt starts: the tests need no screen
try:
    import PySide6.QtWidgets  # noqa: F401
except ImportError as error:  # said here, because pytest's Qt plugin would end with its own traceback before any test
    raise pytest.UsageError(f"The window cannot be tested ({error}). On Debian and Ubuntu: {APT_LINE}") from error

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
