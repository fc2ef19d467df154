"""The window on a real library, without a screen: real key presses, what is shown, how it closes."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.cli import window as door
from core.library import Library
from core.sources.folder import shown
from core.types import AssetId, Card, Hit, Reason
from tests.conftest import ASTRONAUT, CAT, COFFEE, PACKAGE_PHOTOS, ROCKET
from ui import theme
from ui.loupe import Loupe
from ui.photos import LIKELY
from ui.photos import UNSURE as BELOW
from ui.window import EMPTY, NO_HIT, UNSURE, Window
from ui.words import NEWEST, card_in_words, in_short, in_words, length_in_words
from ui.work import Answer, Work

FOVEA = str(Path(sys.executable).with_name("fovea"))
MARKUP = "<b>bold<br>\n\udcff.jpg"  # markup, a line end and a byte that is no UTF-8
NAMES = {CAT: CAT, COFFEE: COFFEE, ROCKET: MARKUP if sys.platform == "linux" else ROCKET, ASTRONAUT: ASTRONAUT}


@pytest.fixture(scope="module")
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
    """A copy of that library for a test that changes it."""
    return shutil.copytree(looked_at, tmp_path / "own")


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    theme.dress(qapp)


Show = Callable[[Path], Window]


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Show]:
    """Open a window on a library; afterwards no thread may be left."""
    opened: list[tuple[Library, Window]] = []

    def open_one(folder: Path) -> Window:
        library = Library(folder, write=False)
        window = Window(library)
        qtbot.addWidget(window)
        opened.append((library, window))
        window.show()
        return window

    yield open_one
    for library, window in opened:
        window.close()
        assert all(thread.isFinished() for thread in window.work.threads)
        library.close()


def ready(window: Window, qtbot: QtBot) -> None:
    """Wait for the answer, and for all that shows of it."""
    qtbot.waitUntil(lambda: not window.status.text().startswith("Looking"), timeout=10_000)
    if window.photos.ranking is not None and window.photos.ranking.query != NEWEST:
        qtbot.waitUntil(lambda: all(window.photos.hit(row) for row in range(window.photos.rowCount())), timeout=10_000)
    qtbot.waitUntil(lambda: all(names(window)), timeout=10_000)


def ask(window: Window, qtbot: QtBot, query: str) -> None:
    with qtbot.waitSignal(window.work.answered, timeout=10_000):
        qtbot.keyClicks(window.field, query)
        qtbot.keyClick(window.field, Qt.Key.Key_Return)
    ready(window, qtbot)


def names(window: Window) -> list[str]:
    return [window.photos.index(row).data() for row in range(window.photos.rowCount())]


def test_an_empty_field_shows_everything(looked_at: Path, show: Show, qtbot: QtBot) -> None:
    window = show(looked_at)
    ready(window, qtbot)
    assert sorted(names(window)) == sorted(shown(name) for name in NAMES.values())
    assert (window.understood.text(), window.status.text()) == ("Newest first", "4 files")


def test_typing_finds_and_tells_why(looked_at: Path, show: Show, qtbot: QtBot) -> None:
    window = show(looked_at)
    ready(window, qtbot)
    with qtbot.waitSignal(window.work.answered, timeout=10_000):  # the keys rest: no Return is needed
        qtbot.keyClicks(window.field, "cat")
    ready(window, qtbot)
    assert names(window)[0] == CAT
    assert window.photos.strong(0)
    assert window.photos.section(0).title == LIKELY
    told = window.why.toPlainText().splitlines()
    assert told[0] == CAT
    assert told[1].endswith(f"photos/{CAT}")
    assert told[told.index("Why it is here") + 1].startswith("Fovea sees: Cat, ")
    assert "4 files  ·  1 strong  ·  " in window.status.text()


def test_the_arrow_keys_cross_the_line_to_the_weaker_hits(looked_at: Path, show: Show, qtbot: QtBot) -> None:
    window = show(looked_at)
    ready(window, qtbot)
    ask(window, qtbot, "astronaut OR cup OR cat in a space ship")
    strong, weaker = window.photos.counts
    assert [window.photos.section(number).title for number in (0, 1)] == [LIKELY, BELOW]
    assert window.photos.section(1).weaker
    qtbot.keyClick(window.field, Qt.Key.Key_Down)
    assert window.grid.hasFocus()
    qtbot.keyClick(window.grid, Qt.Key.Key_Down)
    chosen = window.grid.currentIndex().row()
    assert strong <= chosen < strong + weaker
    assert UNSURE in window.why.toPlainText()
    hit = window.photos.hit(chosen)
    assert hit
    assert not hit.strong
    assert hit.path in window.why.toPlainText()
    qtbot.keyClick(window.grid, Qt.Key.Key_Escape)
    assert window.field.hasFocus()
    assert not window.field.text()


def test_a_click_chooses(looked_at: Path, show: Show, qtbot: QtBot) -> None:
    window = show(looked_at)
    ready(window, qtbot)
    last = window.photos.index(3)
    spot = window.grid.visualRect(last).center()
    qtbot.mouseClick(window.grid.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert str(last.data())[:5] in window.why.toPlainText()
    assert window.grid.currentIndex() == last


def test_a_name_is_text_whatever_it_says(looked_at: Path, show: Show, qtbot: QtBot) -> None:
    window = show(looked_at)
    ready(window, qtbot)
    ask(window, qtbot, "rocket")
    assert window.why.toPlainText().startswith("<b>bold<br>\ufffd\ufffd.jpg\n" if sys.platform == "linux" else ROCKET)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in (window.status, window.message))


def test_thumbnails_arrive_whole(looked_at: Path, show: Show, qtbot: QtBot) -> None:
    window = show(looked_at)
    ready(window, qtbot)
    rows = {name: row for row, name in enumerate(names(window))}

    def size(name: str) -> tuple[int, int]:
        picture = window.photos.picture(rows[name])
        return picture.size().toTuple() if picture else (0, 0)

    qtbot.waitUntil(lambda: size(CAT) == (256, 170) and size(ASTRONAUT) == (256, 256))  # 451 x 300 and 512 x 512
    colors = {window.grab().toImage().pixelColor(*spot).name() for spot in ((40, 200), (120, 200), (160, 200))}
    assert len(colors) > 1


def test_without_thumbnails_the_name_stands_in(own: Path, show: Show, qtbot: QtBot) -> None:
    for file in own.glob("thumbs.db*"):
        file.unlink()
    window = show(own)
    ready(window, qtbot)
    qtbot.waitUntil(lambda: window.photos.picture(0) is None)


def test_enter_looks_at_one_photo_and_escape_goes_back(looked_at: Path, show: Show, qtbot: QtBot) -> None:
    window = show(looked_at)
    ready(window, qtbot)
    window.grid.setFocus()
    row = names(window).index(CAT)
    window.grid.setCurrentIndex(window.photos.index(row))
    with qtbot.waitSignal(window.work.seen, timeout=20_000):
        qtbot.keyClick(window.grid, Qt.Key.Key_Return)
    assert window.middle.currentWidget() is window.loupe
    assert window.loupe.sharp
    assert window.loupe._picture.size().toTuple() == (451, 300)
    step = 1 if row == 0 else -1
    with qtbot.waitSignal(window.work.seen, timeout=20_000):
        qtbot.keyClick(window.loupe, Qt.Key.Key_Right if step > 0 else Qt.Key.Key_Left)
    assert window.grid.currentIndex().row() == row + step
    assert window.loupe.path.endswith(os.path.basename(names(window)[row + step])[-4:])
    qtbot.keyClick(window.loupe, Qt.Key.Key_Escape)
    assert window.middle.currentWidget() is window.grid
    assert window.grid.hasFocus()


def test_the_arrows_lead_to_photos_that_were_never_on_the_screen(looked_at: Path, show: Show, qtbot: QtBot) -> None:
    window = show(looked_at)
    window.resize(560, 360)
    qtbot.waitUntil(lambda: window.photos.card(0) is not None and bool(window.photos.picture(0)), timeout=10_000)
    window.photos._cards.clear()
    window.grid.opened.emit(0)
    seen = set()
    for row in range(4):
        qtbot.waitUntil(lambda row=row: window.loupe.sharp and window.grid.currentIndex().row() == row, timeout=20_000)  # type: ignore[misc]
        seen.add(window.loupe.path)
        window.photos._cards.clear()
        window.photos._asked = ()
        qtbot.keyClick(window.loupe, Qt.Key.Key_Right)
        if row < 3:
            qtbot.waitUntil(lambda: window.loupe.path not in seen, timeout=20_000)
    assert len(seen) == 4


def test_the_box_of_the_reason_is_drawn_where_it_is(qtbot: QtBot) -> None:
    loupe = Loupe()
    qtbot.addWidget(loupe)
    loupe.resize(532, 432)
    grey = QPixmap(500, 400)
    grey.fill(QColor("#777777"))
    loupe.show_photo(
        "/a.jpg", grey, [Reason("object", "Cat", 93.4, (0.2, 0.25, 0.5, 0.5)), Reason("meaning", "", 30.0)]
    )
    image = loupe.grab().toImage()
    accent = theme.THEMES["dark"].accent.lower()
    corners = [image.pixelColor(16 + x, 16 + y).name() for x, y in ((100, 150), (350, 150), (200, 300))]
    assert corners == [accent] * 3
    assert image.pixelColor(16 + 220, 16 + 200).name() == "#777777"


def test_a_photo_that_is_gone_keeps_its_thumbnail_and_has_a_sentence(
    looked_at: Path, tmp_path: Path, show: Show, qtbot: QtBot
) -> None:
    home = shutil.copytree(looked_at, tmp_path / "own")
    photos = looked_at.parent / "photos"
    window = show(home)
    ready(window, qtbot)
    row = names(window).index(COFFEE)
    (photos / COFFEE).rename(photos / "away")
    try:
        with qtbot.waitSignal(window.work.seen, timeout=20_000):
            window.grid.opened.emit(row)
    finally:
        (photos / "away").rename(photos / COFFEE)
    assert window.loupe.problem == "The file could not be read (No such file or directory)."
    assert not window.loupe.sharp
    assert not window.loupe._picture.isNull()


def test_nothing_found_and_nothing_there(looked_at: Path, tmp_path: Path, show: Show, qtbot: QtBot) -> None:
    window = show(looked_at)
    ready(window, qtbot)
    ask(window, qtbot, "label:nosuch")
    assert window.message.isVisible()
    assert (window.message.text(), window.why.toPlainText()) == (NO_HIT, "")
    empty = show(tmp_path / "empty")
    ready(empty, qtbot)
    assert empty.message.isVisible()
    assert empty.message.text() == EMPTY


def test_a_damaged_catalog_is_told(own: Path, qtbot: QtBot) -> None:
    with Library(own, write=False) as library:
        (own / "catalog.db").write_bytes(b"SQLite format 3\0" + b"garbage" * 5000)
        window = Window(library)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda: "damaged" in window.message.text())
        assert window.message.isVisible()
        window.close()


def a_search_runs() -> bool:
    """Whether the worker is inside a search."""
    return any(
        frame.f_code.co_qualname == "Searcher.search"
        for top in sys._current_frames().values()
        for frame, _line in traceback.walk_stack(top)
    )


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Another program holds the catalog: a search hangs for SQLite's five seconds, or until it is let go."""
    with closing(sqlite3.connect(folder / "catalog.db", isolation_level=None)) as other:
        other.execute("pragma locking_mode = exclusive")
        other.execute("begin exclusive")
        yield


