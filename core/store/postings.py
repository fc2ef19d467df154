"""What search reads: postings by term with counters, and the full-text document; a projection that can be made again.

A posting says "this asset answers to this term" with the time it was taken copied in, so that any first page
comes straight off one index. Kinds of terms: label (with every ancestor), tag (with every level above it), keyword,
camera, place, type, rating, mark (picked, rejected, a colour), month (2019-05), faces (how many), flag.
"""

import datetime as dt
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.store import assets, decisions, files
from core.store.words import folded
from core.types import FLAGGED, AssetId, Finding, Mark
from resources.vocabulary import Vocabulary, fold, load

NAMED = 200  # copies of one content whose names can be searched for: a hundred thousand would be read again for each

MADE_AS = 2  # raised when the same findings and decisions give other terms: all postings are made again

Term = tuple[str, str]
"""(kind, name)"""


@dataclass(frozen=True, slots=True)
class TermRow:
    """A row of `term`: count is the number of living assets that answer to it."""

    id: int
    kind: str
    name: str
    count: int


def effective_labels(
    findings: Iterable[tuple[str, float]], marks: Iterable[Mark], vocabulary: Vocabulary
) -> dict[str, float]:
    """Return label -> confidence 0..100 after a person's word: parents hold whenever a child does.

    A confirmed label counts 100; a rejected one goes with everything below it.
    """
    said = {m.name: m.value for m in marks if m.kind == "label"}
    rejected = {name for name, value in said.items() if value == "rejected"}
    found: dict[str, float] = {}
    confirmed = [(name, 100.0) for name, value in said.items() if value == "confirmed"]
    for name, confidence in (*findings, *confirmed):
        line = (name, *vocabulary.ancestors(name))
        if confidence < 100 and not rejected.isdisjoint(line):
            continue
        for label in line:
            if label not in rejected:
                found[label] = max(found.get(label, 0.0), confidence)
    return found


def project(db: sqlite3.Connection, asset: AssetId) -> None:
    """Make the postings, counters and full-text document of `asset` again from what is stored of it."""
    row = assets.get(db, asset)
    alive = db.execute("select live from asset where id = ?", (asset,)).fetchone()[0] > 0
    wanted = _terms(db, row) if alive else {}
    _replace_postings(db, asset, row.metadata.taken_ms or 0, wanted)
    if not alive:
        db.execute("delete from document where asset_id = ?", (asset,))
        return
    names = " ".join(_searchable(path) for path in files.paths_of(db, asset, NAMED))
    keywords = _keywords(row.metadata.keywords, wanted)
    caption = f"{row.metadata.title} {row.metadata.caption}"
    document = tuple(folded(part) for part in (names, caption, keywords, _read(db, asset)))
    old = db.execute("select names, captions, keywords, text from document where asset_id = ?", (asset,)).fetchone()
    if old is None:
        db.execute("insert into document values (?, ?, ?, ?, ?)", (asset, *document))
    elif tuple(old) != document:
        db.execute(
            "update document set names = ?, captions = ?, keywords = ?, text = ? where asset_id = ?", (*document, asset)
        )


def project_decisions(db: sqlite3.Connection, subjects: Iterable[str]) -> set[AssetId]:
    """Make marks and postings again for those contents (hex SHA-256) that are in the catalog; return their assets."""
    touched = set()
    for subject in subjects:
        asset = assets.find(db, subject)
        if asset is not None:
            decisions.project(db, asset, subject)
            project(db, asset)
            touched.add(asset)
    return touched


def project_marks(db: sqlite3.Connection, changed: Mapping[AssetId, decisions.Turn]) -> None:
    """Make postings follow marks that went from one list to another, asset by asset; a thousand take no time to see."""
    rows = db.execute(
        "select id, taken_ms, rating from asset where live > 0 and id in (select value from json_each(?))",
        (json.dumps([int(asset) for asset in changed]),),
    ).fetchall()
    seen = _labels(db, [asset for asset, turn in changed.items() if _differ(turn, "label")])
    terms = _Terms(db)
    for asset, taken, rating in rows:
        old, new = (_told_terms(marks, rating, seen.get(asset)) for marks in changed[asset])
        terms.swap(asset, taken, old, new)
    terms.write()
    alive = {row[0] for row in rows}
    _write_tags(db, {a: turn[1] for a, turn in changed.items() if a in alive and _differ(turn, "tag")})


