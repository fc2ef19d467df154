"""One photo and two: what shows at once and what later, zoom at the pointer, overlays, text that is swept over."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPixmap
from pytestqt.qtbot import QtBot

from tests.conftest import CAT, COFFEE, Show
from tests.windows import WAIT, ask, current, described, names, press, ready, showing
from ui import theme
from ui.views.canvas import Canvas, Mark
from ui.views.marks import corners


def grey(width: int, height: int) -> QPixmap:
    picture = QPixmap(width, height)
    picture.fill(QColor("#777777"))
    return picture


@pytest.fixture
def canvas(qtbot: QtBot) -> Canvas:
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(532, 432)
    made.show()
    return made


def test_enter_looks_at_one_photo_and_escape_goes_back(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    row = current(window, qtbot, CAT)
    press(window, qtbot, "Return")
    loupe = window.room.loupe
    assert showing(window) is loupe
    assert not loupe.canvas.picture.isNull()  # the thumbnail is there at once
    qtbot.waitUntil(lambda: loupe.sharp, timeout=WAIT)
    assert loupe.canvas.picture.size().toTuple() == (451, 300)
    step = 1 if row == 0 else -1
    press(window, qtbot, "Right" if step > 0 else "Left")
    assert window.desk.row == row + step
    qtbot.waitUntil(lambda: loupe.sharp and not loupe.path.endswith(CAT), timeout=WAIT)
    press(window, qtbot, "Escape")
    assert showing(window) is window.room.grid
    assert window.room.grid.hasFocus()


def test_neighbours_are_there_before_they_are_asked_for(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    window.desk.go(0)
    window.room.show_one()
    qtbot.waitUntil(lambda: len(window.desk.sights) >= 2, timeout=WAIT)
    press(window, qtbot, "Right")
    assert window.room.loupe.sharp  # without any waiting
    assert os.path.basename(window.room.loupe.path)[-4:] == names(window)[1][-4:]


def test_a_photo_that_is_gone_keeps_its_thumbnail_and_has_a_sentence(
    own: Path, looked_at: Path, show: Show, qtbot: QtBot
) -> None:
    photos = looked_at.parent / "photos"
    window = show(own)
    ready(window, qtbot)
    current(window, qtbot, COFFEE)
    qtbot.waitUntil(lambda: bool(window.desk.photos.picture(window.desk.row)), timeout=WAIT)
    (photos / COFFEE).rename(photos / "away")
    try:
        window.room.show_one()
        qtbot.waitUntil(lambda: bool(window.room.loupe.canvas.note), timeout=WAIT)
    finally:
        (photos / "away").rename(photos / COFFEE)
    assert "No such file" in window.room.loupe.canvas.note
    assert not window.room.loupe.sharp
    assert not window.room.loupe.canvas.picture.isNull()


def test_the_box_of_a_reason_is_drawn_where_it_is(canvas: Canvas) -> None:
    canvas.show_picture(grey(500, 400))
    canvas.show_marks([Mark("reasons", "Cat", corners((0.2, 0.25, 0.5, 0.5)), named=True)])
    image = canvas.grab().toImage()
    accent = QColor(theme.THEMES["dark"].accent)
    for x, y in ((100, 150), (350, 150), (200, 300)):
        near = [image.pixelColor(16 + x + dx, 16 + y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        assert any(abs(color.blue() - accent.blue()) < 12 and abs(color.red() - accent.red()) < 12 for color in near)
    assert image.pixelColor(16 + 220, 16 + 200).name() == "#777777"


def test_what_is_under_the_pointer_stays_there_when_it_is_enlarged(canvas: Canvas) -> None:
    canvas.show_picture(grey(500, 400), QSize(4000, 3200))
    at = QPointF(400, 130)

    def under() -> tuple[float, float]:
        area = canvas.area()
        return round((at.x() - area.x()) / area.width(), 3), round((at.y() - area.y()) / area.height(), 3)

    before = under()
    canvas.toggle(at)
    assert canvas.scale * canvas.devicePixelRatio() == 1.0
    assert under() == before
    canvas.enlarge(2.0, at)
    assert under() == before
    assert canvas.needs_every_pixel
    canvas.toggle(at)
    assert canvas.zoom.scale == 0
    assert canvas.scale == 0.125


def test_a_dragged_picture_stops_at_its_edges(canvas: Canvas, qtbot: QtBot) -> None:
    canvas.show_picture(grey(500, 400), QSize(4000, 3200))
    canvas.toggle(QPointF(0, 0))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    qtbot.mouseMove(canvas, QPoint(500, 400))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(500, 400))
    assert canvas.area().left() <= 0
    assert canvas.area().top() <= 0
    canvas.enlarge(0.01)
    assert canvas.zoom.scale == 0  # smaller than fitted is fitted


def test_text_is_swept_over_and_copied(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    current(window, qtbot, CAT)
    window.room.show_one()
    qtbot.waitUntil(lambda: window.room.loupe.sharp, timeout=WAIT)
    canvas = window.room.loupe.canvas
    canvas.show_marks([Mark("text", text, corners((0.1, y, 0.8, 0.1))) for text, y in (("one", 0.1), ("two", 0.3))])
    area = canvas.area()
    begin, end = (QPoint(int(area.x() + area.width() / 2), int(area.y() + y * area.height())) for y in (0.15, 0.35))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=begin)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)
    window.room.loupe.setFocus()
    press(window, qtbot, "Ctrl+C")
    assert QGuiApplication.clipboard().text() == "one\ntwo"


def test_overlays_come_and_go(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    ask(window, qtbot, "cat")
    current(window, qtbot, CAT)
    window.room.show_one()
    described(window, qtbot)
    loupe = window.room.loupe
    assert [mark.text for mark in loupe.canvas._marks] == ["Cat"]
    press(window, qtbot, "I")
    qtbot.waitUntil(lambda: {mark.kind for mark in loupe.canvas._marks} >= {"reasons", "objects"}, timeout=WAIT)
    loupe.switches["reasons"].click()
    assert {mark.kind for mark in loupe.canvas._marks} == {"objects"}
    press(window, qtbot, "I")
    assert not loupe.canvas._marks


def test_two_are_zoomed_as_one(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    window.desk.select([1, 3])
    window.room.grid.setFocus()
    press(window, qtbot, "C")
    compare = window.room.compare
    assert showing(window) is compare
    assert [side.row for side in compare.sides] == [1, 3]
    qtbot.waitUntil(lambda: all(side.path in window.desk.sights for side in compare.sides), timeout=WAIT)
    press(window, qtbot, "Z")
    assert compare.sides[0].canvas.zoom == compare.sides[1].canvas.zoom
    assert compare.sides[0].canvas.zoom.scale > 0
    press(window, qtbot, "Left")
    assert [side.row for side in compare.sides] == [1, 2]
    press(window, qtbot, "Up")  # the other side is the active one now
    assert window.desk.row == 1
    press(window, qtbot, "Left")
    assert [side.row for side in compare.sides] == [0, 2]
    press(window, qtbot, "Escape")
    assert showing(window) is window.room.grid


def test_the_strip_goes_where_it_is_clicked(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    window.desk.go(0)
    window.room.grid.setFocus()
    press(window, qtbot, "F6")
    strip = window.room.filmstrip
    qtbot.waitUntil(strip.isVisible)
    spot = next(x for x in range(0, strip.width(), 10) if strip.row_at(x) == 2)
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(spot + 5, 40))
    assert window.desk.row == 2
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert window.desk.row == 1
