"""The second half of a look: what one look gave goes into the catalog, whole or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.analyze.fingerprint import NEAR, distance
from core.jobs.look import Look
from core.jobs.plan import MEDIA, METADATA, Plan, Previous, due_keys
from core.store import assets, decisions, due, files, findings, postings
from core.store.catalog import Connection
from core.types import AssetId


@dataclass(slots=True)
class Stored:
    """What storing a batch changed."""

    assets: set[AssetId] = field(default_factory=set)
    moved: list[tuple[str, str]] = field(default_factory=list)  # (from, to)


def store(db: Connection, looks: list[Look], plan: Plan, whole: Plan, now_ms: int) -> Stored:
    """Write `looks` into the catalog: findings, vectors, ledger, files and what search reads, in this transaction.

    plan: what this run does; whole: all that is on.
    """
    stored, digest = Stored(), whole.digest
    for look in looks:
        if look.unreadable:
            files.set_state(db, [look.task.file], "failed", look.unreadable)
            continue
        asset = _asset(db, look)
        previous = _fresh_previous(look, asset)
        _findings(db, look, asset, plan, now_ms)
        if previous is not None and look.carried:
            findings.carry(db, previous.asset, asset, now_ms)
            _settle(db, look, asset, plan, now_ms, (METADATA,))
        _link(db, look, asset, stored)
        if previous is not None:
            _hand_on(db, look, asset, previous, now_ms)
        if not due_keys(whole, findings.ledger(db, asset)):
            findings.set_settled(db, [asset], digest)
    _project(db, looks, stored)
    return stored


def _project(db: Connection, looks: list[Look], stored: Stored) -> None:
    """Count copies and make what search reads, once per content: a batch may hold many copies of one."""
    files.recount(db, stored.assets)
    fresh = postings.project_decisions(db, {look.sha256 for look in looks if not look.unreadable})
    for asset in stored.assets - fresh:
        postings.project(db, asset)


def _asset(db: Connection, look: Look) -> AssetId:
    found = assets.find(db, look.sha256)
    return assets.add(db, look.sha256, look.task.kind) if found is None else found


def _fresh_previous(look: Look, asset: AssetId) -> Previous | None:
    """Return the content the file held before, where this one is new to the library."""
    previous = look.task.previous
    return previous if previous is not None and previous.asset != asset and look.asset is None else None


def _findings(db: Connection, look: Look, asset: AssetId, plan: Plan, now_ms: int) -> None:
    if look.decoded is not None:
        assets.set_metadata(db, asset, look.decoded.metadata)
        done = [METADATA]
        if look.decoded.pixels_sha:
            assets.set_facts(db, asset, look.decoded.facts, look.decoded.pixels_sha)
            done.append(MEDIA)
        _settle(db, look, asset, plan, now_ms, done)
    for analyzer, outcome in look.outcomes.items():
        findings.replace(db, asset, analyzer, outcome)
    _settle(db, look, asset, plan, now_ms, look.outcomes)
    for analyzer, reason in look.failures.items():
        if analyzer in plan.made:
            findings.settle(db, asset, analyzer, plan.made[analyzer], reason, now_ms)


def _settle(db: Connection, look: Look, asset: AssetId, plan: Plan, now_ms: int, analyzers: Iterable[str]) -> None:
    made = plan.made
    for analyzer in analyzers:
        if analyzer in made and analyzer not in look.failures:
            findings.settle(db, asset, analyzer, made[analyzer], "", now_ms)


def _link(db: Connection, look: Look, asset: AssetId, stored: Stored) -> None:
    link = files.link(db, look.task.file, asset, look.size, look.mtime_ns)
    if link.moved_from is not None:
        stored.moved.append((link.moved_from, look.task.path))
    stored.assets |= {asset} if link.previous is None else {asset, link.previous}


def _hand_on(db: Connection, look: Look, asset: AssetId, previous: Previous, now_ms: int) -> None:
    """Give the decisions of the content before to the new one, where it is the same picture, retagged or edited."""
    if decisions.of_subject(db, look.sha256):
        return
    old, new = due.fingerprint(db, previous.asset), due.fingerprint(db, asset)
    if look.carried:
        decisions.hand_on(db, previous.sha256, look.sha256, "carried", now_ms)
    elif old and new and distance(old, new) <= NEAR:
        decisions.hand_on(db, previous.sha256, look.sha256, "inherited", now_ms)
