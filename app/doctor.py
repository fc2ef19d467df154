"""Checks of the installation and of one library; each says what it saw and how to mend it."""

import ctypes.util
import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.samples import SAMPLES
from core.analyze.text import tesseract
from core.errors import FoveaError
from core.jobs import spot
from core.library import Library
from core.store import backups, health
from core.types import Options
from models import NETWORKS, cards

STALE_DAYS = 30  # a backup is made on every day on which something is done
MIN_FREE = 1 << 30  # bytes on the library's disk

QT_LIBRARIES = {  # what PySide6 needs of the system, by soname: Debian's package
    "GL": "libgl1",
    "EGL": "libegl1",
    "fontconfig": "libfontconfig1",
    "glib-2.0": "libglib2.0-0",
    "dbus-1": "libdbus-1-3",
    "xkbcommon": "libxkbcommon0",
    "X11": "libx11-6",
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-keysyms": "libxcb-keysyms1",
}
AGAIN = "install Fovea again" if getattr(sys, "frozen", False) else "pip install --force-reinstall fovea"
APT_LINE = "sudo apt-get install -y " + " ".join(QT_LIBRARIES.values())


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; fix: the command that mends it, "" where there is nothing to mend."""

    name: str
    ok: bool
    detail: str
    fix: str = ""


def examine(library: Path) -> list[Check]:
    """Run every check; none of them changes anything."""
    checks: tuple[Callable[[Path], Check], ...] = (
        _python,
        _opencv,
        _sqlite,
        _networks,
        _look,
        _tesseract,
        _disk,
        _library,
        _backup,
        _window,
    )
    return [check(library) for check in checks]


def _python(_library: Path) -> Check:
    return Check("python", sys.version_info >= (3, 11), f"{platform.python_version()} on {platform.system()}")


def _opencv(_library: Path) -> Check:
    """opencv-python carries a Qt of its own that breaks PySide6's."""
    try:
        found = importlib.metadata.version("opencv-python")
    except importlib.metadata.PackageNotFoundError:
        return Check("opencv", ok=True, detail=f"headless {importlib.metadata.version('opencv-python-headless')}")
    return Check(
        "opencv",
        ok=False,
        detail=f"opencv-python {found} is installed beside the headless one",
        fix="pip uninstall -y opencv-python && pip install --force-reinstall opencv-python-headless",
    )


def _sqlite(_library: Path) -> Check:
    version, problem = health.engine()
    return Check(
        "sqlite", not problem, problem or version, "Use a Python with SQLite 3.37 or newer." if problem else ""
    )


def _networks(_library: Path) -> Check:
    problems = [problem for name in NETWORKS for problem in cards.verify(name)]
    if problems:
        return Check("networks", ok=False, detail=" ".join(problems), fix=AGAIN)
    return Check("networks", ok=True, detail=f"{len(NETWORKS)} networks, every SHA-256 right")


def _look(_library: Path) -> Check:
    """One sample photo through decoder child and all analyzers."""
    sample = min(SAMPLES.glob("*.jpg"), default=None)
    if sample is None:
        return Check("look", ok=False, detail="the sample photos are missing", fix=AGAIN)
    try:
        seen = spot.look_at(str(sample), Options())
    except FoveaError as error:
        return Check("look", ok=False, detail=str(error), fix=AGAIN)
    labels = [f.name for f in seen.outcomes["labels"].findings][:3] if "labels" in seen.outcomes else []
    return Check("look", ok=True, detail=f"a sample photo was decoded and analysed: {', '.join(labels) or 'no label'}")


def _tesseract(_library: Path) -> Check:
    """The other reader of text, which only those need who choose it."""
    languages = tesseract.installed()
    detail = f"reads {', '.join(languages)}" if languages else "not installed; only text.engine tesseract needs it"
    return Check("tesseract", ok=True, detail=detail)


def _disk(library: Path) -> Check:
    place = library
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    return Check(
        "disk",
        free >= MIN_FREE,
        f"{free / 2**30:.1f} GB free at {place}",
        "" if free >= MIN_FREE else "Free some space, or choose another disk with --library.",
    )


def _library(library: Path) -> Check:
    if not (library / "catalog.db").exists():
        return Check("library", ok=True, detail=f"none yet at {library}", fix="fovea scan FOLDER")
    try:
        with Library(library, write=False) as opened:
            problem = opened.problem()
            count = sum(files for _source, files in opened.sources())
    except FoveaError as error:
        return Check("library", ok=False, detail=str(error), fix="see the sentence")
    return Check("library", not problem, problem or f"{count} files at {library}", _mend(problem))


def _mend(problem: str) -> str:
    return "fovea restore" if problem else ""


def _backup(library: Path) -> Check:
    """The newest copy of the catalog that is no damaged one set aside."""
    newest = next((one for one in backups.listed(library) if one.kind != "damaged"), None)
    if newest is None:
        there = (library / "catalog.db").exists()
        return Check("backup", ok=not there, detail="none yet", fix="fovea backup" if there else "")
    days = (datetime.now(UTC) - newest.made).days
    fresh = days <= STALE_DAYS
    return Check("backup", fresh, f"the newest is {max(days, 0)} days old", "" if fresh else "fovea backup")


def _there(name: str) -> bool:
    """Whether the frozen program brings the library lib`name`.so along, or the system has it."""
    brought = getattr(sys, "_MEIPASS", "")
    return bool(brought and any(Path(brought).glob(f"lib{name}.so*"))) or ctypes.util.find_library(name) is not None


def _window(_library: Path) -> Check:
    """PySide6 and the system's libraries it needs; looked at without importing it."""
    try:
        version = importlib.metadata.version("pyside6-essentials")
    except importlib.metadata.PackageNotFoundError:
        return Check("window", ok=False, detail="PySide6 is not installed", fix="pip install pyside6-essentials")
    if platform.system() != "Linux":
        return Check("window", ok=True, detail=f"PySide6 {version}")
    missing = [name for name in QT_LIBRARIES if not _there(name)]
    if missing:
        detail = f"the system lacks {', '.join(f'lib{name}' for name in missing)}; the command line works without"
        packages = " ".join(QT_LIBRARIES[name] for name in missing)
        return Check("window", ok=False, detail=detail, fix=f"sudo apt-get install -y {packages}")
    screen = "a screen is there" if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") else "no screen now"
    return Check("window", ok=True, detail=f"PySide6 {version}, {screen}")
