"""`python -m tests.benchmarks.window LIBRARY`: what a person waits for in the window on a large library, as JSON.

Frames are painted for real, without a screen; a heartbeat every 5 ms tells how long the GUI thread was away.
"""

import argparse
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.decide import Wish
from core.types import AssetId
from ui import theme
from ui.window import Window

FILTERS = ("dog", "dog beach", "date:2019", "type:video", "rating:>=4", "tag:Travel", "place:lisbon", "-person",
           "text:the", "is:untagged", "faces:>=2", "nosuchword", "label:dog -cat", "")  # fmt: skip
STALL_MS = 100.0
FRAMES = 400
WISHES = (
    Wish("rate", "4"), Wish("pick", "1"), Wish("tag", "Bench/Mark"), Wish("color", "red"), Wish("confirm", "Dog"),
)  # fmt: skip


class Heart(QObject):
    """Beats every 5 ms; `stalls` holds (what was done, ms away) of every gap over STALL_MS."""

    def __init__(self) -> None:
        super().__init__()
        self.stalls: list[tuple[str, float]] = []
        self.doing = "start"
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=5, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        away = (now - self._last) * 1000
        if away > STALL_MS:
            self.stalls.append((self.doing, round(away)))
        self._last = now


def live(ms: int) -> None:
    """Let the window live."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def until(holds: Callable[[], bool], within: float = 60.0) -> float:
    """Let the window live until `holds`; return the seconds that took."""
    begun = time.perf_counter()
    while not holds():
        if time.perf_counter() - begun > within:
            raise TimeoutError
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 5)
    return time.perf_counter() - begun


def page_is_there(window: Window) -> bool:
    """Whether the newest question is answered and all that shows of it has come: cards, reasons, thumbnails."""
    desk, grid = window.desk, window.room.grid
    answer = desk.answer
    if answer is None or answer.question.number != desk.work.asker.newest:
        return False
    window.repaint()
    rows = range(min(60, desk.photos.rowCount()))
    seen = grid.viewport().rect()
    showing = [row for row in rows if grid.visualRect(desk.photos.index(row)).intersects(seen)]
    return all(desk.photos.card(row) is not None and _pictured(window, row) for row in showing)


def _pictured(window: Window, row: int) -> bool:
    picture = window.desk.photos.picture(row)
    return picture is None or not picture.isNull()


def first_pages(window: Window, heart: Heart) -> dict[str, float]:
    """Return filter -> ms until its first page shows; the first search by words comes before, as a person's would."""
    took: dict[str, float] = {}
    window.desk.work.warm_up.emit()  # as the first key does
    for query in ("cat", *FILTERS):
        heart.doing = f"search {query}"
        begun = time.perf_counter()
        window.desk.search(query)
        until(lambda: page_is_there(window))
        took[query or "everything"] = round((time.perf_counter() - begun) * 1000)
        live(400)
    del took["cat"]
    return took


