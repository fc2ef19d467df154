"""The made library of the benchmarks is what a scan would have left: nothing due, nothing to project anew."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from core.library import Library
from core.search import match
from core.search.parse import parse
from core.search.resolve import Want, resolve
from core.types import AssetId
from resources import vocabulary
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
    assert made.thumbnail(card.content)
    assert made.explain(ranking, [0])[0].reasons
    assert made.problem() == ""


def test_what_search_reads_is_what_the_program_itself_would_make(made: Library) -> None:
    before = projected(made.folder)
    assert all(before)
    made.rebuild()
    for one, other in zip(before, projected(made.folder), strict=True):
        assert one == other


def wanted(db: sqlite3.Connection, query: str) -> Want:
    return resolve(db, vocabulary.load(), parse(query), dt.date(2026, 1, 1))


def asked(db: sqlite3.Connection, want: Want, most: int) -> list[Any]:
    """Return what `match.strong` should, by asking every asset."""
    more, values = match._condition(want)
    return db.execute(
        f"select a.id, a.taken_ms from asset a where a.live > 0 and {more} order by 2 desc, 1 desc limit ?",  # noqa: S608
        (*values, most),
    ).fetchall()


QUERIES = (
    "dog", "abacus", "dog beach", "dog -beach", "dog OR abacus", "-dog", "-(dog OR is:tagged)", "dog dog", "date:2019",
    "dog date:2015..2020", "dog OR date:2019", "type:video", "type:photo OR type:video", "rating:>=4 dog", "place:a",
    "place:a dog", "place:a OR abacus", "text:exit", "camera:canon img", "is:tagged", "is:untagged dog", "is:rated",
    "is:unrated", "is:rejected", "is:failed OR abacus", "is:video", "is:nosuch", "im*", "home 2019*", "zebrq",
    "(dog is:video) OR (cat -person)", "label:nosuch OR dog", "label:nosuch", "the", "-the dog",
    "is:picked", "faces:>=2 dog", "flag:any", "in:/not/connected/1", "in:/not/connected/2 dog",
    "-in:/not/connected/1 cat",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("most", [10, -1])
def test_wherever_the_search_starts_it_finds_what_asking_every_asset_finds(
    made: Library, query: str, most: int
) -> None:
    with made._catalog.read() as db:
        want = wanted(db, query)
        expected = [] if query == "the" else asked(db, want, most)
        assert match.strong(db, want, most).tolist() == expected


@pytest.mark.parametrize(
    "query", ["type:photo OR type:video", "rating:>=4", "label:person", "is:untagged", "is:rated", "faces:2"]
)
def test_the_first_page_of_a_filter_is_read_in_its_order(made: Library, query: str) -> None:
    with made._catalog.read() as db:
        want, told = wanted(db, query), list[str]()
        db.set_trace_callback(told.append)
        match.strong(db, want, 10)
        db.set_trace_callback(None)
        plan = [row[3] for row in db.execute(f"explain query plan {told[-1]}")]
    assert not [
        line for line in plan if "TEMP B-TREE" in line or (line.startswith("SCAN a") and "asset_taken" not in line)
    ]


@pytest.mark.parametrize("query", QUERIES)
def test_counting_is_finding(made: Library, query: str) -> None:
    with made._catalog.read() as db:
        want = wanted(db, query)
        assert match.count(db, want) == (0 if query == "the" else len(asked(db, want, -1)))


def test_every_kind_of_term_is_a_reason(made: Library) -> None:
    told = {
        "faces:2": ("face", "faces: 2"),
        "mark:red": ("tag", "red"),
        "rating:5": ("tag", "rating 5"),
        "type:video": ("type", "video"),
    }
    for query, reason in told.items():
        [hit] = made.explain(made.find(query), [0])
        assert reason in [(one.kind, one.value) for one in hit.reasons]
    [hit] = made.explain(made.find("flag:any"), [0])
    assert hit.reasons[0].value.startswith("flagged ")
