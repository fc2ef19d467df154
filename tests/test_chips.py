"""A query as chips: where each part stands, what it was read as, and what is left when it goes."""

from pathlib import Path

import pytest

from core.library import Library
from core.search.chips import Chip, replaced


@pytest.fixture
def scanned(library: Library, photos: Path) -> Library:
    library.scan([str(photos)])
    return library


def test_each_part_is_a_chip(scanned: Library) -> None:
    query = 'cat at "blue house"  -dog (cup OR cat) date:2019 type:photo'
    chips = scanned.chips(query)
    assert [(chip.text, chip.kind, chip.negated) for chip in chips] == [
        ("cat", "label", False),
        ('"blue house"', "text", False),
        ("dog", "word", True),
        ("(cup OR cat)", "group", False),
        ("date:2019", "date", False),
        ("type:photo", "other", False),
    ]
    assert [chip.count for chip in chips] == [1, 0, 0, 2, 0, 3]
    for chip in chips:
        begin, end = chip.at
        assert query[begin:end].removeprefix("-") == chip.text


def test_a_chip_goes_or_becomes_another(scanned: Library) -> None:
    query = 'cat  at "blue  house" -dog'
    cat, house, dog = scanned.chips(query)
    assert replaced(query, cat, "") == 'at "blue  house" -dog'
    assert replaced(query, house, "") == "cat  at -dog"
    assert replaced(query, dog, "dog") == 'cat  at "blue  house" dog'


def test_the_chip_that_leaves_nothing(scanned: Library) -> None:
    chips = scanned.chips("cat date:1999", killing=True)
    assert [(chip.text, chip.without) for chip in chips] == [("cat", 0), ("date:1999", 1)]


@pytest.mark.parametrize("query", ["", "   ", "()", "-", "OR", '"', "((((", "-(", "a OR", "(a) (b c) -(d e)", "ü -ß"])
def test_odd_queries_are_chips_too(scanned: Library, query: str) -> None:
    for chip in scanned.chips(query, killing=True):
        assert isinstance(chip, Chip)
        assert isinstance(replaced(query, chip, ""), str)


def test_in_a_folder(scanned: Library, photos: Path) -> None:
    (photos / "below").mkdir()
    (photos / "chelsea.png").rename(photos / "below" / "chelsea.png")
    scanned.scan([str(photos)])
    assert scanned.find(f'in:"{photos}"').strong == 3
    assert scanned.find(f'in:"{photos / "below"}"').strong == 1
    assert scanned.find(f'in:"{photos / "bel"}"').strong == 0
    assert scanned.find(f'in:"{photos.parent}" cat').strong == 1


def test_completion_names_what_the_library_holds(scanned: Library) -> None:
    assert ("Cat", 1) in scanned.completions("ca")
    assert scanned.completions("zzz") == []
    assert scanned.completions("") == []
    assert scanned.completions("*[") == []
