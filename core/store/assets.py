"""Rows of `asset`: one content each, with what decoding and metadata said of it."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from core.errors import NotFoundError
from core.types import AssetId, Facts, Metadata, Place, Region

_COLUMNS = """id, sha256, kind, format, width, height, orientation, duration_ms, frames, codec, taken_ms, offset_min,
 date_origin, camera, lens, lat, lon, alt, place, region, country, rating, metadata"""


@dataclass(frozen=True, slots=True)
class AssetRow:
    """A row of `asset` as the program uses it."""

    id: AssetId
    sha256: str
    facts: Facts
    metadata: Metadata


def find(db: sqlite3.Connection, sha256: str) -> AssetId | None:
    """Return the id of the content `sha256` (hex), or None."""
    row = db.execute("select id from asset where sha256 = ?", (sha256,)).fetchone()
    return AssetId(row[0]) if row else None


def contents(db: sqlite3.Connection, wanted: Sequence[AssetId]) -> dict[AssetId, str]:
    """Return the hex SHA-256 of each asset, in order; raises NotFoundError for an unknown one."""
    rows = db.execute(
        "select id, sha256 from asset where id in (select value from json_each(?))",
        (json.dumps([int(a) for a in wanted]),),
    )
    found = dict(rows)
    if missing := next((asset for asset in wanted if asset not in found), None):
        raise NotFoundError(f"There is no asset {missing} in the library.")
    return {asset: found[asset] for asset in wanted}


def any_there(db: sqlite3.Connection) -> bool:
    """Whether the library holds anything that is worth a backup: a content or a decision."""
    return bool(db.execute("select exists (select 1 from asset) or exists (select 1 from decision)").fetchone()[0])


def add(db: sqlite3.Connection, sha256: str, kind: str) -> AssetId:
    """Add a content of which nothing but its hash and kind is known yet."""
    cursor = db.execute("insert into asset(sha256, kind) values (?, ?)", (sha256, kind))
    assert cursor.lastrowid is not None
    return AssetId(cursor.lastrowid)


def get(db: sqlite3.Connection, asset: AssetId) -> AssetRow:
    """Return one asset; raises NotFoundError for an unknown id."""
    row = db.execute(f"select {_COLUMNS} from asset where id = ?", (asset,)).fetchone()  # noqa: S608 - a constant
    if row is None:
        raise NotFoundError(f"There is no asset {asset} in the library.")
    return _row(row)


def _row(row: tuple[object, ...]) -> AssetRow:
    i, sha, kind, form, width, height, orientation, duration, frames, codec, *rest = row
    facts = Facts(kind, form, width, height, orientation, duration, frames, codec)  # type: ignore[arg-type]
    return AssetRow(AssetId(i), str(sha), facts, _metadata(*rest))  # type: ignore[arg-type]


def _metadata(  # noqa: PLR0913, PLR0917 - the columns of the table in their order
    taken_ms: int,
    offset_min: int | None,
    date_origin: str,
    camera: str,
    lens: str,
    lat: float | None,
    lon: float | None,
    alt: float | None,
    place: str,
    region: str,
    country: str,
    rating: int | None,
    rest: str,
) -> Metadata:
    more = json.loads(rest)
    for several in ("keywords", "hierarchical", "people"):
        more[several] = tuple(more.get(several, ()))
    more["regions"] = tuple(Region(r["name"], r["kind"], tuple(r["box"])) for r in more.get("regions", ()))
    return Metadata(
        taken_ms=taken_ms if date_origin else None,
        offset_min=offset_min,
        date_origin=date_origin,
        camera=camera,
        lens=lens,
        lat=lat,
        lon=lon,
        alt=alt,
        place=Place(place, region, country) if place else None,
        rating=rating,
        **more,
    )


def set_facts(db: sqlite3.Connection, asset: AssetId, facts: Facts, pixels_sha: str) -> None:
    """Store what decoding said."""
    db.execute(
        """update asset set kind = ?, format = ?, width = ?, height = ?, orientation = ?, duration_ms = ?,
              frames = ?, codec = ?, pixels_sha = ? where id = ?""",
        (
            facts.kind, facts.format, facts.width, facts.height, facts.orientation, facts.duration_ms,
            facts.frames, facts.codec, pixels_sha, asset,
        ),
    )  # fmt: skip


def set_metadata(db: sqlite3.Connection, asset: AssetId, metadata: Metadata) -> None:
    """Store what file and sidecars say; the text parts as one JSON document."""
    place = metadata.place or Place("", "", "")
    kept = ("title", "caption", "creator", "rights", "keywords", "hierarchical", "regions", "people")
    rest = {key: value for key, value in asdict(metadata).items() if key in kept and value}
    db.execute(
        """update asset set taken_ms = ?, offset_min = ?, date_origin = ?, camera = ?, lens = ?, lat = ?, lon = ?,
              alt = ?, place = ?, region = ?, country = ?, rating = ?, metadata = ? where id = ?""",
        (
            metadata.taken_ms or 0, metadata.offset_min, metadata.date_origin, metadata.camera, metadata.lens,
            metadata.lat, metadata.lon, metadata.alt, place.name, place.region, place.country,
            metadata.rating, json.dumps(rest, ensure_ascii=True), asset,
        ),
    )  # fmt: skip
