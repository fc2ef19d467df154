"""Settings: decisions like all others, and what they do to the analysis, to what is due, and to vectors of faces."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core import settings
from core.analyze import ANALYZERS
from core.errors import PersonError
from core.library import Library
from core.types import Made, Options
from tests.conftest import ASTRONAUT, CAT, PACKAGE_PHOTOS


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    folder = tmp_path / "portraits"
    folder.mkdir()
    shutil.copy(PACKAGE_PHOTOS / ASTRONAUT, folder)
    return folder


@pytest.fixture
def scanned(home: Path, portrait: Path) -> Iterator[Library]:
    with Library(home, write=True) as library:
        library.scan([str(portrait)])
        yield library


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "catalog.db")) as db:
        return db.execute(query).fetchall()


def test_every_analyzer_can_be_switched_and_every_default_is_a_choice() -> None:
    assert {a.key for a in ANALYZERS} <= settings.BY_NAME.keys()
    assert settings.options({}) == Options()
    for setting in settings.SETTINGS:
        assert not setting.choices or setting.default in setting.choices
        assert setting.about
    chosen = {"text": "off", "faces.gender": "on", "faces.recognition": "off", "text.effort": "quick", "gone": "x"}
    assert settings.options(chosen) == Options(frozenset({"text"}), recognition=False, gender=True, effort="quick")


@pytest.mark.parametrize(("name", "value"), [("smell", "on"), ("faces", "perhaps"), ("text.engine", "abacus")])
def test_a_wrong_setting_is_refused_with_what_there_is(library: Library, name: str, value: str) -> None:
    with pytest.raises(PersonError, match=r"There are: |It is one of: "):
        library.choose(name, value)
    assert library.settings() == {}


def test_an_answer_made_with_more_is_good_enough() -> None:
    plain, more, newer = Made(1), Made(1, frozenset({"x"})), Made(2)
    assert plain.fulfilled_by(more)
    assert not more.fulfilled_by(plain)
    assert plain.fulfilled_by(newer)
    assert not newer.fulfilled_by(more)


def test_a_choice_is_a_decision_that_outlives_the_catalog_and_is_undone(home: Path) -> None:
    with Library(home, write=True) as library:
        assert len(library.choose("faces.gender", "on").decisions) == 1
        assert library.choose("faces.gender", "on").decisions == ()
        library.choose("text", "off")
    (home / "catalog.db").unlink()
    with Library(home, write=True) as library:
        assert library.settings() == {"faces.gender": "on", "text": "off"}
        library.undo()
        assert library.settings() == {"faces.gender": "on"}
        library.undo()
        assert library.options == Options()


def test_switching_something_on_makes_just_that_due(scanned: Library, portrait: Path) -> None:
    assert scanned.analyze().analyzed == 0
    scanned.choose("faces.gender", "on")
    report = scanned.analyze()
    assert report.analyzed == 1
    assert report.per_analyzer.keys() == {"objects", "faces"}  # and what it needs
    [face] = scanned.show(str(portrait / ASTRONAUT))["faces"]
    assert face["attributes"]["gender"]["value"] == "feminine"
    scanned.choose("faces.gender", "off")
    assert scanned.analyze().analyzed == 0  # an answer made with more holds
    [face] = scanned.show(str(portrait / ASTRONAUT))["faces"]
    assert "gender" not in face["attributes"]  # but what is switched off is not told


def test_an_analyzer_that_is_off_does_not_run(home: Path, portrait: Path) -> None:
    with Library(home, write=True) as library:
        library.choose("text", "off")
        report = library.scan([str(portrait)]).run
        assert "text" not in report.per_analyzer
        with pytest.raises(PersonError, match="text is switched off"):
            library.analyze(only=["text"])
        library.choose("text", "on")
        assert library.analyze().per_analyzer.keys() >= {"text", "moderation"}  # moderation draws on text now
        assert library.analyze().analyzed == 0


def test_without_recognition_no_vector_of_a_face_is_anywhere(home: Path, scanned: Library, portrait: Path) -> None:
    [(value,)] = rows(home, "select value from face_vector")
    backups = home / "backups"
    backups.mkdir(exist_ok=True)
    with (
        closing(sqlite3.connect(home / "catalog.db")) as db,
        closing(sqlite3.connect(backups / "catalog-20260101-000000-test.db")) as copy,
    ):
        db.backup(copy)
    needle = bytes(value)[:64]
    scanned.choose("faces.recognition", "off")
    assert rows(home, "select count(*) from face_vector") == [(0,)]
    for file in (*home.glob("catalog.db*"), *backups.glob("*.db")):
        assert needle not in file.read_bytes(), file
    assert scanned.analyze().analyzed == 0
    shutil.copy(PACKAGE_PHOTOS / CAT, portrait)
    scanned.scan([str(portrait)])
    assert rows(home, "select count(*) from face_vector") == [(0,)]
    [face] = scanned.show(str(portrait / ASTRONAUT))["faces"]
    assert face["unusable"] is None
    scanned.undo()
    assert scanned.analyze().analyzed == 2
    assert rows(home, "select value from face_vector") == [(value,)]


def test_a_journal_that_forbids_vectors_is_obeyed_after_the_catalog_was_lost(home: Path, portrait: Path) -> None:
    with Library(home, write=True) as library:
        library.choose("faces.recognition", "off")
    (home / "catalog.db").unlink()
    with Library(home, write=True) as library:
        library.scan([str(portrait)])
    assert rows(home, "select count(*) from face") == [(1,)]
    assert rows(home, "select count(*) from face_vector") == [(0,)]