def test_questions_in_a_hurry_are_not_begun(looked_at: Path, qtbot: QtBot) -> None:
    with Library(looked_at, write=False) as library:
        work = Work(library)
        begun: list[Answer] = []
        work._searcher.answered.connect(begun.append)
        with qtbot.waitSignal(work.answered, timeout=10_000) as last:
            for query in ("rocket", "coffee", "cat", "cat", "rocket", "coffee"):
                work.search(query)
        assert work.end()
        assert last.args is not None
        assert last.args[0].question.query == "coffee"
        assert len(begun) <= 2  # the first may have begun before the second was asked


def test_a_stale_answer_is_dropped(own: Path, qtbot: QtBot) -> None:
    with Library(own, write=False) as library:
        work = Work(library)
        told: list[Answer] = []
        work.answered.connect(told.append)
        with held(own):
            work.search("rocket")
            qtbot.waitUntil(a_search_runs)
            work.search("coffee")
        qtbot.waitUntil(lambda: bool(told), timeout=10_000)
        assert work.end()
        assert [answer.question.query for answer in told] == ["coffee"]


def test_closing_waits_a_second_at_most(own: Path, qtbot: QtBot) -> None:
    library = Library(own, write=False)
    with held(own):
        window = Window(library)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(a_search_runs)
        begun = time.perf_counter()
        window.close()
        assert time.perf_counter() - begun < 1.5
        assert not window.ended
    assert all(thread.wait(10_000) for thread in window.work.threads)
    library.close()


