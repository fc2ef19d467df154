"""The wall of photos under real keys and mouse: where it goes, what is selected, what it asks for, a million rows."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.search.engine import Ranking
from core.types import AssetId, Card, Hit, Reason
from ui import theme
from ui.items.photos import KEPT_PICTURES, Photos
from ui.views.grid import Grid
from ui.words import DAY_MS, NEWEST

DAY = 18_000 * DAY_MS


def ranking(count: int, per_day: int = 0, weaker: int = 0, query: str = NEWEST) -> Ranking:
    """Return a ranking of made assets, numbered from 1000; per_day: newest first, so many a day."""
    strong = count - weaker
    taken = DAY - np.arange(strong, dtype=np.int64) // per_day * DAY_MS if per_day else np.empty(0, np.int64)
    return Ranking(query, "", strong, np.arange(1000, 1000 + count, dtype=np.int64), taken, (), {}, {}, whole=True)


@pytest.fixture
def wall(qapp: QApplication, qtbot: QtBot) -> Iterator[Callable[[Ranking], Grid]]:
    theme.dress(qapp)
    kept = []

    def make(shown: Ranking) -> Grid:
        photos = Photos()
        grid = Grid(photos, QItemSelectionModel(photos, photos))
        kept.append((grid, photos))
        qtbot.addWidget(grid)
        grid.resize(900, 600)
        grid.show()
        grid.setFocus()
        photos.show(shown, weaker=True)
        return grid

    yield make
    kept.clear()


def photos_of(grid: Grid) -> Photos:
    found = grid.model()
    assert isinstance(found, Photos)
    return found


def selected(grid: Grid) -> int:
    """Return how many are selected, without a list of them."""
    chosen = grid.selectionModel().selection()
    return sum(chosen.at(place).height() for place in range(chosen.size()))


def test_days_are_sections_in_words(wall: Callable[[Ranking], Grid]) -> None:
    photos = photos_of(wall(ranking(10, per_day=4)))
    assert photos.counts == [4, 4, 2]
    assert photos.section(0).title == "Sunday, 14 April 2019"
    assert (photos.section(2).title, photos.section(2).note) == ("Friday, 12 April 2019", "2 photos")


def test_arrows_pages_home_and_end(wall: Callable[[Ranking], Grid], qtbot: QtBot) -> None:
    grid = wall(ranking(500, per_day=7))
    grid.setCurrentIndex(photos_of(grid).index(0))
    steps = (
        (Qt.Key.Key_Right, 1), (Qt.Key.Key_Down, 6), (Qt.Key.Key_Down, 8), (Qt.Key.Key_Left, 7), (Qt.Key.Key_Up, 5),
        (Qt.Key.Key_End, 499), (Qt.Key.Key_Right, 499), (Qt.Key.Key_Home, 0), (Qt.Key.Key_Up, 0),
    )  # fmt: skip
    for key, row in steps:
        qtbot.keyClick(grid, key)
        assert grid.currentIndex().row() == row
        assert grid.viewport().rect().contains(grid.visualRect(grid.currentIndex()))
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert grid.currentIndex().row() > 5


def test_keys_and_mouse_select(wall: Callable[[Ranking], Grid], qtbot: QtBot) -> None:
    grid = wall(ranking(50))
    photos = photos_of(grid)
    grid.setCurrentIndex(photos.index(2))
    for _ in range(3):
        qtbot.keyClick(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert selected(grid) == 4

    def click(row: int, keys: Qt.KeyboardModifier) -> None:
        spot = grid.visualRect(photos.index(row)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, keys, spot)

    click(0, Qt.KeyboardModifier.ControlModifier)
    assert selected(grid) == 5
    click(3, Qt.KeyboardModifier.ControlModifier)
    assert selected(grid) == 4
    click(1, Qt.KeyboardModifier.NoModifier)
    click(8, Qt.KeyboardModifier.ShiftModifier)
    assert selected(grid) == 8
    qtbot.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert selected(grid) == 50


def test_enter_and_double_click_open(wall: Callable[[Ranking], Grid], qtbot: QtBot) -> None:
    grid = wall(ranking(20))
    grid.setCurrentIndex(photos_of(grid).index(5))
    with qtbot.waitSignal(grid.opened) as opened:
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert opened.args == [5]
    spot = grid.visualRect(photos_of(grid).index(3)).center()
    with qtbot.waitSignal(grid.opened) as opened:
        qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert opened.args == [3]


def test_nothing_is_hit_under_a_heading_that_sticks(wall: Callable[[Ranking], Grid]) -> None:
    grid = wall(ranking(200, per_day=50))
    assert not grid.indexAt(QPoint(10, 10)).isValid()
    grid.verticalScrollBar().setValue(300)
    assert not grid.indexAt(QPoint(10, 10)).isValid()
    assert grid.indexAt(QPoint(10, 60)).isValid()


def test_what_shows_is_asked_for_once_and_newest_alone(wall: Callable[[Ranking], Grid], qtbot: QtBot) -> None:
    grid = wall(ranking(5000))
    photos, asked = photos_of(grid), list[tuple[int, ...]]()
    photos.wanted.connect(asked.append)
    grid.verticalScrollBar().setValue(20_000)
    qtbot.waitUntil(lambda: bool(asked))
    rows = asked[-1]
    assert rows == tuple(range(rows[0], rows[-1] + 1))
    assert rows[0] > 300
    assert len(rows) < 40
    grid.viewport().repaint()
    assert len(asked) == 1
    photos.take_cards([Card(AssetId(photos.asset(row)), "0" * 64, f"/p/{row}.jpg", "photo", DAY) for row in rows])
    for row in rows[1:]:
        photos.take_picture((photos.asset(row), QImage(20, 10, QImage.Format.Format_RGB32)))
    qtbot.waitUntil(lambda: asked[-1] == rows[:1])
    assert photos.index(rows[2]).data() == f"{rows[2]}.jpg"
    words = photos.index(rows[2]).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words.endswith(f"; {rows[2] + 1:,} of 5,000")


def test_pictures_out_of_sight_are_let_go(wall: Callable[[Ranking], Grid]) -> None:
    photos = photos_of(wall(ranking(5000)))
    for row in range(KEPT_PICTURES + 50):
        photos.take_picture((photos.asset(row), QImage(2, 2, QImage.Format.Format_RGB32)))
    first, last = photos.picture(0), photos.picture(KEPT_PICTURES + 49)
    assert first is not None
    assert last is not None
    assert (first.isNull(), last.isNull()) == (True, False)


def test_reasons_of_another_search_are_dropped(wall: Callable[[Ranking], Grid]) -> None:
    photos = photos_of(wall(ranking(3, query="cat")))
    hit = Hit("/a.jpg", "0" * 64, 0.9, True, (Reason("label", "Cat", 93.4),))
    photos.take_hits((ranking(3, query="dog"), [(0, hit)]))
    assert photos.hit(0) is None
    assert photos.ranking
    photos.take_hits((photos.ranking, [(0, hit)]))
    assert photos.hit(0) == hit


def test_a_larger_cell_keeps_the_place(wall: Callable[[Ranking], Grid]) -> None:
    grid = wall(ranking(3000, per_day=9))
    grid.verticalScrollBar().setValue(9000)
    first = grid.indexAt(QPoint(5, theme.HEADING + 5))
    grid.set_cell(300)
    assert grid.viewport().rect().contains(grid.visualRect(first).center())
    row = grid.indexAt(QPoint(5, 300)).row()
    grid.resize(500, 600)
    assert grid.viewport().rect().intersects(grid.visualRect(photos_of(grid).index(row)))


def test_a_million_photos_cost_what_a_thousand_do(wall: Callable[[Ranking], Grid], qtbot: QtBot) -> None:
    def spent(count: int) -> float:
        grid = wall(ranking(count, per_day=150))
        best = 10.0
        for place in range(5):
            begun = time.perf_counter()
            grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum() * place // 5)
            grid.viewport().repaint()
            qtbot.keyClick(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            grid.viewport().repaint()
            best = min(best, time.perf_counter() - begun)
        assert selected(grid) == count
        return best

    assert spent(1_000_000) < 20 * spent(1_000)
