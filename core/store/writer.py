"""The one thread that writes the catalog: closures in, results out, each in a transaction of its own."""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from core.store.connect import sentences, writable

T = TypeVar("T")
Work = tuple[Callable[[sqlite3.Connection], Any], bool, "Future[Any]"]
"""What to do, whether it must be on the disk at the end, and who waits for it."""


class Writer:
    """Owns the only read-write connection. Order of submission is order of writing, undo and journal.

    Opening raises LibraryError where the catalog cannot be used. The thread is no daemon: `close` drains it.
    """

    def __init__(self, path: Path) -> None:
        self._db = writable(path)
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="catalog writer")
        self._thread.start()

    def call(self, work: Callable[[sqlite3.Connection], T], *, durable: bool = False) -> T:
        """Run `work` in the writer's thread inside one transaction and return what it returns.

        durable: on the disk, not only in the system's cache, when this returns (decisions).
        Raises what `work` raises, after a rollback, and LibraryError for a full or failing disk.
        """
        future: Future[T] = Future()
        self._queue.put((work, durable, future))
        return future.result()

    def checkpoint(self) -> None:
        """Bring everything into the main file and empty the log: what was overwritten is gone from it too."""

        def work(db: sqlite3.Connection) -> None:
            db.execute("commit")  # a checkpoint cannot be part of a transaction
            db.execute("pragma wal_checkpoint(truncate)")
            db.execute("begin immediate")

        self.call(work)

    def close(self) -> None:
        """Finish what was submitted, then close the connection."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            work, durable, future = item
            try:
                future.set_result(self._transaction(work, durable=durable))
            except BaseException as error:  # noqa: BLE001 - handed to the caller, whose error it is
                future.set_exception(error)
        self._db.close()

    def _transaction(self, work: Callable[[sqlite3.Connection], T], *, durable: bool) -> T:
        with sentences():
            self._db.execute(f"pragma synchronous = {'full' if durable else 'normal'}")
            self._db.execute("begin immediate")
            try:
                result = work(self._db)
                self._db.execute("commit")
            except BaseException:
                if self._db.in_transaction:  # a full disk rolls back by itself
                    self._db.execute("rollback")
                raise
            return result
