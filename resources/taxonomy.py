"""The moderation taxonomy: which labels may be flagged, how they hang together, and what here can see each.

The data is taxonomy.toml beside this file: Amazon Rekognition's labels, version 7, by exact name.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("taxonomy.toml")


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that may be flagged.

    parent: "" at level 1; level: 1..3. networks, labels, hints, words: what is evidence of it, see taxonomy.toml.
    trust: what is known of how often it is right, "" where it is not covered.
    """

    name: str
    parent: str
    level: int
    networks: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    trust: str = ""

    @property
    def covered(self) -> bool:
        """Whether anything here can see it."""
        return bool(self.networks or self.labels or self.hints or self.words)


@cache
def load() -> dict[str, Kind]:
    """Return all kinds by name, each behind its parent, read once."""
    kinds: dict[str, Kind] = {}
    for name, told in tomllib.loads(DATA.read_text(encoding="utf-8"))["labels"].items():
        parent = told.pop("in")
        trust = told.pop("trust", "")
        level = kinds[parent].level + 1 if parent else 1
        kinds[name] = Kind(name, parent, level, **{key: tuple(value) for key, value in told.items()}, trust=trust)
    return kinds


@cache
def version() -> str:
    """Return the version of the taxonomy."""
    return str(tomllib.loads(DATA.read_text(encoding="utf-8"))["version"])
