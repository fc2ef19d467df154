"""Films in the loupe: frames at their own pace, pause, a place to go to, an end; with sound where Qt Multimedia is."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.types import AssetId, Card
from tests.test_viewer import film
from tests.windows import WAIT
from ui import theme
from ui.views import sound
from ui.views.canvas import Canvas
from ui.views.player import PlayerBar


@pytest.fixture
def bar(qapp: QApplication, qtbot: QtBot) -> PlayerBar:
    theme.dress(qapp)
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    made = PlayerBar(canvas, canvas)
    made.resize(400, 40)
    return made


@pytest.fixture
def card(tmp_path: Path) -> Card:
    path = film(tmp_path / "film.mp4")
    return Card(AssetId(1), "0" * 64, path, "video", 0, seconds=2.0)


def test_a_photo_is_not_played(bar: PlayerBar) -> None:
    bar.offer(Card(AssetId(1), "0" * 64, "/a.jpg", "photo", 0))
    assert not bar.offered
    assert not bar.isVisible()


def test_a_film_plays_pauses_and_ends(bar: PlayerBar, card: Card, qtbot: QtBot) -> None:
    bar.offer(card)
    assert bar.isVisible()
    bar.toggle()
    assert bar.playing
    qtbot.waitUntil(lambda: not bar._canvas.picture.isNull() and bar.place.value() > 100, timeout=WAIT)
    bar.toggle()
    qtbot.waitUntil(lambda: not bar.playing)
    held = bar.place.value()
    bar.toggle()  # goes on from there
    qtbot.waitUntil(lambda: bar.place.value() > held, timeout=WAIT)
    qtbot.waitUntil(lambda: not bar.playing, timeout=WAIT)
    assert bar._canvas.note == ""
    assert bar.place.value() > 1000


def test_a_film_that_cannot_be_played_says_so(bar: PlayerBar, card: Card, qtbot: QtBot) -> None:
    Path(card.path).write_bytes(b"no film at all")
    bar.offer(card)
    bar.toggle()
    qtbot.waitUntil(lambda: bool(bar._canvas.note), timeout=WAIT)
    assert not bar.playing


def test_another_photo_ends_it(bar: PlayerBar, card: Card, qtbot: QtBot) -> None:
    bar.offer(card)
    bar.toggle()
    qtbot.waitUntil(lambda: not bar._canvas.picture.isNull(), timeout=WAIT)
    bar.offer(Card(AssetId(2), "0" * 64, "/a.jpg", "photo", 0))
    assert not bar.playing
    assert sound.is_there() or bar._thread is None
