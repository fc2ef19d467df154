"""Backups made by themselves and by hand, and the way back from every kind of loss."""

import json
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core import restore
from core.decide import Wish
from core.errors import GivenUpError, LibraryError, NotFoundError
from core.library import Library
from core.store import backups, faces
from core.store.catalog import claim
from tests.conftest import CAT, COFFEE

FOVEA = str(Path(sys.executable).with_name("fovea"))


@pytest.fixture
def scanned(home: Path, photos: Path) -> Path:
    """The home of a library with three photos, seen without analysis, and a tag."""
    with Library(home, write=True) as library:
        library.scan([str(photos)], analyze=False)
        library.mark([str(photos / CAT)], [Wish("tag", "before")])
    return home


def tags(home: Path, path: Path) -> list[str]:
    with Library(home, write=False) as library:
        return list(library.show(str(path))["tags"])


def kinds(home: Path) -> list[str]:
    return [one.why for one in backups.listed(home)]


def aged(home: Path, age: timedelta) -> None:
    """Make all backups older."""
    for one in reversed(backups.listed(home)):
        made = one.made - age
        one.path.rename(one.path.with_name(f"catalog-{made:%Y%m%d-%H%M%S}-{one.why}.db"))


def test_a_backup_is_made_daily_and_after_decisions_once_an_hour(scanned: Path, photos: Path) -> None:
    assert kinds(scanned) == ["daily"]
    with Library(scanned, write=True) as library:
        library.mark([str(photos / CAT)], [Wish("tag", "within the hour")])
    assert kinds(scanned) == ["daily"]
    aged(scanned, timedelta(hours=2))
    with Library(scanned, write=True) as library:
        library.scan([str(photos)], analyze=False)  # nothing decided
    assert kinds(scanned) == ["daily"]
    with Library(scanned, write=True) as library:
        library.mark([str(photos / CAT)], [Wish("tag", "an hour later")])
    assert kinds(scanned) == ["decisions", "daily"]
    aged(scanned, timedelta(days=1))
    with Library(scanned, write=True):
        pass
    assert kinds(scanned) == ["daily", "decisions", "daily"]


def test_an_empty_library_is_not_backed_up(home: Path) -> None:
    with Library(home, write=True):
        pass
    assert kinds(home) == []


def test_only_a_few_of_each_kind_are_kept(scanned: Path) -> None:
    with Library(scanned, write=True) as library:
        made = [library.back_up() for _ in range(5)]
    assert [one.path for one in backups.listed(scanned) if one.why == "asked"] == made[:1:-1]
    assert "daily" in kinds(scanned)


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=400)])
def test_a_clock_set_back_neither_ends_backups_nor_hides_the_newest(scanned: Path, ahead: timedelta) -> None:
    aged(scanned, -ahead)  # made when the clock was ahead
    assert backups.due(scanned, decided=True) == ("decisions" if ahead < timedelta(days=1) else "daily")
    with Library(scanned, write=True) as library:
        newest = library.back_up()
    if ahead < timedelta(days=1):
        assert backups.listed(scanned)[0].path == newest
    assert newest.exists()


def test_a_damaged_copy_is_refused_and_nothing_is_changed(scanned: Path, photos: Path) -> None:
    [copy] = [one.path for one in backups.listed(scanned)]
    whole = copy.read_bytes()
    copy.write_bytes(whole[:9000] + b"\xff" * 9000 + whole[18000:])
    with pytest.raises(LibraryError, match=r"^The backup catalog-.* is damaged"):
        restore.restore(scanned, copy)
    with pytest.raises(NotFoundError, match="There is no backup of this library; fovea restore --rebuild"):
        restore.restore(scanned)
    assert tags(scanned, photos / CAT) == ["before"]


def test_restore_brings_the_catalog_back_with_all_decisions_and_is_undone(scanned: Path, photos: Path) -> None:
    with Library(scanned, write=True) as library:
        copy = library.back_up()
        (photos / "late.png").write_bytes((photos / COFFEE).read_bytes() + b"late")
        library.scan([str(photos)], analyze=False)
        library.mark([str(photos / CAT), str(photos / "late.png")], [Wish("tag", "after")])
    done = restore.restore(scanned, copy)
    assert done.backup == copy
    assert done.decisions == 3
    assert tags(scanned, photos / CAT) == ["after", "before"]
    with Library(scanned, write=True) as library:
        assert library.sources()[0][1] == 3  # the file added since is not known to this catalog
        library.scan([str(photos)], analyze=False)
    assert tags(scanned, photos / "late.png") == ["after"]
    undone = restore.restore(scanned, restore.newest_undo(scanned))
    assert undone.backup == done.before
    with Library(scanned, write=True) as library:
        assert library.sources()[0][1] == 4
    assert tags(scanned, photos / "late.png") == ["after"]


