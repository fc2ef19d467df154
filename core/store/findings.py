"""Rows of `analysis`, `finding` and `vector`: what the analyzers said, and the ledger of who has looked."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from core.store import faces
from core.types import AssetId, Finding, Made, Outcome, Vector

FACES = "faces"  # the one analyzer that gives them


def replace(db: sqlite3.Connection, asset: AssetId, analyzer: str, outcome: Outcome) -> None:
    """Put `outcome` in place of whatever `analyzer` said of `asset` before."""
    db.execute("delete from finding where asset_id = ? and analyzer = ?", (asset, analyzer))
    db.executemany(
        """insert into finding(asset_id, analyzer, kind, name, confidence, box, start_ms, end_ms, detail)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            (
                asset, analyzer, f.kind, f.name, f.confidence, json.dumps(f.box) if f.box else None,
                f.start_ms, f.end_ms, json.dumps(dict(f.detail)),
            )
            for f in outcome.findings
        ],
    )  # fmt: skip
    if analyzer == FACES:
        faces.replace(db, asset, outcome.faces)
    for network, vector in outcome.vectors.items():
        db.execute(
            """insert into vector(network, asset_id, generation, value) values (?1, ?2, ?3, ?4)
               on conflict do update set generation = ?3, value = ?4""",
            (network, asset, generation(db, network) + 1, vector.astype(np.float16).tobytes()),
        )


def settle(db: sqlite3.Connection, asset: AssetId, analyzer: str, made: Made, reason: str, now_ms: int) -> None:
    """Note in the ledger that `analyzer` has looked at `asset`; a reason means that it failed."""
    db.execute(
        """insert into analysis(asset_id, analyzer, version, features, state, reason, at_ms)
           values (?, ?, ?, ?, ?, ?, ?)
           on conflict do update set version = excluded.version, features = excluded.features, state = excluded.state,
              reason = excluded.reason, at_ms = excluded.at_ms""",
        (
            asset, analyzer, made.version, " ".join(sorted(made.features)), "failed" if reason else "done", reason,
            now_ms,
        ),
    )  # fmt: skip


def carry(db: sqlite3.Connection, old: AssetId, new: AssetId, now_ms: int) -> None:
    """Give `new` the findings, vectors and ledger of `old`: the decoded pixels are the same."""
    for (analyzer,) in db.execute(
        "select analyzer from analysis where asset_id = ? and analyzer <> 'metadata'", (old,)
    ).fetchall():
        db.execute("delete from finding where asset_id = ? and analyzer = ?", (new, analyzer))
    db.execute(
        """insert into finding(asset_id, analyzer, kind, name, confidence, box, start_ms, end_ms, detail)
           select ?, analyzer, kind, name, confidence, box, start_ms, end_ms, detail from finding where asset_id = ?""",
        (new, old),
    )
    db.execute(
        """insert or replace into analysis(asset_id, analyzer, version, features, state, reason, at_ms)
           select ?, analyzer, version, features, state, reason, ? from analysis
            where asset_id = ? and analyzer <> 'metadata'""",
        (new, now_ms, old),
    )
    faces.replace(db, new, faces.of_asset(db, old))
    for network, value in db.execute("select network, value from vector where asset_id = ?", (old,)).fetchall():
        db.execute(
            "insert or replace into vector(network, asset_id, generation, value) values (?, ?, ?, ?)",
            (network, new, generation(db, network) + 1, value),
        )


def ledger(db: sqlite3.Connection, asset: AssetId) -> dict[str, Made]:
    """Return how all that has looked at `asset` did so, by analyzer, failures too."""
    rows = db.execute("select analyzer, version, features from analysis where asset_id = ?", (asset,))
    return {analyzer: Made(version, frozenset(features.split())) for analyzer, version, features in rows}


def set_settled(db: sqlite3.Connection, assets: Iterable[AssetId], plan: str) -> None:
    """Note that all of `plan` (its digest) is done with `assets`."""
    db.executemany("update asset set settled = ? where id = ?", [(plan, asset) for asset in assets])


def of_asset(db: sqlite3.Connection, asset: AssetId) -> list[Finding]:
    """Return the findings of `asset`, those of each analyzer in the order in which it told them."""
    rows = db.execute(
        """select kind, name, confidence, box, start_ms, end_ms, detail from finding where asset_id = ?
            order by id""",
        (asset,),
    )
    return [
        Finding(kind, name, confidence, tuple(json.loads(box)) if box else None, start, end, json.loads(detail))
        for kind, name, confidence, box, start, end, detail in rows
    ]


def catalog_name(db: sqlite3.Connection) -> str:
    """Return the random name of this catalog, which a restored one does not share."""
    return str(db.execute("select value from setting where key = 'catalog'").fetchone()[0])


def generation(db: sqlite3.Connection, network: str) -> int:
    """Return the number of the newest vector of `network`; 0 without any. Grows with every vector written."""
    row = db.execute("select max(generation) from vector where network = ?", (network,)).fetchone()
    return int(row[0] or 0)


def vectors_after(
    db: sqlite3.Connection, network: str, after: int, batch: int = 4096
) -> Iterator[tuple[list[AssetId], npt.NDArray[np.float32], int]]:
    """Yield (assets, vectors float32 (n, d), newest generation) of what was written after generation `after`."""
    while rows := db.execute(
        """select generation, asset_id, value from vector where network = ? and generation > ?
            order by generation limit ?""",
        (network, after, batch),
    ).fetchall():
        after = rows[-1][0]
        yield [AssetId(row[1]) for row in rows], _stack([row[2] for row in rows]), after


def vectors_of(
    db: sqlite3.Connection, network: str, assets: Iterable[AssetId]
) -> tuple[list[AssetId], npt.NDArray[np.float32]]:
    """Return those of `assets` that have a vector of `network`, and the vectors float32 (n, d)."""
    rows = db.execute(
        """select asset_id, value from vector
            where network = ? and asset_id in (select value from json_each(?))""",
        (network, json.dumps(list(assets))),
    ).fetchall()
    return [AssetId(row[0]) for row in rows], _stack([row[1] for row in rows])


def _stack(blobs: Sequence[bytes]) -> npt.NDArray[np.float32]:
    if not blobs:
        return np.zeros((0, 0), np.float32)
    return np.frombuffer(b"".join(blobs), np.float16).reshape(len(blobs), -1).astype(np.float32)


def vector_of(db: sqlite3.Connection, network: str, asset: AssetId) -> Vector | None:
    """Return the float16 vector of one asset, or None."""
    row = db.execute("select value from vector where network = ? and asset_id = ?", (network, asset)).fetchone()
    return np.frombuffer(row[0], np.float16) if row else None
