"""The schema of the catalog, as numbered steps under SQLite's own `user_version`.

`user_version` = major * 1000 + minor: a newer major is refused, a newer minor is opened.
STRICT tables and features of SQLite <= 3.37 only. Paths are BLOBs: file systems spell names in bytes.
"""

import sqlite3
from collections.abc import Callable

Step = Callable[[sqlite3.Connection], None]

MIGRATIONS: list[tuple[int, Step]] = []


def migration(version: int) -> Callable[[Step], Step]:
    """Register a step that brings the schema to `version`; steps run in order, each in one transaction."""

    def register(step: Step) -> Step:
        MIGRATIONS.append((version, step))
        return step

    return register


FILES = """
create table source(
    id integer primary key,
    kind text not null,
    root blob not null unique,
    added_ms integer not null,
    mounts text not null default '[]'  -- folders that were mount points when last seen, JSON
) strict;
create table folder(
    id integer primary key,
    source_id integer not null references source(id) on delete cascade,
    path blob not null,
    unique(source_id, path)
) strict;
create table asset(
    id integer primary key,
    sha256 text not null unique,
    live integer not null default 0,  -- how many of its files are not missing
    settled text not null default '',  -- digest of the analysis plan that is done with this asset
    kind text not null,
    format text not null default '',
    width integer not null default 0,
    height integer not null default 0,
    orientation integer not null default 1,
    duration_ms integer,
    frames integer not null default 1,
    codec text not null default '',
    pixels_sha text not null default '',
    taken_ms integer not null default 0,
    offset_min integer,
    date_origin text not null default '',
    camera text not null default '',
    lens text not null default '',
    lat real, lon real, alt real,
    place text not null default '',
    region text not null default '',
    country text not null default '',
    rating integer,
    metadata text not null default '{}'  -- title, caption, keywords, regions ..., JSON
) strict;
create index asset_settled on asset(settled, id) where live > 0;
create index asset_taken on asset(taken_ms desc, id desc) where live > 0;
create table file(
    id integer primary key,
    folder_id integer not null references folder(id) on delete cascade,
    name blob not null,
    size integer not null,
    mtime_ns integer not null,
    sidecars text not null default '[]',  -- names of its sidecar files, JSON
    sidecar_sig text not null default '',
    asset_id integer references asset(id),
    state text not null check (state in ('new', 'ready', 'missing', 'failed')),
    reason text not null default '',
    unique(folder_id, name)
) strict;
create index file_asset on file(asset_id);
create index file_new on file(id) where state = 'new';
create index file_failed on file(id) where state = 'failed';
"""

FINDINGS = """
create table analysis(
    asset_id integer not null references asset(id) on delete cascade,
    analyzer text not null,
    version integer not null,
    state text not null check (state in ('done', 'failed')),
    reason text not null default '',
    at_ms integer not null,
    primary key(asset_id, analyzer)
) strict, without rowid;
create index analysis_failed on analysis(asset_id) where state = 'failed';
create table finding(
    id integer primary key,
    asset_id integer not null references asset(id) on delete cascade,
    analyzer text not null,
    kind text not null,
    name text not null,
    confidence real not null,
    box text,  -- [left, top, width, height], JSON
    start_ms integer,
    end_ms integer,
    detail text not null default '{}'
) strict;
create index finding_asset on finding(asset_id, analyzer);
create table vector(
    network text not null,
    asset_id integer not null references asset(id) on delete cascade,
    generation integer not null,
    value blob not null,  -- float16
    primary key(network, asset_id)
) strict, without rowid;
create index vector_generation on vector(network, generation);
"""

DECISIONS = """
create table decision(
    id integer primary key,
    at_ms integer not null,
    actor text not null,
    verb text not null,
    subject text not null,  -- SHA-256 of the asset's bytes: it outlives the row of the asset
    value text not null,
    before text,
    undoes integer
) strict;
create index decision_subject on decision(subject, id);
create index decision_undoes on decision(undoes) where undoes is not null;
create table mark(
    asset_id integer not null references asset(id) on delete cascade,
    kind text not null,
    name text not null,
    value text not null,
    inherited integer not null default 0,
    primary key(asset_id, kind, name)
) strict, without rowid;
"""

