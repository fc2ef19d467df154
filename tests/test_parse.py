"""The search language: what is read, and that nothing at all is an error."""

import datetime as dt
import random

import pytest

from core.search.dates import span
from core.search.parse import All, AnyOf, Node, Not, Term, Words, parse

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("dog at beach", Words(("dog", "at", "beach"))),
        ('"dog at" beach', All((Term("phrase", "dog at"), Words(("beach",))))),
        ("dog -cat", All((Words(("dog",)), Not(Words(("cat",)))))),
        ("dog OR cat", AnyOf((Words(("dog",)), Words(("cat",))))),
        ("dog | cat", AnyOf((Words(("dog",)), Words(("cat",))))),
        ("label:dog date:2019..2021", All((Term("label", "dog"), Term("date", "2019..2021")))),
        ('place:"New York"', Term("place", "New York")),
        ("(a OR b) c", All((AnyOf((Words(("a",)), Words(("b",)))), Words(("c",))))),
        ("-(a b)", Not(Words(("a", "b")))),
        ("well-known", Words(("well-known",))),
        ("rating:>=4", Term("rating", ">=4")),
        ("", All(())),
        ("()", All(())),
        ("OR", All(())),
        ('"', All(())),
        ("-", Words(("-",))),
        ("nosuch:thing", Term("phrase", "nosuch:thing")),
        ("a OR", Words(("a",))),
        ("(a", Words(("a",))),
        ("a)b", Words(("a", "b"))),
        ("tag:", Words(("tag:",))),
        ("caf\udce9 dog", Words(("caf?", "dog"))),
    ],
)
def test_queries(query: str, tree: Node) -> None:
    assert parse(query) == tree


def test_no_text_is_an_error() -> None:
    rng = random.Random(7)
    pieces = [
        '"',
        "(",
        ")",
        "-",
        "|",
        " OR ",
        "label:",
        "date:",
        ":",
        "dog",
        " ",
        "é",
        "\0",
        "*",
        "\n",
        "🐕",
        "'",
        ";--",
        "\udcff",
    ]
    for _ in range(3000):
        parse("".join(rng.choice(pieces) for _ in range(rng.randrange(40))))
    parse("(" * 5000)
    parse("-" * 5000 + "a")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", "2019-01-01", "2020-01-01"),
        ("2019-12", "2019-12-01", "2020-01-01"),
        ("2020-02-29", "2020-02-29", "2020-03-01"),
        ("2019..2021", "2019-01-01", "2022-01-01"),
        ("2021..2019", "2019-01-01", "2022-01-01"),
        ("today", "2026-11-23", "2026-11-24"),
        ("yesterday", "2026-11-22", "2026-11-23"),
        ("this-week", "2026-11-23", "2026-11-30"),
        ("last-month", "2026-10-01", "2026-11-01"),
        ("last-year", "2025-01-01", "2026-01-01"),
    ],
)
def test_dates(text: str, first: str, last: str) -> None:
    found = span(text, TODAY)
    assert found is not None
    assert [dt.datetime.fromtimestamp(ms / 1000, dt.UTC).date().isoformat() for ms in found] == [first, last]


@pytest.mark.parametrize("text", ["", "..", "2019-13", "2019-02-30", "soon", "9999999", "2019..soon", ">", "99999-1"])
def test_no_dates(text: str) -> None:
    assert span(text, TODAY) is None


def test_open_ranges() -> None:
    before, after = span("..2019", TODAY), span("2020..", TODAY)
    assert before is not None
    assert after is not None
    assert before[1] == after[0]
    assert span(">2019", TODAY) == after
    assert span("<=2019", TODAY) == before
