"""`decisions.jsonl`: every decision on a line of its own, fsynced, so that a lost catalog loses no word of a person."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict
from mmap import ACCESS_READ, mmap
from pathlib import Path

from core.errors import LibraryError
from core.store import decisions, postings
from core.store.catalog import Catalog, Connection
from core.types import Decision, DecisionId


class Journal:
    """The journal of the library folder `folder`, brought to the state of `catalog` when opened, and the other way.

    Lines the catalog lacks are replayed into it; a last line cut off by a crash is dropped; a line that is damaged in
    another way is passed over.
    """

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.path = folder / "decisions.jsonl"
        self._catalog = catalog
        self._lock = threading.Lock()  # two threads that decide at once must not write the same line twice
        self._drop_torn_tail()
        self._last = self._replay()
        self.catch_up()

    def catch_up(self) -> None:
        """Append every decision of the catalog that the journal lacks; on the disk when this returns.

        Raises LibraryError when the disk does not take it: the decision then stands in the catalog alone
        and is appended at the next opening.
        """
        with self._lock:
            with self._catalog.read() as db:
                missing = decisions.after(db, self._last)
            if not missing:
                return
            lines = "".join(json.dumps(asdict(d), ensure_ascii=True) + "\n" for d in missing)
            try:
                with self.path.open("ab") as file:
                    file.write(lines.encode())
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise LibraryError(
                    f"The journal could not be written ({error.strerror}); the decision is in the catalog.",
                    "Free some space; the journal catches up at the next start.",
                ) from error
            self._last = missing[-1].id

    def _drop_torn_tail(self) -> None:
        if not self._is_there():
            return
        with self.path.open("r+b") as file:
            with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
                size, whole = len(data), data.rfind(b"\n") + 1
            if whole < size:
                file.truncate(whole)
                file.flush()
                os.fsync(file.fileno())

    def _is_there(self) -> bool:
        return self.path.exists() and self.path.stat().st_size > 0

    def _backwards(self) -> Iterator[Decision]:
        """Yield what the journal holds from its end on: a long history costs nothing where its end is known."""
        if not self._is_there():
            return
        with self.path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            end = len(data)
            while end > 0:
                begin = data.rfind(b"\n", 0, end - 1) + 1
                try:
                    document = json.loads(data[begin:end])
                    document["id"] = DecisionId(int(document["id"]))
                    yield Decision(**document)
                except (ValueError, TypeError, KeyError):  # damaged: what is whole counts
                    pass
                end = begin

    def _replay(self) -> int:
        """Put the journal's newer decisions into the catalog; return the journal's last id. Ids ascend in it."""
        with self._catalog.read() as db:
            known = decisions.last_id(db)
        last, news = 0, []
        for decision in self._backwards():
            last = max(last, decision.id)
            if decision.id <= known:
                break
            news.append(decision)
        if news:
            self._catalog.write(lambda db: _store(db, news[::-1]), durable=True)
        return last


def _store(db: Connection, news: list[Decision]) -> None:
    decisions.append(db, news)
    postings.project_decisions(db, {d.subject for d in news})
