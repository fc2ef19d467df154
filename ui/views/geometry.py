"""Where things stand in the grid: sections of equal cells under headings, by arithmetic over a million of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """A rectangle in px of the whole wall, y growing downwards."""

    x: int
    y: int
    width: int
    height: int


class Geometry:
    """`counts` items per section, in lines of `columns` cells of `side` px, `gap` px apart, each under a heading.

    Asking costs the same for ten items as for a million; `flow` costs a moment per section.
    """

    def __init__(self, counts: Sequence[int] | Ints, heading: int, gap: int) -> None:
        self._counts = np.asarray(counts, np.int64)
        self._first = np.concatenate([[0], np.cumsum(self._counts)])
        self._heading, self._gap = heading, gap
        self.columns, self.side = 1, 1
        self._tops = np.zeros(len(self._counts) + 1, np.int64)

    def __len__(self) -> int:
        return int(self._first[-1])

    @property
    def sections(self) -> int:
        """How many sections there are."""
        return len(self._counts)

    @property
    def height(self) -> int:
        """Of everything, in px."""
        return int(self._tops[-1])

    def flow(self, width: int, wanted: int) -> None:
        """Lay out for `width` px with cells of about `wanted` px that fill it."""
        self.columns = max(1, round((width + self._gap) / (wanted + self._gap)))
        self.side = max(1, (width + self._gap) // self.columns - self._gap)
        lines = -(-self._counts // self.columns)
        heights = lines * (self.side + self._gap) + self._heading
        self._tops = np.concatenate([[0], np.cumsum(heights)])

    def section_of(self, item: int) -> int:
        """Return the section that holds `item`."""
        return int(np.searchsorted(self._first, item, side="right")) - 1

    def section_at(self, y: int) -> int:
        """Return the section that y px lies in; the last one below everything."""
        return min(max(0, int(np.searchsorted(self._tops, y, side="right")) - 1), max(0, self.sections - 1))

    def heading(self, section: int) -> Place:
        """Return where the heading of `section` stands."""
        width = self.columns * (self.side + self._gap) - self._gap
        return Place(0, int(self._tops[section]), width, self._heading)

    def cell(self, item: int) -> Place:
        """Return where `item` stands."""
        section = self.section_of(item)
        line, column = divmod(item - int(self._first[section]), self.columns)
        step = self.side + self._gap
        return Place(column * step, int(self._tops[section]) + self._heading + line * step, self.side, self.side)

    def item_at(self, x: int, y: int) -> int:
        """Return the item at a point, -1 where there is none."""
        if not len(self) or not 0 <= y < self.height or x < 0:
            return -1
        section = self.section_at(y)
        step = self.side + self._gap
        line, below = divmod(y - int(self._tops[section]) - self._heading, step)
        column, right = divmod(x, step)
        inside = line * self.columns + column
        if line < 0 or column >= self.columns or below >= self.side or right >= self.side:
            return -1
        return int(self._first[section]) + inside if inside < self._counts[section] else -1

    def items_between(self, top: int, bottom: int) -> range:
        """Return the items of every line that shows between two heights, in order."""
        if not len(self) or bottom <= top:
            return range(0)
        return range(self._line_edge(max(0, top), up=True), self._line_edge(min(bottom, self.height) - 1, up=False))

    def _line_edge(self, y: int, *, up: bool) -> int:
        """Return the first item of the line at y, or one past its last; a heading counts to the line below or above."""
        section = self.section_at(y)
        line = (y - int(self._tops[section]) - self._heading) // (self.side + self._gap)
        inside = max(0, line) * self.columns if up else (line + 1) * self.columns
        return int(self._first[section]) + min(max(0, inside), int(self._counts[section]))

    def sections_between(self, top: int, bottom: int) -> range:
        """Return the sections that show between two heights."""
        return range(self.section_at(top), self.section_at(max(top, bottom - 1)) + 1) if self.sections else range(0)

    def beside(self, item: int, lines: int) -> int:
        """Return the item `lines` below (above, where negative) in the same column, or the nearest there is."""
        while lines:
            step = 1 if lines > 0 else -1
            moved = self._next_line(item, step)
            if moved == item:
                break
            item, lines = moved, lines - step
        return item

    def _next_line(self, item: int, step: int) -> int:
        section = self.section_of(item)
        line, column = divmod(item - int(self._first[section]), self.columns)
        last_line = (int(self._counts[section]) - 1) // self.columns
        if 0 <= line + step <= last_line:
            line += step
        else:
            section += step
            while 0 <= section < self.sections and not self._counts[section]:
                section += step
            if not 0 <= section < self.sections:
                return item
            line = 0 if step > 0 else (int(self._counts[section]) - 1) // self.columns
        return int(self._first[section]) + min(line * self.columns + column, int(self._counts[section]) - 1)