def test_closing_while_a_search_runs(looked_at: Path, qtbot: QtBot) -> None:
    with Library(looked_at, write=False) as library:
        window = Window(library)
        qtbot.addWidget(window)
        window.show()
        qtbot.keyClicks(window.field, "cat in a space ship\r")
        begun = time.perf_counter()
        window.close()
        assert time.perf_counter() - begun < 1
        assert window.ended
        assert all(thread.isFinished() for thread in window.work.threads)


class _Echo(QObject):
    """A signal to its own slot, as the window uses them."""

    said = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0
        self.said.connect(self.hear)

    @Slot(object)
    def hear(self, _word: object) -> None:
        self.heard += 1


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal from 3.12 on")
def test_emitting_keeps_true_alive() -> None:
    """PySide6 6.12.0 dropped one reference to True with every emit, until the interpreter died."""
    echo = _Echo()
    before = sys.getrefcount(True)
    for _ in range(200):
        echo.said.emit(2**40)
    assert echo.heard == 200
    assert sys.getrefcount(True) >= before - 5


def test_reasons_in_words() -> None:
    label = Reason("label", "Cat", 93.4, (0.1, 0.1, 0.5, 0.5))
    meaning = Reason("meaning", "close", 31.0)
    assert in_words(label) == "Fovea sees: Cat, 93 % sure, in one part of the picture"
    assert in_words(meaning) == "Picture and words are close in meaning: 0.31"
    assert in_words(Reason("place", "Lisbon", 100.0)) == "Taken near: Lisbon"
    assert in_words(Reason("text", "LIDL", 98.0, (0.1, 0.1, 0.2, 0.1))) == "Written in it: LIDL"
    assert in_words(Reason("text", "summer", 100.0)) == "Its caption says: summer"
    assert in_short(Hit("/a.jpg", "0" * 64, 0.9, True, (label, label, meaning))) == "Cat 93"
    assert in_short(Hit("/a.jpg", "0" * 64, 0.3, False, (meaning,))) == "meaning 0.31"
    assert not in_short(Hit("/a.jpg", "0" * 64, 1.0, True, (Reason("type", "photo", 100.0),)))