def _differ(turn: decisions.Turn, kind: str) -> bool:
    """Whether what is said about `kind` is another thing afterwards."""
    before, after = ({(mark.name, mark.value) for mark in marks if mark.kind == kind} for marks in turn)
    return before != after


def _labels(db: sqlite3.Connection, wanted: Sequence[AssetId]) -> dict[AssetId, list[tuple[str, float]]]:
    """Return the labels that were seen in each of the assets `wanted`, with their confidence."""
    seen: dict[AssetId, list[tuple[str, float]]] = {asset: [] for asset in wanted}
    rows = db.execute(
        """select asset_id, name, confidence from finding
            where kind = 'label' and asset_id in (select value from json_each(?))""",
        (json.dumps([int(asset) for asset in wanted]),),
    )
    for asset, name, confidence in rows:
        seen[asset].append((name, confidence))
    return seen


def _told_terms(
    marks: Sequence[Mark], from_file: int | None, seen: Sequence[tuple[str, float]] | None
) -> dict[Term, float]:
    """Return the terms that rest on `marks`, with their confidence; labels only where it is told which were seen."""
    made = {term: 100.0 for term in _mark_terms(marks, from_file) if term[1]}
    if seen is None:
        return made
    return made | {("label", name): sure for name, sure in effective_labels(seen, marks, load()).items()}


class _Terms:
    """Postings put in and taken out, all of them at once: each call of SQLite lets other threads go first."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._ids: dict[Term, int] = {}
        self._counts: Counter[Term] = Counter()
        self._come: list[tuple[int, int, AssetId, float]] = []
        self._gone: list[tuple[int, int, AssetId]] = []

    def swap(self, asset: AssetId, taken_ms: int, old: Mapping[Term, float], new: Mapping[Term, float]) -> None:
        """Have `asset` answer to the terms in `new`, which have a confidence each, and no longer to those in `old`."""
        for term in old.keys() | new.keys():
            before, now = old.get(term), new.get(term)
            if before == now:
                continue
            if before is not None:
                self._gone.append((self._id(term), taken_ms, asset))
                self._counts[term] -= 1
            if now is not None:
                self._come.append((self._id(term), taken_ms, asset, now))
                self._counts[term] += 1

    def write(self) -> None:
        """Write postings and counters."""
        keys = "select json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')"
        gone = f"delete from posting where (term_id, taken_ms, asset_id) in ({keys} from json_each(?))"  # noqa: S608
        self._db.execute(gone, (json.dumps(self._gone),))
        come = f"insert into posting {keys}, json_extract(value, '$[3]') from json_each(?)"
        self._db.execute(come, (json.dumps(self._come),))
        moved = [(by, self._id(term)) for term, by in self._counts.items()]
        self._db.executemany("update term set count = count + ? where id = ?", moved)

    def _id(self, term: Term) -> int:
        if term not in self._ids:
            self._ids[term] = _term_id(self._db, *term)
        return self._ids[term]


def _write_tags(db: sqlite3.Connection, marks: Mapping[AssetId, Iterable[Mark]]) -> None:
    """Put the tags into the full-text documents of assets, after the files' own keywords."""
    rows = db.execute(
        """select id, json_extract(metadata, '$.keywords') from asset
            where id in (select value from json_each(?))""",
        (json.dumps([int(asset) for asset in marks]),),
    )
    written = []
    for asset, keywords in rows.fetchall():
        words = _keywords(json.loads(keywords or "[]"), _mark_terms(marks[asset], None))
        written.append((asset, folded(words).replace("\0", " ")))  # where SQLite's JSON would end the text
    db.execute(
        """update document set keywords = json_extract(new.value, '$[1]') from json_each(?) new
            where document.asset_id = json_extract(new.value, '$[0]')""",
        (json.dumps(written),),
    )


def _keywords(from_file: Iterable[str], terms: Iterable[Term]) -> str:
    return " ".join((*from_file, *sorted({name for kind, name in terms if kind == "tag"})))


