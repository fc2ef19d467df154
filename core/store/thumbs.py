"""`thumbs.db`: 256-px JPEG thumbnails by content; a cache of its own that can be deleted at any time."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from core.errors import LibraryError
from core.store.connect import sentences


class Thumbs:
    """Thumbnails in the library folder `folder`; a damaged file is thrown away and made anew.

    Used from one thread at a time. Losing it loses nothing: the next run makes the pictures again.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "thumbs.db"
        try:
            self._db = self._open()
        except sqlite3.OperationalError as error:  # busy or unwritable, not damaged
            raise LibraryError(f"The thumbnails cannot be opened now ({error}).", "Try again in a moment.") from error
        except sqlite3.DatabaseError:
            for suffix in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
            self._db = self._open()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        db.execute("pragma page_size = 8192")
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = normal")
        db.execute("create table if not exists thumb(sha256 text primary key, jpeg blob not null) strict")
        db.execute("select 1 from thumb limit 1").fetchone()
        return db

    @property
    def fresh(self) -> bool:
        """Whether this is a new file that nobody has seen to yet: pictures made earlier may be missing from it."""
        seen = self._db.execute("pragma user_version").fetchone()[0]
        return not seen and self._db.execute("select 1 from thumb limit 1").fetchone() is None

    def seen_to(self) -> None:
        """Note that all missing pictures are due."""
        with sentences():
            self._db.execute("pragma user_version = 1")

    def put(self, thumbnails: Mapping[str, bytes]) -> None:
        """Store JPEG bytes by hex SHA-256 of the content; raises LibraryError for a full disk."""
        with sentences(), self._db:
            self._db.execute("begin")
            self._db.executemany("insert or replace into thumb values (?, ?)", thumbnails.items())

    def get(self, sha256: str) -> bytes | None:
        """Return the JPEG of one content, or None."""
        row = self._db.execute("select jpeg from thumb where sha256 = ?", (sha256,)).fetchone()
        return row[0] if row else None

    def close(self) -> None:
        """Close the file."""
        self._db.close()
