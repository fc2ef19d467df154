"""The catalog as the other rooms see it: one writer when it was opened for writing, a reader for each thread."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from core.errors import LibraryError
from core.store.connect import is_current, readonly, sentences
from core.store.writer import Writer

T = TypeVar("T")

Connection = sqlite3.Connection
"""The type of a connection, for rooms that do not import sqlite3."""


@contextmanager
def claim(folder: Path) -> Iterator[None]:
    """Hold the one writing place of a library without opening it; raises LibraryError where another program has it."""
    lock = FileLock(folder / "catalog.lock")
    _take(lock)
    try:
        yield
    finally:
        lock.release()


def _take(lock: FileLock) -> None:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise LibraryError(
            "Another Fovea is writing to this library.", "Wait for it to end, or stop it, then try again."
        ) from None
    except OSError as error:
        raise LibraryError("The library cannot be written to.", "Check the folder's permissions.") from error


class Catalog:
    """`catalog.db` in the library folder `folder`.

    write: take the library's one writing place; a second writer gets a LibraryError with a sentence.
    """

    def __init__(self, folder: Path, *, write: bool) -> None:
        self.folder = folder
        self.path = folder / "catalog.db"
        self._lock = FileLock(folder / "catalog.lock", thread_local=False)  # one thread opens, another closes
        self._writer: Writer | None = None
        self._readers = threading.local()
        self._opened: list[sqlite3.Connection] = []
        if write or not is_current(self.path):
            self._open_writer()
            if not write:
                self._close_writer()

    def _open_writer(self) -> None:
        _take(self._lock)
        try:
            self._writer = Writer(self.path)
        except BaseException:
            self._lock.release()
            raise

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
            self._lock.release()

    def write(self, work: Callable[[sqlite3.Connection], T], *, durable: bool = False) -> T:
        """Run `work` in one transaction of the writer's thread; see Writer.call."""
        if self._writer is None:
            raise LibraryError("The library was opened for reading only.")
        return self._writer.call(work, durable=durable)

    def checkpoint(self) -> None:
        """See Writer.checkpoint."""
        if self._writer is not None:
            self._writer.checkpoint()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's own read-only connection; SQLite's errors leave as LibraryError."""
        db: sqlite3.Connection | None = getattr(self._readers, "db", None)
        if db is None:
            db = self._readers.db = readonly(self.path)
            self._opened.append(db)
        with sentences():
            yield db

    def close(self) -> None:
        """Drain the writer, close every connection, give the writing place back. May be called twice."""
        for db in self._opened:
            db.close()
        self._opened.clear()
        self._readers = threading.local()
        self._close_writer()
