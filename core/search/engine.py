"""A search from text to ranked hits: strong ones rest on something named, weaker ones on meaning alone."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.search import match, reasons
from core.search.parse import parse
from core.search.resolve import Leaf, Want, echo, leaves, resolve
from core.store import assets, files
from core.store.catalog import Connection
from core.types import AssetId, Hit, Reason
from resources.vocabulary import Vocabulary

Ints = npt.NDArray[np.int64]

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
class Ranking:
    """What answers a query, as numbers alone: `strong` strong ones, then weaker ones.

    assets: int64. taken: int64 wall time in ms of the strong ones where they come newest first, else empty.
    scores, cosines: of those that were ranked. whole: False where only the newest were asked for and there are more.
    """

    query: str
    understood: str
    strong: int
    assets: Ints
    taken: Ints
    named: tuple[Leaf, ...]
    scores: Mapping[AssetId, float]
    cosines: Mapping[AssetId, float]
    whole: bool


def find(
    db: Connection, vocabulary: Vocabulary, rank: Rank, query: str, today: dt.date, *, newest_only: bool = False
) -> Ranking:
    """Answer `query`. newest_only: of more than RANKED strong ones the newest will do for now."""
    want = resolve(db, vocabulary, parse(query), today)
    named = tuple(leaves(want, positive_only=True))
    rows = match.strong(db, want, RANKED + 1 if newest_only else -1)
    free = " ".join(leaf.text for leaf in named if leaf.free)
    whole = not newest_only or len(rows) <= RANKED
    # weaker ones come with the whole answer: before it the older strong ones would stand among them
    near = rank(db, _words(query, free), NEIGHBOURS) if free and whole else []
    cosines = dict(near)
    weak = _weak(db, want, named, rows["asset"], near)
    strong = _strong(db, named, rows["asset"], cosines)
    by_date = not strong or (not free and strong[0][1] == strong[-1][1])
    return Ranking(
        query=query,
        understood=echo(want),
        strong=len(rows),
        assets=np.concatenate([rows["asset"] if by_date else _assets(strong), _assets(weak)]),
        taken=rows["taken"].copy() if by_date else np.empty(0, np.int64),  # without the rows behind it
        named=named,
        scores=dict(strong + weak),
        cosines=cosines,
        whole=whole,
    )


def _assets(ranked: Sequence[tuple[AssetId, float]]) -> Ints:
    return np.fromiter((asset for asset, _score in ranked), np.int64)


def search(db: Connection, vocabulary: Vocabulary, rank: Rank, query: str, limit: int | None, today: dt.date) -> Found:
    """Answer `query`: strong hits first, then weaker ones, cut at `limit` (None: all of them)."""
    ranking = find(db, vocabulary, rank, query, today)
    shown = range(len(ranking.assets) if limit is None else min(limit, len(ranking.assets)))
    found = hits(db, vocabulary, ranking, shown)
    return Found(query, ranking.understood, len(ranking.assets), ranking.strong, tuple(found))


def _words(query: str, free: str) -> str:
    """Return what the sentence network is given: the query itself when it is plain words, its free words otherwise."""
    plain = all(c.isalnum() or c in " '-" for c in query) and " -" not in f" {query}"
    return query if plain else free


def _strong(
    db: Connection, named: Sequence[Leaf], found: Ints, cosines: Mapping[AssetId, float]
) -> list[tuple[AssetId, float]]:
    """Return (asset, score), best first; nothing where there are too many to be ordered."""
    if len(found) > RANKED:
        return []
    certain = [AssetId(asset) for asset in found.tolist()]
    sure = [reasons.confidences(db, leaf, certain) for leaf in named if leaf.terms]
    made = []
    for asset in certain:
        parts = [given.get(asset, 100.0) for given in sure] or [100.0]
        score = sum(parts) / len(parts) / 100
        # a tenth is the meaning's, so that of two equally sure dogs the one that fits the other words comes first
        made.append((asset, 0.9 * score + 0.1 * max(0.0, cosines.get(asset, 0.0))))
    return sorted(made, key=lambda pair: -pair[1])  # stable: the newest first among equals


def _weak(
    db: Connection, want: Want, named: Sequence[Leaf], certain: Ints, near: Sequence[tuple[AssetId, float]]
) -> list[tuple[AssetId, float]]:
    if not near:
        return []
    found = set(np.intersect1d(_assets(near), certain).tolist())
    candidates = {asset: cosine for asset, cosine in near if cosine >= MEANING_FLOOR and asset not in found}
    kept = sorted(match.among(db, want, list(candidates)))
    parts = [reasons.confidences(db, leaf, kept) for leaf in named if leaf.free and leaf.terms]
    # each part of the query that is named in the picture lifts it above those close in meaning alone
    made = [(asset, min(1.0, candidates[asset] + 0.1 * _share(asset, parts))) for asset in kept]
    return sorted(made, key=lambda pair: (-pair[1], pair[0]))


def _share(asset: AssetId, parts: Sequence[Mapping[AssetId, float]]) -> float:
    return sum(asset in part for part in parts) / max(1, len(parts))


def hits(db: Connection, vocabulary: Vocabulary, ranking: Ranking, shown: Sequence[int]) -> list[Hit]:
    """Return the hits at the places `shown` of a ranking, each with its path and its reasons."""
    chosen = [AssetId(int(ranking.assets[place])) for place in shown]
    why = reasons.explain(db, vocabulary, ranking.named, chosen)
    made = []
    for place, asset in zip(shown, chosen, strict=True):
        given = list(why[asset])
        if asset in ranking.cosines:
            given.append(
                Reason("meaning", "the words and the picture are close", round(100 * ranking.cosines[asset], 1))
            )
        row = assets.get(db, asset)
        if not given:
            given.append(Reason("type", row.facts.kind, 100.0))
        paths = files.paths_of(db, asset, 1)
        score = round(ranking.scores.get(asset, 1.0), 4)
        made.append(Hit(paths[0] if paths else "", row.sha256, score, place < ranking.strong, tuple(given)))
    return made


def alike(near: Sequence[tuple[AssetId, float, bool]], what: str) -> Ranking:
    """Return a search by example as a ranking: (asset, cosine, near duplicate), near duplicates being strong."""
    ranked = sorted(near, key=lambda one: (not one[2], -one[1]))
    scores = {asset: max(0.0, cosine) for asset, cosine, _near in ranked}
    return Ranking(
        query=what,
        understood=f"similar to {what}",
        strong=sum(duplicate for _asset, _cosine, duplicate in ranked),
        assets=_assets([(asset, cosine) for asset, cosine, _near in ranked]),
        taken=np.empty(0, np.int64),
        named=(),
        scores=scores,
        cosines={asset: cosine for asset, cosine, _near in ranked},
        whole=True,
    )
