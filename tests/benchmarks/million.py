"""A library of a million assets that nobody photographed: `python -m tests.benchmarks.million DIR [--count N]`.

Its rows are what a scan would have written: files in three sources that are not connected, metadata, findings, faces,
decisions, postings and documents; nothing is due. Twenty thousand looks are dealt out, the photos of one event sharing
forty of them. Thumbnails are there for the newest 30,000 and for every 50th, vectors for every 20th photo and face.
"""

import argparse
import io
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from app.samples import SAMPLES
from core.jobs.plan import plan_of
from core.jobs.spot import look_at
from core.library import Library
from core.search.meaning import NETWORK, Meaning
from core.store.catalog import Catalog
from core.store.thumbs import Thumbs
from core.types import Options
from models.sface_int8 import adapter as sface
from resources.vocabulary import fold
from tests.benchmarks import looks
from tests.benchmarks.shots import AT_MS, SOURCES, Dealer, Event, Traits, dealt, events

LOOKS = 20_000
NEWEST, EVERY = 30_000, 50  # which thumbnails there are
VECTORS = 20  # every so many photos and faces have one
PICTURES = 400  # different thumbnails

COLUMNS = {
    "asset": "id sha256 live settled kind format width height duration_ms frames codec pixels_sha taken_ms date_origin "
    "camera lens lat lon place region country rating metadata",
    "file": "folder_id name size mtime_ns asset_id state",
    "document": "asset_id names captions keywords text",
    "decision": "at_ms actor verb subject value",
    "mark": "asset_id kind name value",
    "pick": "asset look shift",
    "has": "asset trait",
}

TEMPORARY = (
    """create temp table said(look, place, analyzer, kind, name, confidence, box, detail, moves,
         primary key(look, place)) without rowid""",
    """create temp table shown(look, place, box, confidence, landmarks, pose, quality, attributes, unusable,
         primary key(look, place)) without rowid""",
    "create temp table trait(number, term, confidence, moves, primary key(number, term)) without rowid",
    "create temp table ledger(analyzer, version, features, at_ms)",
    "create temp table pick(asset integer primary key, look, shift)",
    "create temp table has(asset, trait)",
)

FILLING = (
    """insert into finding(asset_id, analyzer, kind, name, confidence, box, detail)
       select p.asset, s.analyzer, s.kind, s.name, case when s.moves then round(s.confidence + p.shift, 2)
                else s.confidence end, s.box, case when s.analyzer = 'fingerprint' then
                printf(s.detail, substr(a.sha256, 1, 16)) else s.detail end
         from pick p cross join asset a on a.id = p.asset cross join said s on s.look = p.look""",
    """insert into face(asset_id, box, confidence, landmarks, pose, quality, attributes, unusable)
       select p.asset, s.box, s.confidence, s.landmarks, s.pose, s.quality, s.attributes, s.unusable
         from pick p cross join shown s on s.look = p.look""",
    """insert into analysis(asset_id, analyzer, version, features, state, reason, at_ms)
       select p.asset, l.analyzer, l.version, l.features, 'done', '', l.at_ms from pick p cross join ledger l""",
    """update analysis set state = 'failed', reason = 'It could not be read.'
        where analyzer = 'text' and asset_id in (select asset from pick where asset % 5003 = 0)""",
    """insert into posting(term_id, taken_ms, asset_id, confidence)
       select t.term, a.taken_ms, a.id, case when t.moves then round(t.confidence + p.shift, 2) else t.confidence end
         from has h cross join asset a on a.id = h.asset cross join pick p on p.asset = h.asset
              cross join trait t on t.number = h.trait
        order by t.term, a.taken_ms desc, a.id desc""",
    "update term set count = (select count(*) from posting where term_id = term.id)",
    "delete from term where count = 0",
    "insert into document_fts(document_fts) values ('rebuild')",
)


