"""The GUI thread waits for nothing: no file, no database, no lock; and closing ends all threads within a second."""

import sqlite3
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.conftest import ASTRONAUT, CAT, COFFEE, PACKAGE_PHOTOS, Show
from tests.windows import WAIT, ask, current, described, dialog, press, ready
from ui import theme
from ui.keysheet import KeySheet
from ui.palette import Palette
from ui.window import Window
from ui.work.asking import Answer
from ui.work.hub import Work
from ui.work.jobs import Job

WAITING = ("threading.py", "queue.py", "selectors.py", "subprocess.py")
WORKING = tuple(f"core/{room}" for room in ("store", "jobs", "media", "index", "journal", "library", "asking"))
CALLS = {"open", "acquire", "stat", "listdir", "scandir", "read_bytes", "connect", "execute", "sleep"}
ROOT = str(Path(__file__).resolve().parent.parent)


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note every call that this thread makes into a room that reads, writes or waits, and into what such rooms use.

    A `with lock:` is no call; the rooms and modules that hold the locks are watched instead.
    """
    noted: list[str] = []

    def note(frame: FrameType, event: str, called: object) -> None:
        file = frame.f_code.co_filename
        if event == "c_call":
            name, module = getattr(called, "__name__", ""), getattr(called, "__module__", None) or ""
            owner = type(getattr(called, "__self__", None)).__module__
            if "PySide6" not in owner and (name in CALLS or "sqlite3" in (module, owner)):
                noted.append(f"{file}:{frame.f_lineno} calls {name}")
        elif event == "call" and (file.endswith(WAITING) or any(file.startswith(f"{ROOT}/{room}") for room in WORKING)):
            noted.append(f"{file}:{frame.f_lineno} {frame.f_code.co_qualname}")

    sys.setprofile(note)
    try:
        yield noted
    finally:
        sys.setprofile(None)


def ours(noted: list[str]) -> list[str]:
    """Leave out what the test itself does while it waits."""
    return [line for line in noted if "/site-packages/pytest" not in line and "/tests/" not in line]


def test_a_watched_thread_is_seen_to_read_and_to_wait(tmp_path: Path) -> None:
    with watched() as noted:
        (tmp_path / "a").write_text("x")
        sqlite3.connect(":memory:").close()
        __import__("queue").Queue().put(1)
    assert any("calls open" in line for line in noted)
    assert any("calls connect" in line for line in noted)
    assert any("queue.py" in line for line in noted)


def walk_through(window: Window, qtbot: QtBot) -> None:
    """Do with real keys what a person does in an hour."""
    current(window, qtbot, CAT)
    for key in ("4", "P", "7", "Y", "Ctrl+Z", "Ctrl+Shift+Z", "F6", "Ctrl++", "Ctrl+A", "Ctrl+D"):
        press(window, qtbot, key)
    ask(window, qtbot, "cat OR coffee in space")
    window.room.grid.setFocus()
    press(window, qtbot, "W")
    ready(window, qtbot)
    window.desk.go(0)
    described(window, qtbot)
    for number in range(6):
        window.room.inspector._turn(number)
    press(window, qtbot, "E")
    qtbot.waitUntil(lambda: window.room.loupe.sharp, timeout=WAIT)
    for key in ("I", "I", "Z", "Right", "Left", "C", "Right", "Up", "Escape"):
        press(window, qtbot, key)
    window.room.loupe.canvas.enlarge(4, QPointF(50, 50))
    press(window, qtbot, "Ctrl+K")
    dialog(Palette).close()
    press(window, qtbot, "?")
    dialog(KeySheet).close()
    window.desk.lay_out(theme="light", scale=1.5)
    ready(window, qtbot)
    press(window, qtbot, "F5")
    qtbot.waitUntil(lambda: window.desk.job.state == "done", timeout=WAIT)
    ready(window, qtbot)
    window.grab()


def test_the_gui_thread_reaches_no_file_no_database_and_no_lock(own: Path, show: Show, qtbot: QtBot) -> None:
    theme.preload()
    window = show(own)
    ready(window, qtbot)
    with watched() as noted:
        walk_through(window, qtbot)
    assert not ours(noted)


# -- ending ----------------------------------------------------------------------------------------------------


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Another program holds the catalog: opening it hangs for SQLite's five seconds, or until it is let go."""
    with closing(sqlite3.connect(folder / "catalog.db", isolation_level=None)) as other:
        other.execute("pragma locking_mode = exclusive")
        other.execute("begin exclusive")
        yield


