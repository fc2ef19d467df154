"""Rows of `face` and `face_vector`: who is to be seen where, and what tells them apart."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from core.store import backups
from core.types import AssetId, Face, Vector


def replace(db: sqlite3.Connection, asset: AssetId, faces: Iterable[Face]) -> None:
    """Put `faces` in place of whatever faces `asset` had before."""
    db.execute("delete from face where asset_id = ?", (asset,))
    for face in faces:
        cursor = db.execute(
            """insert into face(asset_id, box, confidence, landmarks, pose, quality, attributes, unusable, at_ms)
               values (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                asset, json.dumps(face.box), face.confidence, json.dumps(face.landmarks),
                json.dumps(face.pose and dict(face.pose)), json.dumps(dict(face.quality)),
                json.dumps(dict(face.attributes)), face.unusable, face.at_ms,
            ),
        )  # fmt: skip
        for network, vector in face.vectors.items():
            db.execute(
                "insert into face_vector(network, face_id, generation, value) values (?, ?, ?, ?)",
                (network, cursor.lastrowid, _generation(db, network) + 1, vector.astype(np.float16).tobytes()),
            )


def _generation(db: sqlite3.Connection, network: str) -> int:
    row = db.execute("select max(generation) from face_vector where network = ?", (network,)).fetchone()
    return int(row[0] or 0)


def of_asset(db: sqlite3.Connection, asset: AssetId) -> list[Face]:
    """Return the faces of `asset`, surest first."""
    rows = db.execute(
        """select id, box, confidence, landmarks, pose, quality, attributes, unusable, at_ms from face
            where asset_id = ? order by confidence desc, id""",
        (asset,),
    ).fetchall()
    return [_face(row, _vectors(db, row[0])) for row in rows]


def _vectors(db: sqlite3.Connection, face: int) -> dict[str, Vector]:
    rows = db.execute("select network, value from face_vector where face_id = ?", (face,))
    return {network: np.frombuffer(value, np.float16) for network, value in rows}


def _face(row: Sequence[object], vectors: dict[str, Vector]) -> Face:
    _id, box, confidence, landmarks, pose, quality, attributes, unusable, at_ms = row
    places = tuple((kind, x, y) for kind, x, y in json.loads(str(landmarks)))
    return Face(
        tuple(json.loads(str(box))),
        confidence,  # type: ignore[arg-type]
        places,
        json.loads(str(pose)),
        json.loads(str(quality)),
        json.loads(str(attributes)),
        unusable,  # type: ignore[arg-type]
        vectors,
        at_ms,  # type: ignore[arg-type]
    )


def any_vector(db: sqlite3.Connection) -> bool:
    """Whether there is any vector of a face."""
    return db.execute("select 1 from face_vector limit 1").fetchone() is not None


def forget_vectors(db: sqlite3.Connection) -> None:
    """Delete every vector of a face, overwriting its bytes; the ledger forgets that there were any."""
    db.execute("pragma secure_delete = on")
    db.execute("delete from face_vector")
    db.execute("update analysis set features = '' where analyzer = 'faces'")


def forget_in_backups(library: Path) -> None:
    """Delete the vectors of faces from every backup of the library; one that is damaged goes whole."""
    for backup in backups.listed(library):
        if backups.damage(backup.path):
            backups.remove(backup.path)
            continue
        with closing(sqlite3.connect(backup.path, isolation_level=None)) as db:
            if db.execute("select 1 from sqlite_master where name = 'face_vector'").fetchone():
                forget_vectors(db)
                db.execute("vacuum")
