"""What is left to look at, and what failed: the queries behind the planner."""

import json
import os
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from core.store.files import join
from core.types import AssetId, FileId

_FILE = """select f.id, s.root, d.path, f.name, f.mtime_ns, f.sidecars, f.asset_id
             from file f join folder d on d.id = f.folder_id join source s on s.id = d.source_id"""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file with its absolute path; sidecars: names beside it; asset: what it held when last read."""

    file: FileId
    root: str
    path: str
    mtime_ns: int
    sidecars: tuple[str, ...]
    asset: AssetId | None


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that did not work; analyzer "" when the file itself could not be read."""

    path: str
    analyzer: str
    reason: str


def new_files(db: sqlite3.Connection, places: Sequence[str] | None) -> Sequence[FileId]:
    """Return the ids of files nobody has read, below `places` (absolute folders) where given."""
    ids = array("q", (row[0] for row in db.execute("select id from file where state = 'new' order by id")))
    return _below(db, ids, places) if places is not None else ids  # type: ignore[return-value]


def _below(db: sqlite3.Connection, ids: "array[int]", places: Sequence[str]) -> "array[int]":
    prefixes = tuple(os.path.join(place, "") for place in places)
    kept = array("q")
    for start in range(0, len(ids), 1024):
        kept.extend(row.file for row in file_rows(db, ids[start : start + 1024]) if row.path.startswith(prefixes))
    return kept


def unsettled(db: sqlite3.Connection, plan: str, places: Sequence[str] | None) -> Sequence[AssetId]:
    """Return the ids of living assets that are not settled under the digest `plan`."""
    rows = db.execute(
        """select id from asset where live > 0 and settled < ?1
           union all select id from asset where live > 0 and settled > ?1""",
        (plan,),
    )
    ids = array("q", sorted(row[0] for row in rows))
    if places is None:
        return ids
    prefixes = tuple(os.path.join(place, "") for place in places)
    kept = (i for i in ids if any(row.path.startswith(prefixes) for row in files_of(db, AssetId(i))))
    return array("q", kept)  # type: ignore[return-value]


def waiting(db: sqlite3.Connection, plan: str) -> int:
    """Return how many files were never read, and living assets are not settled under the digest `plan`."""
    row = db.execute(
        """select (select count(*) from file where state = 'new')
                + (select count(*) from asset where live > 0 and settled < ?1)
                + (select count(*) from asset where live > 0 and settled > ?1)""",
        (plan,),
    ).fetchone()
    return int(row[0])


def file_rows(db: sqlite3.Connection, ids: Sequence[int]) -> list[FileRow]:
    """Return the files `ids`, in order of id."""
    rows = db.execute(
        f"{_FILE} where f.id in (select value from json_each(?)) order by f.id",  # noqa: S608 - a constant
        (json.dumps(list(ids)),),
    )
    return [_row(row) for row in rows]


def files_of(db: sqlite3.Connection, asset: AssetId) -> list[FileRow]:
    """Return the files that hold `asset` and are not missing."""
    rows = db.execute(f"{_FILE} where f.asset_id = ? and f.state <> 'missing' order by f.id", (asset,))
    return [_row(row) for row in rows]


def _row(row: tuple[int, bytes, bytes, bytes, int, str, int | None]) -> FileRow:
    file, root, folder, name, mtime_ns, sidecars, asset = row
    return FileRow(
        FileId(file),
        os.fsdecode(root),
        join(root, folder, name),
        mtime_ns,
        tuple(json.loads(sidecars)),
        None if asset is None else AssetId(asset),
    )


def content(db: sqlite3.Connection, asset: AssetId) -> tuple[AssetId, str, str]:
    """Return (id, SHA-256, pixel hash) of an asset."""
    return tuple(db.execute("select id, sha256, pixels_sha from asset where id = ?", (asset,)).fetchone())


def fingerprint(db: sqlite3.Connection, asset: AssetId) -> str:
    """Return the perceptual hash of an asset, 16 hex digits, or ""."""
    row = db.execute(
        """select json_extract(detail, '$.hash') from finding
            where asset_id = ? and analyzer = 'fingerprint'""",
        (asset,),
    ).fetchone()
    return str(row[0]) if row and row[0] else ""


def living(db: sqlite3.Connection, some: Sequence[AssetId]) -> list[AssetId]:
    """Return those of `some` that at least one file holds."""
    rows = db.execute(
        "select id from asset where live > 0 and id in (select value from json_each(?))", (json.dumps(list(some)),)
    )
    return [AssetId(row[0]) for row in rows]


def all_living(db: sqlite3.Connection) -> Sequence[AssetId]:
    """Return every asset that at least one file holds, in order of id."""
    return array("q", (row[0] for row in db.execute("select id from asset where live > 0 order by id")))  # type: ignore[return-value]


def ever_decided(db: sqlite3.Connection, folders: Sequence[int]) -> list[AssetId]:
    """Return the assets of the files in `folders` that were ever decided on, undone or not, in order of id."""
    rows = db.execute(
        """select distinct a.id from file f join asset a on a.id = f.asset_id
            where f.folder_id in (select value from json_each(?)) and f.state <> 'missing'
              and exists (select 1 from decision d where d.subject = a.sha256) order by a.id""",
        (json.dumps(list(folders)),),
    )
    return [AssetId(row[0]) for row in rows]


def failures(db: sqlite3.Connection) -> list[Failure]:
    """Return everything that failed: files that could not be read, then analyzers, with their reasons."""
    found = [
        Failure(join(root, folder, name), "", reason)
        for root, folder, name, reason in db.execute(
            """select s.root, d.path, f.name, f.reason from file f join folder d on d.id = f.folder_id
                 join source s on s.id = d.source_id where f.state = 'failed' order by f.id"""
        )
    ]
    # a file that cannot be decoded fails under every key: it is told once
    rows = db.execute(
        """select asset_id, case when max(analyzer = 'media') then 'media' else group_concat(analyzer, ', ') end, reason
             from analysis where state = 'failed' group by asset_id, reason order by asset_id"""
    )
    for asset, analyzer, reason in rows.fetchall():
        found += [Failure(row.path, analyzer, reason) for row in files_of(db, AssetId(asset))]
    return found


def failures_of(db: sqlite3.Connection, asset: AssetId) -> list[str]:
    """Return why `asset` could not be looked at, or not at all of it; each reason once."""
    rows = db.execute("select distinct reason from analysis where asset_id = ? and state = 'failed'", (asset,))
    return sorted(row[0] for row in rows)


def retry_media(db: sqlite3.Connection) -> None:
    """Make decoding due again for every asset, and nothing else: the thumbnails were lost."""
    db.execute("update asset set settled = '' where id in (select asset_id from analysis where analyzer = 'media')")
    db.execute("delete from analysis where analyzer = 'media'")


def retry_failures(db: sqlite3.Connection) -> None:
    """Make everything that failed due again."""
    db.execute("update file set state = 'new', reason = '' where state = 'failed'")
    db.execute("update asset set settled = '' where id in (select asset_id from analysis where state = 'failed')")
    db.execute("delete from analysis where state = 'failed'")
