"""Opening the catalog's file: pragmas, migrations with a verified backup before each, errors in plain words."""

import os
import sqlite3
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.errors import GivenUpError, LibraryError
from core.store import backups
from core.store.migrations import LATEST, MIGRATIONS

STEPS = 20_000  # of SQLite's machine between two questions whether anybody still waits


@contextmanager
def sentences() -> Iterator[None]:
    """Turn SQLite's own errors into a LibraryError with one sentence; bugs (wrong SQL) pass through."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "disk is full" in text:
            raise LibraryError("The disk is full; nothing was lost.", "Free some space and try again.") from error
        if "readonly" in text or "unable to open" in text:
            raise LibraryError("The library cannot be written to.", "Check the folder's permissions.") from error
        if "locked" in text or "busy" in text:
            raise LibraryError("Another program is using the library.", "Close it and try again.") from error
        if "disk I/O" in text:
            raise LibraryError("The disk reported an error while the library was read or written.") from error
        raise
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise
        raise LibraryError(
            f"The catalog is damaged ({error}).",
            "fovea restore brings the newest backup back, and every decision made since.",
        ) from error


@contextmanager
def interruptible(db: sqlite3.Connection, given_up: Callable[[], bool]) -> Iterator[None]:
    """End a statement that runs on `db` as soon as `given_up` says so, which it is asked every few milliseconds.

    Raises GivenUpError then.
    """
    db.set_progress_handler(given_up, STEPS)
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise GivenUpError from error
        raise
    finally:
        db.set_progress_handler(None, 0)


def writable(path: Path) -> sqlite3.Connection:
    """Open the one read-write connection of `path`, brought to the latest schema.

    Raises LibraryError for a newer, damaged or unwritable catalog.
    """
    with sentences():
        db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
        try:
            if not _version(db):
                db.execute("pragma page_size = 8192")
            db.execute("pragma journal_mode = wal")
            db.execute("pragma foreign_keys = on")
            _migrate(db, path)
        except BaseException:
            db.close()
            raise
        return db


def readonly(path: Path) -> sqlite3.Connection:
    """Open a connection of `path` that cannot write; raises LibraryError for a newer or damaged catalog.

    On a read-only disk, where SQLite cannot make the files that lie beside a catalog in use, it is read as it stands.
    """
    with sentences():
        try:
            return _reader(path, "mode=ro")
        except sqlite3.OperationalError:
            log = path.with_name(path.name + "-wal")
            if os.access(path.parent, os.W_OK) or (log.exists() and log.stat().st_size):
                raise
            return _reader(path, "mode=ro&immutable=1")


def _reader(path: Path, how: str) -> sqlite3.Connection:
    address = f"file:{urllib.parse.quote(os.fsencode(path))}?{how}"
    db = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False, timeout=5)
    try:
        refuse_newer(_version(db))
    except BaseException:
        db.close()
        raise
    return db


def is_current(path: Path) -> bool:
    """Whether `path` is a catalog that needs no migration."""
    if not path.exists() or not path.stat().st_size:
        return False
    with closing(readonly(path)) as db:
        return _version(db) >= LATEST


def refuse_newer(version: int) -> None:
    """Raise LibraryError when `version` has a newer major number than this program knows."""
    if version // 1000 > LATEST // 1000:
        raise LibraryError(
            f"This library was written by a newer Fovea (schema {version}, this one knows {LATEST}).",
            "Update Fovea, or choose another library with --library.",
        )


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("pragma user_version").fetchone()[0])


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    found = _version(db)
    refuse_newer(found)
    steps = sorted((pair for pair in MIGRATIONS if pair[0] > found), key=lambda pair: pair[0])
    if found and steps:
        backups.make(db, path.parent, f"before-{steps[0][0]}")
    for version, step in steps:
        db.execute("begin immediate")
        try:
            step(db)
            db.execute(f"pragma user_version = {version}")
        except BaseException:
            db.execute("rollback")
            raise
        db.execute("commit")
