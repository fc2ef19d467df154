"""What the words of a query stand for in this library: labels, tags, places, names, dates."""

import datetime as dt
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from core.search import dates, spelling
from core.search.parse import All, AnyOf, Node, Not, Span, Term, Words
from core.store import files, postings
from core.store.catalog import Connection
from core.store.postings import TermRow
from core.store.words import folded
from resources.vocabulary import Vocabulary, fold

LONGEST_NAME = 4  # words; no label or tag of more is looked for in a run of words
STOP_WORDS = frozenset(
    (
        "a an and are as at behind beside by for from her his in inside into is it its me my near next of on onto "
        "or our over photo photos picture pictures image images some that the their them there these this to "
        "under up was were with without "
    ).split()
)

COLUMNS = ("names", "captions", "keywords", "text")
"""What the full-text table holds: names of files and folders, captions, keywords and tags, text in the picture."""

IS_RULES = {
    "photo": "a.kind = 'photo'",
    "video": "a.kind = 'video'",
    "film": "a.kind = 'video'",
    "tagged": "exists (select 1 from mark m where m.asset_id = a.id and m.kind = 'tag')",
    "untagged": "not exists (select 1 from mark m where m.asset_id = a.id and m.kind = 'tag')",
    "rated": "exists (select 1 from posting p join term t on t.id = p.term_id"
    " where p.asset_id = a.id and t.kind = 'rating' and t.name <> '0')",
    "unrated": "not exists (select 1 from posting p join term t on t.id = p.term_id"
    " where p.asset_id = a.id and t.kind = 'rating' and t.name <> '0')",
    "rejected": "exists (select 1 from posting p join term t on t.id = p.term_id"
    " where p.asset_id = a.id and (t.kind, t.name) in (values ('rating', '-1'), ('mark', 'rejected')))",
    "picked": "exists (select 1 from posting p join term t on t.id = p.term_id"
    " where p.asset_id = a.id and t.kind = 'mark' and t.name = 'picked')",
    "failed": "exists (select 1 from analysis l where l.asset_id = a.id and l.state = 'failed')",
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing an asset can answer to, in any of several ways.

    text: as typed; understood: as read. terms: rows of the postings; match: an FTS5 expression or "", looked for in
    `columns` of the full-text table; span: wall time [from, to) in ms; rule: a key of IS_RULES or "".
    folders: rows of `folder` in which a file of it lies, None where that does not matter.
    free: bare words, for which meaning may speak. at: where it stands in the query.
    """

    text: str
    understood: str
    terms: tuple[TermRow, ...] = ()
    match: str = ""
    columns: tuple[str, ...] = COLUMNS
    span: dates.Span | None = None
    rule: str = ""
    folders: tuple[int, ...] | None = None
    free: bool = False
    at: Span = (0, 0)

    def match_in(self, *columns: str) -> str:
        """Return the FTS5 expression for those of `columns` that count for this leaf, "" where none does."""
        there = " ".join(column for column in columns if column in self.columns)
        return f"{{{there}}} : {self.match}" if there and self.match else ""


@dataclass(frozen=True, slots=True)
class Group:
    """Several things joined: "all", "any", or "not" (of one)."""

    how: Literal["all", "any", "not"]
    parts: "tuple[Want, ...]"
    at: Span = (0, 0)


Want = Leaf | Group


def resolve(db: Connection, vocabulary: Vocabulary, tree: Node, today: dt.date) -> Want:
    """Return what `tree` stands for in the library behind `db`."""
    resolver = _Resolver(db, vocabulary, today)
    return resolver.node(tree)


def leaves(want: Want, *, positive_only: bool = False) -> Iterator[Leaf]:
    """Yield the leaves of `want`, those under a "not" left out on demand."""
    if isinstance(want, Leaf):
        yield want
    elif want.how != "not" or not positive_only:
        for part in want.parts:
            yield from leaves(part, positive_only=positive_only)


def echo(want: Want) -> str:
    """Return the query as it was understood, one line."""
    if isinstance(want, Leaf):
        return want.understood
    if want.how == "not":
        return f"NOT {_bracket(want.parts[0])}"
    if not want.parts:
        return "everything"
    return {"all": " AND ", "any": " OR "}[want.how].join(_bracket(part) for part in want.parts)


def _bracket(want: Want) -> str:
    text = echo(want)
    return f"({text})" if isinstance(want, Group) and want.how != "not" and len(want.parts) > 1 else text


class _Resolver:
    def __init__(self, db: Connection, vocabulary: Vocabulary, today: dt.date) -> None:
        self._db, self._vocabulary, self._today = db, vocabulary, today

    def node(self, node: Node) -> Want:
        match node:
            case Words():
                parts = tuple(self._words(node))
                return parts[0] if len(parts) == 1 else Group("all", parts)
            case Term():
                return replace(self._term(node), at=node.at)
            case Not():
                return Group("not", (self.node(node.child),), node.at)
            case All():
                return Group("all", tuple(self.node(child) for child in node.children), node.at)
            case AnyOf():
                return Group("any", tuple(self.node(child) for child in node.children), node.at)

    def _words(self, run: Words) -> Iterator[Leaf]:
        """Cut a run of words into the longest names known; small words between them carry no condition."""
        at, words = 0, run.words
        while at < len(words):
            for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
                text = " ".join(words[at : at + length])
                leaf = self._named(text)
                if leaf is not None or length == 1:
                    break
            stands = (run.at[at][0], run.at[at + length - 1][1])
            at += length
            if leaf is not None:
                yield replace(leaf, at=stands)
            elif fold(text) not in STOP_WORDS:
                yield Leaf(text, self._quoted(text), match=_fts(text), free=True, at=stands)

    def _named(self, text: str) -> Leaf | None:
        if fold(text) in STOP_WORDS:
            return None
        labels = self._vocabulary.find(text)
        found = (
            *self._rows("label", labels),
            *self._tags(text),
            *self._rows("place", [text]),
        )
        if not labels and not found:
            return None
        said = [f"label {name}" for name in labels] + [f"{row.kind} {row.name}" for row in found if row.kind != "label"]
        return Leaf(text, " or ".join((*said, f'"{text}"')), terms=found, match=_fts(text), free=True)

    def _rows(self, kind: str, names: "tuple[str, ...] | list[str]") -> list[TermRow]:
        return postings.terms(self._db, kind, [fold(name) for name in names])

    def _term(self, term: Term) -> Leaf:
        text = term.text
        match term.field:
            case "phrase":
                return Leaf(text, self._quoted(text), match=_fts(text))
            case "label":
                return self._label(text)
            case "tag":
                return Leaf(text, f"tag {text}", terms=(*self._tags(text), *self._rows("keyword", [text])))
            case "date":
                return self._date(text)
            case "is":
                rule = text.lower() if text.lower() in IS_RULES else ""
                return Leaf(text, f"is {text}{'' if rule else ' (not known)'}", rule=rule)
            case _:
                return self._other(term.field, text)

    def _other(self, field: str, text: str) -> Leaf:
        if field == "text":
            return Leaf(text, f"text {self._quoted(text)}", match=_fts(text), columns=("text",))
        if field == "in":
            below = files.folders_below(self._db, os.path.abspath(os.path.expanduser(text)))
            return Leaf(text, f"in {text}", folders=tuple(below))
        return Leaf(text, f"{field} {text}", terms=self._by_part(field, text))

    def _tags(self, text: str) -> list[TermRow]:
        """Return the tags of that name, or whose last part it is: "anna" is "family/anna" too."""
        wanted = fold(text)
        rows = postings.terms_of_kind(self._db, "tag")
        return [row for row in rows if fold(row.name) == wanted or fold(row.name).endswith(f"/{wanted}")]

    def _quoted(self, text: str) -> str:
        """Return `text` as read; where nothing holds it, with the nearest word that something does hold."""
        near = spelling.near(self._db, text) if not text.endswith("*") else ""
        return f'"{text}" (nowhere; near: {near})' if near else f'"{text}"'

    def _label(self, text: str) -> Leaf:
        names = self._vocabulary.find(text)
        shown = " or ".join(f"label {name}" for name in names) or f'label "{text}" (not known)'
        return Leaf(text, shown, terms=tuple(self._rows("label", names)))

    def _date(self, text: str) -> Leaf:
        found = dates.span(text, self._today)
        shown = f"date {text}" if found else f'date "{text}" (no date: nothing can match)'
        return Leaf(text, shown, span=found or (0, 0))

    def _by_part(self, kind: str, text: str) -> tuple[TermRow, ...]:
        """Return the terms that `text` names in part (camera, place), by number (rating), or whole (type)."""
        rows = postings.terms_of_kind(self._db, kind)
        wanted = fold(text)
        if kind in ("rating", "faces"):
            return tuple(row for row in rows if _rated(int(row.name), wanted))
        if kind == "flag" and wanted == "any":
            return tuple(rows)
        if kind == "type":
            wanted = {"film": "video", "jpg": "jpeg", "tif": "tiff", "heic": "heif"}.get(wanted, wanted)
            return tuple(row for row in rows if fold(row.name) == wanted)
        return tuple(row for row in rows if wanted in fold(row.name))


def _rated(stars: int, wanted: str) -> bool:
    """Whether `stars` fits 3, >=3, >3, <=3, <3 or 2..4."""
    if match := re.fullmatch(r"(-?\d+)\.\.(-?\d+)", wanted):
        low, high = sorted((int(match[1]), int(match[2])))
        return low <= stars <= high
    if not (match := re.fullmatch(r"(>=|<=|>|<|=)?(-?\d+)", wanted)):
        return False
    number = int(match[2])
    return {
        ">=": stars >= number,
        "<=": stars <= number,
        ">": stars > number,
        "<": stars < number,
    }.get(match[1] or "=", stars == number)


def _fts(text: str) -> str:
    """Return `text` as an FTS5 phrase; a closing * asks for the beginning of a word."""
    words = text.replace("\0", " ").replace('"', " ").strip()
    prefix = words.endswith("*")
    words = folded(words.rstrip("*"))
    return f'"{words}"{" *" if prefix else ""}' if words else ""
