"""Why a hit is a hit: for each part of the query, what in the asset answers to it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.search.match import FEW_TERMS
from core.search.resolve import COLUMNS, Leaf
from core.store.catalog import Connection
from core.store.words import folded
from core.types import AssetId, Box, Reason, ReasonKind
from resources.vocabulary import Vocabulary

_KINDS: dict[str, ReasonKind] = {
    "label": "label",
    "tag": "tag",
    "keyword": "tag",
    "place": "place",
    "camera": "camera",
    "type": "type",
    "rating": "tag",
    "mark": "tag",
    "month": "date",
    "faces": "face",
    "flag": "type",
}
_VALUES = {"rating": "rating {}", "faces": "faces: {}", "flag": "flagged {}"}

_COLUMN_KINDS: dict[str, ReasonKind] = {"names": "name", "captions": "text", "keywords": "tag", "text": "text"}


@dataclass(frozen=True, slots=True)
class _Instance:
    """A stored object or label with a place in the picture."""

    name: str
    confidence: float
    box: Box
    start_ms: int | None


def explain(
    db: Connection, vocabulary: Vocabulary, wanted: Sequence[Leaf], assets: Sequence[AssetId]
) -> dict[AssetId, list[Reason]]:
    """Return, for each of `assets`, the reasons that the leaves `wanted` give, in the order of the leaves."""
    found: dict[AssetId, list[Reason]] = {asset: [] for asset in assets}
    ids = json.dumps(list(assets))
    instances = _instances(db, ids)
    for leaf in wanted:
        for asset, reason in (*_by_terms(db, vocabulary, leaf, ids, instances), *_by_words(db, leaf, ids)):
            found[asset].append(reason)
        if leaf.span is not None:
            for asset, day in _days(db, ids):
                found[asset].append(Reason("date", day, 100.0))
        if leaf.rule:
            for asset in assets:
                found[asset].append(Reason("type", leaf.rule, 100.0))
    return found


def confidences(db: Connection, leaf: Leaf, assets: Sequence[AssetId]) -> Mapping[AssetId, float]:
    """Return how surely (0..100) each of `assets` answers to `leaf` by its terms; words found count 100."""
    many = "+" * (len(leaf.terms) > FEW_TERMS)  # the sign keeps SQLite from looking up each one for each asset
    rows = db.execute(
        f"""select asset_id, max(confidence) from posting
            where {many}term_id in (select value from json_each(?)) and asset_id in (select value from json_each(?))
            group by asset_id""",  # noqa: S608 - built from constants
        (json.dumps([row.id for row in leaf.terms]), json.dumps(list(assets))),
    )
    return {AssetId(asset): confidence for asset, confidence in rows}


def _instances(db: Connection, ids: str) -> dict[AssetId, list[_Instance]]:
    found: dict[AssetId, list[_Instance]] = {}
    rows = db.execute(
        """select asset_id, name, confidence, box, start_ms from finding
            where asset_id in (select value from json_each(?)) and box is not null order by confidence desc""",
        (ids,),
    )
    for asset, name, confidence, box, start_ms in rows:
        found.setdefault(AssetId(asset), []).append(_Instance(name, confidence, tuple(json.loads(box)), start_ms))
    return found


def _by_terms(
    db: Connection, vocabulary: Vocabulary, leaf: Leaf, ids: str, instances: Mapping[AssetId, Sequence[_Instance]]
) -> Iterable[tuple[AssetId, Reason]]:
    rows = db.execute(
        """select p.asset_id, t.kind, t.name, p.confidence from posting p join term t on t.id = p.term_id
            where +p.term_id in (select value from json_each(?)) and p.asset_id in (select value from json_each(?))
            order by p.confidence desc""",
        (json.dumps([row.id for row in leaf.terms]), ids),
    )
    for asset, kind, name, confidence in rows:
        box, time_ms = None, None
        if kind == "label":
            below = vocabulary.descendants(name) | {name}
            instance = next((i for i in instances.get(AssetId(asset), ()) if i.name in below), None)
            if instance is not None:
                box, time_ms = instance.box, instance.start_ms
        value = _VALUES.get(kind, "{}").format(name)
        yield AssetId(asset), Reason(_KINDS[kind], value, confidence, box, time_ms)


def _by_words(db: Connection, leaf: Leaf, ids: str) -> Iterable[tuple[AssetId, Reason]]:
    if not leaf.match:
        return
    # words are quickest looked up asset by asset, but for beginnings, which are many words each time, and for a column
    # that may not hold them at all, which would be looked for to the end each time
    each = "+" * (leaf.match.endswith("*") or leaf.columns != COLUMNS)
    held = ", ".join(f"highlight(document_fts, {n}, char(1), '') <> {column}" for n, column in enumerate(COLUMNS))
    rows = db.execute(
        f"""select rowid, {held} from document_fts
            where document_fts match ? and {each}rowid in (select value from json_each(?)) order by rowid""",  # noqa: S608 - built from constants
        (leaf.match_in(*COLUMNS), ids),
    )
    for number, *holds in rows.fetchall():
        asset = AssetId(number)
        for column, there in zip(COLUMNS, holds, strict=True):
            if there:
                found = _written(db, asset, leaf.text) if column == "text" else None
                yield asset, found or Reason(_COLUMN_KINDS[column], leaf.text, 100.0)


def _written(db: Connection, asset: AssetId, text: str) -> Reason | None:
    """Return the line of the picture, or else the code, that holds `text`, or its first word, with its place."""
    rows = db.execute(
        """select name, confidence, box, start_ms, coalesce(json_extract(detail, '$.indexed'), name) from finding
            where asset_id = ? and kind in ('text', 'code') order by kind desc, id""",
        (asset,),
    ).fetchall()
    words = folded(text.replace('"', " ").rstrip("*")).split()
    for wanted in (words, words[:1]):
        for name, confidence, box, start_ms, indexed in rows:
            if wanted and _begins(wanted, folded(indexed), whole=not text.endswith("*")):
                return Reason("text", name, confidence, tuple(json.loads(box)), start_ms)
    return None


def _begins(words: Sequence[str], line: str, *, whole: bool) -> bool:
    """Whether `line` holds `words` in a row, the last one whole or at least its beginning."""
    row = "".join(sign if sign.isalnum() else " " for sign in line)
    tokens = f" {' '.join(row.split())} "
    return f" {' '.join(words)}{' ' if whole else ''}" in tokens


def _days(db: Connection, ids: str) -> Iterable[tuple[AssetId, str]]:
    return db.execute(
        """select id, date(taken_ms / 1000, 'unixepoch') from asset
            where id in (select value from json_each(?)) and date_origin <> ''""",
        (ids,),
    )