SEARCH = """
create table term(
    id integer primary key,
    kind text not null,
    name text not null,
    folded text not null,
    count integer not null default 0,
    unique(kind, name)
) strict;
create index term_folded on term(kind, folded);
create table posting(
    term_id integer not null references term(id),
    taken_ms integer not null,
    asset_id integer not null references asset(id) on delete cascade,
    confidence real not null,
    primary key(term_id, taken_ms desc, asset_id desc)
) strict, without rowid;
create index posting_asset on posting(asset_id);
create table document(
    asset_id integer primary key references asset(id) on delete cascade,
    names text not null,
    captions text not null,
    keywords text not null
) strict;
create table setting(
    key text primary key,
    value text not null
) strict, without rowid;
"""


@migration(1001)
def first(db: sqlite3.Connection) -> None:
    """Make the first schema."""
    for block in (FILES, FINDINGS, DECISIONS, SEARCH):
        for statement in _statements(block):
            db.execute(statement)
    # sqlite-utils writes the FTS table with external content and the triggers that keep it true
    from sqlite_utils import Database  # noqa: PLC0415 - a sixth of the start-up for what happens once

    Database(db).table("document").enable_fts(
        ["names", "captions", "keywords"],
        fts_version="FTS5",
        tokenize="unicode61 remove_diacritics 2",
        create_triggers=True,
    )


FACES = """
create table face(
    id integer primary key,
    asset_id integer not null references asset(id) on delete cascade,
    box text not null,  -- [left, top, width, height], JSON, as all texts but unusable
    confidence real not null,
    landmarks text not null,
    pose text not null,
    quality text not null,
    attributes text not null,
    unusable text,
    at_ms integer
) strict;
create index face_asset on face(asset_id);
create table face_vector(
    network text not null,
    face_id integer not null references face(id) on delete cascade,
    generation integer not null,
    value blob not null,  -- float16
    primary key(network, face_id)
) strict, without rowid;
create index face_vector_face on face_vector(face_id);
create index face_vector_generation on face_vector(network, generation);
alter table analysis add column features text not null default '';  -- words, sorted: see Made
"""

TEXT = """
drop table document_fts;
drop table document;
create table document(
    asset_id integer primary key references asset(id) on delete cascade,
    names text not null,
    captions text not null,
    keywords text not null,
    text text not null  -- read in the picture, and in its codes
) strict;
create virtual table document_fts using fts5(
    names, captions, keywords, text,
    content = document, content_rowid = asset_id, prefix = '2 3', tokenize = "unicode61 remove_diacritics 2"
);
create virtual table document_word using fts5vocab(document_fts, row);
create trigger document_ai after insert on document begin
    insert into document_fts(rowid, names, captions, keywords, text)
        values (new.asset_id, new.names, new.captions, new.keywords, new.text);
end;
create trigger document_ad after delete on document begin
    insert into document_fts(document_fts, rowid, names, captions, keywords, text)
        values ('delete', old.asset_id, old.names, old.captions, old.keywords, old.text);
end;
create trigger document_au after update on document begin
    insert into document_fts(document_fts, rowid, names, captions, keywords, text)
        values ('delete', old.asset_id, old.names, old.captions, old.keywords, old.text);
    insert into document_fts(rowid, names, captions, keywords, text)
        values (new.asset_id, new.names, new.captions, new.keywords, new.text);
end;
delete from setting where key = 'vocabulary';  -- all that search reads is made again at the next opening
"""


@migration(1002)
def faces_and_text(db: sqlite3.Connection) -> None:
    """Make room for faces, for what the person's options add to an answer, and for text read in pictures."""
    for block in (FACES, TEXT):
        for statement in _statements(block):
            db.execute(statement)


@migration(1003)
def missing_files(db: sqlite3.Connection) -> None:
    """Find the missing file that moved without passing through all copies of its content; give the catalog a name."""
    db.execute("create index file_missing on file(asset_id) where state = 'missing'")
    rename_catalog(db)


def rename_catalog(db: sqlite3.Connection) -> None:
    """Give the catalog another random name: what was made beside the one before (vector indexes) holds no more."""
    db.execute("insert or replace into setting values ('catalog', lower(hex(randomblob(8))))")


def _statements(block: str) -> list[str]:
    """Split at the semicolons: `executescript` would commit the surrounding transaction."""
    found, current = [], ""
    for line in block.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            found.append(current)
            current = ""
    return found


LATEST = max(version for version, _step in MIGRATIONS)
