"""Analyzers: decoded pictures in, findings and vectors out. One file each, and one line in the tuple below."""

from collections.abc import Collection

from core.analyze.embedding import Embedding
from core.analyze.fingerprint import Fingerprint
from core.analyze.labels import Labels
from core.analyze.objects import Objects
from core.analyze.properties import Properties
from core.types import Analyzer

ANALYZERS: tuple[Analyzer, ...] = (Fingerprint(), Properties(), Objects(), Embedding(), Labels())
"""All there are; whoever needs another's outcome stands after it."""


def closure(keys: Collection[str]) -> tuple[Analyzer, ...]:
    """Return the analyzers named by `keys` and all that they need, in the order of ANALYZERS.

    Raises KeyError, naming the first in the alphabet, for a key that no analyzer has.
    """
    if unknown := sorted(set(keys) - {analyzer.key for analyzer in ANALYZERS}):
        raise KeyError(unknown[0])
    wanted = set(keys)
    for analyzer in reversed(ANALYZERS):  # those who need stand last, so one pass finds needs of needs
        if analyzer.key in wanted:
            wanted.update(analyzer.needs)
    return tuple(analyzer for analyzer in ANALYZERS if analyzer.key in wanted)