def it_opens() -> bool:
    """Whether a worker is inside opening the library."""
    return any(
        frame.f_code.co_qualname == "Decider.open"
        for top in sys._current_frames().values()
        for frame, _line in traceback.walk_stack(top)
    )


def working(folder: Path, qtbot: QtBot) -> Work:
    """Return the workers on a library that is open."""
    work = Work(folder)
    opened: list[object] = []
    work.decider.opened.connect(lambda *told: opened.append(told))
    work.begin()
    qtbot.waitUntil(lambda: bool(opened), timeout=WAIT)
    return work


def test_questions_in_a_hurry_are_not_begun(own: Path, qtbot: QtBot) -> None:
    work = working(own, qtbot)
    begun: list[Answer] = []
    work.asker.answered.connect(begun.append)
    told: list[Answer] = []
    work.answered.connect(told.append)
    for query in ("rocket", "coffee", "cat", "cat", "rocket", "coffee"):
        work.search(query)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT)
    assert work.end()
    assert told[0].question.query == "coffee"
    assert len(begun) <= 2  # the first may have begun before the second was asked


def test_a_stale_answer_is_dropped(own: Path, qtbot: QtBot) -> None:
    work = working(own, qtbot)
    told: list[Answer] = []
    raw: list[Answer] = []
    both = threading.Event()

    def meanwhile(answer: Answer) -> None:
        """Runs in the worker's thread: something else is asked before the answer has come over."""
        raw.append(answer)
        if answer.question.query == "rocket":
            work.search("coffee")
        else:
            both.set()

    work.asker.answered.connect(meanwhile, Qt.ConnectionType.DirectConnection)
    work.answered.connect(told.append)
    work.search("rocket")
    assert both.wait(WAIT / 1000)  # nothing comes over to this thread until it turns to its events again
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT)
    assert work.end()
    assert [answer.question.query for answer in raw] == ["rocket", "coffee"]
    assert [answer.question.query for answer in told] == ["coffee"]


def test_closing_waits_a_second_at_most(own: Path, qtbot: QtBot) -> None:
    with held(own):
        window = Window(own)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(it_opens)
        assert window.room.message.state.title == "Opening your library …"
        begun = time.perf_counter()
        window.close()
        assert time.perf_counter() - begun < 1.5
        assert not window.ended
    assert all(thread.wait(WAIT) for thread in window.desk.work.threads)
    library = window.desk.work.library
    if library is not None:
        library.close()


def test_closing_in_the_middle_of_a_scan_keeps_what_was_done(
    own: Path, tmp_path: Path, show: Show, qtbot: QtBot
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(24):
        for name in (CAT, COFFEE, ASTRONAUT):
            data = bytearray((PACKAGE_PHOTOS / name).read_bytes())
            (folder / f"{number}-{name}").write_bytes(bytes(data) + bytes([number]))  # each its own content
    window = show(own)
    ready(window, qtbot)
    window.desk.add_sources([str(folder)])
    qtbot.waitUntil(lambda: window.desk.job.total == 72 and window.desk.job.done > 2, timeout=60_000)
    current(window, qtbot, CAT)
    press(window, qtbot, "5")
    begun = time.perf_counter()
    window.close()
    assert time.perf_counter() - begun < 1.5
    assert all(thread.wait(WAIT) for thread in window.desk.work.threads)
    if not window.ended and window.desk.work.library is not None:
        window.desk.work.library.close(hurry=True)
    again = show(own)
    told: list[Job] = []  # the look at what changed meanwhile follows, and may be done before anyone looks
    again.desk.progressed.connect(told.append)
    ready(again, qtbot)
    qtbot.waitUntil(lambda: any(job.state == "done" and job.total > 0 for job in told), timeout=WAIT * 3)
    assert max(job.total for job in told) < 72  # the rest alone
    qtbot.waitUntil(lambda: again.desk.shelves.total == 76 and not again.desk.shelves.waiting, timeout=WAIT)