def test_cards_in_words() -> None:
    card = Card(AssetId(1), "0" * 64, "/photos/a.mp4", "video", 1_577_934_245_000, 4, 24.4, 2, flagged=True)
    told = card_in_words(card)
    assert told.startswith("a.mp4, 2 January 2020, ")
    assert told.endswith("film of 0:24, 4 stars, 2 faces, to be reviewed")
    assert card_in_words(Card(AssetId(2), "", "", "photo", 0, -1)) == "no file, rejected"
    assert length_in_words(3725.2) == "1:02:05"


def test_fovea_opens_the_window(own: Path) -> None:
    """The program itself: it makes thumbs.db anew when it asks for the first picture, and Ctrl+C ends it."""
    for file in own.glob("thumbs.db*"):
        file.unlink()
    with subprocess.Popen([FOVEA, "--library", str(own)], stderr=subprocess.PIPE) as program:
        deadline = time.monotonic() + 60
        while not (own / "thumbs.db").exists() and program.poll() is None and time.monotonic() < deadline:
            with suppress(subprocess.TimeoutExpired):
                program.wait(0.05)
        program.send_signal(signal.SIGINT)
        assert program.wait(10) == -signal.SIGINT, program.stderr and program.stderr.read()


def test_a_crash_is_written_down(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, threading; from app.main import _write_crashes_down as w; w(pathlib.Path(sys.argv[1]));"
        "t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join(); {}['gone']"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    log = (tmp_path / "logs" / "crash.log").read_text()
    assert done.returncode == 1
    for trace in (log, done.stderr):
        assert "ZeroDivisionError" in trace
        assert "KeyError: 'gone'" in trace


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_there_is_a_sentence(own: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in door.SCREENS}
    done = subprocess.run([FOVEA, "--library", str(own)], capture_output=True, text=True, check=False, env=bare)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "There is no screen here; see fovea --help.\n"