def _read(db: sqlite3.Connection, asset: AssetId) -> str:
    """Return what is written in the picture and in its codes, without what codes keep secret."""
    rows = db.execute(
        """select name from finding where asset_id = ?1 and kind = 'text'
           union all select json_extract(detail, '$.indexed') from finding where asset_id = ?1 and kind = 'code'""",
        (asset,),
    )
    return " ".join(row[0] for row in rows if row[0])


def _searchable(path: str) -> str:
    """Return the file's and its folder's names as words."""
    folder, name = os.path.split(path)
    return files.nfc(f"{os.path.basename(folder)} {name}").replace("_", " ").replace("-", " ").replace(".", " ")


def _terms(db: sqlite3.Connection, row: assets.AssetRow) -> dict[Term, float]:
    marks = decisions.marks(db, row.id)
    labels = db.execute("select name, confidence from finding where asset_id = ? and kind = 'label'", (row.id,))
    wanted: dict[Term, float] = {
        ("label", name): confidence for name, confidence in effective_labels(labels, marks, load()).items()
    }
    metadata = row.metadata
    named = _mark_terms(marks, row.metadata.rating)
    levels = "|".join(metadata.hierarchical).split("|")
    named += [("keyword", word) for word in (*metadata.keywords, *levels)]
    named += [("camera", metadata.camera), ("type", row.facts.kind), ("type", row.facts.format.lower())]
    if metadata.place:
        named += [("place", part) for part in (metadata.place.name, metadata.place.region, metadata.place.country)]
    drawn = "select name from finding where asset_id = ? and kind = 'content'"
    named += [("type", content.lower()) for (content,) in db.execute(drawn, (row.id,))]
    if metadata.taken_ms is not None and metadata.date_origin:
        named.append(("month", _month(metadata.taken_ms)))
    named += _seen(db, row.id)
    return wanted | {(kind, name): 100.0 for kind, name in named if name}


def _month(taken_ms: int) -> str:
    """Return the month of a wall time, 2019-05."""
    return f"{dt.datetime(1970, 1, 1) + dt.timedelta(milliseconds=taken_ms):%Y-%m}"  # noqa: DTZ001 - wall time


def _seen(db: sqlite3.Connection, asset: AssetId) -> list[Term]:
    """Return how many faces there are, and what is flagged."""
    [faces] = db.execute("select count(*) from face where asset_id = ?", (asset,)).fetchone()
    flags = db.execute(
        "select name from finding where asset_id = ? and kind = 'moderation' and confidence >= ?", (asset, FLAGGED)
    )
    return [("faces", str(faces)), *(("flag", name) for (name,) in flags)]


def _mark_terms(marks: Iterable[Mark], from_file: int | None) -> list[Term]:
    """Return the terms that follow from the person's marks (labels aside) and the rating that the file carries."""
    marks = list(marks)
    made: list[Term] = []
    for mark in marks:
        if mark.kind == "tag":
            levels = mark.name.split("/")
            made += [("tag", "/".join(levels[: depth + 1])) for depth in range(len(levels))]
        elif mark.kind == "pick":
            made.append(("mark", {"1": "picked", "-1": "rejected"}.get(mark.value, "")))
        elif mark.kind == "color":
            made.append(("mark", mark.value))
    rating = effective_rating(from_file, marks)
    return made if rating is None else [*made, ("rating", str(rating))]


def effective_rating(from_file: int | None, marks: Iterable[Mark]) -> int | None:
    """Return the person's rating where there is one, the file's own otherwise."""
    return next((int(m.value) for m in marks if m.kind == "rating"), from_file)


def _replace_postings(db: sqlite3.Connection, asset: AssetId, taken_ms: int, wanted: Mapping[Term, float]) -> None:
    old = {
        (kind, name): (term, taken, confidence)
        for kind, name, term, taken, confidence in db.execute(
            """select t.kind, t.name, p.term_id, p.taken_ms, p.confidence
                 from posting p join term t on t.id = p.term_id where p.asset_id = ?""",
            (asset,),
        )
    }
    for key, (term, taken, confidence) in old.items():
        if wanted.get(key) != confidence or taken != taken_ms:
            db.execute("delete from posting where term_id = ? and taken_ms = ? and asset_id = ?", (term, taken, asset))
            if key not in wanted:
                db.execute("update term set count = count - 1 where id = ?", (term,))
    for (kind, name), confidence in wanted.items():
        if (kind, name) in old and old[kind, name][1:] == (taken_ms, confidence):
            continue
        term = _term_id(db, kind, name)
        db.execute("insert into posting values (?, ?, ?, ?)", (term, taken_ms, asset, confidence))
        if (kind, name) not in old:
            db.execute("update term set count = count + 1 where id = ?", (term,))


