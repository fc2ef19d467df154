"""The window on a real library, without a screen: browsing and searching with real keys, and what is said of it."""

import os
import shutil
import sys
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.library import Library
from core.sources.folder import shown
from tests.conftest import ASTRONAUT, CAT, COFFEE, NAMES, PACKAGE_PHOTOS, Show
from tests.windows import WAIT, ask, current, described, names, press, ready, showing
from ui.items.photos import LIKELY
from ui.items.photos import UNSURE as BELOW
from ui.panels.chips import ChipButton
from ui.tabs.why import UNSURE


def chips(window: object) -> list[ChipButton]:
    return [c for c in window.room.chips.findChildren(ChipButton) if not c.isHidden()]  # type: ignore[attr-defined]


def test_an_empty_field_shows_everything(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    assert sorted(names(window)) == sorted(shown(name) for name in NAMES.values())
    assert showing(window) is window.room.grid
    assert not window.room.chips.isVisible()


def test_typing_finds_and_tells_why(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    qtbot.keyClicks(window.room.field, "cat")  # the keys rest: no Return is needed
    qtbot.waitUntil(lambda: window.desk.query == "cat", timeout=WAIT)
    ready(window, qtbot)
    assert names(window) == [CAT]
    assert window.desk.photos.section(0).title == LIKELY
    described(window, qtbot)
    told = [label.text() for label in window.room.inspector.findChildren(QLabel) if label.isVisible()]
    assert CAT in told
    assert any(text.startswith("Fovea sees: Cat, ") for text in told)
    qtbot.waitUntil(lambda: [chip.text().split("   ")[:2] for chip in chips(window)] == [["cat", "1"]], timeout=WAIT)


def test_the_weaker_hits_come_on_request(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    ask(window, qtbot, "astronaut OR cup OR cat in a space ship")
    strong = window.desk.photos.rowCount()
    window.desk.again()  # as a scan that ends does
    ready(window, qtbot)
    window.room.grid.setFocus()
    press(window, qtbot, "W")
    ready(window, qtbot)
    photos = window.desk.photos
    assert photos.rowCount() > strong
    assert [photos.section(number).title for number in (0, 1)] == [LIKELY, BELOW]
    window.desk.go(strong)
    described(window, qtbot)
    qtbot.waitUntil(lambda: any(UNSURE in label.text() for label in window.room.inspector.findChildren(QLabel)))
    assert window.room.chips.weaker is not None
    qtbot.mouseClick(window.room.chips.weaker, Qt.MouseButton.LeftButton)
    assert photos.rowCount() == strong


def test_a_chip_is_turned_round_edited_and_taken_away(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    ask(window, qtbot, "cat type:photo")
    qtbot.waitUntil(lambda: len(chips(window)) == 2, timeout=WAIT)
    qtbot.keyClick(chips(window)[0], Qt.Key.Key_Minus)
    assert window.desk.query == window.room.field.text() == "-cat type:photo"
    ready(window, qtbot)
    assert len(names(window)) == 3
    qtbot.waitUntil(lambda: len(chips(window)) == 2 and chips(window)[0].text().startswith("not cat"), timeout=WAIT)
    qtbot.keyClick(chips(window)[0], Qt.Key.Key_Delete)
    assert window.desk.query == "type:photo"
    qtbot.waitUntil(lambda: len(chips(window)) == 1, timeout=WAIT)
    chips(window)[0].become("coffee")
    assert window.desk.query == "coffee"
    qtbot.waitUntil(lambda: len(chips(window)) == 1 and chips(window)[0].text().startswith("coffee"), timeout=WAIT)
    cross = chips(window)[0].rect().center()
    cross.setX(chips(window)[0].width() - 8)
    qtbot.mouseClick(chips(window)[0], Qt.MouseButton.LeftButton, pos=cross)
    assert not window.desk.query


def test_nothing_found_says_which_part_leaves_nothing(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    ask(window, qtbot, "cat date:1999")
    qtbot.waitUntil(lambda: showing(window) is window.room.message, timeout=WAIT)
    qtbot.waitUntil(lambda: any("Without" in words for words, _do in window.room.message.state.offers), timeout=WAIT)
    state = window.room.message.state
    assert "date:1999" in state.text
    words, without = next(offer for offer in state.offers if "date:1999" in offer[0])
    assert words.endswith("1 photo")
    without()
    ready(window, qtbot)
    assert names(window) == [CAT]


def test_down_goes_to_the_photos_and_escape_empties_the_field(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    ask(window, qtbot, "cat")
    qtbot.keyClick(window.room.field, Qt.Key.Key_Down)
    assert window.room.grid.hasFocus()
    press(window, qtbot, "/")
    assert window.room.field.hasFocus()
    qtbot.keyClick(window.room.field, Qt.Key.Key_Escape)
    assert not window.desk.query
    ready(window, qtbot)
    assert len(names(window)) == 4


def test_the_words_of_the_library_complete_what_is_typed(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    field = window.room.field
    qtbot.keyClicks(field, "-ca")
    qtbot.waitUntil(field._popup.isVisible, timeout=WAIT)
    assert "Cat   1" in field._words.stringList()
    field.insert_name("Cat")
    assert field.text() == "-cat "
    field._popup.hide()


def test_what_was_asked_is_offered_again(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    for query in ("cat", "rocket"):
        ask(window, qtbot, query)
    menu = window.room.field.history_menu()
    assert [action.text() for action in menu.actions()] == ["rocket", "cat"]
    menu.actions()[1].trigger()
    assert window.desk.query == "cat"
    menu.close()


def test_a_search_is_saved_shown_and_given_up(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    ask(window, qtbot, "cat -dog")
    window.room.field._save("Only cats")
    qtbot.waitUntil(lambda: window.desk.shelves.searches == (("Only cats", "cat -dog"),), timeout=WAIT)
    ask(window, qtbot, "")
    [line] = window.room.sidebar.findItems("Only cats", Qt.MatchFlag.MatchRecursive)
    window.room.sidebar.setFocus()
    window.room.sidebar.setCurrentItem(line)
    qtbot.keyClick(window.room.sidebar, Qt.Key.Key_Return)
    assert window.desk.query == "cat -dog"
    press(window, qtbot, "Ctrl+Z")
    qtbot.waitUntil(lambda: not window.desk.shelves.searches, timeout=WAIT)


def test_the_side_bar_asks_what_a_line_says(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    [folder] = window.room.sidebar.findItems("photos", Qt.MatchFlag.MatchRecursive)
    assert folder.text(1) == "4"
    window.room.sidebar.itemClicked.emit(folder, 0)
    ready(window, qtbot)
    assert window.desk.query.startswith("in:")
    assert len(names(window)) == 4
    [cat] = window.room.sidebar.findItems("Cat", Qt.MatchFlag.MatchRecursive | Qt.MatchFlag.MatchExactly)
    window.room.sidebar.itemClicked.emit(cat, 0)
    ready(window, qtbot)
    assert names(window) == [CAT]
    line = window.room.sidebar.currentItem()
    assert line is not None
    assert line.text(0) == "Cat"


def test_similar_to_a_photo_a_file_and_a_copied_picture(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    current(window, qtbot, CAT)
    press(window, qtbot, "L")
    ready(window, qtbot)
    assert window.desk.like.endswith(CAT)
    assert CAT not in names(window)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(PACKAGE_PHOTOS / CAT))])
    window.take(data)
    ready(window, qtbot)
    assert names(window) == [CAT]  # the same picture elsewhere is a near duplicate
    QGuiApplication.clipboard().setImage(QImage(str(PACKAGE_PHOTOS / COFFEE)))
    window.room.grid.setFocus()
    press(window, qtbot, "Ctrl+V")
    ready(window, qtbot)
    assert names(window) == [COFFEE]


def test_a_file_that_is_no_picture_has_a_sentence(own: Path, tmp_path: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    (tmp_path / "words.txt").write_text("words")
    window.desk.find_like(str(tmp_path / "words.txt"))
    qtbot.waitUntil(lambda: showing(window) is window.room.message, timeout=WAIT)
    assert "not a photo or film" in window.room.message.state.text


def test_a_name_is_text_whatever_it_says(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    odd = shown(NAMES["rocket.jpg"])
    current(window, qtbot, odd)
    told = window.room.inspector.findChildren(QLabel)
    assert any(label.toolTip() == odd for label in told)
    formats = {label.textFormat() for label in window.findChildren(QLabel) if label.text()}
    assert formats == {Qt.TextFormat.PlainText}
    assert sys.platform != "linux" or "\n" in NAMES["rocket.jpg"]


def test_thumbnails_arrive_whole(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    rows = {name: row for row, name in enumerate(names(window))}

    def size(name: str) -> tuple[int, int]:
        picture = window.desk.photos.picture(rows[name])
        return (picture.width(), picture.height()) if picture else (0, 0)

    qtbot.waitUntil(lambda: size(CAT) == (256, 170) and size(ASTRONAUT) == (256, 256), timeout=WAIT)


def test_without_thumbnails_the_name_stands_in(own: Path, show: Show, qtbot: QtBot) -> None:
    for file in own.glob("thumbs.db*"):
        file.unlink()
    window = show(own, paused=True)
    ready(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.photos.picture(0) is None, timeout=WAIT)


def test_another_window_only_looks(own: Path, show: Show, qtbot: QtBot) -> None:
    with Library(own, write=True):
        window = show(own)
        ready(window, qtbot)
        assert "Another Fovea" in window.room.notice.text
        current(window, qtbot, CAT)
        press(window, qtbot, "5")
        qtbot.waitUntil(lambda: "Another Fovea" in window.room.status.said, timeout=WAIT)
        ask(window, qtbot, "cat")
        assert names(window) == [CAT]


def test_a_library_that_cannot_be_opened_is_told_and_tried_again(
    own: Path, tmp_path: Path, show: Show, qtbot: QtBot
) -> None:
    shutil.copy(own / "catalog.db", tmp_path / "whole.db")
    (own / "catalog.db").write_bytes(b"SQLite format 3\0" + b"garbage" * 5000)
    window = show(own)
    qtbot.waitUntil(lambda: "damaged" in window.room.message.state.text, timeout=WAIT)
    assert showing(window) is window.room.message
    shutil.copy(tmp_path / "whole.db", own / "catalog.db")
    _words, again = window.room.message.state.offers[0]
    again()
    ready(window, qtbot)
    assert len(names(window)) == 4


def test_how_the_window_was_left_is_remembered(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    ask(window, qtbot, "cat")
    window.room.grid.setFocus()
    for key in ("F6", "F8", "Ctrl++"):
        press(window, qtbot, key)
    window.desk.lay_out(theme="light")
    window.close()
    again = show(own)
    ready(again, qtbot)
    layout = again.desk.layout
    assert (layout.filmstrip, layout.inspector, layout.cell, layout.theme) == (True, False, 208, "light")
    assert (again.desk.query, again.room.field.text(), names(again)) == ("cat", "cat", [CAT])
    assert again.room.filmstrip.isVisible()
    assert not again.room.inspector.isVisible()
    assert os.path.exists(own / "window.json")


def test_a_click_turns_to_a_tab(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    current(window, qtbot, CAT)
    inspector = window.room.inspector
    for number in (4, 1, 0):
        qtbot.mouseClick(inspector.bar.button(number), Qt.MouseButton.LeftButton)
        assert inspector.pages.currentIndex() == number
        assert window.desk.layout.tab == number


def test_who_has_scrolled_away_is_not_thrown_back(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    window.desk.lay_out(cell=384)
    bar = window.room.grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 200)
    bar.setValue(150)
    for row in (0, len(names(window)) - 1):
        window.desk.go(row)
        bar.setValue(150)
        before = window.desk.answer
        window.desk.again()
        qtbot.waitUntil(lambda before=before: window.desk.answer is not before, timeout=WAIT)  # type: ignore[misc]
        assert bar.value() == 150
        assert window.desk.row == row
    ask(window, qtbot, "cat OR coffee OR rocket")
    assert bar.value() == 0


def test_the_first_page_goes_before_the_rest(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    asker = window.desk.work.asker
    asker.head_start_s = 60.0
    order: list[tuple[int, int]] = []

    def note(told: tuple[int, object]) -> None:
        order.append((told[0], asker.page))

    asker.chipped.connect(note, Qt.ConnectionType.DirectConnection)
    ask(window, qtbot, "cat")
    assert order[-1] == (asker.newest, asker.newest)
