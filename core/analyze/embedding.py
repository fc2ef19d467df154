"""Embedding: the picture as a vector, for search by meaning and by example."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from core.types import Outcome, Picture
from models.tinyvit_5m_in22k import adapter


class Embedding:
    """One vector per picture, under the id of the network that made it."""

    key: ClassVar[str] = "embedding"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ()
    features: ClassVar[frozenset[str]] = frozenset()

    def run(self, pictures: Sequence[Picture], given: Sequence[Mapping[str, Outcome]]) -> list[Outcome]:
        """Return the vectors {"tinyvit-5m-in22k@1": float16 (320,), length 1}; `given` is unused.

        Raises NetworkError where the weights are missing or wrong.
        """
        network = adapter.session.card.id
        return [Outcome(vectors={network: adapter.embed(picture.pixels)}) for picture in pictures]
