"""Copies of the catalog in `backups/`: made while it is in use, checked, a few of each kind kept."""

import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.errors import GivenUpError, LibraryError
from core.store import health
from core.store.migrations import rename_catalog

KEPT = {"daily": 3, "decisions": 2, "asked": 3, "before": 4, "damaged": 1}
"""How many of each kind; before: a migration or a restore. All are as large as the catalog."""

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PAGES = 2_000  # of 8 KB per step, between which a copy may be given up
NAME = re.compile(r"catalog-(\d{8}-\d{6})-(.+)\.db")


@dataclass(frozen=True, slots=True)
class Backup:
    """made: UTC, by the name of the file; why: "daily", "decisions", "asked", "before-..." or "damaged"."""

    path: Path
    made: datetime
    why: str

    @property
    def kind(self) -> str:
        """What KEPT counts it by."""
        return self.why.partition("-")[0]


def listed(library: Path) -> list[Backup]:
    """Return the backups of the library folder, newest first."""
    found = []
    for path in (library / "backups").glob("catalog-*.db"):
        match = NAME.fullmatch(path.name)
        if match:
            made = datetime.strptime(match[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
            found.append(Backup(path, made, match[2]))
    return sorted(found, key=lambda one: (one.made, one.path.name), reverse=True)


def due(library: Path, *, decided: bool) -> str:
    """Return why a backup should be made now: "daily", "decisions" (at most one an hour), or ""."""
    now, made = datetime.now(UTC), listed(library)
    whole = [one for one in made if one.kind != "damaged"]
    if not any(abs(now - one.made) < DAY for one in whole):  # a clock that was ahead must not end all backups
        return "daily"
    return "decisions" if decided and not any(abs(now - one.made) < HOUR for one in whole) else ""


def make(db: sqlite3.Connection, library: Path, why: str, given_up: Callable[[], bool] = lambda: False) -> Path:
    """Copy the catalog that `db` has open, check the copy, drop older ones of its kind; return the copy's path.

    The copy is the catalog at one moment, whatever is written meanwhile. Raises LibraryError with a sentence where the
    disk has no room for it or the copy does not pass SQLite's check, GivenUpError when `given_up` says so.
    """
    target = _target(library, why)
    partial = target.with_suffix(".partial")
    pages, size = (int(db.execute(f"pragma {name}").fetchone()[0]) for name in ("page_count", "page_size"))
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        free = shutil.disk_usage(target.parent).free
        if free < 2 * pages * size:
            raise LibraryError(f"No backup was made: the disk has only {free // 2**20:,} MB left.", "Free some space.")
        _copy(db, partial, given_up)
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(f"No backup was made ({error}).", "Free some space, or check the disk.") from error
    finally:
        partial.unlink(missing_ok=True)
    rotate(library)
    return target


def _copy(db: sqlite3.Connection, partial: Path, given_up: Callable[[], bool]) -> None:
    def step(_status: int, _left: int, _total: int) -> None:
        if given_up():
            raise GivenUpError

    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(partial)) as copy:
        db.backup(copy, pages=PAGES, progress=step)
        copy.execute("pragma journal_mode = delete")  # one file, which can be carried away
    if fault := damage(partial):
        raise LibraryError(f"The backup failed its check ({fault}).", "Nothing was changed.")


def snapshot(library: Path, why: str) -> Path:
    """Make a backup of a catalog that this program has not opened; see `make`."""
    try:
        with closing(sqlite3.connect((library / "catalog.db").absolute().as_uri() + "?mode=ro", uri=True)) as db:
            db.execute("select count(*) from decision").fetchone()
            return make(db, library, why)
    except sqlite3.Error as error:
        raise LibraryError(f"The catalog cannot be copied ({error}).") from error


def damage(path: Path) -> str:
    """Return what SQLite's quick check finds wrong with the catalog at `path`, "" when it is whole."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            verdict = health.verdict(db)
            db.execute("select count(*) from decision").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return verdict


def version(path: Path) -> int:
    """Return the schema number of the catalog at `path`."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        return int(db.execute("pragma user_version").fetchone()[0])


def set_aside(library: Path) -> Path | None:
    """Move a catalog that is damaged, with its log, among the backups; return where, None where there is none."""
    catalog = library / "catalog.db"
    if not catalog.exists():
        return None
    target = _target(library, "damaged")
    target.parent.mkdir(mode=0o700, exist_ok=True)
    for suffix in ("-shm", "-wal", ""):
        beside = catalog.with_name(catalog.name + suffix)
        if beside.exists():
            beside.replace(target.with_name(target.name + suffix))
    rotate(library)
    return target


def put_back(library: Path, backup: Path) -> None:
    """Make `backup` the catalog; what was there before must have been copied or set aside."""
    catalog = library / "catalog.db"
    partial = library / "catalog.partial"
    shutil.copyfile(backup, partial)
    with closing(sqlite3.connect(partial)) as db:
        if db.execute("select 1 from sqlite_master where name = 'setting'").fetchone():
            rename_catalog(db)
        db.commit()
    for suffix in ("-wal", "-shm"):  # first: a log of another catalog would be read into this one
        catalog.with_name(catalog.name + suffix).unlink(missing_ok=True)
    partial.replace(catalog)


def rotate(library: Path) -> None:
    """Drop all but the newest of each kind."""
    counted: dict[str, int] = {}
    for one in listed(library):
        counted[one.kind] = counted.get(one.kind, 0) + 1
        if counted[one.kind] > KEPT.get(one.kind, KEPT["asked"]):
            remove(one.path)


def remove(database: Path) -> None:
    """Delete a database with what lies beside it."""
    for suffix in ("-wal", "-shm", ""):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _target(library: Path, why: str) -> Path:
    """Return a name that stands after all there are of this second, also when the clock was set back."""
    now = datetime.fromtimestamp(int(time.time()), UTC)
    newest = next((one.made for one in listed(library)), None)
    if newest is not None and timedelta(0) <= newest - now < DAY:
        now = newest + timedelta(seconds=1)
    return library / "backups" / f"catalog-{now:%Y%m%d-%H%M%S}-{why}.db"
