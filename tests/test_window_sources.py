"""Folders in the window: the first run, scanning with progress, pause, failures, watching, moving, taking out."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.library import Library
from tests.conftest import CAT, COFFEE, PACKAGE_PHOTOS, ROCKET, Show
from tests.windows import WAIT, current, dialog, names, press, ready, showing
from ui.dialogs import Failures, WhatToLookFor
from ui.panels.sidebar import ENTRY, Entry
from ui.window import Window
from ui.words import AWAY
from ui.work.jobs import Job, Pace


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two photos and a file that says it is one."""
    made = tmp_path / "holiday"
    made.mkdir()
    for name in (CAT, COFFEE):
        shutil.copy(PACKAGE_PHOTOS / name, made)
    return made


@pytest.fixture
def holiday(tmp_path: Path, folder: Path) -> Path:
    """A library that knows `folder`."""
    with Library(tmp_path / "library", write=True) as library:
        library.scan([str(folder)])
    return tmp_path / "library"


def dropped(*places: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(place)) for place in places])
    return data


def source(window: Window, root: Path) -> Entry:
    sidebar = window.room.sidebar
    entries = [sidebar.itemAt(10, y) for y in range(0, sidebar.viewport().height(), 8)]
    found: list[Entry] = [
        item.data(0, ENTRY) for item in entries if item is not None and item.data(0, ENTRY) is not None
    ]
    return next(entry for entry in found if entry.source is not None and entry.source.root == str(root))


def test_the_first_run_from_nothing_to_a_wall(tmp_path: Path, folder: Path, show: Show, qtbot: QtBot) -> None:
    window = show(tmp_path / "library")
    welcome = window.room.welcome
    qtbot.waitUntil(lambda: showing(window) is welcome, timeout=WAIT)
    assert not welcome.begin.isEnabled()
    window.take(dropped(folder))
    assert welcome.places == [str(folder)]
    qtbot.waitUntil(lambda: welcome.looks.estimate is not None, timeout=60_000)
    qtbot.waitUntil(lambda: welcome._total.text().startswith("2 photos, about "), timeout=WAIT)
    dear = welcome.looks.seconds(1000)
    welcome.looks.boxes["text"].click()
    cheap = welcome.looks.seconds(1000)
    assert dear is not None
    assert cheap is not None
    assert cheap < dear
    welcome.begin.click()
    qtbot.waitUntil(lambda: window.desk.job.state == "done" and window.desk.job.total > 0, timeout=60_000)
    qtbot.waitUntil(lambda: showing(window) is window.room.grid, timeout=WAIT)
    ready(window, qtbot)
    assert sorted(names(window)) == sorted([CAT, COFFEE])
    assert window.desk.shelves.off == {"text"}


def test_photos_come_in_while_a_scan_runs_and_failures_are_listed(
    own: Path, folder: Path, show: Show, qtbot: QtBot
) -> None:
    (folder / "torn.jpg").write_bytes(b"\xff\xd8\xff no photo")
    window = show(own)
    ready(window, qtbot)
    told: list[Job] = []
    window.desk.progressed.connect(told.append)
    window.take(dropped(folder))
    qtbot.waitUntil(lambda: bool(told) and told[-1].state == "done" and told[-1].total > 0, timeout=60_000)
    assert [job.done for job in told] == sorted(job.done for job in told)
    assert told[-1].total == told[-1].done == 3
    strip = window.room.status.jobs
    qtbot.waitUntil(strip.failed.isVisible, timeout=WAIT)
    assert "1 could not be read" in strip.failed.text()
    strip.failed.click()
    listed = dialog(Failures)
    assert isinstance(listed, Failures)
    qtbot.waitUntil(lambda: listed.list.topLevelItemCount() == 1, timeout=WAIT)
    item = listed.list.topLevelItem(0)
    assert item is not None
    assert item.text(0).endswith("torn.jpg")
    assert item.text(1)
    qtbot.waitUntil(lambda: "torn.jpg" in names(window), timeout=WAIT)
    current(window, qtbot, "torn.jpg")
    reason = window.room.inspector.open("Why").findChild(QLabel, "warn")
    assert reason is not None
    assert reason.text() == item.text(1)
    shutil.copy(PACKAGE_PHOTOS / ROCKET, folder / "torn.jpg")
    listed._again()
    qtbot.waitUntil(lambda: not strip.failed.isVisible(), timeout=60_000)


def test_a_paused_scan_goes_on_after_a_restart(own: Path, folder: Path, show: Show, qtbot: QtBot) -> None:
    for name in (CAT, COFFEE):  # other contents than those that are known
        (folder / name).unlink()
    for name in ("moon.png", "brick.png"):
        shutil.copy(PACKAGE_PHOTOS / name, folder)
    with Library(own, write=True) as library:
        library.scan([str(folder)], analyze=False)
    window = show(own, paused=True)
    ready(window, qtbot)
    qtbot.waitUntil(window.room.status.jobs.pause.isVisible, timeout=WAIT)
    assert window.room.status.jobs.pause.text() == "Go on"
    assert "Paused" in window.room.status.jobs._what.text()
    assert window.desk.shelves.waiting == 2
    window.room.status.jobs.pause.click()
    qtbot.waitUntil(lambda: window.desk.job.state == "done" and window.desk.shelves.waiting == 0, timeout=60_000)
    assert not window.desk.layout.paused


