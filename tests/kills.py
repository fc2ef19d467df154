"""kill -9 at random moments of a scan: what must be true after every one of them, and at the end."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from core.decide import Wish
from core.library import Library
from core.types import Json

FOVEA = str(Path(sys.executable).with_name("fovea"))


@dataclass
class Killed:
    """What the kills did: settled[i] assets were complete after kill i; lost and doubled must stay 0."""

    kills: int = 0
    settled: list[int] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    damaged: list[str] = field(default_factory=list)
    decisions_lost: int = 0


def settled(home: Path) -> set[str]:
    """Return the hashes of the assets that everything is done for; empty before there is a catalog."""
    if not (home / "catalog.db").exists():
        return set()
    with closing(sqlite3.connect(home / "catalog.db")) as db:
        if not db.execute("pragma user_version").fetchone()[0]:
            return set()
        return {row[0] for row in db.execute("select sha256 from asset where settled <> ''")}


def kill_scans(photos: Path, home: Path, times: int, seconds: tuple[float, float], seed: int = 1) -> Killed:
    """Scan `photos` and kill the scan after a random time within `seconds`, `times` times; then let it finish.

    Between the kills one photo that is complete gets a tag.
    """
    rng, told, tagged = random.Random(seed), Killed(), dict[str, str]()
    known: set[str] = set()
    while told.kills < times:
        with subprocess.Popen(
            [FOVEA, "scan", str(photos), "--library", str(home), "-q"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as scan:
            try:
                scan.wait(rng.uniform(*seconds))
            except subprocess.TimeoutExpired:
                scan.send_signal(signal.SIGKILL)
                told.kills += 1
            else:
                break  # it was done before it could be killed
        now = settled(home)
        told.lost += len(known - now)
        known |= now
        told.settled.append(len(now))
        with Library(home, write=True) as library:
            if problem := library.problem():
                told.damaged.append(problem)
            told.decisions_lost += sum(library.show(path)["tags"] != [tag] for path, tag in tagged.items())
            complete = [d for d in library.documents() if d["asset"] in now and d["path"] not in tagged]
            if complete:
                path = rng.choice(complete)["path"]
                library.mark([path], [Wish("tag", f"kill {told.kills}")])
                tagged[path] = f"kill {told.kills}"
    subprocess.run([FOVEA, "scan", str(photos), "--library", str(home), "-q"], check=False, capture_output=True)
    told.doubled = doubles(home)
    return told


def doubles(home: Path) -> int:
    """Return how many files, findings or vectors stand in the catalog twice."""
    with closing(sqlite3.connect(home / "catalog.db")) as db:
        return sum(
            db.execute(f"select count(*) from (select 1 from {table} group by {key} having count(*) > 1)").fetchone()[0]  # noqa: S608
            for table, key in (
                ("file", "folder_id, name"),
                ("asset", "sha256"),
                ("finding", "asset_id, analyzer, kind, name, box, confidence"),
                ("vector", "network, asset_id"),
                ("posting", "term_id, asset_id"),
            )
        )


def documents(home: Path) -> list[Json]:
    """Return everything that is known, without the tags of the kills, in the order of paths."""
    with Library(home, write=False) as library:
        found = [document | {"tags": []} for document in library.documents()]
    return json.loads(json.dumps(sorted(found, key=lambda document: str(document["path"]))))  # type: ignore[no-any-return]
