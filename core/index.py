"""USearch indexes over the vectors that SQLite owns: a cache with its own SHA-256, made again on any mismatch."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from usearch.index import Index

from core.store import findings
from core.store.catalog import Connection
from core.types import AssetId

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Space:
    """What an index is over: `network` names the stored vectors, `transform` turns (n, d) of them into (n, width)."""

    name: str
    network: str
    width: int
    transform: Callable[[Vectors], Vectors]


@dataclass(frozen=True, slots=True)
class _Seal:
    """What stands beside an index file: its SHA-256, the newest vector in it, and the name of the catalog it is of."""

    sha256: str
    generation: int
    catalog: str


class VectorIndex:
    """The index of one space in the folder `folder`, loaded when first asked and never trusted unchecked.

    USearch opens a file with a flipped byte without a word: the file's SHA-256 decides, not the library.
    """

    def __init__(self, folder: Path, space: Space) -> None:
        self.space = space
        self._file = folder / f"{space.name}.usearch"
        self._seal_file = folder / f"{space.name}.json"
        self._index = self._empty()
        self._generation, self._catalog = 0, ""
        self._loaded = False

    def _empty(self) -> Index:
        return Index(
            ndim=self.space.width, metric="cos", dtype="f16", connectivity=16, expansion_add=64, expansion_search=128
        )

    def __len__(self) -> int:
        return len(self._index)

    def refresh(self, db: Connection) -> int:
        """Bring the index up to the vectors in the catalog; return how many were added."""
        if not self._loaded:
            self._load()
        catalog = findings.catalog_name(db)
        if catalog != self._catalog:  # nothing in the file can be believed
            self._index, self._generation, self._catalog = self._empty(), 0, catalog
        added = 0
        for assets, vectors, generation in findings.vectors_after(db, self.space.network, self._generation):
            keys = np.array(assets, np.uint64)
            known = [key for key in keys if key in self._index] if self._generation else []
            if known:
                self._index.remove(np.array(known, np.uint64))
            self._index.add(keys, self.space.transform(vectors).astype(np.float16), threads=1)
            self._generation = generation
            added += len(assets)
        return added

    def _load(self) -> None:
        self._loaded = True
        try:
            seal = _Seal(**json.loads(self._seal_file.read_text()))
            if _sha256(self._file) != seal.sha256:
                return
            self._index.load(str(self._file))
            self._generation, self._catalog = seal.generation, seal.catalog
        except (OSError, ValueError, TypeError, RuntimeError):  # no file, or damaged: it is made again
            self._index = self._empty()

    def save(self) -> None:
        """Write the index beside its SHA-256, each under a temporary name first; raises OSError for a full disk."""
        self._file.parent.mkdir(mode=0o700, exist_ok=True)
        partial = self._file.with_suffix(".partial")
        try:
            self._index.save(str(partial))
        except RuntimeError as error:  # how USearch tells of a disk
            raise OSError(str(error)) from error
        seal = _Seal(_sha256(partial), self._generation, self._catalog)
        _sync(partial)
        self._seal_file.unlink(missing_ok=True)  # between the two files no seal may stand
        partial.replace(self._file)
        partial_seal = self._seal_file.with_suffix(".sealing")
        partial_seal.write_text(json.dumps(asdict(seal)))
        _sync(partial_seal)
        partial_seal.replace(self._seal_file)

    def nearest(self, db: Connection, vector: Vectors, count: int) -> list[tuple[AssetId, float]]:
        """Return (asset, cosine) of the `count` nearest to `vector` (width,), best first; cosines are exact."""
        if not len(self._index):
            return []
        found = self._index.search(vector.astype(np.float16), min(count, len(self._index)), threads=1)
        return self.exact(db, vector, [AssetId(int(key)) for key in found.keys])

    def exact(self, db: Connection, vector: Vectors, allowed: list[AssetId]) -> list[tuple[AssetId, float]]:
        """Return (asset, cosine) of every asset in `allowed` that has a vector, best first."""
        assets, vectors = findings.vectors_of(db, self.space.network, allowed)
        if not assets:
            return []
        cosines = self.space.transform(vectors) @ (vector / np.linalg.norm(vector))
        ranked = sorted(zip(assets, cosines.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))
        return [(asset, float(cosine)) for asset, cosine in ranked]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
