"""`decisions.jsonl`: every decision on a line of its own, fsynced, so that a lost catalog loses no word of a person."""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from core.errors import LibraryError
from core.store import decisions, postings
from core.store.catalog import Catalog, Connection
from core.types import Decision, DecisionId


class Journal:
    """The journal of the library folder `folder`, brought to the state of `catalog` when opened, and the other way.

    Lines the catalog lacks are replayed into it; a last line cut off by a crash is dropped; a line that is
    damaged in another way is passed over and counted in `damaged`.
    """

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.path = folder / "decisions.jsonl"
        self.damaged = 0
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
        if not self.path.exists():
            return
        with self.path.open("r+b") as file:
            data = file.read()
            if data and not data.endswith(b"\n"):
                file.truncate(data.rfind(b"\n") + 1)
                file.flush()
                os.fsync(file.fileno())

    def _read(self) -> Iterator[Decision]:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            for line in file:
                try:
                    document = json.loads(line)
                    document["id"] = DecisionId(int(document["id"]))
                    yield Decision(**document)
                except (ValueError, TypeError, KeyError):
                    self.damaged += 1

    def _replay(self) -> int:
        """Put the journal's newer decisions into the catalog; return the journal's last id."""
        with self._catalog.read() as db:
            known = decisions.last_id(db)
        last, news = 0, []
        for decision in self._read():
            last = max(last, decision.id)
            if decision.id > known:
                news.append(decision)
        if news:
            self._catalog.write(lambda db: _store(db, news), durable=True)
        return last


def _store(db: Connection, news: list[Decision]) -> None:
    for decision in news:
        decisions.append(db, decision)
    postings.project_decisions(db, {d.subject for d in news})
