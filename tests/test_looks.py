"""Nothing is cut, covered or too faint: in every theme, with large letters, in a small window; and the check itself."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.conftest import CAT, Show
from tests.looks import faults
from tests.windows import ask, current, ready


def test_faults_are_seen(qtbot: QtBot) -> None:
    holder = QWidget()
    holder.setStyleSheet("background: #1E1E1E; color: #F2F2F2;")
    qtbot.addWidget(holder)
    holder.resize(400, 200)
    parts = {
        "cut": QPushButton("a button with far too many words on it", holder),
        "under": QLabel("one", holder),
        "over": QLabel("two", holder),
        "outside": QLabel("gone", holder),
        "faint": QLabel("faint", holder),
    }
    places = {"cut": (0, 0, 60, 30), "under": (0, 60, 60, 20), "over": (30, 60, 60, 20), "outside": (380, 100, 60, 20),
              "faint": (0, 140, 80, 20)}  # fmt: skip
    for name, part in parts.items():
        part.setGeometry(*places[name])
    parts["faint"].setStyleSheet("color: #444444;")
    holder.show()
    found = "\n".join(faults(holder))
    assert "far too many words" in found
    assert "lie over each other" in found
    assert "“gone” leaves what holds it" in found
    assert "“faint” has a contrast" in found
    sound = QWidget()
    qtbot.addWidget(sound)
    row = QHBoxLayout(sound)
    row.addWidget(QLabel("well"))
    row.addWidget(QPushButton("Well"))
    sound.setStyleSheet("background: #1E1E1E; color: #F2F2F2;")
    sound.show()
    assert faults(sound) == []


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("size", [(1440, 900), (1366, 768)])
def test_every_room_in_every_look(
    own: Path, show: Show, qtbot: QtBot, theme: str, scale: float, size: tuple[int, int]
) -> None:
    window = show(own)
    ready(window, qtbot)
    window.desk.lay_out(theme=theme, scale=scale)
    window.resize(*size)
    ready(window, qtbot)
    window.resize(*size)
    current(window, qtbot, CAT)
    for tab in range(6):
        window.room.inspector._turn(tab)
        assert faults(window) == []
    window.room.inspector._turn(0)
    window.room.show_one()
    assert faults(window) == []
    window.room.show_two()
    assert faults(window) == []
    ask(window, qtbot, "cat date:1999")
    assert faults(window) == []
    ask(window, qtbot, "cat OR coffee -dog")
    assert faults(window) == []


def test_the_first_run_in_large_letters(tmp_path: Path, show: Show, qtbot: QtBot) -> None:
    window = show(tmp_path / "library")
    qtbot.waitUntil(lambda: window.room.middle.currentWidget() is window.room.welcome, timeout=20_000)
    for scale in (1.0, 2.0):
        window.desk.lay_out(scale=scale)
        window.room.welcome.add([str(tmp_path)])
        assert faults(window) == []
