"""Meaning as vectors: words and pictures in one space, pictures beside pictures in another, both over one network."""

import threading
from pathlib import Path

import numpy as np

from core.index import Space, VectorIndex, Vectors
from core.store.catalog import Connection
from core.types import AssetId, Vector
from models.captions_head import adapter as head
from models.minilm_l6 import adapter as sentences
from models.tinyvit_5m_in22k import adapter as pictures

NETWORK = pictures.session.card.id
ALIKE_WIDTH = 320
WORDS_WIDTH = 256


class Meaning:
    """The two indexes below `folder`, loaded when first asked: "words" (through the head) and "alike".

    From any thread: one asks while another brings them up to what it has just analysed.
    """

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._words = VectorIndex(folder, Space("words", NETWORK, WORDS_WIDTH, head.project))
        self._alike = VectorIndex(folder, Space("alike", NETWORK, ALIKE_WIDTH, _as_is))

    def by_words(self, db: Connection, text: str, count: int) -> list[tuple[AssetId, float]]:
        """Return (asset, cosine) of the `count` pictures nearest to what `text` means, best first."""
        with self._lock:
            self._words.refresh(db)
            if not len(self._words):
                return []
            return self._words.nearest(db, head.words(sentences.embed(text)), count)

    def by_picture(self, db: Connection, vector: Vector, count: int) -> list[tuple[AssetId, float]]:
        """Return (asset, cosine) of the `count` pictures that look most like the one with `vector`, best first."""
        with self._lock:
            self._alike.refresh(db)
            return self._alike.nearest(db, vector.astype(np.float32), count)

    def save(self, db: Connection) -> None:
        """Bring both indexes up to the catalog and write them, where something is new."""
        with self._lock:
            for index in (self._words, self._alike):
                if index.refresh(db):
                    index.save()


def _as_is(vectors: Vectors) -> Vectors:
    return vectors
