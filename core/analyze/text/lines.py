"""Lines of text and their words, and the order in which a person would read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import numpy.typing as npt

COLUMN_LINES, COLUMN_WIDTH = 3, 6
"""A gap parts columns where at least so many lines stand on both sides, half of them at least so many heights long."""

DEPTH = 30  # partings of parts; what is left then is read row by row

SAME_ROW = 0.5  # of the smaller height: what two lines must share of the height to stand in one row


@dataclass(frozen=True, slots=True)
class Word:
    """confidence: 0..100. corners: (4, 2) px, clockwise from the top of its beginning."""

    text: str
    confidence: float
    corners: npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """One line as read, with its words; confidence and corners as for a word."""

    text: str
    confidence: float
    corners: npt.NDArray[np.float64]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line's edges once the page is turned so that most lines are level."""

    line: Line
    left: float
    top: float
    right: float
    bottom: float


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Return `lines` in reading order: columns from left to right where there are any, rows from top to bottom."""
    if len(lines) < 2:
        return list(lines)
    along = np.array([line.corners[1] - line.corners[0] for line in lines]) @ (1, 1j)
    turn = complex(np.exp(-1j * np.angle(_most(along))))
    return [placed.line for placed in _columns([_placed(line, turn) for line in lines])]


def _most(along: npt.NDArray[np.complex128]) -> complex:
    """Return the direction of most of the text: the median angle, long lines counting by their length."""
    angles = np.angle(along / along.sum()) if abs(along.sum()) > 1e-6 else np.angle(along)
    order = np.argsort(angles)
    middle = order[np.searchsorted(np.cumsum(abs(along)[order]), abs(along).sum() / 2)]
    return complex(along[middle])


def _placed(line: Line, turn: complex) -> _Placed:
    turned = (line.corners @ (1, 1j)) * turn
    return _Placed(line, turned.real.min(), turned.imag.min(), turned.real.max(), turned.imag.max())


def _columns(lines: list[_Placed], depth: int = 0) -> list[_Placed]:
    """Part at a gap between columns, else at the widest gap across the page, else read row by row."""
    parts = _parted(lines) if depth < DEPTH else None
    if parts is None:
        return _rows(lines)
    return _columns(parts[0], depth + 1) + _columns(parts[1], depth + 1)


def _parted(lines: list[_Placed]) -> tuple[list[_Placed], list[_Placed]] | None:
    for cut in _gaps([(line.left, line.right) for line in lines]):
        columns = _split(lines, [line.left < cut for line in lines])
        if _is_column(columns[0]) and _is_column(columns[1]):
            return columns
    gaps = _gaps([(line.top, line.bottom) for line in lines])
    return _split(lines, [line.top < gaps[0] for line in lines]) if gaps else None


def _split(lines: Sequence[_Placed], first: Sequence[bool]) -> tuple[list[_Placed], list[_Placed]]:
    return list(compress(lines, first)), list(compress(lines, (not one for one in first)))


def _gaps(spans: list[tuple[float, float]]) -> list[float]:
    """Return the middles of what no span covers between the first and the last, the widest first."""
    spans = sorted(spans)
    found, end = [], spans[0][1] if spans else 0.0
    for begin, stop in spans:
        if begin > end:
            found.append((begin - end, (begin + end) / 2))
        end = max(end, stop)
    return [middle for _width, middle in sorted(found, reverse=True)]


def _is_column(lines: Sequence[_Placed]) -> bool:
    longish = [(line.right - line.left) / max(line.bottom - line.top, 1e-6) for line in lines]
    return len(lines) >= COLUMN_LINES and float(np.median(longish)) >= COLUMN_WIDTH


def _rows(lines: list[_Placed]) -> list[_Placed]:
    """Return lines that overlap in height from left to right, rows from top to bottom."""
    rows: list[list[_Placed]] = []
    for line in sorted(lines, key=lambda one: (one.top + one.bottom, one.left)):
        if rows and _same_row(rows[-1][-1], line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda one: one.left)]


def _same_row(one: _Placed, other: _Placed) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared >= SAME_ROW * min(one.bottom - one.top, other.bottom - other.top)
