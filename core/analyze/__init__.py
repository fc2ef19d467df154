"""Analyzers: decoded pictures in, findings, faces and vectors out. One file or folder each, and one line below."""

from collections.abc import Callable, Collection

from core.analyze.embedding import Embedding
from core.analyze.faces import Faces
from core.analyze.fingerprint import Fingerprint
from core.analyze.labels import Labels
from core.analyze.moderation import Moderation
from core.analyze.objects import Objects
from core.analyze.properties import Properties
from core.analyze.text import Text
from core.types import Analyzer, Options

MAKERS: tuple[Callable[[Options, Collection[str]], Analyzer], ...] = (
    lambda _options, _before: Fingerprint(),
    lambda _options, _before: Properties(),
    lambda _options, _before: Objects(),
    lambda _options, _before: Embedding(),
    lambda _options, _before: Labels(),
    lambda options, _before: Faces(options),
    lambda options, _before: Text(options),
    lambda _options, before: Moderation(before),
)
"""How each is made: out of the person's options and the keys of those that stand before it."""


def analyzers(options: Options) -> tuple[Analyzer, ...]:
    """Return the analyzers that the person wants; whoever needs another's outcome stands after it.

    One whose needs are switched off is off as well.
    """
    chosen: dict[str, Analyzer] = {}
    for make in MAKERS:
        analyzer = make(options, chosen)
        if analyzer.key not in options.off and chosen.keys() >= set(analyzer.needs):
            chosen[analyzer.key] = analyzer
    return tuple(chosen.values())


ANALYZERS = analyzers(Options())
"""All there are, as they come."""


def closure(keys: Collection[str], of: Collection[Analyzer] = ANALYZERS) -> tuple[Analyzer, ...]:
    """Return those of the analyzers `of` that `keys` name and all that they need, in their order.

    Raises KeyError, naming the first in the alphabet, for a key that none of them has.
    """
    if unknown := sorted(set(keys) - {analyzer.key for analyzer in of}):
        raise KeyError(unknown[0])
    wanted = set(keys)
    for analyzer in reversed(tuple(of)):  # those who need stand last, so one pass finds needs of needs
        if analyzer.key in wanted:
            wanted.update(analyzer.needs)
    return tuple(analyzer for analyzer in of if analyzer.key in wanted)
