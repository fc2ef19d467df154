"""Rows of `decision` (append-only) and `mark` (their standing result, which can be made again at any time)."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count, takewhile
from typing import Literal

from core.types import Actor, AssetId, Decision, DecisionId, Mark, Verb

_COLUMNS = "id, at_ms, actor, verb, subject, value, before, undoes"

SETTING = "setting:"  # the subject of a choice begins with it

KIND_OF_VERB = {
    "tag": "tag", "untag": "tag", "confirm": "label", "reject": "label", "unsay": "label",
    "rate": "rating", "pick": "pick", "color": "color",
}  # fmt: skip
SINGLE: dict[Verb, Literal["rating", "pick", "color"]] = {"rate": "rating", "pick": "pick", "color": "color"}
"""Verbs of which an asset has one answer at a time, with the kind of mark they make."""
VERB_OF_KIND: dict[str, Verb] = {"tag": "tag", **{kind: verb for verb, kind in SINGLE.items()}}


def append(db: sqlite3.Connection, made: Sequence[Decision]) -> list[DecisionId]:
    """Add the decisions `made`; an id 0 asks for the next one. Return the ids they got."""
    fresh = count(last_id(db) + 1)
    ids = [d.id or DecisionId(next(fresh)) for d in made]
    db.executemany(
        f"insert into decision({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - a constant
        [(i, d.at_ms, d.actor, d.verb, d.subject, d.value, d.before, d.undoes) for i, d in zip(ids, made, strict=True)],
    )
    return ids


def _decision(row: tuple[int, int, Actor, Verb, str, str, str | None, int | None]) -> Decision:
    i, at_ms, actor, verb, subject, value, before, undoes = row
    return Decision(
        DecisionId(i), at_ms, actor, verb, subject, value, before, None if undoes is None else DecisionId(undoes)
    )


def after(db: sqlite3.Connection, last: int) -> list[Decision]:
    """Return the decisions with an id above `last`, in order."""
    rows = db.execute(f"select {_COLUMNS} from decision where id > ? order by id", (last,))  # noqa: S608
    return [_decision(row) for row in rows]


def of_subject(db: sqlite3.Connection, subject: str) -> list[Decision]:
    """Return the decisions on the content `subject` (hex SHA-256), in order."""
    rows = db.execute(f"select {_COLUMNS} from decision where subject = ? order by id", (subject,))  # noqa: S608
    return [_decision(row) for row in rows]


def histories(db: sqlite3.Connection, subjects: Sequence[str], kinds: Collection[str]) -> dict[str, list[Decision]]:
    """Return what was decided on each of the contents `subjects` (hex SHA-256) about marks of `kinds`, in order."""
    found: dict[str, list[Decision]] = {subject: [] for subject in subjects}
    rows = db.execute(
        f"""select {_COLUMNS} from decision
             where subject in (select value from json_each(?1))
               and case verb when 'undo' then before else verb end in (select value from json_each(?2))
             order by subject, id""",  # noqa: S608 - a constant
        (json.dumps(list(subjects)), json.dumps([verb for verb, kind in KIND_OF_VERB.items() if kind in kinds])),
    )
    for decision in map(_decision, rows):
        found[decision.subject].append(decision)
    return found


def subjects_after(db: sqlite3.Connection, last: int) -> list[str]:
    """Return the contents that decisions above id `last` speak of."""
    return [row[0] for row in db.execute("select distinct subject from decision where id > ?", (last,))]


def settings(db: sqlite3.Connection) -> dict[str, str]:
    """Return the person's standing choices by the setting's name."""
    rows = db.execute(
        f"""select {_COLUMNS} from decision d where subject >= ?1 and subject < ?2
              and not exists (select 1 from decision u where u.undoes = d.id) order by id""",  # noqa: S608 - a constant
        (SETTING, SETTING[:-1] + ";"),
    )
    return {d.subject.removeprefix(SETTING): d.value for d in map(_decision, rows) if d.verb == "set"}


def last_id(db: sqlite3.Connection) -> int:
    """Return the id of the newest decision, 0 without any."""
    return int(db.execute("select coalesce(max(id), 0) from decision").fetchone()[0])


def last_moment(db: sqlite3.Connection) -> int:
    """Return the time of the newest decision in ms, 0 without any."""
    row = db.execute("select at_ms from decision order by id desc limit 1").fetchone()
    return int(row[0]) if row else 0


def last_standing(db: sqlite3.Connection) -> list[Decision]:
    """Return the person's newest act that is not undone: all decisions of its moment, or nothing.

    One command may decide on many assets at once; its decisions share `at_ms` and are undone together.
    """
    row = db.execute(
        """select id, at_ms from decision d where actor = 'person' and verb <> 'undo'
              and not exists (select 1 from decision u where u.undoes = d.id)
            order by id desc limit 1"""
    ).fetchone()
    if row is None:
        return []
    act = [d for d in _of_moment(db, *row) if d.actor == "person" and d.verb != "undo"]
    ids = json.dumps([d.id for d in act])
    undone = {
        i for (i,) in db.execute("select undoes from decision where undoes in (select value from json_each(?))", (ids,))
    }
    return [d for d in act if d.id not in undone]


def last_undone(db: sqlite3.Connection) -> list[Decision]:
    """Return the newest undoing that was not done again since, in the order of what it took back, or nothing.

    An act of a person that is no doing again ends that: what was undone before it stays undone.
    """
    row = db.execute(
        """select id, at_ms from decision d where actor = 'person' and verb = 'undo'
              and not exists (select 1 from decision u where u.undoes = d.id)
              and d.id > (select coalesce(max(id), 0) from decision
                           where actor = 'person' and verb <> 'undo' and undoes is null)
            order by id desc limit 1"""
    ).fetchone()
    if row is None:
        return []
    return [d for d in _of_moment(db, *row) if d.actor == "person" and d.verb == "undo"][::-1]


def _of_moment(db: sqlite3.Connection, newest: int, at_ms: int) -> Iterator[Decision]:
    """Yield the decisions of the moment `at_ms`, from the id `newest` back: they were made at once, side by side."""
    rows = db.execute(f"select {_COLUMNS} from decision where id <= ? order by id desc", (newest,))  # noqa: S608
    return takewhile(lambda decision: decision.at_ms == at_ms, map(_decision, rows))


def fold(decisions: Sequence[Decision]) -> list[Mark]:
    """Return what stands after `decisions` on one content, undone ones left out; in order of first mention."""
    undone = {d.undoes for d in decisions if d.undoes is not None}
    return follow_on([], [d for d in decisions if d.verb != "undo" and d.id not in undone])


def follow_on(marks: Sequence[Mark], fresh: Sequence[Decision]) -> list[Mark]:
    """Return what stands where `fresh` is said, nothing of it undone, of what carries `marks`."""
    standing = {(mark.kind, mark.name): mark for mark in marks}
    for d in fresh:
        inherited = d.actor == "inherited"
        if kind := SINGLE.get(d.verb):
            standing[kind, ""] = Mark(kind, "", d.value, inherited)
        elif d.verb == "unsay":
            standing.pop(("label", d.value), None)
        elif d.verb == "untag":
            standing.pop(("tag", d.value), None)
        elif d.verb == "tag":
            standing["tag", d.value] = Mark("tag", d.value, "", inherited)
        else:
            state = "confirmed" if d.verb == "confirm" else "rejected"
            standing["label", d.value] = Mark("label", d.value, state, inherited)
    return list(standing.values())


Turn = tuple[Sequence[Mark], Sequence[Mark]]
"""Marks before and after."""


def write_marks(db: sqlite3.Connection, turns: Mapping[AssetId, Turn]) -> None:
    """Have assets carry what they carry after their turn."""
    gone, come = [], []
    for asset, (before, after) in turns.items():
        keys = {(mark.kind, mark.name) for mark in after}
        gone += [(asset, mark.kind, mark.name) for mark in before if (mark.kind, mark.name) not in keys]
        come += [(asset, m.kind, m.name, m.value, m.inherited) for m in after if m not in before]
    db.executemany("delete from mark where asset_id = ? and kind = ? and name = ?", gone)
    db.executemany("insert or replace into mark(asset_id, kind, name, value, inherited) values (?, ?, ?, ?, ?)", come)


def project(db: sqlite3.Connection, asset: AssetId, subject: str) -> None:
    """Make the marks of `asset` again from the decisions on its content."""
    write_marks(db, {asset: (marks(db, asset), fold(of_subject(db, subject)))})


def marks(db: sqlite3.Connection, asset: AssetId) -> list[Mark]:
    """Return the marks that stand on `asset`."""
    rows = db.execute("select kind, name, value, inherited from mark where asset_id = ? order by kind, name", (asset,))
    return [Mark(kind, name, value, bool(inherited)) for kind, name, value, inherited in rows]


def marks_of(db: sqlite3.Connection, assets: Sequence[AssetId]) -> dict[AssetId, list[Mark]]:
    """Return the marks that stand on each of `assets`; those without any have an empty list."""
    found: dict[AssetId, list[Mark]] = {asset: [] for asset in assets}
    rows = db.execute(
        """select asset_id, kind, name, value, inherited from mark
            where asset_id in (select value from json_each(?)) order by asset_id, kind, name""",
        (json.dumps([int(asset) for asset in assets]),),
    )
    for asset, kind, name, value, inherited in rows:
        found[asset].append(Mark(kind, name, value, bool(inherited)))
    return found


def hand_on(db: sqlite3.Connection, old: str, new: str, actor: Actor, now_ms: int) -> list[DecisionId]:
    """Write the standing marks of content `old` as decisions on content `new`; return their ids."""
    verbs: dict[tuple[str, str], Verb] = {
        ("label", "confirmed"): "confirm",
        ("label", "rejected"): "reject",
    }
    written = []
    for mark in fold(of_subject(db, old)):
        verb = verbs.get((mark.kind, mark.value)) or VERB_OF_KIND[mark.kind]
        value = mark.name or mark.value
        came_by: Actor = "inherited" if mark.inherited else actor
        written.append(Decision(DecisionId(0), now_ms, came_by, verb, new, value))
    return append(db, written)
