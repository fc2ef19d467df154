"""The grid's arithmetic: every item has one place, every place one item, also among a million."""

import numpy as np
import pytest

from ui.views.geometry import Geometry


def laid_out(counts: list[int], width: int = 700) -> Geometry:
    geometry = Geometry(counts, heading=40, gap=6)
    geometry.flow(width, 176)
    return geometry


@pytest.mark.parametrize("counts", [[1], [7, 1, 3], [4, 4], [0, 5, 0, 2], [100]])
@pytest.mark.parametrize("width", [100, 700, 1100])
def test_every_item_stands_where_it_is_found(counts: list[int], width: int) -> None:
    geometry = laid_out(counts, width)
    seen = set()
    for item in range(len(geometry)):
        place = geometry.cell(item)
        assert place.x + place.width <= max(width, place.width)
        assert place.y + place.height <= geometry.height
        for x, y in ((0, 0), (place.width - 1, place.height - 1)):
            assert geometry.item_at(place.x + x, place.y + y) == item
        seen.add((place.x, place.y))
        assert item in geometry.items_between(place.y, place.y + 1)
    assert len(seen) == sum(counts)
    assert geometry.item_at(0, geometry.height) == geometry.item_at(-1, 50) == -1


def test_cells_fill_the_width() -> None:
    for width in range(400, 1500, 37):
        geometry = laid_out([50], width)
        assert geometry.side == pytest.approx(176, rel=0.35)
        assert 0 <= width - (geometry.columns * (geometry.side + 6) - 6) < geometry.columns


def test_what_shows_is_whole_lines_and_their_headings() -> None:
    geometry = laid_out([6, 2, 9])
    assert geometry.columns == 4
    assert geometry.items_between(0, 40) == range(0)  # a heading alone
    assert geometry.items_between(0, 41) == range(4)
    second = geometry.heading(1)
    assert geometry.items_between(second.y - 1, second.y + 41) == range(4, 8)
    assert geometry.items_between(-500, 10**9) == range(17)
    assert geometry.sections_between(0, second.y) == range(1)
    assert geometry.sections_between(second.y - 1, second.y + 1) == range(2)
    assert geometry.items_between(0, 0) == range(0)
    assert Geometry([], 40, 6).items_between(0, 100) == range(0)


def test_the_arrows_keep_their_column_where_they_can() -> None:
    geometry = laid_out([6, 0, 2, 9])  # four columns: 0-3 4-5 | 6-7 | 8-11 12-15 16
    assert [geometry.beside(item, 1) for item in (0, 3, 5, 7, 9, 12, 16)] == [4, 5, 7, 9, 13, 16, 16]
    assert [geometry.beside(item, -1) for item in (16, 9, 7, 5, 2)] == [12, 7, 5, 1, 2]
    assert geometry.beside(0, 100) == 16
    assert geometry.beside(16, -100) == 0


def test_a_million_items_cost_no_more() -> None:
    random = np.random.default_rng(0)
    counts = random.integers(1, 300, 7000)
    geometry = Geometry(counts, heading=40, gap=6)
    geometry.flow(1100, 176)
    assert len(geometry) > 1_000_000
    for item in random.integers(0, len(geometry), 200).tolist():
        place = geometry.cell(item)
        assert geometry.item_at(place.x, place.y) == item
        assert item in geometry.items_between(place.y, place.y + 1)