def test_a_damaged_catalog_gets_a_sentence_that_says_how_and_comes_back(scanned: Path, photos: Path) -> None:
    catalog = scanned / "catalog.db"
    whole = catalog.read_bytes()
    catalog.write_bytes(whole[:100] + b"\xee" * (len(whole) - 100))
    with pytest.raises(LibraryError, match=r"^The catalog is damaged .* fovea restore brings the newest backup back"):
        Library(scanned, write=True)
    done = restore.restore(scanned)
    assert done.before is not None
    assert done.before.name.endswith("-damaged.db")
    assert tags(scanned, photos / CAT) == ["before"]


def test_a_damaged_backup_does_not_keep_vectors_from_being_forgotten(scanned: Path) -> None:
    broken = scanned / "backups" / "catalog-20260101-000000-damaged.db"
    broken.write_bytes(b"no catalog at all" * 1000)
    whole = [one.path for one in backups.listed(scanned) if one.path != broken]
    faces.forget_in_backups(scanned)
    assert [one.path for one in backups.listed(scanned)] == whole


def test_closing_ends_the_writer_also_where_no_backup_can_be_thought_of(scanned: Path) -> None:
    library = Library(scanned, write=True)
    aged(scanned, timedelta(days=2))
    catalog = scanned / "catalog.db"
    library._catalog.checkpoint()
    catalog.write_bytes(catalog.read_bytes()[:100] + b"\xee" * 8000)
    library.close()
    with claim(scanned):
        pass
    assert not any(thread.name == "catalog writer" for thread in threading.enumerate())


def test_without_any_backup_the_journal_gives_every_decision_back(scanned: Path, photos: Path) -> None:
    for one in backups.listed(scanned):
        one.path.unlink()
    (scanned / "catalog.db").write_bytes(b"no catalog at all" * 1000)
    done = restore.rebuild(scanned)
    assert (done.backup, done.decisions) == (None, 1)
    with Library(scanned, write=True) as library:
        library.scan([str(photos)], analyze=False)
    assert tags(scanned, photos / CAT) == ["before"]


def test_a_vector_index_of_the_catalog_before_is_not_believed(home: Path, photos: Path) -> None:
    with Library(home, write=True) as library:
        library.scan([str(photos / "..")])
        copy = library.back_up()
    restore.restore(home, copy)
    with Library(home, write=True) as library, closing(sqlite3.connect(home / "catalog.db")) as db:
        name = db.execute("select value from setting where key = 'catalog'").fetchone()[0]
        before = json.loads((home / "vectors" / "words.json").read_text())["catalog"]
        assert name != before
        assert library.search("cat").hits


def test_no_restore_while_the_library_is_in_use(scanned: Path) -> None:
    with claim(scanned), pytest.raises(LibraryError, match=r"^Another Fovea is writing to this library\."):
        restore.restore(scanned)


def test_a_copy_can_be_given_up(scanned: Path) -> None:
    with (
        closing(sqlite3.connect(scanned / "catalog.db")) as db,
        pytest.raises(GivenUpError),
    ):
        backups.make(db, scanned, "asked", lambda: True)
    assert not list((scanned / "backups").glob("*.partial"))


def run(home: Path, *arguments: str, code: int = 0) -> Any:
    done = subprocess.run(
        [FOVEA, "--library", str(home), "--json", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_on_the_command_line(scanned: Path, photos: Path) -> None:
    made = run(scanned, "backup")
    assert made.keys() == {"backup", "bytes", "decisions"}
    assert Path(made["backup"]).stat().st_size == made["bytes"]
    assert made["decisions"] == 1
    told = run(scanned, "backup", "--list")["backups"]
    assert [one["why"] for one in told] == ["asked", "daily"]
    assert told[0].keys() == {"path", "made", "why", "bytes"}
    assert abs(datetime.fromisoformat(told[0]["made"]) - datetime.now(UTC)) < timedelta(minutes=5)
    assert run(scanned, "restore", "--undo", code=1) == {"error": "There is no restore to take back."}
    back = run(scanned, "restore")
    assert back["restored"] == made["backup"]
    assert back["before"].endswith("-before-restore.db")
    assert run(scanned, "restore", "--undo")["restored"] == back["before"]
    assert run(scanned, "restore", "--rebuild")["restored"] is None
    assert run(scanned, "restore", str(photos / CAT), code=3)["error"].startswith(f"The backup {CAT} is damaged")
    assert run(scanned, "restore", str(photos / "none"), code=1)["error"].startswith("There is no backup")
