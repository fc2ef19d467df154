"""Which files and assets are due, and for what: a query over the ledger, never a saved queue."""

import hashlib
import os
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.analyze import analyzers, closure
from core.media import formats
from core.store import due, findings
from core.store.catalog import Catalog
from core.store.due import FileRow
from core.types import Analyzer, AssetId, FileId, Made, MediaKind, Options

MEDIA = "media"  # decoding: facts, thumbnail, pixel hash
METADATA = "metadata"  # file and sidecars
VERSIONS = {METADATA: 1, MEDIA: 1}

PAGE = 256


@dataclass(frozen=True, slots=True)
class Plan:
    """The analyzers wanted; `made`: ledger keys, each with the version and features wanted."""

    analyzers: tuple[Analyzer, ...]

    @property
    def made(self) -> dict[str, Made]:
        """Ledger key -> what its answer has to be made with."""
        plain = {key: Made(version) for key, version in VERSIONS.items()}
        return plain | {a.key: Made(a.version, a.features) for a in self.analyzers}

    @property
    def digest(self) -> str:
        """Eight hex digits that change with any key, version or feature."""
        text = " ".join(
            f"{key}:{made.version}:{','.join(sorted(made.features))}" for key, made in sorted(self.made.items())
        )
        return hashlib.sha256(text.encode()).hexdigest()[:8]


def plan_of(options: Options, only: Sequence[str] | None = None) -> Plan:
    """Return the plan of all analyzers that are on, or of those in `only` and what they need.

    only empty: metadata and thumbnails. Raises KeyError for an analyzer that does not exist or is off.
    """
    chosen = analyzers(options)
    return Plan(chosen if only is None else closure(only, chosen))


@dataclass(frozen=True, slots=True)
class Previous:
    """The content a changed file held before: what tells a retagged or edited picture from a new one."""

    asset: AssetId
    sha256: str
    pixels_sha: str


@dataclass(frozen=True, slots=True)
class Task:
    """One file to look at; root: of its source.

    asset: what it is known to hold, None for a file nobody has read; due: ledger keys.
    """

    file: FileId
    root: str
    path: str
    kind: MediaKind
    mtime_ns: int
    sidecars: tuple[str, ...]
    asset: AssetId | None
    sha256: str
    due: frozenset[str]
    previous: Previous | None = None

    @property
    def name(self) -> str:
        """The file's own name."""
        return os.path.basename(self.path)


@dataclass(slots=True)
class Due:
    """What is left to do: ids only, so that a million of them cost 16 MB."""

    files: Sequence[FileId]
    assets: Sequence[AssetId]

    def __len__(self) -> int:
        return len(self.files) + len(self.assets)


def what_is_due(catalog: Catalog, plan: Plan, whole: Plan, places: Sequence[str] | None) -> Due:
    """Return the unread files and the unsettled assets, below `places` (absolute folders) where given.

    plan: what is wanted now; whole: all that is on, which decides what is settled.
    """
    wanted, settled = array("q"), []
    with catalog.read() as db:
        files = due.new_files(db, places)
        for asset in due.unsettled(db, whole.digest, places):
            ledger = findings.ledger(db, asset)
            if due_keys(plan, ledger):
                wanted.append(asset)
            elif not due_keys(whole, ledger):
                settled.append(asset)
    if settled:  # the plan became smaller: nothing to do for these, and no need to ask again
        catalog.write(lambda db: findings.set_settled(db, settled, whole.digest))
    return Due(files, wanted)  # type: ignore[arg-type]


def tasks(catalog: Catalog, plan: Plan, work: Due, gone: set[str]) -> Iterator[Task]:
    """Yield a task per item of `work` that can be done now; files of offline sources are passed over.

    gone: takes the folders of those sources that were there at first.
    """
    there = _Online(gone)
    for page in _pages(work.files):
        with catalog.read() as db:
            rows = due.file_rows(db, page)
            previous = {row.file: due.content(db, row.asset) for row in rows if row.asset is not None}
        for row in rows:
            if there.now(row.root):
                found = previous.get(row.file)
                yield _task(row, None, "", frozenset(plan.made), Previous(*found) if found else None)
    for assets in _pages(work.assets):
        for asset in assets:
            with catalog.read() as db:
                wanted = due_keys(plan, findings.ledger(db, AssetId(asset)))
                rows = due.files_of(db, AssetId(asset))
                sha = due.content(db, AssetId(asset))[1]
            reachable = next((r for r in rows if there.now(r.root)), None)
            if reachable is not None:
                yield _task(reachable, AssetId(asset), sha, wanted, None)


class _Online:
    """Which sources are there; notes in `gone` those that no longer are."""

    def __init__(self, gone: set[str]) -> None:
        self._gone = gone
        self._seen: set[str] = set()

    def now(self, root: str) -> bool:
        online = os.path.isdir(root)
        if online:
            self._seen.add(root)
        elif root in self._seen:
            self._gone.add(root)
        return online


def due_keys(plan: Plan, ledger: Mapping[str, Made]) -> frozenset[str]:
    """Return the keys of `plan` that `ledger` lacks, or has in an older version or with fewer features."""
    nothing = Made(0)
    return frozenset(key for key, made in plan.made.items() if not made.fulfilled_by(ledger.get(key, nothing)))


def _task(row: FileRow, asset: AssetId | None, sha: str, wanted: frozenset[str], previous: Previous | None) -> Task:
    folder = os.path.dirname(row.path)
    return Task(
        file=row.file,
        root=row.root,
        path=row.path,
        kind=formats.kind_of(row.path) or "photo",
        mtime_ns=row.mtime_ns,
        sidecars=tuple(os.path.join(folder, name) for name in row.sidecars),
        asset=asset,
        sha256=sha,
        due=wanted,
        previous=previous,
    )


def _pages(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), PAGE):
        yield ids[start : start + PAGE]
