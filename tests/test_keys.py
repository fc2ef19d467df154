"""The table of actions: each has words, a place and a key of its own; keys are changed; the manual has all of them."""

from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.conftest import CAT, Show
from tests.data import ROOT
from tests.windows import WAIT, current, dialog, names, press, ready, showing
from ui import theme
from ui.actions import ACTIONS, MENUS, manual
from ui.keysheet import KeySheet
from ui.palette import Palette, nearest


def test_every_action_has_words_a_place_and_a_key_of_its_own() -> None:
    assert all(action.text and action.menu in MENUS for action in ACTIONS)
    assert max(Counter(action.id for action in ACTIONS).values()) == 1
    assert max(Counter(action.text for action in ACTIONS).values()) == 1
    keys = Counter(QKeySequence(key).toString() for action in ACTIONS for key in action.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    assert "" not in keys
    icons = {path.stem for path in (theme.HOME / "icons").glob("*.svg")}
    assert {action.icon for action in ACTIONS if action.icon} <= icons


def test_a_key_without_a_modifier_stays_where_photos_are() -> None:
    for action in ACTIONS:
        for key in action.keys:
            bare = "+" not in key.removeprefix("Shift+") and len(key.removeprefix("Shift+")) == 1
            assert not bare or action.alone or key in "/?", action.id


def test_the_manual_has_them_all() -> None:
    assert manual() in (ROOT / "docs" / "window.md").read_text(encoding="utf-8")


def test_another_key_is_given_taken_away_and_remembered(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    window.run("keys")
    sheet = dialog(KeySheet)
    assert isinstance(sheet, KeySheet)
    sheet.give("pick-1", "Z")
    assert "Fitted or 1:1" in sheet.told.text()  # it has that key already
    sheet.give("pick-1", "J")
    sheet.close()
    current(window, qtbot, CAT)
    press(window, qtbot, "P")
    press(window, qtbot, "J")
    qtbot.waitUntil(lambda: window.desk.photos.card(window.desk.row).pick == 1, timeout=WAIT)  # type: ignore[union-attr]
    window.close()
    again = show(own)
    ready(again, qtbot)
    assert again.desk.layout.keys == {"pick-1": "J"}


def test_letters_go_to_a_name_where_they_are_no_keys(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    window.run("single")
    window.room.grid.setFocus()
    window.desk.go(0)
    for wanted in ("coffee.png", "chelsea.png", "astronaut.png"):
        window.room.grid._since.invalidate()
        qtbot.keyClicks(window.room.grid, wanted[:3])
        window.desk.again()  # a scan that ends just then takes nothing away
        row = names(window).index(wanted)
        qtbot.waitUntil(lambda row=row: window.desk.row == row, timeout=WAIT)  # type: ignore[misc]


def test_anything_is_done_by_its_name(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    press(window, qtbot, "Ctrl+K")
    palette = dialog(Palette)
    assert isinstance(palette, Palette)
    qtbot.keyClicks(palette.field, "strip of pho")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.desk.layout.filmstrip
    press(window, qtbot, "Ctrl+K")
    palette = dialog(Palette)
    assert isinstance(palette, Palette)
    qtbot.keyClicks(palette.field, "folder: /")
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.desk.query.startswith("in:")


def test_what_is_typed_need_not_be_exact() -> None:
    found = ["View: Full screen", "Photo: Undo", "Library: Close"]
    assert next(iter(nearest("fulscren", found))) == 0
    assert list(nearest("", found)) == [0, 1, 2]


@pytest.mark.parametrize("name", [action.id for action in ACTIONS if action.id not in ("quit", "reveal", "add-folder")])
def test_every_action_does_something_and_nothing_breaks(own: Path, show: Show, qtbot: QtBot, name: str) -> None:
    window = show(own)
    ready(window, qtbot)
    current(window, qtbot, CAT)
    window.run(name)
    qtbot.wait(1)
    for widget in window.findChildren(QDialog):
        widget.close()
    assert showing(window) is not None


def test_everything_is_reached_by_the_keyboard(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    window.room.field.setFocus()
    reached: list[QWidget] = []
    for _ in range(200):
        qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        now = window.focusWidget()
        assert now is not None
        if now in reached:
            break
        reached.append(now)
    room = window.room
    wanted = [room.field, room.grid, room.sidebar, *room.rail.buttons.values(), room.rail.menu, *room.views.values()]
    wanted += [*room.inspector.bar.buttons(), room.status.cell]
    # of buttons that exclude each other Qt's Tab stops at the one that is on; arrows go on from there
    by_arrows = [*room.views.values(), *room.inspector.bar.buttons()]
    assert not [widget for widget in wanted if widget not in (*reached, *by_arrows, room.field)]
    assert all(any(button in reached for button in group) for group in (by_arrows[:3], by_arrows[4:]))
