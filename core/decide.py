"""The verbs of a person: wishes in, decisions and their effects out, each of them can be undone."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from core.errors import NotFoundError
from core.journal import Journal
from core.store import assets, decisions, postings
from core.store.catalog import Catalog, Connection
from core.types import AssetId, ChangeSet, Decision, DecisionId, Mark, Verb

MANY = 5000  # assets that a ChangeSet names; of more it says that there are many


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants to be true of an asset; value: tag, label, rating, pick or colour as text."""

    verb: Verb
    value: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions a wish became (none where it was true already) and what changed on the screen.

    told: of an undoing or a doing again, the act: its verb, its value, on how many contents.
    """

    decisions: tuple[DecisionId, ...]
    changes: ChangeSet
    told: tuple[str, str, int] = ("", "", 0)


def decide(
    catalog: Catalog, journal: Journal, chosen: Sequence[AssetId], wishes: Sequence[Wish], initiator: str = ""
) -> Decided:
    """Make `wishes` true of every asset in `chosen`: all of it or nothing, on the disk when this returns.

    Raises NotFoundError for an unknown asset.
    """

    def work(db: Connection) -> Decided:
        now = _moment(db)
        subjects = assets.contents(db, chosen)
        before = decisions.marks_of(db, chosen)
        made: list[Decision] = []
        turns: dict[AssetId, decisions.Turn] = {}
        for asset, subject in subjects.items():
            fresh = [d for wish in wishes if (d := _decision(before[asset], subject, wish, now)) is not None]
            if fresh:
                made += fresh
                turns[asset] = before[asset], decisions.follow_on(before[asset], fresh)
        return Decided(tuple(decisions.append(db, made)), _follow(db, turns, initiator))

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
        return Decided(tuple(decisions.append(db, [decision])), ChangeSet(aspects=frozenset({"settings"})))

    decided = catalog.write(work, durable=True)
    journal.catch_up()
    return decided


def undo(catalog: Catalog, journal: Journal, initiator: str = "") -> Decided:
    """Take back the person's newest act that still stands; raises NotFoundError when there is none."""

    def taken_back(act: Decision, now: int) -> Decision:
        return Decision(DecisionId(0), now, "person", "undo", act.subject, act.value, before=act.verb, undoes=act.id)

    none_left = "There is no decision left to undo."
    return _answer(catalog, journal, decisions.last_standing, taken_back, none_left, initiator)


def redo(catalog: Catalog, journal: Journal, initiator: str = "") -> Decided:
    """Do again what was undone last; raises NotFoundError when nothing was, or when something was decided since."""

    def done_again(act: Decision, now: int) -> Decision:
        verb = cast("Verb", act.before)
        return Decision(DecisionId(0), now, "person", verb, act.subject, act.value, undoes=act.id)

    none_left = "There is nothing left to do again."
    return _answer(catalog, journal, decisions.last_undone, done_again, none_left, initiator)


def _answer(
    catalog: Catalog,
    journal: Journal,
    find: Callable[[Connection], list[Decision]],
    answer: Callable[[Decision, int], Decision],
    none_left: str,
    initiator: str,
) -> Decided:
    """Append to each decision of the act that `find` finds the one that `answer` makes of it and of the moment."""

    def work(db: Connection) -> Decided:
        acts = find(db)
        if not acts:
            raise NotFoundError(none_left)
        now = _moment(db)
        made = decisions.append(db, [answer(act, now) for act in acts])
        return Decided(tuple(made), _follow_all(db, acts, initiator), _told(acts))

    decided = catalog.write(work, durable=True)
    journal.catch_up()
    return decided


def _told(acts: Sequence[Decision]) -> tuple[str, str, int]:
    """Return what an act was: verb, value, and on how many."""
    first = acts[0]
    return (first.before or "") if first.verb == "undo" else first.verb, first.value, len({d.subject for d in acts})


def _decision(marks: Sequence[Mark], subject: str, wish: Wish, now: int) -> Decision | None:
    """Return the decision that makes `wish` true of what carries `marks`; None where it is so already."""
    standing = _standing(marks, wish)
    after = {"tag": "", "untag": None, "confirm": "confirmed", "reject": "rejected", "unsay": None}.get(
        wish.verb, wish.value
    )
    value = standing.value if standing else None
    if value == after and not (standing and standing.inherited):  # saying an inherited thing again confirms it
        return None
    return Decision(DecisionId(0), now, "person", wish.verb, subject, wish.value, before=value)


def _standing(marks: Sequence[Mark], wish: Wish) -> Mark | None:
    kind = decisions.KIND_OF_VERB[wish.verb]
    name = "" if wish.verb in decisions.SINGLE else wish.value
    # within one act the marks table is not yet projected anew: two wishes on the same thing both count
    return next((m for m in marks if m.kind == kind and m.name == name), None)


def _follow_all(db: Connection, acts: Sequence[Decision], initiator: str) -> ChangeSet:
    """Make marks and postings follow acts that were taken back or done again; a setting's subject is no asset."""
    found = {d.subject: assets.find(db, d.subject) for d in acts}
    subjects = {asset: subject for subject, asset in found.items() if asset is not None}
    before = decisions.marks_of(db, list(subjects))
    kinds = {decisions.KIND_OF_VERB.get((d.before or "") if d.verb == "undo" else d.verb, "") for d in acts}
    said = decisions.histories(db, list(subjects.values()), kinds)
    turns = {
        asset: (before[asset], [m for m in before[asset] if m.kind not in kinds] + decisions.fold(said[subject]))
        for asset, subject in subjects.items()
    }
    return _follow(db, turns, initiator)


def _follow(db: Connection, turns: Mapping[AssetId, decisions.Turn], initiator: str) -> ChangeSet:
    """Write the marks, and make postings follow them."""
    decisions.write_marks(db, turns)
    postings.project_marks(db, turns)
    many = len(turns) > MANY
    return ChangeSet(
        assets=frozenset() if many else frozenset(turns),
        aspects=frozenset({"marks"}),
        many=many,
        initiator=initiator,
    )


def _moment(db: Connection) -> int:
    """Return now in ms, always after the last decision, also when the clock was set back: acts are told apart by it."""
    return max(int(time.time() * 1000), decisions.last_moment(db) + 1)