def test_a_new_photo_appears_by_itself(folder: Path, holiday: Path, show: Show, qtbot: QtBot) -> None:
    window = show(holiday)
    ready(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.work.jobs._watch is not None, timeout=WAIT)
    window.run("watch")  # no more
    qtbot.waitUntil(lambda: window.desk.work.jobs._watch is None, timeout=WAIT)
    window.run("watch")  # and again
    qtbot.waitUntil(lambda: window.desk.work.jobs._watch is not None, timeout=WAIT)
    shutil.copy(PACKAGE_PHOTOS / ROCKET, folder / "new.jpg")
    qtbot.waitUntil(lambda: "new.jpg" in names(window), timeout=60_000)


def test_what_came_while_the_window_was_closed_is_there_by_itself(
    folder: Path, holiday: Path, show: Show, qtbot: QtBot
) -> None:
    shutil.copy(PACKAGE_PHOTOS / ROCKET, folder / "new.jpg")
    window = show(holiday)
    qtbot.waitUntil(lambda: "new.jpg" in names(window), timeout=60_000)


def test_a_drive_that_goes_and_comes_back_is_noticed(
    tmp_path: Path, folder: Path, holiday: Path, show: Show, qtbot: QtBot
) -> None:
    window = show(holiday)
    ready(window, qtbot)
    current(window, qtbot, CAT)
    qtbot.waitUntil(lambda: window.desk.job.state == "done", timeout=WAIT)
    window.desk._reach.setInterval(50)
    folder.rename(tmp_path / "unplugged")
    qtbot.waitUntil(lambda: "Not connected" in window.room.notice.text, timeout=WAIT)
    press(window, qtbot, "E")
    loupe = window.room.loupe
    qtbot.waitUntil(lambda: loupe.canvas.note == AWAY, timeout=WAIT)
    assert not loupe.canvas.picture.isNull()  # the thumbnail
    shutil.copy(PACKAGE_PHOTOS / ROCKET, tmp_path / "unplugged" / "new.jpg")
    (tmp_path / "unplugged").rename(folder)
    qtbot.waitUntil(lambda: loupe.sharp and not loupe.canvas.note, timeout=WAIT)
    assert window.room.notice.text == ""
    qtbot.waitUntil(lambda: "new.jpg" in names(window), timeout=60_000)


def test_a_folder_is_taken_out_and_comes_back_with_its_marks(
    folder: Path, holiday: Path, show: Show, qtbot: QtBot
) -> None:
    window = show(holiday)
    ready(window, qtbot)
    current(window, qtbot, CAT)
    press(window, qtbot, "5")
    qtbot.waitUntil(lambda: window.room.status.said.startswith("Rated"), timeout=WAIT)
    menu = window.room.sidebar.menu_of(source(window, folder))
    next(action for action in menu.actions() if "Take out" in action.text()).trigger()
    qtbot.waitUntil(lambda: not window.desk.shelves.sources, timeout=WAIT)
    qtbot.waitUntil(lambda: window.desk.photos.rowCount() == 0, timeout=WAIT)
    window.add_folder(str(folder))
    if showing(window) is window.room.welcome:
        window.room.welcome.begin.click()
    qtbot.waitUntil(lambda: window.desk.photos.rowCount() == 2, timeout=60_000)
    ready(window, qtbot)
    current(window, qtbot, CAT)
    card = window.desk.photos.card(window.desk.row)
    assert card is not None
    assert card.rating == 5


def test_a_moved_folder_is_found_again(tmp_path: Path, folder: Path, holiday: Path, show: Show, qtbot: QtBot) -> None:
    moved = tmp_path / "elsewhere"
    folder.rename(moved)
    window = show(holiday)
    ready(window, qtbot)
    assert "Not connected" in window.room.notice.text
    assert "(offline)" in "".join(item.text(0) for item in [window.room.sidebar.topLevelItem(1).child(0)])  # type: ignore[union-attr]
    entry = source(window, folder)
    assert entry.source is not None
    window.desk.work.relocate.emit(entry.source.id, str(tmp_path))
    qtbot.waitUntil(lambda: bool(window.room.status.said), timeout=WAIT)
    assert "does not hold" in window.room.status.said  # another folder is refused in a sentence
    window.desk.work.relocate.emit(entry.source.id, str(moved))
    qtbot.waitUntil(lambda: window.room.notice.text == "", timeout=WAIT)
    current(window, qtbot, CAT)
    qtbot.waitUntil(lambda: window.desk.photos.card(window.desk.row).path == str(moved / CAT), timeout=WAIT)  # type: ignore[union-attr]


def test_what_to_look_for_is_chosen_again(own: Path, show: Show, qtbot: QtBot) -> None:
    window = show(own)
    ready(window, qtbot)
    window.run("looks")
    choice = dialog(WhatToLookFor)
    assert isinstance(choice, WhatToLookFor)
    choice.looks.boxes["sensitive"].click()
    choice._keep()
    qtbot.waitUntil(lambda: window.desk.shelves.off == {"moderation"}, timeout=WAIT)


def test_an_empty_folder_has_a_state(tmp_path: Path, show: Show, qtbot: QtBot) -> None:
    (tmp_path / "empty").mkdir()
    with Library(tmp_path / "library", write=True) as library:
        library.scan([str(tmp_path / "empty")])
    window = show(tmp_path / "library")
    qtbot.waitUntil(lambda: showing(window) is window.room.message, timeout=WAIT)
    qtbot.waitUntil(lambda: window.room.message.state.title == "No photos yet", timeout=WAIT)
    assert str(tmp_path / "empty") in window.room.message.state.text


def test_the_pace_of_a_run() -> None:
    pace = Pace()
    assert pace.over(0, 100, 0.0) == (0.0, -1.0)
    assert pace.over(10, 100, 2.0) == (5.0, 18.0)
    assert pace.over(20, 100, 30.0) == (0.0, -1.0)  # what is long ago does not count
