"""From a resolved query to the assets that answer it: SQL that starts at the rarest term."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.search.resolve import COLUMNS, IS_RULES, Group, Leaf, Want, leaves
from core.store.catalog import Connection
from core.types import AssetId

FOUND = np.dtype([("asset", np.int64), ("taken", np.int64)])
MANY = 100_000  # assets that are gathered and sorted sooner than looked for from the newest on
EVERY = 2**62
ARMS = 50  # terms whose postings, which lie in order of time, are merged
FEW_TERMS = 8  # that are looked up one by one for an asset; where there are more, its own postings are looked through

Condition = tuple[str, list[str | int]]

_POSTINGS = "select asset_id from posting where term_id in (select value from json_each(?))"
_WORDS = "select rowid from document_fts where document_fts match ?"
_FAILED = "select asset_id from analysis where state = 'failed'"
_SPAN = "select id from asset where live > 0 and taken_ms >= ? and taken_ms < ?"
_HELD = """select asset_id from file where folder_id in (select value from json_each(?)) and state <> 'missing'
 and asset_id is not null"""
_MARKED = {
    "tagged": "kind = 'tag'",
    "rated": "kind = 'rating' and name <> '0'",
    "rejected": "(kind, name) in (values ('rating', '-1'), ('mark', 'rejected'))",
    "picked": "kind = 'mark' and name = 'picked'",
}
_TERMS = _MARKED | {
    "photo": "kind = 'type' and name = 'photo'",
    "video": "kind = 'type' and name = 'video'",
    "film": "kind = 'type' and name = 'video'",
}
"""Rules of IS_RULES as the terms that tell the same."""


@dataclass(frozen=True, slots=True)
class _Start:
    """Assets among which all answers are: those of `terms` (ids) and those that `finds` find.

    part: what all of these answer to, None where they still have to be asked. size: how many there may be, each find
    counted up to MANY + 1; found: of those by finds. by_date: all assets or those of a span, in order of time, instead.
    """

    part: Want | None
    terms: tuple[int, ...] = ()
    finds: tuple[Condition, ...] = ()
    size: int = 0
    found: int = 0
    by_date: bool = False

    @property
    def in_order(self) -> bool:
        """Whether the newest are told without looking at all others."""
        return len(self.terms) <= ARMS and self.found <= MANY

    @property
    def cost(self) -> tuple[bool, int]:
        """What decides between two."""
        return not self.in_order, self.size


def strong(db: Connection, want: Want, most: int = -1) -> npt.NDArray[np.void]:
    """Return (asset, taken: wall time in ms) of all that answer all of `want`, newest first; -1: all, else the newest.

    A structured array of int64 "asset" and "taken": a million of them take 16 MB.
    """
    if not any(leaves(want)):  # nothing was asked
        return np.empty(0, FOUND)
    sql, values = _statement(db, want, most)
    return np.fromiter(db.execute(f"{sql} order by 2 desc, 1 desc limit ?", (*values, most)), FOUND)


def count(db: Connection, want: Want) -> int:
    """Return how many assets answer all of `want`."""
    if isinstance(want, Leaf) and len(want.terms) == 1 and not want.match:
        return want.terms[0].count
    if not any(leaves(want)):
        return 0
    sql, values = _statement(db, want, -1)
    return int(db.execute(f"select count(*) from ({sql})", values).fetchone()[0])  # noqa: S608 - built from constants


def _statement(db: Connection, want: Want, most: int) -> Condition:
    """Return a statement for (asset, taken) of all that answer all of `want`; most: how many will be taken, -1: all."""
    start = _start(db, want) or _Start(None, size=EVERY, by_date=True)
    asked = 0 if most >= 0 else start.size
    if start.by_date or not (start.in_order or most < 0 or start.size <= MANY):
        more, values = _condition(want, asked=asked)
        return f"select a.id, a.taken_ms from asset a where a.live > 0 and {more}", values  # noqa: S608 - built from constants
    rest = _condition(_without(want, start.part), asked=asked)
    return _merged(start, rest) if start.in_order and start.size else _gathered(start, rest)


def _start(db: Connection, want: Want) -> _Start | None:
    """Return the cheapest start for `want`, None where all assets have to be looked at."""
    if isinstance(want, Leaf):
        return _of_leaf(db, want)
    if want.how == "not":
        return None
    known = [start for part in want.parts if (start := _start(db, part)) is not None]
    if want.how == "all":
        return min(known, key=lambda start: start.cost, default=None)
    listed = [start for start in known if not start.by_date]
    return _joint(want, listed) if len(listed) == len(want.parts) else None


def _joint(want: Group, ways: Sequence[_Start]) -> _Start:
    """Return the start of `ways`, one for each part of `want`, of which one must hold."""
    exact = all(way.part is part for way, part in zip(ways, want.parts, strict=True))
    return _Start(
        want if exact else None,
        tuple(dict.fromkeys(term for way in ways for term in way.terms)),
        tuple(find for way in ways for find in way.finds),
        sum(way.size for way in ways),
        sum(way.found for way in ways),
    )


def _of_leaf(db: Connection, leaf: Leaf) -> _Start | None:
    if leaf.span is not None:
        return _Start(None, size=_count(db, (_SPAN, list(leaf.span)), -1), by_date=True)
    terms = {row.id: row.count for row in leaf.terms}
    finds: list[Condition] = [(_WORDS, [leaf.match_in(*COLUMNS)])] if leaf.match else []
    if leaf.rule in _TERMS:
        terms = dict(db.execute(f"select id, count from term where {_TERMS[leaf.rule]} and count > 0"))  # noqa: S608
    elif leaf.rule == "failed":
        finds = [(_FAILED, [])]
    elif leaf.folders is not None:
        finds = [(_HELD, [json.dumps(leaf.folders)])]
    elif leaf.rule:
        return None
    found = sum(_count(db, find) for find in finds)
    return _Start(leaf, tuple(terms), tuple(finds), sum(terms.values()) + found, found)


def _count(db: Connection, find: Condition, most: int = MANY + 1) -> int:
    sql, values = find
    counted = db.execute(f"select count(*) from ({sql} limit ?)", (*values, most))  # noqa: S608 - built from constants
    return int(counted.fetchone()[0])


def _without(want: Want, part: Want | None) -> Want:
    """Return what of `want` still has to be asked of assets that answer to `part`."""
    if want is part:
        return Group("all", ())
    if isinstance(want, Group) and want.how == "all":
        return Group("all", tuple(other for other in want.parts if other is not part))
    return want


def _gathered(start: _Start, rest: Condition) -> Condition:
    """Return a statement that looks at all of `start`."""
    listed: list[Condition] = [(_POSTINGS, [json.dumps(start.terms)])] if start.terms or not start.finds else []
    finds = [*listed, *start.finds]
    sources = " union ".join(sql for sql, _values in finds)
    return (
        f"select a.id, a.taken_ms from asset a where a.live > 0 and a.id in ({sources}) and {rest[0]}",  # noqa: S608 - built from constants
        [*(value for _sql, values in finds for value in values), *rest[1]],
    )


def _merged(start: _Start, rest: Condition) -> Condition:
    """Return a statement that looks at `start` from the newest on, so that a limit ends it early."""
    arm = f"""select p.asset_id, p.taken_ms from posting p
               cross join asset a indexed by asset_taken on a.taken_ms = p.taken_ms and a.id = p.asset_id
               where p.term_id = ? and a.live > 0 and {rest[0]}"""  # noqa: S608 - built from constants
    made: list[Condition] = [(arm, [term, *rest[1]]) for term in start.terms]
    made += [_gathered(_Start(None, finds=(find,)), rest) for find in start.finds]
    return " union ".join(sql for sql, _values in made), [value for _sql, values in made for value in values]


def among(db: Connection, want: Want, assets: Sequence[AssetId]) -> set[AssetId]:
    """Return those of `assets` that fit `want` when bare words count as fulfilled: what filters a search by meaning."""
    sql, values = _condition(want, words_hold=True)
    rows = db.execute(
        f"select a.id from asset a where a.live > 0 and a.id in (select value from json_each(?)) and {sql}",  # noqa: S608 - built from constants
        (json.dumps(list(assets)), *values),
    )
    return {AssetId(row[0]) for row in rows}


def _condition(want: Want, *, words_hold: bool = False, asked: int = 0) -> Condition:
    """Return `want` as a condition on a row of asset a; asked: how many rows there are to be asked, 0: few."""
    if isinstance(want, Leaf):
        return ("1", []) if words_hold and want.free else _leaf(want, asked=asked)
    if want.how == "not":
        # what is excluded is excluded for certain: its words never just hold
        sql, values = _condition(want.parts[0], asked=asked)
        return f"not ({sql})", values
    return _joined([_condition(part, words_hold=words_hold, asked=asked) for part in want.parts], want.how)


def _joined(made: Sequence[Condition], how: str) -> Condition:
    joint = " and " if how == "all" else " or "
    sql = joint.join(condition for condition, _values in made)
    return f"({sql or '1'})", [value for _condition, values in made for value in values]


def _leaf(leaf: Leaf, *, asked: int) -> Condition:
    if leaf.rule:
        return _fulfils(leaf.rule, asked=asked), []
    if leaf.span is not None:
        return "(a.date_origin <> '' and a.taken_ms >= ? and a.taken_ms < ?)", list(leaf.span)
    if leaf.folders is not None:
        wanted: list[str | int] = [json.dumps(leaf.folders)]
        return f"+a.id in ({_HELD})" if asked > MANY else f"exists ({_HELD} and asset_id = a.id)", wanted
    ways, values = [], []
    if leaf.terms:
        ways.append(_answers(leaf, asked=asked))
        values.append(json.dumps([row.id for row in leaf.terms]))
    if leaf.match:
        ways.append(f"+a.id in ({_WORDS})")
        values.append(leaf.match_in(*COLUMNS))
    return (f"({' or '.join(ways)})", list(values)) if ways else ("0", [])


def _fulfils(rule: str, *, asked: int) -> str:
    marked = rule.removeprefix("un")
    if asked <= MANY or marked not in _MARKED:
        return IS_RULES[rule]
    sign = "" if marked == rule else "not "
    terms = f"select id from term where {_MARKED[marked]}"  # noqa: S608 - built from constants
    return f"+a.id {sign}in (select asset_id from posting where term_id in ({terms}))"  # noqa: S608 - built from constants


def _answers(leaf: Leaf, *, asked: int) -> str:
    if asked > sum(row.count for row in leaf.terms):
        return f"+a.id in ({_POSTINGS})"
    if len(leaf.terms) > FEW_TERMS:
        return """exists (select 1 from posting p where p.asset_id = a.id
             and +p.term_id in (select value from json_each(?)))"""
    # by its key, which lies in order of time as the assets come: by asset, a disk would be read all over
    return """exists (select 1 from posting p indexed by sqlite_autoindex_posting_1
         where p.term_id in (select value from json_each(?)) and p.taken_ms = a.taken_ms and p.asset_id = a.id)"""
