"""The verbs of a person: wishes in, decisions and their effects out, each of them can be undone."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import NotFoundError
from core.journal import Journal
from core.store import assets, decisions, postings
from core.store.catalog import Catalog, Connection
from core.types import AssetId, ChangeSet, Decision, DecisionId, Mark, Verb


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to be true of an asset; value: the tag, the label's name or the rating as text."""

    verb: Verb
    value: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions a wish became (none where it was true already) and what changed on the screen."""

    decisions: tuple[DecisionId, ...]
    changes: ChangeSet


def decide(
    catalog: Catalog, journal: Journal, chosen: Sequence[AssetId], wishes: Sequence[Wish], initiator: str = ""
) -> Decided:
    """Make `wishes` true of every asset in `chosen`: all of it or nothing, on the disk when this returns.

    Raises NotFoundError for an unknown asset.
    """

    def work(db: Connection) -> Decided:
        now = _moment(db)
        made: list[DecisionId] = []
        subjects: set[str] = set()
        for asset in chosen:
            subject = assets.get(db, asset).sha256
            fresh = [_append(db, asset, subject, wish, now) for wish in wishes]
            if ids := [i for i in fresh if i is not None]:
                made += ids
                subjects.add(subject)
        return Decided(tuple(made), _changes(postings.project_decisions(db, subjects), initiator))

    decided = catalog.write(work, durable=True)
    journal.catch_up()
    return decided


def choose(catalog: Catalog, journal: Journal, name: str, value: str) -> Decided:
    """Make the setting `name` be `value`; on the disk when this returns. Nothing is decided where it is so already."""

    def work(db: Connection) -> Decided:
        before = decisions.settings(db).get(name)
        if before == value:
            return Decided((), ChangeSet(aspects=frozenset({"settings"})))
        subject = decisions.SETTING + name
        decision = Decision(DecisionId(0), _moment(db), "person", "set", subject, value, before=before)
        return Decided((decisions.append(db, decision),), ChangeSet(aspects=frozenset({"settings"})))

    decided = catalog.write(work, durable=True)
    journal.catch_up()
    return decided


def undo(catalog: Catalog, journal: Journal, initiator: str = "") -> Decided:
    """Take back the person's newest act that still stands; raises NotFoundError when there is none."""

    def work(db: Connection) -> Decided:
        standing = decisions.last_standing(db)
        if not standing:
            raise NotFoundError("There is no decision left to undo.")
        now = _moment(db)
        made = [
            decisions.append(
                db, Decision(DecisionId(0), now, "person", "undo", d.subject, d.value, before=d.verb, undoes=d.id)
            )
            for d in standing
        ]
        touched = postings.project_decisions(db, {d.subject for d in standing})
        return Decided(tuple(made), _changes(touched, initiator))

    decided = catalog.write(work, durable=True)
    journal.catch_up()
    return decided


def _append(db: Connection, asset: AssetId, subject: str, wish: Wish, now: int) -> DecisionId | None:
    before = _standing(decisions.marks(db, asset), wish)
    after = {"tag": "", "untag": None, "confirm": "confirmed", "reject": "rejected", "rate": wish.value}[wish.verb]
    value = before.value if before else None
    if value == after and not (before and before.inherited):  # saying an inherited thing again confirms it
        return None
    return decisions.append(db, Decision(DecisionId(0), now, "person", wish.verb, subject, wish.value, before=value))


def _standing(marks: Sequence[Mark], wish: Wish) -> Mark | None:
    kind = decisions.KIND_OF_VERB[wish.verb]
    name = "" if kind == "rating" else wish.value
    # within one act the marks table is not yet projected anew: two wishes on the same thing both count
    return next((m for m in marks if m.kind == kind and m.name == name), None)


def _moment(db: Connection) -> int:
    """Return now in ms, always after the last decision, also when the clock was set back: acts are told apart by it."""
    return max(int(time.time() * 1000), decisions.last_moment(db) + 1)


def _changes(touched: set[AssetId], initiator: str) -> ChangeSet:
    return ChangeSet(assets=frozenset(touched), aspects=frozenset({"marks"}), initiator=initiator)
