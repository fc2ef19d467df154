"""Rows of `source`, `folder` and `file`: which places the library knows and what lies there."""

import json
import os
import sqlite3
import unicodedata
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.types import AssetId, Entry, FileId, SourceId


class KnownFile(NamedTuple):
    """A row of `file` as the scan compares it with the disk."""

    id: FileId
    size: int
    mtime_ns: int
    sidecar_sig: str
    asset_id: AssetId | None
    state: str


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of `source`; mounts: its folders that were mount points when last seen."""

    id: SourceId
    root: str
    added_ms: int
    mounts: tuple[str, ...]


def sources(db: sqlite3.Connection) -> list[SourceRow]:
    """Return all sources in the order they were added."""
    rows = db.execute("select id, root, added_ms, mounts from source order by id")
    return [
        SourceRow(SourceId(i), os.fsdecode(root), added, tuple(json.loads(mounts))) for i, root, added, mounts in rows
    ]


def add_source(db: sqlite3.Connection, root: str, now_ms: int) -> SourceId:
    """Add the folder `root` and return its id; a known root keeps its own."""
    db.execute(
        "insert into source(kind, root, added_ms) values ('folder', ?, ?) on conflict do nothing",
        (os.fsencode(root), now_ms),
    )
    [found] = db.execute("select id from source where root = ?", (os.fsencode(root),)).fetchone()
    return SourceId(found)


def remove_source(db: sqlite3.Connection, source: SourceId) -> Sequence[AssetId]:
    """Forget `source` and its files; assets, findings and decisions stay. Return the assets it touched."""
    touched = assets_of(db, source)
    db.execute("delete from source where id = ?", (source,))
    return touched


def file_ids(db: sqlite3.Connection, source: SourceId) -> Sequence[FileId]:
    """Return the ids of all files of `source`, folder by folder."""
    rows = db.execute(
        "select f.id from folder d join file f on f.folder_id = d.id where d.source_id = ? order by d.id, f.id",
        (source,),
    )
    return array("q", (row[0] for row in rows))  # type: ignore[return-value]


def assets_of(db: sqlite3.Connection, source: SourceId, folder: str | None = None) -> Sequence[AssetId]:
    """Return the assets that the files of `source` hold, or those in its folder `folder` alone, missing ones too."""
    rows = db.execute(
        """select distinct f.asset_id from folder d join file f on f.folder_id = d.id
            where d.source_id = ?1 and f.asset_id is not null and (?2 is null or d.path = ?2)""",
        (source, None if folder is None else os.fsencode(folder)),
    )
    return array("q", (row[0] for row in rows))  # type: ignore[return-value]


def forget(db: sqlite3.Connection, files: Iterable[FileId]) -> list[AssetId]:
    """Delete the rows of `files`, count the living again, and return the assets they held."""
    wanted = json.dumps(list(files))
    rows = db.execute(
        """select distinct asset_id from file
            where id in (select value from json_each(?)) and asset_id is not null""",
        (wanted,),
    )
    touched = [AssetId(row[0]) for row in rows]
    db.execute("delete from file where id in (select value from json_each(?))", (wanted,))
    recount(db, touched)
    return touched


def set_root(db: sqlite3.Connection, source: SourceId, root: str) -> None:
    """Say that the folder of `source` lies at `root`."""
    db.execute("update source set root = ? where id = ?", (os.fsencode(root), source))


def sizes(db: sqlite3.Connection, files: Iterable[FileId]) -> list[tuple[str, int]]:
    """Return (path within the source, bytes) of those of `files` that are not missing, or of all where all are."""
    rows = db.execute(
        """select d.path, f.name, f.size, f.state = 'missing' from file f join folder d on d.id = f.folder_id
            where f.id in (select value from json_each(?))""",
        (json.dumps(list(files)),),
    ).fetchall()
    there = [row for row in rows if not row[3]] or rows
    return [(join(b"", path, name), size) for path, name, size, _missing in there]


def set_mounts(db: sqlite3.Connection, source: SourceId, mounts: Iterable[str]) -> None:
    """Remember which folders of `source` are mount points."""
    db.execute("update source set mounts = ? where id = ?", (json.dumps(sorted(mounts)), source))


def file_counts(db: sqlite3.Connection) -> dict[SourceId, int]:
    """Return the number of files per source that are not missing."""
    rows = db.execute(
        """select d.source_id, count(*) from folder d join file f on f.folder_id = d.id
            where f.state <> 'missing' group by d.source_id"""
    )
    return {SourceId(source): count for source, count in rows}


def folders(db: sqlite3.Connection, source: SourceId) -> dict[str, int]:
    """Return path -> id of every known folder of `source`."""
    rows = db.execute("select path, id from folder where source_id = ?", (source,))
    return {os.fsdecode(path): folder for path, folder in rows}


def folders_below(db: sqlite3.Connection, path: str) -> list[int]:
    """Return the id of every known folder that is the absolute `path` or lies below it."""
    begin = os.path.join(path, "")
    found: list[int] = []
    for source in sources(db):
        if path == source.root or source.root.startswith(begin):
            found += folders(db, source.id).values()
        elif path.startswith(os.path.join(source.root, "")):
            inside = path[len(os.path.join(source.root, "")) :].replace(os.sep, "/")
            below = f"{inside}/"
            found += [i for name, i in folders(db, source.id).items() if name == inside or name.startswith(below)]
    return found


def add_folder(db: sqlite3.Connection, source: SourceId, path: str) -> int:
    """Add a folder of `source` and return its id."""
    cursor = db.execute("insert into folder(source_id, path) values (?, ?)", (source, os.fsencode(path)))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def files_in(db: sqlite3.Connection, folder: int) -> dict[str, KnownFile]:
    """Return name -> row of every file known in `folder`, missing ones too."""
    rows = db.execute(
        "select name, id, size, mtime_ns, sidecar_sig, asset_id, state from file where folder_id = ?", (folder,)
    )
    return {os.fsdecode(row[0]): KnownFile._make(row[1:]) for row in rows}


def add_files(db: sqlite3.Connection, folder: int, entries: Iterable[Entry]) -> None:
    """Add files that nobody has looked at yet."""
    db.executemany(
        """insert into file(folder_id, name, size, mtime_ns, sidecars, sidecar_sig, state)
           values (?, ?, ?, ?, ?, ?, 'new')""",
        [(folder, os.fsencode(e.name), e.size, e.mtime_ns, _names(e.sidecars), e.sidecar_sig) for e in entries],
    )


def change_files(db: sqlite3.Connection, changed: Mapping[FileId, Entry]) -> None:
    """Mark files whose size or time differ as unread; their old asset stays named until they are read again."""
    db.executemany(
        """update file set size = ?, mtime_ns = ?, sidecars = ?, sidecar_sig = ?, state = 'new', reason = ''
            where id = ?""",
        [(e.size, e.mtime_ns, _names(e.sidecars), e.sidecar_sig, file) for file, e in changed.items()],
    )


def change_sidecars(db: sqlite3.Connection, changed: Mapping[FileId, Entry]) -> None:
    """Note new sidecars: the metadata of the assets becomes due, nothing else."""
    for file, entry in changed.items():
        db.execute(
            "update file set sidecars = ?, sidecar_sig = ? where id = ?",
            (_names(entry.sidecars), entry.sidecar_sig, file),
        )
        db.execute(
            "delete from analysis where analyzer = 'metadata' and asset_id = (select asset_id from file where id = ?)",
            (file,),
        )
        db.execute("update asset set settled = '' where id = (select asset_id from file where id = ?)", (file,))


def set_state(db: sqlite3.Connection, files: Iterable[FileId], state: str, reason: str = "") -> list[AssetId]:
    """Set the state of `files`, count the living again, and return the assets they hold."""
    wanted = json.dumps(list(files))
    db.execute(
        "update file set state = ?, reason = ? where id in (select value from json_each(?))", (state, reason, wanted)
    )
    rows = db.execute(
        """select distinct asset_id from file
            where id in (select value from json_each(?)) and asset_id is not null""",
        (wanted,),
    )
    touched = [AssetId(row[0]) for row in rows]
    recount(db, touched)
    return touched


def recount(db: sqlite3.Connection, assets: Iterable[AssetId]) -> None:
    """Count again how many files of each asset are not missing."""
    db.execute(
        """update asset set live = (select count(*) from file f where f.asset_id = asset.id and f.state <> 'missing')
            where id in (select value from json_each(?))""",
        (json.dumps(list(assets)),),
    )


@dataclass(frozen=True, slots=True)
class Link:
    """What linking a file to its content did: the asset it held before, and the path it moved from, where it did."""

    previous: AssetId | None
    moved_from: str | None


def link(db: sqlite3.Connection, file: FileId, asset: AssetId, size: int, mtime_ns: int) -> Link:
    """Say that `file` holds `asset`, as read at `size` and `mtime_ns`.

    A missing file of the same content, where there is one, has moved here: its row goes. Both assets must be recounted.
    """
    row = db.execute("select asset_id from file where id = ?", (file,)).fetchone()
    previous = None if row is None or row[0] in (None, asset) else AssetId(row[0])
    is_new = row is not None and row[0] is None
    db.execute(
        "update file set asset_id = ?, state = 'ready', reason = '', size = ?, mtime_ns = ? where id = ?",
        (asset, size, mtime_ns, file),
    )
    moved_from = None
    if is_new:
        gone = db.execute(
            """select f.id, s.root, d.path, f.name from file f join folder d on d.id = f.folder_id
                 join source s on s.id = d.source_id where f.asset_id = ? and f.state = 'missing' limit 1""",
            (asset,),
        ).fetchone()
        if gone:
            db.execute("delete from file where id = ?", gone[:1])
            moved_from = join(*gone[1:])
    return Link(previous, moved_from)


def paths_of(db: sqlite3.Connection, asset: AssetId, most: int = -1) -> list[str]:
    """Return the absolute paths of the files that hold `asset`, missing ones left out, in order of id; -1: all."""
    rows = db.execute(
        """select s.root, d.path, f.name from file f join folder d on d.id = f.folder_id
             join source s on s.id = d.source_id
            where f.asset_id = ? and f.state <> 'missing' order by f.id limit ?""",
        (asset, most),
    )
    return [join(root, path, name) for root, path, name in rows]


def assets_named(db: sqlite3.Connection, begun: str) -> list[int]:
    """Return the assets with a file whose name begins with `begun`, in capital or small letters."""
    rows = db.execute(
        "select asset_id from file where asset_id is not null and cast(name as text) like ? escape '!'",
        ("".join(f"!{c}" if c in "!%_" else c for c in begun) + "%",),
    )
    return [row[0] for row in rows]


def find_asset(db: sqlite3.Connection, path: str) -> AssetId | None:
    """Return the asset that the file at absolute `path` holds, or None for a file outside every source."""
    folder, name = os.path.split(path)
    for source in sources(db):
        begin = os.path.join(source.root, "")
        if not path.startswith(begin):
            continue
        row = db.execute(
            """select f.asset_id from folder d join file f on f.folder_id = d.id
                where d.source_id = ? and d.path = ? and f.name = ? and f.state = 'ready'""",
            (source.id, os.fsencode(folder[len(begin) :].replace(os.sep, "/")), os.fsencode(name)),
        ).fetchone()
        if row and row[0]:
            return AssetId(row[0])
    return None


def join(root: bytes, folder: bytes, name: bytes) -> str:
    """Return the absolute path of a file from its three stored parts."""
    return os.fsdecode(os.path.join(root, folder, name) if folder else os.path.join(root, name))


def nfc(name: str) -> str:
    """Return `name` as searchable text: NFC, undecodable bytes replaced."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))


def _names(sidecars: Iterable[str]) -> str:
    return json.dumps(list(sidecars))  # ASCII escapes carry surrogateescape safely
