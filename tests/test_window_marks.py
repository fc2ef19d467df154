"""Marks in the window with real keys: on one and on many, seen at once, taken back, also after a restart."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from core.library import Library
from tests.conftest import CAT, COFFEE, Show
from tests.windows import WAIT, ask, current, described, folder_of, marks, names, press, ready
from ui.tabs.tags import Tags
from ui.window import Window


def wait_for(window: Window, qtbot: QtBot, key: str, value: str | None) -> None:
    """Wait until the current photo's mark is `value`, None: is not there."""

    def there() -> bool:
        return window.desk.about is not None and marks(window).get(key) == value

    qtbot.waitUntil(there, timeout=WAIT)


def test_stars_picks_and_colours_by_a_key(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    row = current(window, qtbot, CAT)
    for key, mark, value in (("4", "rating", "4"), ("P", "pick", "1"), ("X", "pick", "-1"), ("7", "color", "yellow")):
        press(window, qtbot, key)
        wait_for(window, qtbot, mark, value)
    card = window.desk.photos.card(row)
    assert card is not None
    qtbot.waitUntil(lambda: window.desk.photos.card(row).color == "yellow", timeout=WAIT)  # type: ignore[union-attr]
    press(window, qtbot, "4")  # the same key again takes it away
    wait_for(window, qtbot, "rating", "0")
    press(window, qtbot, "U")
    wait_for(window, qtbot, "pick", "0")


def test_many_at_once_then_back_and_forth(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    current(window, qtbot, CAT)
    press(window, qtbot, "Ctrl+A")
    assert window.desk.selected() == 4
    press(window, qtbot, "5")

    def stars() -> set[int]:
        return {window.desk.photos.card(row).rating for row in range(4)}  # type: ignore[union-attr]

    qtbot.waitUntil(lambda: stars() == {5}, timeout=WAIT)
    assert window.room.status.said == "Rated 5 stars: 4 photos."
    assert window.room.status.undo.isVisible()
    qtbot.mouseClick(window.room.status.undo, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stars() == {0}, timeout=WAIT)
    window.room.grid.setFocus()
    press(window, qtbot, "Ctrl+Shift+Z")
    qtbot.waitUntil(lambda: stars() == {5}, timeout=WAIT)


def test_undo_and_redo_survive_a_restart(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    current(window, qtbot, CAT)
    press(window, qtbot, "3")
    wait_for(window, qtbot, "rating", "3")
    press(window, qtbot, "P")
    wait_for(window, qtbot, "pick", "1")
    window.close()
    again = show(own)
    ready(again, qtbot)
    current(again, qtbot, CAT)
    press(again, qtbot, "Ctrl+Z")
    wait_for(again, qtbot, "pick", None)
    press(again, qtbot, "Ctrl+Z")
    wait_for(again, qtbot, "rating", None)
    again.close()
    third = show(own)
    ready(third, qtbot)
    current(third, qtbot, CAT)
    press(third, qtbot, "Ctrl+Shift+Z")
    wait_for(third, qtbot, "rating", "3")


def test_a_tag_is_typed_completed_and_taken_away(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    current(window, qtbot, CAT)
    press(window, qtbot, "T")
    tab = window.room.inspector.tabs[window.room.inspector.number]
    assert isinstance(tab, Tags)
    assert tab.field.hasFocus()
    qtbot.keyClicks(tab.field, " Family |Tigger ")
    qtbot.keyClick(tab.field, Qt.Key.Key_Return)
    wait_for(window, qtbot, "tag Family/Tigger", "")
    qtbot.waitUntil(lambda: window.desk.shelves.tags == (("Family", 1), ("Family/Tigger", 1)), timeout=WAIT)
    assert tab._known.stringList() == ["Family", "Family/Tigger"]
    [family] = window.room.sidebar.findItems("Family", Qt.MatchFlag.MatchRecursive | Qt.MatchFlag.MatchExactly)
    child = family.child(0)
    assert child is not None
    assert child.text(0) == "Tigger"
    window.room.sidebar.itemClicked.emit(family, 0)
    ready(window, qtbot)
    assert names(window) == [CAT]
    described(window, qtbot)
    chip = next(c for c in tab.findChildren(QPushButton) if c.text().startswith("Family / Tigger"))
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    wait_for(window, qtbot, "tag Family/Tigger", None)


def test_letters_go_into_a_text_field_and_mark_nothing(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    current(window, qtbot, CAT)
    window.room.field.setFocus()
    qtbot.keyClicks(window.room.field, "px5uz")
    press(window, qtbot, "Ctrl+A")
    press(window, qtbot, "Ctrl+Z")
    ready(window, qtbot)
    assert window.desk.selected() <= 1
    with Library(own, write=False) as library:
        assert library.decision_count() == 0


def test_a_label_is_confirmed_and_rejected_by_one_key(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    ask(window, qtbot, "cat")
    current(window, qtbot, CAT)
    press(window, qtbot, "Y")
    wait_for(window, qtbot, "label Cat", "confirmed")
    press(window, qtbot, "Y")  # again takes it back
    wait_for(window, qtbot, "label Cat", None)
    press(window, qtbot, "Shift+Y")
    wait_for(window, qtbot, "label Cat", "rejected")
    ask(window, qtbot, "label:cat")
    assert names(window) == []


def test_the_history_tells_of_every_act(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    current(window, qtbot, COFFEE)
    press(window, qtbot, "2")
    wait_for(window, qtbot, "rating", "2")
    press(window, qtbot, "Ctrl+Z")
    wait_for(window, qtbot, "rating", None)
    window.room.inspector.open("History")
    text = window.room.inspector.tabs[-1]._told.text()  # type: ignore[union-attr]
    assert text.startswith("Rated 2 stars, taken back\n")


def test_the_next_photo_follows_a_mark_where_that_is_wanted(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    window.room.grid.setFocus()
    window.desk.go(0)
    window.run("advance")
    press(window, qtbot, "3")
    assert window.desk.row == 1


def test_marks_go_to_sidecars_when_asked_and_never_into_the_photo(
    looked_at: Path, tmp_path: Path, show: Show, qtbot: QtBot
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / CAT).write_bytes((looked_at.parent / "photos" / CAT).read_bytes())
    with Library(tmp_path / "fresh", write=True) as library:
        library.scan([str(photos)])
    window = show(tmp_path / "fresh")
    ready(window, qtbot)
    current(window, qtbot, CAT)
    press(window, qtbot, "5")
    wait_for(window, qtbot, "rating", "5")
    before = (photos / CAT).read_bytes()
    assert [path.name for path in photos.iterdir()] == [CAT]
    window.run("sidecars")
    qtbot.waitUntil((photos / f"{CAT}.xmp").exists, timeout=WAIT)
    assert b"Rating" in (photos / f"{CAT}.xmp").read_bytes()
    assert (photos / CAT).read_bytes() == before
    assert folder_of(window) == tmp_path / "fresh"