def _term_id(db: sqlite3.Connection, kind: str, name: str) -> int:
    row = db.execute("select id from term where kind = ? and name = ?", (kind, name)).fetchone()
    if row:
        return int(row[0])
    cursor = db.execute("insert into term(kind, name, folded) values (?, ?, ?)", (kind, name, fold(name)))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def terms(db: sqlite3.Connection, kind: str, folded: Iterable[str]) -> list[TermRow]:
    """Return the terms of `kind` whose folded name is one of `folded` and that some asset answers to."""
    rows = db.execute(
        """select id, kind, name, count from term
            where kind = ? and folded in (select value from json_each(?)) and count > 0""",
        (kind, json.dumps(list(folded))),
    )
    return [TermRow(*row) for row in rows]


def count_of(db: sqlite3.Connection, kind: str, name: str) -> int:
    """Return how many living assets answer to a term."""
    row = db.execute("select count from term where kind = ? and name = ?", (kind, name)).fetchone()
    return int(row[0]) if row else 0


def terms_of_kind(db: sqlite3.Connection, kind: str) -> list[TermRow]:
    """Return every living term of `kind`, the most frequent first."""
    rows = db.execute(
        "select id, kind, name, count from term where kind = ? and count > 0 order by count desc, name", (kind,)
    )
    return [TermRow(*row) for row in rows]


def completions(db: sqlite3.Connection, begun: str, most: int) -> list[tuple[str, int]]:
    """Return the names of labels, tags, places and cameras with a word that begins so, the most frequent first."""
    wanted = fold(begun)
    if not wanted:
        return []
    rows = db.execute(
        """select name, count from term where kind in ('label', 'tag', 'place', 'camera') and count > 0
              and (folded glob ?1 or folded glob '*[ /]' || ?1) group by folded order by count desc, name limit ?2""",
        (f"{_plain(wanted)}*", most),
    )
    return [(name, count) for name, count in rows]


def _plain(text: str) -> str:
    """Return `text` with what GLOB would read as a pattern made to stand for itself."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in text)


def is_word(db: sqlite3.Connection, word: str) -> bool:
    """Whether the folded `word` is indexed."""
    return db.execute("select 1 from document_word where term = ?", (word,)).fetchone() is not None


def words_like(db: sqlite3.Connection, first: str, shortest: int, longest: int, most: int) -> list[str]:
    """Return the indexed words that begin with the letter `first` and have so many letters, the frequent ones first."""
    rows = db.execute(
        """select term from document_word where term >= ? and term < ? and length(term) between ? and ?
            order by doc desc limit ?""",
        (first, chr(ord(first) + 1), shortest, longest, most),
    )
    return [row[0] for row in rows]


def follow(db: sqlite3.Connection, vocabulary: str) -> None:
    """Rebuild where the postings were made with another vocabulary than the one whose digest is given."""
    vocabulary = f"{vocabulary} {MADE_AS}"
    row = db.execute("select value from setting where key = 'vocabulary'").fetchone()
    if row is None or row[0] != vocabulary:
        rebuild(db)
        db.execute("insert or replace into setting values ('vocabulary', ?)", (vocabulary,))


def rebuild(db: sqlite3.Connection) -> int:
    """Make all marks, postings, counters and documents again; return the number of assets."""
    for table in ("posting", "term", "document"):
        db.execute(f"delete from {table}")  # noqa: S608 - three constants
    return len(project_decisions(db, [row[0] for row in db.execute("select sha256 from asset order by id")]))


def labels_of(findings: Iterable[Finding]) -> list[tuple[str, float]]:
    """Return (name, confidence) of the label findings."""
    return [(f.name, f.confidence) for f in findings if f.kind == "label"]
