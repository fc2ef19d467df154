"""Is SQLite good enough, and is a catalog whole: what `doctor` asks of the store."""

import sqlite3
from contextlib import closing


def engine() -> tuple[str, str]:
    """Return SQLite's version, and one sentence where it lacks what the catalog needs ("" otherwise)."""
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < (3, 37):
        return version, f"SQLite {version} is too old; the catalog needs 3.37."
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.execute("create virtual table words using fts5(text)")
        except sqlite3.OperationalError:
            return version, f"SQLite {version} was built without full-text search (FTS5)."
    return version, ""


def verdict(db: sqlite3.Connection) -> str:
    """Return what SQLite's quick check says of an open catalog, "" when it is whole."""
    told = str(db.execute("pragma quick_check(1)").fetchone()[0])
    return "" if told == "ok" else told


def damage(db: sqlite3.Connection) -> str:
    """Return what SQLite's quick check finds wrong with the catalog, "" when it is whole."""
    told = verdict(db)
    return told and f"The catalog is damaged: {told}."
