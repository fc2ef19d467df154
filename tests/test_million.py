"""The made library of the benchmarks is what a scan would have left: nothing due, nothing to project anew."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.library import Library
from core.types import AssetId
from tests.benchmarks import million


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("million")
    million.build(folder, 1_500)
    with Library(folder, write=True) as library:
        yield library


def projected(folder: Path) -> list[list[Any]]:
    """Return all that is made again from findings, decisions and files."""
    with closing(sqlite3.connect(folder / "catalog.db")) as db:
        return [
            db.execute("select * from document order by asset_id").fetchall(),
            db.execute("select * from mark order by asset_id, kind, name").fetchall(),
            db.execute("select kind, name, folded, count from term where count > 0 order by kind, name").fetchall(),
            db.execute(
                """select kind, name, taken_ms, asset_id, confidence from posting join term on id = term_id
                    order by kind, name, taken_ms, asset_id"""
            ).fetchall(),
            db.execute("select id, live from asset order by id").fetchall(),
        ]


def test_nothing_is_due(made: Library) -> None:
    report = made.analyze()
    assert (report.analyzed, len(report.failed)) == (0, 0)


def test_it_answers(made: Library) -> None:
    assert sum(files for _source, files in made.sources()) >= 1_500
    ranking = made.find("person")
    assert ranking.strong > 100
    [card] = made.cards([AssetId(int(ranking.assets[0]))])
    assert card.path
    assert made.explain(ranking, [0])[0].reasons
    assert made.problem() == ""


def test_what_search_reads_is_what_the_program_itself_would_make(made: Library) -> None:
    before = projected(made.folder)
    assert all(before)
    made.rebuild()
    for one, other in zip(before, projected(made.folder), strict=True):
        assert one == other
