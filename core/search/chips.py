"""A query as chips: what each part of it was read as, how many answer to it, and which of them leaves nothing."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from core.search import match
from core.search.parse import parse
from core.search.resolve import Group, Want, echo, resolve
from core.store.catalog import Connection
from resources.vocabulary import Vocabulary

ChipKind = Literal["label", "tag", "place", "text", "date", "word", "other", "group"]


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of a query that every hit must answer to.

    at: where it stands in the query, from and to; text: that part as typed, without a leading minus; understood: as
    read; count: how many answer to it; without: how many strong hits there were if it went, -1 where nobody needs it.
    """

    at: tuple[int, int]
    text: str
    understood: str
    kind: ChipKind
    negated: bool
    count: int
    without: int = -1


def chips(db: Connection, vocabulary: Vocabulary, query: str, today: dt.date, *, killing: bool) -> list[Chip]:
    """Return the parts of `query` in order; killing: count for each what its going would bring."""
    want = resolve(db, vocabulary, parse(query), today)
    parts = tuple(_parts(want))
    made = []
    for place, part in enumerate(parts):
        chip = _chip(db, query, part)
        rest = (*parts[:place], *parts[place + 1 :])
        made.append(replace(chip, without=match.count(db, Group("all", rest))) if killing and rest else chip)
    return made


def _parts(want: Want) -> Iterator[Want]:
    """Yield what all must hold, each by itself: a run of words is several things."""
    if isinstance(want, Group) and want.how == "all":
        for part in want.parts:
            yield from _parts(part)
    else:
        yield want


def _chip(db: Connection, query: str, part: Want) -> Chip:
    negated = isinstance(part, Group) and part.how == "not"
    inner = part.parts[0] if isinstance(part, Group) and part.how == "not" else part
    begin, end = part.at if part.at != (0, 0) else (0, len(query))
    text = query[begin:end].removeprefix("-") if negated else query[begin:end]
    return Chip((begin, end), text, echo(inner), _kind(inner), negated, match.count(db, inner))


def _kind(want: Want) -> ChipKind:
    if isinstance(want, Group):
        return "group"
    if want.span is not None:
        return "date"
    kinds = {row.kind for row in want.terms}
    for kind in ("label", "tag", "place"):
        if kind in kinds:
            return kind
    return "text" if want.match and not want.free else "word" if want.match else "other"


def replaced(query: str, chip: Chip, new: str) -> str:
    """Return `query` with `new` in the place of `chip`; "" takes it out."""
    before, after = query[: chip.at[0]].rstrip(), query[chip.at[1] :].lstrip()
    return " ".join(part for part in (before, new, after) if part)
