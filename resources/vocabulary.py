"""The label vocabulary: every label's aliases, parents, categories and sources, found by the words people use.

The data is vocabulary.csv beside this file, made by resources/recipes/make_vocabulary.py.
"""

import csv
import hashlib
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).with_name("vocabulary.csv")
IRREGULAR = {
    "calf": "calves", "child": "children", "elf": "elves", "foot": "feet", "fungus": "fungi", "goose": "geese",
    "half": "halves", "knife": "knives", "leaf": "leaves", "loaf": "loaves", "louse": "lice", "man": "men",
    "mouse": "mice", "ox": "oxen", "person": "people", "scarf": "scarves", "shelf": "shelves", "thief": "thieves",
    "tooth": "teeth", "wife": "wives", "wolf": "wolves", "woman": "women",
}  # fmt: skip
"""Plurals that no rule gives, by singular."""


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


class Vocabulary:
    """All labels and the ways between them; nothing of it changes."""

    def __init__(self, labels: Iterable[Label]) -> None:
        """Take labels whose parents are among them; the order is kept."""
        self.labels: Mapping[str, Label] = MappingProxyType({label.name: label for label in labels})
        children: dict[str, list[str]] = defaultdict(list)
        sources: dict[str, dict[str, str]] = defaultdict(dict)
        for label in self.labels.values():
            for parent in label.parents:
                children[parent].append(label.name)
            for source in label.sources:
                kind, _, key = source.partition(":")
                sources[kind][key] = label.name
        self._children = dict(children)
        self._sources = {kind: MappingProxyType(names) for kind, names in sources.items()}

    @cached_property
    def _terms(self) -> list[tuple[str, int, str]]:  # made when first searched: most processes only look up
        return sorted(_terms(self.labels.values()))

    @cached_property
    def _found(self) -> dict[str, tuple[str, ...]]:
        return _index(self._terms)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """Return all labels that hold whenever `name` does, nearest first; () for a name that is no label."""
        label = self.labels.get(name)
        return tuple(_walk(label.parents, lambda one: self.labels[one].parents)) if label else ()

    def descendants(self, name: str) -> frozenset[str]:
        """Return all labels that imply `name`, without itself; empty for an unknown name."""
        return frozenset(_walk(self._children.get(name, ()), lambda one: self._children.get(one, ())))

    def find(self, word: str) -> tuple[str, ...]:
        """Return the labels that a word or phrase names, by name, then by alias, then by its other number.

        Case, accents, hyphens and the plural do not count. Several where the word is ambiguous ("crane"), none
        where no label is called so.
        """
        return self._found.get(_key(word), ())

    def sources(self, kind: str) -> Mapping[str, str]:
        """Return label names by the source's own key for "imagenet", "coco" or "caption", as {"207": ...}."""
        return self._sources.get(kind, MappingProxyType({}))

    def complete(self, prefix: str, limit: int = 20) -> tuple[str, ...]:
        """Return at most `limit` labels of which the name, or else an alias, begins with `prefix`."""
        start = _key(prefix)
        first = bisect_left(self._terms, (start,))
        last = bisect_left(self._terms, (start + "\U0010ffff",))
        ranked = sorted(self._terms[first:last], key=lambda term: term[1:])
        return tuple(dict.fromkeys(name for _, _, name in ranked))[:limit]


@cache
def digest() -> str:
    """Return the SHA-256 of the data: what was derived from another vocabulary has to be derived again."""
    return hashlib.sha256(DATA.read_bytes()).hexdigest()


@cache
def load() -> Vocabulary:
    """Return the vocabulary of this installation, read once."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return Vocabulary(_label(row) for row in rows)


def _label(row: list[str]) -> Label:
    name, aliases, parents, categories, sources, threshold, measured = row
    return Label(
        name,
        _parts(aliases),
        _parts(parents),
        _parts(categories),
        _parts(sources),
        float(threshold) if threshold else None,
        measured,
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _walk(start: Iterable[str], onward: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """Yield `start` and what lies onward, level by level, each once."""
    queue = dict.fromkeys(start)
    seen = set(queue)
    while queue:
        yield from queue
        queue = dict.fromkeys(one for name in queue for one in onward(name) if one not in seen)
        seen.update(queue)


def _key(text: str) -> str:
    return fold(text.replace("-", " "))


def _terms(labels: Iterable[Label]) -> Iterator[tuple[str, int, str]]:
    """Yield (key, 0 for the name or 1 for an alias, label) for all that a label is called."""
    for label in labels:
        yield _key(label.name), 0, label.name
        for alias in label.aliases:
            yield _key(alias), 1, label.name


def _index(terms: Iterable[tuple[str, int, str]]) -> dict[str, tuple[str, ...]]:
    """Return labels by everything they may be called, names before aliases before other numbers."""
    called: dict[str, tuple[str, ...]] = {}
    other: list[tuple[str, str]] = []
    for key, _, name in terms:  # sorted: of one key, names come before aliases
        _add(called, key, name)
        other += [(number, name) for number in _numbers(key)]
    for key, name in other:
        _add(called, key, name)
    return called


def _add(called: dict[str, tuple[str, ...]], key: str, name: str) -> None:
    known = called.get(key, ())
    if name not in known:  # "bow-tie" and "bow tie" are one key
        called[key] = (*known, name)


def _numbers(term: str) -> Iterator[str]:
    """Yield the plurals of a key, and its singular where it looks like a plural; only the last word changes."""
    head, space, last = term.rpartition(" ")
    if last in IRREGULAR:
        yield head + space + IRREGULAR[last]
    elif last.endswith(("s", "x", "z", "ch", "sh")):
        yield term + "es"
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        yield term[:-1] + "ies"
    else:
        yield term + "s"
    if last.endswith("o"):
        yield term + "es"
    if last.endswith("s") and not last.endswith("ss") and len(last) > 4:
        yield term[:-1]
