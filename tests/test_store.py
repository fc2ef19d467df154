"""The catalog's file: migrations with a backup, refusals in one sentence, and no full scan in a hot statement."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import LibraryError
from core.library import Library
from core.store import connect, migrations
from core.store.migrations import LATEST, MIGRATIONS
from tests.conftest import CAT


def test_a_new_catalog_is_strict_and_of_the_latest_version(home: Path) -> None:
    Library(home, write=True).close()
    with closing(sqlite3.connect(home / "catalog.db")) as db:
        assert db.execute("pragma user_version").fetchone() == (LATEST,)
        loose = db.execute(
            """select name from pragma_table_list where schema = 'main' and type = 'table' and not strict
                and name not like 'sqlite%' and name not like 'document_fts%'"""
        ).fetchall()
    assert loose == []
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_migration_makes_a_verified_backup_first(home: Path) -> None:
    Library(home, write=True).close()

    @migrations.migration(LATEST + 1)
    def step(db: sqlite3.Connection) -> None:
        db.execute("create table later(x integer) strict")

    try:
        Library(home, write=True).close()
    finally:
        MIGRATIONS.pop()
    [copy] = (home / "backups").glob(f"catalog-*-before-{LATEST + 1}.db")
    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("pragma user_version").fetchone() == (LATEST,)
    with closing(sqlite3.connect(home / "catalog.db")) as db:
        assert db.execute("pragma user_version").fetchone() == (LATEST + 1,)
    assert step.__name__ == "step"
    Library(home, write=False).close()  # a newer minor version is opened


def test_a_failed_migration_changes_nothing(home: Path) -> None:
    Library(home, write=True).close()

    @migrations.migration(LATEST + 1)
    def step(db: sqlite3.Connection) -> None:
        db.execute("create table half(x integer) strict")
        raise ZeroDivisionError

    try:
        with pytest.raises(ZeroDivisionError):
            Library(home, write=True)
    finally:
        MIGRATIONS.pop()
    assert step.__name__ == "step"
    with Library(home, write=True) as library:
        assert library.problem() == ""


@pytest.mark.parametrize("write", [True, False])
def test_a_newer_catalog_is_refused(home: Path, write: bool) -> None:
    Library(home, write=True).close()
    with closing(sqlite3.connect(home / "catalog.db")) as db:
        db.execute(f"pragma user_version = {LATEST + 1000}")
    with pytest.raises(LibraryError, match="newer Fovea"):
        Library(home, write=write)


def test_a_full_disk_gets_a_sentence_and_loses_nothing(home: Path) -> None:
    with closing(connect.writable(home_file(home))) as db:
        db.execute("insert into setting values ('kept', 'yes')")
        db.execute(f"pragma max_page_count = {db.execute('pragma page_count').fetchone()[0] + 2}")
        rows = [(str(i), "x" * 4000) for i in range(100)]
        with pytest.raises(LibraryError, match="disk is full"), connect.sentences():
            db.executemany("insert into setting values (?, ?)", rows)
        assert db.execute("select value from setting where key = 'kept'").fetchone() == ("yes",)


def home_file(home: Path) -> Path:
    home.mkdir()
    return home / "catalog.db"


def test_a_library_of_the_first_schema_is_brought_up_and_looked_at_anew(home: Path, photos: Path) -> None:
    with Library(home, write=True) as library:
        library.scan([str(photos)])
        labels = library.show(str(photos / CAT))["labels"]
    old = sqlite3.connect(home / "old.db", isolation_level=None)
    with closing(old) as db:
        migrations.first(db)
        db.execute("pragma user_version = 1001")
        db.execute("attach ? as new", (str(home / "catalog.db"),))
        tables = ("source", "folder", "asset", "file", "finding", "vector", "decision", "mark")
        for table in tables:
            db.execute(f"insert into main.{table} select * from new.{table}")  # noqa: S608 - names of tables
        db.execute("update main.asset set settled = 'before'")
        db.execute(
            """insert into main.analysis select asset_id, analyzer, version, state, reason, at_ms from new.analysis
                where analyzer not in ('faces', 'text', 'moderation')"""
        )
    for name in ("catalog.db", "catalog.db-wal", "catalog.db-shm"):
        (home / name).unlink(missing_ok=True)
    (home / "old.db").rename(home / "catalog.db")
    with Library(home, write=True) as library:
        assert library.search("cat").strong == 1  # what search reads was made again
        report = library.analyze()
        assert report.analyzed == 3
        assert report.per_analyzer.keys() == {"objects", "embedding", "labels", "faces", "text", "moderation"}
        assert library.show(str(photos / CAT))["labels"] == labels
        assert library.analyze().analyzed == 0
    assert list((home / "backups").glob("catalog-*-before-1002.db"))


HOT = {
    "known files of a folder": "select name, id from file where folder_id = 1",
    "unread files": "select id from file where state = 'new' order by id",
    "unsettled assets": """select id from asset where live > 0 and settled < 'x'
        union all select id from asset where live > 0 and settled > 'x'""",
    "content by hash": "select id from asset where sha256 = 'x'",
    "files of an asset": "select id from file where asset_id = 1 and state <> 'missing' order by id",
    "first page of a label": """select asset_id from posting where term_id = 1
        order by taken_ms desc, asset_id desc limit 200""",
    "label and label": """select a.id from asset a where a.live > 0
        and a.id in (select asset_id from posting where term_id in (select value from json_each('[1]')))
        and exists (select 1 from posting p where p.term_id in (select value from json_each('[2]'))
          and p.taken_ms = a.taken_ms and p.asset_id = a.id)""",
    "words": "select a.id from asset a where a.id in (select rowid from document_fts where document_fts match 'x')",
    "findings of an asset": "select name from finding where asset_id = 1 order by confidence desc, id",
    "new vectors": "select asset_id from vector where network = 'n' and generation > 5 order by generation limit 10",
    "newest vector": "select max(generation) from vector where network = 'n'",
    "faces of an asset": "select id from face where asset_id = 1 order by confidence desc, id",
    "vectors of a face": "select network, value from face_vector where face_id = 1",
    "newest vector of a face": "select max(generation) from face_vector where network = 'n'",
    "the person's settings": "select value from decision where subject >= 'setting:' and subject < 'setting;'",
    "written in pictures": """select a.id from asset a where a.id in
        (select rowid from document_fts where document_fts match '{text} : "x" *')""",
    "decisions on a content": "select id from decision where subject = 'x' order by id",
    "where a moved file was": "select id from file where asset_id = 1 and state = 'missing' limit 1",
    "postings of an asset": "select term_id from posting where asset_id = 1",
}


@pytest.mark.parametrize("statement", HOT.values(), ids=HOT.keys())
def test_hot_statements_walk_no_table(home: Path, statement: str) -> None:
    with closing(connect.writable(home_file(home))) as db:
        plan = [row[3] for row in db.execute(f"explain query plan {statement}")]
    tables = ("file", "asset", "finding", "face", "face_vector", "posting", "vector", "decision", "a", "p")
    walked = [step for step in plan if step.startswith("SCAN ") and step.split()[1] in tables and "INDEX" not in step]
    assert not walked, plan
