"""A search from text to ranked hits: strong ones rest on something named, weaker ones on meaning alone."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.search import match, reasons
from core.search.parse import parse
from core.search.resolve import Leaf, Want, echo, leaves, resolve
from core.store import assets, files
from core.store.catalog import Connection
from core.types import AssetId, Hit, Reason
from resources.vocabulary import Vocabulary

RANKED = 5000  # strong hits that are ordered by score; more than that are a filter, and come newest first
NEIGHBOURS = 200  # how many the meaning of the words may bring
MEANING_FLOOR = 0.22  # cosine under which a photo is not shown at all; see docs/MEASUREMENTS.md, "The floor"

Rank = Callable[[Connection, str, int], list[tuple[AssetId, float]]]
"""Words and a count in; the nearest assets with their cosines out, best first."""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search: total = strong + weaker, however many of them `hits` shows."""

    query: str
    understood: str
    total: int
    strong: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Ranked:
    asset: AssetId
    score: float
    strong: bool
    meaning: float | None


def search(db: Connection, vocabulary: Vocabulary, rank: Rank, query: str, limit: int | None, today: dt.date) -> Found:
    """Answer `query`: strong hits first, then weaker ones, cut at `limit` (None: all of them)."""
    want = resolve(db, vocabulary, parse(query), today)
    named = list(leaves(want, positive_only=True))
    certain = match.strong(db, want) if list(leaves(want)) else ()
    free = " ".join(leaf.text for leaf in named if leaf.free)
    near = rank(db, _words(query, free), NEIGHBOURS) if free else []
    cosines = dict(near)
    ranked = _strong(db, named, certain, cosines) + _weak(db, want, named, set(certain), near)
    shown = ranked if limit is None else ranked[:limit]
    return Found(query, echo(want), len(ranked), len(certain), tuple(hits(db, vocabulary, named, shown)))


def _words(query: str, free: str) -> str:
    """Return what the sentence network is given: the query itself when it is plain words, its free words otherwise."""
    plain = all(c.isalnum() or c in " '-" for c in query) and " -" not in f" {query}"
    return query if plain else free


def _strong(
    db: Connection, named: Sequence[Leaf], certain: Sequence[AssetId], cosines: Mapping[AssetId, float]
) -> list[_Ranked]:
    if len(certain) > RANKED:
        return [_Ranked(asset, 1.0, True, cosines.get(asset)) for asset in certain]
    sure = [reasons.confidences(db, leaf, certain) for leaf in named if leaf.terms]
    made = []
    for asset in certain:
        parts = [found.get(asset, 100.0) for found in sure] or [100.0]
        score = sum(parts) / len(parts) / 100
        # a tenth is the meaning's, so that of two equally sure dogs the one that fits the other words comes first
        score = 0.9 * score + 0.1 * max(0.0, cosines.get(asset, 0.0))
        made.append(_Ranked(asset, score, True, cosines.get(asset)))
    return sorted(made, key=lambda r: -r.score)  # stable: the newest first among equals


def _weak(
    db: Connection, want: Want, named: Sequence[Leaf], certain: set[AssetId], near: Sequence[tuple[AssetId, float]]
) -> list[_Ranked]:
    candidates = {asset: cosine for asset, cosine in near if cosine >= MEANING_FLOOR and asset not in certain}
    kept = sorted(match.among(db, want, list(candidates)))
    parts = [reasons.confidences(db, leaf, kept) for leaf in named if leaf.free and leaf.terms]
    made = [
        # each part of the query that is named in the picture lifts it above those close in meaning alone
        _Ranked(asset, min(1.0, candidates[asset] + 0.1 * _share(asset, parts)), False, candidates[asset])
        for asset in kept
    ]
    return sorted(made, key=lambda r: (-r.score, r.asset))


def _share(asset: AssetId, parts: Sequence[Mapping[AssetId, float]]) -> float:
    return sum(asset in part for part in parts) / max(1, len(parts))


def hits(db: Connection, vocabulary: Vocabulary, named: Sequence[Leaf], ranked: Sequence[_Ranked]) -> list[Hit]:
    """Return the hits for `ranked`, each with its path and its reasons."""
    why = reasons.explain(db, vocabulary, named, [r.asset for r in ranked])
    made = []
    for r in ranked:
        given = list(why[r.asset])
        if r.meaning is not None:
            given.append(Reason("meaning", "the words and the picture are close", round(100 * r.meaning, 1)))
        if not given:
            given.append(Reason("type", assets.get(db, r.asset).facts.kind, 100.0))
        paths = files.paths_of(db, r.asset)
        made.append(
            Hit(paths[0] if paths else "", assets.get(db, r.asset).sha256, round(r.score, 4), r.strong, tuple(given))
        )
    return made


def alike(db: Connection, vocabulary: Vocabulary, near: Sequence[tuple[AssetId, float, bool]]) -> list[Hit]:
    """Return hits for (asset, cosine, near duplicate) of a search by example: near duplicates are strong."""
    ranked = [_Ranked(asset, max(0.0, cosine), strong, cosine) for asset, cosine, strong in near]
    return hits(db, vocabulary, (), sorted(ranked, key=lambda r: (not r.strong, -r.score)))