def scroll(window: Window, heart: Heart) -> dict[str, float]:
    """Return p50, p95 and worst ms of a frame while the wall is scrolled, and while it jumps through a million."""
    heart.doing = "scroll"
    bar, view = window.room.grid.verticalScrollBar(), window.room.grid.viewport()
    frames = []
    for number in range(FRAMES):
        jump = int(bar.maximum() * (number - FRAMES // 2) / (FRAMES // 2))
        bar.setValue(number * 90 if number < FRAMES // 2 else jump)
        begun = time.perf_counter()
        view.repaint()
        frames.append((time.perf_counter() - begun) * 1000)
        live(8)
    frames.sort()
    return {"p50": round(median(frames), 1), "p95": round(frames[int(0.95 * FRAMES)], 1), "worst": round(frames[-1], 1)}


def walk(window: Window, heart: Heart) -> None:
    """Do what a person does in the wall, so that stalls are found."""
    grid, desk = window.room.grid, window.desk

    def key(what: str, code: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        heart.doing = what
        QTest.keyClick(QApplication.focusWidget() or window, code, modifier)
        live(300)

    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    grid.setFocus()
    key("to the end", Qt.Key.Key_End)
    key("to the beginning", Qt.Key.Key_Home)
    for _ in range(5):
        key("page down", Qt.Key.Key_PageDown)
    key("select all", Qt.Key.Key_A, control)
    key("select the others", Qt.Key.Key_I, control | shift)
    key("one again", Qt.Key.Key_D, control)
    for cell in (96, 384, 176):
        heart.doing = f"thumbnails of {cell} px"
        desk.lay_out(cell=cell)
        live(400)
    heart.doing = "resize"
    window.resize(1100, 700)
    live(300)
    window.resize(1440, 900)
    live(300)
    key("one photo", Qt.Key.Key_Return)
    key("next", Qt.Key.Key_Right)
    key("back", Qt.Key.Key_Escape)
    key("strip", Qt.Key.Key_F6)
    key("no strip", Qt.Key.Key_F6)
    key("palette", Qt.Key.Key_K, control)
    for dialog in QApplication.topLevelWidgets():
        if dialog is not window:
            dialog.close()
    heart.doing = "light"
    desk.lay_out(theme="light")
    live(600)
    desk.lay_out(theme="dark")
    live(600)


def mark_many(window: Window, heart: Heart, count: int) -> dict[str, float]:
    """Return kind of mark -> ms from the wish until the wall shows it, on `count` photos; undo: the slowest."""
    desk, took = window.desk, dict[str, float]()
    photos = desk.photos
    heard: list[object] = []
    desk.said.connect(lambda *said: heard.append(said))
    desk.go(0)
    live(500)
    chosen = [AssetId(photos.asset(row)) for row in range(count)]
    for wish in WISHES:
        heart.doing = f"mark {wish.verb}"
        field = {"rate": "rating", "pick": "pick", "color": "color"}.get(wish.verb)
        heard.clear()
        begun = time.perf_counter()
        desk.mark(wish, assets=chosen)
        until(lambda: bool(heard))
        if field is not None:
            until(partial(_marked, window, field, wish.value))
        window.repaint()
        took[wish.verb] = round((time.perf_counter() - begun) * 1000)
        live(500)
    for _ in WISHES:
        heart.doing = "undo"
        heard.clear()
        begun = time.perf_counter()
        desk.work.undo.emit()
        until(lambda: bool(heard))
        window.repaint()
        took["undo"] = max(took.get("undo", 0), round((time.perf_counter() - begun) * 1000))
        live(500)
    return took


def _marked(window: Window, field: str, value: str) -> bool:
    return str(getattr(window.desk.photos.card(0), field)) == value


def memory() -> dict[str, float]:
    """Return MB now in use of this process: all that is resident, and what is its own and not shared with files."""
    lines = [line for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines() if "kB" in line]
    told = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return {"resident": round(told["VmRSS"] / 1024), "own": round(told["RssAnon"] / 1024)}


def _whole(window: Window) -> bool:
    answer = window.desk.answer
    return window.desk.shelves_known and answer is not None and answer.ranking is not None and answer.ranking.whole


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument(
        "--started", type=float, default=time.time(), help="when the process was started, seconds since 1970"
    )
    args = parser.parse_args()
    (args.library / "window.json").unlink(missing_ok=True)
    sys.setswitchinterval(0.001)
    app = QApplication(["bench"])
    theme.preload()
    window = Window(args.library)
    heart = Heart()
    window.resize(1440, 900)
    window.show()
    until(lambda: window.desk.is_open and page_is_there(window), 120)
    told: dict[str, Any] = {"usable_s": round(time.time() - args.started, 2)}
    until(partial(_whole, window), 120)
    told["all_s"] = round(time.time() - args.started, 2)
    live(3000)
    told["idle"] = memory()
    told["photos"] = window.desk.photos.rowCount()
    told["pages_ms"] = first_pages(window, heart)
    told["frames_ms"] = scroll(window, heart)
    walk(window, heart)
    told["marks_ms"] = mark_many(window, heart, 1000)
    live(2000)
    told["after"] = memory()
    told["stalls"] = heart.stalls
    begun = time.perf_counter()
    window.close()
    told["closing_ms"] = round((time.perf_counter() - begun) * 1000)
    print(json.dumps(told))
    sys.stdout.flush()
    app.quit()
    os._exit(0)


if __name__ == "__main__":
    try:
        main()
    except Exception:  # noqa: BLE001 - told, and the end of it: threads that live would keep a failure to themselves
        traceback.print_exc()
        os._exit(1)
