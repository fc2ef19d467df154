"""`python -m tests.tour OUT`: drives the real window through its states on real photos; a PNG for each, faults listed.

The photos are the measured ones beside the repository where they are, else those of installed packages.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, QTimer
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from core.decide import Wish
from core.library import Library
from core.types import AssetId
from tests.data import SHARED
from tests.looks import faults
from ui import theme
from ui.dialogs import Problem
from ui.window import Window

DARK, LIGHT = "dark", "light"
WIDE, SMALL = (1440, 900), (1366, 768)
PATIENCE_S = 60.0
TABS = {"Tags": "tag:Travel", "People": "faces:>=2", "Text": "text:the", "Metadata": "dog", "History": "tag:Travel"}
ROOMS = {"wall": "", "search": "dog at beach", "one": "dog", "two": "dog", "nothing": "zebra date:1999"}


class Tour:
    """Opens windows, waits for conditions, takes pictures into `out`."""

    def __init__(self, out: Path, home: Path) -> None:
        self.out, self.home = out, home
        self.found: dict[str, list[str]] = {}
        self.count = 0
        out.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def window(self, library: Path, size: tuple[int, int] = WIDE, **layout: object) -> Iterator[Window]:
        """Open a window on `library`."""
        window = Window(library)
        window.show()
        self.until(lambda: window.desk.is_open or bool(window.failed))
        window.resize(*size)
        if window.desk.is_open:
            window.desk.lay_out(**({"theme": DARK} | layout))
            self.until(lambda: window.desk.shelves_known and window.desk.answer is not None)
        self.rest()
        yield window
        window.close()
        for thread in window.desk.work.threads:
            thread.wait(20_000)

    def until(self, holds: Callable[[], bool], within: float = PATIENCE_S) -> None:
        """Let the window live until `holds`; raises TimeoutError."""
        end = time.monotonic() + within
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError
            self.rest(20)

    def rest(self, ms: int = 250) -> None:
        """Let the window live for a moment."""
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def take(self, name: str, widget: QWidget) -> None:
        """Write a picture of `widget` and note its faults."""
        self.settle(widget)
        self.count += 1
        file = f"{self.count:02}-{name}.png"
        widget.grab().save(str(self.out / file))
        wrong = faults(widget)
        self.found[file] = wrong
        print(f"{file}: {'well' if not wrong else f'{len(wrong)} faults'}", file=sys.stderr)
        for fault in wrong:
            print(f"    {fault}", file=sys.stderr)

    def settle(self, widget: QWidget) -> None:
        """Wait until everything that shows has come."""
        self.rest()
        if not isinstance(widget, Window) or not widget.desk.is_open:
            return
        desk = widget.desk
        widget.grab()
        self.until(lambda: desk.asset is None or desk.about is not None)
        self.until(lambda: all(self._has_come(widget, row) for row in range(min(40, desk.photos.rowCount()))), 20)
        loupe = widget.room.loupe
        self.until(lambda: desk.mode != "loupe" or loupe.sharp or bool(loupe.canvas.note), 30)
        self.rest(300)

    @staticmethod
    def _has_come(window: Window, row: int) -> bool:
        """Whether the thumbnail in `row` is there, has to be done without, or does not show."""
        grid, picture = window.room.grid, window.desk.photos.picture(row)
        if not grid.isVisible():
            return True
        area = grid.visualRect(window.desk.photos.index(row))
        return picture is None or not picture.isNull() or not grid.viewport().rect().intersects(area)

    def dialog(self, window: Window, action: str, name: str) -> None:
        """Take a picture of the dialog that `action` opens."""
        window.run(action)
        self.rest(1200)
        self.dialogs(name)

    def dialogs(self, name: str) -> None:
        """Take a picture of every dialog that is open, and close it."""
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, QDialog) and dialog.isVisible():
                self.take(name, dialog)
                dialog.close()


def photos_in(folder: Path) -> int:
    """Fill `folder` with photos and a film; return how many."""
    folder.mkdir(parents=True)
    sources = [SHARED / name / "images" for name in ("everyday", "coco")] + [SHARED / "video"]
    if not sources[0].exists():
        from tests.conftest import PACKAGE_PHOTOS  # noqa: PLC0415 - brings pytest along

        sources = [PACKAGE_PHOTOS]
    for source in sources:
        for path in sorted(source.iterdir()):
            if path.suffix.lower() in (".jpg", ".png", ".mp4") and path.stat().st_size < 4_000_000:
                shutil.copy(path, folder)
    ocr = SHARED / "ocr" / "images"
    for path in sorted(ocr.iterdir())[:30] if ocr.exists() else ():
        shutil.copy(path, folder)
    return len(list(folder.iterdir()))


def prepare(home: Path) -> Path:
    """Make a library of real photos with marks on them; return its folder."""
    photos_in(home / "Pictures")
    with Library(home / "library", write=True) as library:
        library.scan([str(home / "Pictures")])
        chosen = [AssetId(int(asset)) for asset in library.find("type:photo").assets]
        library.decide(chosen[1:40:3], [Wish("rate", "4")])
        library.decide(chosen[2:50:5], [Wish("pick", "1")])
        library.decide(chosen[4:30:9], [Wish("pick", "-1")])
        library.decide(chosen[3:30:7], [Wish("color", "red")])
        library.decide(chosen[:20], [Wish("tag", "Travel/Iceland")])
        library.decide(chosen[10:60], [Wish("tag", "Family")])
        library.save_search("Dogs outside", "dog -indoors")
    return home / "library"


def search(tour: Tour, window: Window, query: str) -> None:
    """Ask `query` and wait for the answer and its chips."""
    window.room.field.setText(query)
    window.desk.search(query, keep=True)
    window.desk.set_mode("grid")
    tour.until(
        lambda: window.desk.answer is not None and window.desk.answer.question.number == window.desk.work.asker.newest
    )
    tour.until(lambda: not query or bool(window.desk.chips))


def main_states(tour: Tour, library: Path) -> None:
    """The wall, searches, one photo, two, every tab, every dialog."""
    with tour.window(library) as window:
        desk = window.desk
        tour.take("wall", window)
        window.room.grid.setFocus()
        desk.select([1, 2, 3, 7])
        window.room.grid.verticalScrollBar().setValue(700)
        desk.mark(Wish("rate", "5"))
        tour.take("scrolled-selected-marked", window)
        desk.lay_out(filmstrip=True, cell=112)
        tour.take("small-thumbnails-strip", window)
        desk.lay_out(filmstrip=False, cell=176)
        search(tour, window, "dog at beach")
        tour.take("search", window)
        desk.show_weaker(shown=True)
        tour.take("search-weaker", window)
        search(tour, window, "dog -cat (beach OR grass) date:2000..")
        tour.take("search-chips", window)
        search(tour, window, "zebra date:1999")
        tour.take("nothing-found", window)
        search(tour, window, "submarine")
        tour.take("only-weaker", window)
        for tab, query in TABS.items():
            search(tour, window, query)
            window.room.inspector.open(tab)
            tour.take(f"tab-{tab.lower()}", window)
        window.room.inspector.open("Why")
        one_and_two(tour, window)
        for action, name in (
            ("palette", "palette"),
            ("keys", "keys"),
            ("looks", "what-to-look-for"),
            ("failures", "failures"),
            ("about", "about"),
        ):
            tour.dialog(window, action, f"dialog-{name}")
        popups(tour, window)


def popups(tour: Tour, window: Window) -> None:
    """What stands over the window for a moment: menus, suggestions, a tip with its reasons, questions."""
    field, grid = window.room.field, window.room.grid
    for name, menu in (("menu", window.menu(("Photo",))), ("asked-before", field.history_menu())):
        menu.popup(window.mapToGlobal(window.rect().center()))
        tour.take(name, menu)
        menu.close()
    search(tour, window, "")
    window.activateWindow()
    tour.until(window.isActiveWindow)
    field.setFocus()
    QTest.keyClicks(field, "do")
    tour.until(field._popup.isVisible)
    tour.take("suggestions", field._popup)
    field._popup.hide()
    search(tour, window, "dog")
    tour.settle(window)
    spot = QPoint(60, 80)
    grid.viewportEvent(QHelpEvent(QEvent.Type.ToolTip, spot, grid.viewport().mapToGlobal(spot)))
    for tip in (widget for widget in QApplication.topLevelWidgets() if widget.inherits("QTipLabel")):
        tour.take("tip", tip)
        tip.hide()
    field.save_search()
    tour.dialogs("save-search")
    Problem("ValueError: as an example", "crash.log", window).show()
    tour.dialogs("problem")


def one_and_two(tour: Tour, window: Window) -> None:
    """The loupe with its overlays, zoomed, a film; two photos."""
    desk = window.desk
    search(tour, window, "dog")
    window.room.show_one()
    tour.take("one", window)
    desk.lay_out(overlays=["reasons", "faces", "objects", "text", "codes"])
    search(tour, window, "faces:>=2")
    window.room.show_one()
    tour.take("one-all-drawn", window)
    window.room.loupe.canvas.zoom_to(2.0, QPointF(300, 200))
    tour.rest(1500)
    tour.take("one-zoomed", window)
    desk.lay_out(overlays=["reasons"], canvas="grey")
    tour.take("one-mid-grey", window)
    desk.lay_out(canvas="theme")
    search(tour, window, "type:video")
    if desk.photos.rowCount():
        window.room.show_one()
        tour.rest(800)
        window.room.loupe.player.toggle()
        tour.rest(1500)
        tour.take("film", window)
        window.room.loupe.player.end()
    search(tour, window, "dog")
    desk.select([0, 1])
    window.room.show_two()
    tour.rest(1500)
    tour.take("two", window)
    desk.set_mode("grid")


def other_states(tour: Tour, library: Path) -> None:
    """First run, work, pauses, what is away or broken."""
    home = tour.home
    with tour.window(home / "fresh") as window:
        tour.take("first-run", window)
        window.room.welcome.add([str(home / "Pictures")])
        tour.until(lambda: window.room.welcome.looks.estimate is not None and window.room.welcome._counted, 120)
        tour.take("first-run-chosen", window)
        window.room.welcome._begin()
        tour.until(lambda: window.desk.job.done > 12 and window.desk.photos.rowCount() > 4)
        tour.rest(2500)
        tour.take("busy", window)
        window.desk.search("dog")
        tour.rest(1500)
        tour.take("not-all-looked-at-yet", window)
        window.desk.pause(paused=True)
        tour.until(lambda: window.desk.job.state != "running")
        window.desk.search("")
        tour.take("paused", window)
    (home / "empty").mkdir()
    (home / "torn").mkdir()
    (home / "torn" / "torn.jpg").write_bytes(b"\xff\xd8\xff no photo")
    with Library(home / "nothing", write=True) as made:
        made.scan([str(home / "empty")])
    with tour.window(home / "nothing") as window:
        tour.take("no-photos-yet", window)
        window.desk.add_sources([str(home / "torn")])
        tour.until(lambda: window.desk.job.state == "done" and window.desk.job.total > 0)
        tour.rest(500)
        tour.take("could-not-be-read", window)
        tour.dialog(window, "failures", "dialog-failures-one")
    with Library(library, write=True), tour.window(library) as window:
        tour.take("second-instance", window)
    (home / "Pictures").rename(home / "Away")
    with tour.window(library) as window:
        tour.take("offline", window)
        window.room.show_one()
        tour.take("offline-one", window)
        missing = replace(window.desk.shelves, networks_missing=("tinyvit_5m_in22k", "minilm_l6"))
        window.desk._shelve(missing)
        window.desk.set_mode("grid")
        tour.take("no-networks", window)
    (home / "Away").rename(home / "Pictures")
    shutil.copytree(library, home / "damaged")
    (home / "damaged" / "catalog.db").write_bytes(b"SQLite format 3\0" + b"garbage" * 5000)
    with tour.window(home / "damaged") as window:
        tour.take("cannot-be-opened", window)


def rooms(tour: Tour, library: Path) -> None:
    """Each room in light, at 200 % letters and in a small window; no picture of the other combinations, only faults."""
    looks = [(name, scale, size) for name in (DARK, LIGHT) for scale in (1.0, 1.5, 2.0) for size in (WIDE, SMALL)]
    shown = {(LIGHT, 1.0, WIDE), (DARK, 2.0, WIDE), (DARK, 1.0, SMALL)}
    for name, scale, size in looks:
        with tour.window(library, size, theme=name, scale=scale) as window:
            for room, go in ROOMS.items():
                search(tour, window, go)
                if room == "one":
                    window.room.show_one()
                if room == "two":
                    window.room.show_two()
                    tour.rest(800)
                label = f"{room}-{name}-{scale * 100:.0f}-{size[0]}x{size[1]}"
                if (name, scale, size) in shown:
                    tour.take(label, window)
                else:
                    tour.settle(window)
                    tour.found[label] = faults(window)


def main() -> None:
    """Drive the window and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--library", type=Path, help="one that an earlier tour made, in its home")
    chosen = parser.parse_args()
    app = QApplication(["tour"])
    app.setQuitOnLastWindowClosed(False)
    theme.preload()
    with tempfile.TemporaryDirectory() as name:
        home = chosen.library.parent if chosen.library else Path(name)
        library = chosen.library or prepare(home)
        tour = Tour(chosen.out, Path(name) if not chosen.library else home)
        main_states(tour, library)
        other_states(tour, library)
        rooms(tour, library)
    faulty = {label: wrong for label, wrong in tour.found.items() if wrong}
    print(f"{tour.count} pictures, {len(tour.found)} states looked at, {len(faulty)} with faults")
    for label, wrong in faulty.items():
        print(label, *wrong, sep="\n    ")


if __name__ == "__main__":
    main()