def fill(db: sqlite3.Connection, count: int) -> list[str]:
    """Write all rows into an empty catalog; return the contents (hex SHA-256) of living assets, newest first.

    Indexes and triggers are made again afterwards, which is many times faster.
    """
    random, traits = np.random.default_rng(7), Traits()
    later = db.execute(
        "select type, name, sql from sqlite_master where type in ('index', 'trigger') and sql is not null"
    ).fetchall()
    for statement in (*(f"drop {kind} {name}" for kind, name, _sql in later), *TEMPORARY):
        db.execute(statement)
    many = max(100, min(LOOKS, count // 50))
    _looks(db, looks.make(many, random), traits)
    made = events(count, random)
    _folders(db, made)
    plan = plan_of(Options())
    dealer = Dealer(traits, many, plan.digest, random)
    for rows in dealt(made, dealer):
        for table, several in rows.items():
            columns = COLUMNS[table].split()
            marks = ", ".join("?" * len(columns))
            db.executemany(f"insert into {table}({', '.join(columns)}) values ({marks})", several)  # noqa: S608
    ledger = [(key, made.version, " ".join(sorted(made.features)), AT_MS) for key, made in sorted(plan.made.items())]
    db.executemany("insert into ledger values (?, ?, ?, ?)", ledger)
    db.executemany("insert into trait values (?, ?, ?, ?)", traits.rows)
    terms = [(number, kind, name, fold(name)) for (kind, name), number in traits.terms.items()]
    db.executemany("insert into term(id, kind, name, folded) values (?, ?, ?, ?)", terms)
    for statement in FILLING:
        db.execute(statement)
    _vectors(db, random)
    for _kind, _name, sql in later:
        db.execute(sql)
    return [sha for _taken, sha in sorted(dealer.newest, reverse=True)]


def _looks(db: sqlite3.Connection, seen: Iterator[looks.Seen], traits: Traits) -> None:
    """Store what photos share, once; the number of a look is that of its trait."""
    for look in seen:
        number = traits.add(look.terms, look.text)
        said = [(number, place, *row) for place, row in enumerate(look.rows)]
        shown = [(number, place, *row) for place, row in enumerate(look.faces)]
        db.executemany("insert into said values (?, ?, ?, ?, ?, ?, ?, ?, ?)", said)
        db.executemany("insert into shown values (?, ?, ?, ?, ?, ?, ?, ?, ?)", shown)


def _folders(db: sqlite3.Connection, made: Sequence[Event]) -> None:
    """Write sources and folders; the last folders hold copies."""
    db.executemany(
        "insert into source(id, kind, root, added_ms) values (?, 'folder', ?, ?)",
        [(n + 1, f"/not/connected/{n + 1}".encode(), AT_MS) for n in range(SOURCES)],
    )
    folders = [(event.source, event.folder) for event in made] + [(n, "Best of") for n in range(SOURCES)]
    db.executemany(
        "insert into folder(id, source_id, path) values (?, ?, ?)",
        [(n + 1, source + 1, path.encode()) for n, (source, path) in enumerate(folders)],
    )


def _vectors(db: sqlite3.Connection, random: np.random.Generator) -> None:
    """Give every so manieth photo a vector near that of a real one, and as many large faces one of their own."""
    real = [look_at(str(path), Options(), ("embedding",)) for path in sorted(SAMPLES.glob("*.jpg"))]
    known = np.stack([look.outcomes["embedding"].vectors[NETWORK].astype(np.float32) for look in real])
    chosen = [row[0] for row in db.execute("select id from asset where id % ? = 0", (VECTORS,))]
    near = known[random.integers(0, len(known), len(chosen))] + random.normal(0, 0.05, (len(chosen), known.shape[1]))
    rows = [(NETWORK, asset, n, blob) for n, (asset, blob) in enumerate(zip(chosen, _blobs(near), strict=True), 1)]
    db.executemany("insert into vector(network, asset_id, generation, value) values (?, ?, ?, ?)", rows)
    usable = "select id from face where unusable is null and id % ? = 0"
    faces = [row[0] for row in db.execute(usable, (VECTORS // 4,))]
    people = random.normal(0, 1, (max(1, len(faces) // 50), 128))
    near = people[random.integers(0, len(people), len(faces))] + random.normal(0, 0.7, (len(faces), 128))
    card = sface.session.card.id
    rows = [(card, face, n, blob) for n, (face, blob) in enumerate(zip(faces, _blobs(near), strict=True), 1)]
    db.executemany("insert into face_vector(network, face_id, generation, value) values (?, ?, ?, ?)", rows)


def _blobs(vectors: npt.NDArray[Any]) -> Iterator[bytes]:
    for vector in vectors:
        yield (vector / np.linalg.norm(vector)).astype(np.float16).tobytes()


def thumbnails(folder: Path, newest: Sequence[str]) -> None:
    """Write pictures with a number, each for many contents, for some of `newest` (hex SHA-256, newest first)."""
    random, pictures = np.random.default_rng(11), []
    for number in range(PICTURES):
        corners = Image.fromarray(random.integers(0, 255, (3, 4, 3), dtype=np.uint8))
        image = corners.resize((200, 150), Image.Resampling.BICUBIC)
        ImageDraw.Draw(image).text((60, 40), str(number), font_size=60, fill="white", stroke_width=2)
        saved = io.BytesIO()
        image.save(saved, "JPEG", quality=50)
        pictures.append(saved.getvalue())
    chosen = [sha for place, sha in enumerate(newest) if place < NEWEST or place % EVERY == 0]
    thumbs = Thumbs(folder)
    thumbs.seen_to()
    thumbs.put({sha: pictures[int(sha[:8], 16) % PICTURES] for sha in chosen})
    thumbs.close()


def build(folder: Path, count: int) -> None:
    """Make the library in `folder`, which must hold none yet."""
    with Library(folder, write=True):
        pass
    with closing(sqlite3.connect(folder / "catalog.db", isolation_level=None)) as db:
        for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -1000000"):
            db.execute(f"pragma {pragma}")
        db.execute("begin")
        newest = fill(db, count)
        db.execute("commit")
        db.execute("pragma journal_mode = wal")
    thumbnails(folder, newest)
    catalog = Catalog(folder, write=False)
    with catalog.read() as db:
        Meaning(folder / "vectors").save(db)
    catalog.close()
    Library(folder, write=True).close(hurry=True)  # the journal; no copy of all this is needed


def main() -> None:
    """Build the library, tell how long it took and how large it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1_000_000)
    args = parser.parse_args()
    if (args.folder / "catalog.db").exists():
        sys.exit(f"There is a library in {args.folder} already; choose another folder.")
    begun = time.perf_counter()
    build(args.folder, args.count)
    size = sum(path.stat().st_size for path in args.folder.rglob("*") if path.is_file())
    print(f"{args.count:,} assets, {size / 2**30:.2f} GB, {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
