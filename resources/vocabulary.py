"""The label vocabulary: every label's aliases, parents, categories and sources, found by the words people use.

The data is vocabulary.csv beside this file, made by resources/recipes/make_vocabulary.py.
"""

import csv
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

IRREGULAR = {
    "calves": "calf", "children": "child", "feet": "foot", "geese": "goose", "halves": "half", "hooves": "hoof",
    "knives": "knife", "leaves": "leaf", "loaves": "loaf", "men": "man", "mice": "mouse", "oxen": "ox",
    "people": "person", "scarves": "scarf", "shelves": "shelf", "teeth": "tooth", "wolves": "wolf", "women": "woman",
}  # fmt: skip
"""Singulars that no rule gives, by plural."""


@dataclass(frozen=True, slots=True)
class Label:
    """One thing that a picture can be said to show.

    parents: the direct ones, which hold whenever this label does. sources: "imagenet:INDEX", "coco:NAME" or
    "caption:NAME". threshold: confidence 0..100, or None for the source network's own; measured: where it comes from.
    """

    name: str
    aliases: tuple[str, ...]
    parents: tuple[str, ...]
    categories: tuple[str, ...]
    sources: tuple[str, ...]
    threshold: float | None
    measured: str


def fold(text: str) -> str:
    """Return text as words are compared: case and accents folded (Unicode NFKD), single spaces, none at the ends."""
    folded = text.casefold()
    if not folded.isascii():
        marked = unicodedata.normalize("NFKD", folded)
        folded = "".join(sign for sign in marked if not unicodedata.combining(sign)).casefold()
    return " ".join(folded.split())


def _numbers(term: str) -> Iterator[str]:
    """Yield `term`, then the singulars and plurals it may be of; only its last word changes ("sports cars")."""
    yield term
    head, space, last = term.rpartition(" ")
    if last in IRREGULAR:
        yield head + space + IRREGULAR[last]
    if len(last) < 3:
        return
    for ending, instead in (("ies", "y"), ("ves", "f"), ("es", ""), ("s", "")):
        if last.endswith(ending) and not last.endswith("ss"):
            yield head + space + last.removesuffix(ending) + instead
    yield term + "s"
    yield term + "es"


class Vocabulary:
    """All labels and the ways between them; immutable."""

    def __init__(self, labels: Mapping[str, Label]) -> None:
        self.labels = labels
        self._named: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        for label in labels.values():
            for term in dict.fromkeys(fold(t) for t in (label.name, *label.aliases)):
                self._named.setdefault(term, []).append(label.name)
            for parent in label.parents:
                self._below.setdefault(parent, []).append(label.name)
        self._terms = sorted(self._named)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Return every label that holds when `name` does, nearest first; () for an unknown name."""
        found: dict[str, None] = {}
        level = [name]
        while level:
            level = [parent for one in level if one in self.labels for parent in self.labels[one].parents]
            found.update(dict.fromkeys(level))
        return tuple(found)

    def descendants(self, name: str) -> frozenset[str]:
        """Return every label that cannot hold without `name`, itself left out."""
        found: set[str] = set()
        todo = [name]
        while todo:
            for child in self._below.get(todo.pop(), ()):
                if child not in found:
                    found.add(child)
                    todo.append(child)
        return frozenset(found)

    def find(self, word: str) -> tuple[str, ...]:
        """Return the labels whose name or alias is `word`, by any case, accent and English number; () for none.

        A word for two things ("crane") gives both.
        """
        for term in _numbers(fold(word)):
            if term in self._named:
                return tuple(self._named[term])
        return ()

    def sources(self, kind: str) -> Mapping[str, str]:
        """Return {key in the source: label} for kind "imagenet", "coco" or "caption"."""
        begin = kind + ":"
        return {
            source.removeprefix(begin): label.name
            for label in self.labels.values()
            for source in label.sources
            if source.startswith(begin)
        }

    def complete(self, prefix: str, limit: int = 20) -> tuple[str, ...]:
        """Return at most `limit` labels with a name or alias that begins with `prefix`, in the order of these."""
        start = fold(prefix)
        found: dict[str, None] = {}
        for term in self._terms[bisect_left(self._terms, start) :]:
            if not term.startswith(start) or len(found) >= limit:
                break
            found.update(dict.fromkeys(self._named[term]))
        return tuple(found)[:limit]


@cache
def load() -> Vocabulary:
    """Return the vocabulary that ships with Fovea."""
    with Path(__file__).with_name("vocabulary.csv").open(encoding="utf-8", newline="") as file:
        rows = [_label(row) for row in csv.DictReader(file)]
    return Vocabulary({label.name: label for label in rows})


def _label(row: Mapping[str, str]) -> Label:
    several = {key: tuple(filter(None, row[key].split("|"))) for key in ("aliases", "parents", "categories", "sources")}
    threshold = float(row["threshold"]) if row["threshold"] else None
    return Label(row["name"], **several, threshold=threshold, measured=row["measured"])
