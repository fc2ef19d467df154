"""From a resolved query to the assets that answer it: SQL that starts at the rarest term."""

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.search.resolve import COLUMNS, IS_RULES, Group, Leaf, Want, leaves
from core.store.catalog import Connection
from core.types import AssetId

FOUND = np.dtype([("asset", np.int64), ("taken", np.int64)])
FTS_GUESS = 1000  # rows a word is taken to have when the rarest condition is chosen

Condition = tuple[str, list[str | int]]


def strong(db: Connection, want: Want, most: int = -1) -> npt.NDArray[np.void]:
    """Return (asset, taken: wall time in ms) of all that answer all of `want`, newest first; -1: all, else the newest.

    A structured array of int64 "asset" and "taken": a million of them take 16 MB.
    """
    if not any(leaves(want)):  # nothing was asked
        return np.empty(0, FOUND)
    driver = _rarest(want)
    sql, values = _start(driver) if driver is not None else ("a.live > 0", [])
    more, more_values = _condition(want)
    rows = db.execute(
        f"""select a.id, a.taken_ms from asset a where a.live > 0 and {sql} and {more}
             order by a.taken_ms desc, a.id desc limit ?""",  # noqa: S608 - built from constants
        (*values, *more_values, most),
    )
    return np.fromiter(rows, FOUND)


def count(db: Connection, want: Want) -> int:
    """Return how many assets answer all of `want`."""
    if isinstance(want, Leaf) and len(want.terms) == 1 and not want.match:
        return want.terms[0].count
    driver = _rarest(want)
    sql, values = _start(driver) if driver is not None else ("1", [])
    more, more_values = _condition(want)
    row = db.execute(
        f"select count(*) from asset a where a.live > 0 and {sql} and {more}",  # noqa: S608 - built from constants
        (*values, *more_values),
    ).fetchone()
    return int(row[0])


def among(db: Connection, want: Want, assets: Sequence[AssetId]) -> set[AssetId]:
    """Return those of `assets` that fit `want` when bare words count as fulfilled: what filters a search by meaning."""
    sql, values = _condition(want, words_hold=True)
    rows = db.execute(
        f"select a.id from asset a where a.live > 0 and a.id in (select value from json_each(?)) and {sql}",  # noqa: S608 - built from constants
        (json.dumps(list(assets)), *values),
    )
    return {AssetId(row[0]) for row in rows}


def _rarest(want: Want) -> Leaf | None:
    """Return the leaf that every answer must hold and that fewest assets do."""
    needed = want.parts if isinstance(want, Group) and want.how == "all" else (want,)
    candidates = [part for part in needed if isinstance(part, Leaf) and (part.terms or part.match)]
    return min(candidates, key=_size, default=None)


def _size(leaf: Leaf) -> int:
    return sum(row.count for row in leaf.terms) + FTS_GUESS * bool(leaf.match)


def _start(leaf: Leaf) -> Condition:
    sources, values = [], []
    if leaf.terms:
        sources.append("select asset_id from posting where term_id in (select value from json_each(?))")
        values.append(_ids(leaf))
    if leaf.match:
        sources.append("select rowid from document_fts where document_fts match ?")
        values.append(leaf.match_in(*COLUMNS))
    return f"a.id in ({' union '.join(sources)})", list(values)


def _ids(leaf: Leaf) -> str:
    return json.dumps([row.id for row in leaf.terms])


def _condition(want: Want, *, words_hold: bool = False) -> Condition:
    if isinstance(want, Leaf):
        return ("1", []) if words_hold and want.free else _leaf(want)
    if want.how == "not":
        # what is excluded is excluded for certain: its words never just hold
        sql, values = _condition(want.parts[0])
        return f"not ({sql})", values
    return _joined([_condition(part, words_hold=words_hold) for part in want.parts], want.how)


def _joined(made: Sequence[Condition], how: str) -> Condition:
    joint = " and " if how == "all" else " or "
    sql = joint.join(condition for condition, _values in made)
    return f"({sql or '1'})", [value for _condition, values in made for value in values]


def _leaf(leaf: Leaf) -> Condition:
    if leaf.rule:
        return IS_RULES[leaf.rule], []
    if leaf.span is not None:
        return "(a.date_origin <> '' and a.taken_ms >= ? and a.taken_ms < ?)", list(leaf.span)
    if leaf.folders is not None:
        held = "select asset_id from file where folder_id in (select value from json_each(?)) and state <> 'missing'"
        return f"a.id in ({held})", [json.dumps(leaf.folders)]
    ways, values = [], []
    if leaf.terms:
        ways.append(
            """exists (select 1 from posting p where p.term_id in (select value from json_each(?))
                 and p.taken_ms = a.taken_ms and p.asset_id = a.id)"""
        )
        values.append(_ids(leaf))
    if leaf.match:
        ways.append("a.id in (select rowid from document_fts where document_fts match ?)")
        values.append(leaf.match_in(*COLUMNS))
    return (f"({' or '.join(ways)})", list(values)) if ways else ("0", [])
