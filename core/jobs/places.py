"""A source as a whole: forgotten, moved to another place, counted before it is one."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.errors import NotFoundError, PersonError
from core.media import formats
from core.sources import folder
from core.sources.folder import shown
from core.store import files, postings
from core.store.catalog import Catalog, Connection
from core.store.files import SourceRow
from core.types import AssetId, FileId, SourceId

FILES_PER_TRANSACTION = 256  # the writer is free for others in between
SAMPLE = 200  # files looked for before a folder is taken for another one that moved


@dataclass(frozen=True, slots=True)
class Counted:
    """What lies in some folders, by the names of the files."""

    photos: int = 0
    films: int = 0


def count(places: Sequence[str]) -> Iterator[Counted]:
    """Yield what was found so far in the folders `places` and below, after each folder that a scan would look at.

    Places within others count once. Closing the iterator ends the walk.
    """
    photos = films = 0
    roots: list[str] = []
    for root in sorted({os.path.realpath(place) for place in places}, key=lambda root: root.split(os.sep)):
        if not roots or folder.inside(root, roots[-1]) is None:
            roots.append(root)
    for root in roots:
        for listing in folder.walk(root):
            kinds = [formats.kind_of(file.name) for file in listing.files]
            photos += kinds.count("photo")
            films += kinds.count("video")
            yield Counted(photos, films)


def remove(catalog: Catalog, source: SourceId) -> set[AssetId]:
    """Forget `source` and its files; return the assets they held, whose findings, vectors and decisions stay.

    In many short transactions; one that is cut off leaves a source with fewer files, for a scan or another removal.
    Raises NotFoundError for an unknown one.
    """
    _known(catalog, source)
    with catalog.read() as db:
        ids = files.file_ids(db, source)
    touched: set[AssetId] = set()
    for begin in range(0, len(ids), FILES_PER_TRANSACTION):
        page = ids[begin : begin + FILES_PER_TRANSACTION]

        def forget(db: Connection, page: Sequence[FileId] = page) -> list[AssetId]:
            held = files.forget(db, page)
            _project(db, held)
            return held

        touched.update(catalog.write(forget))
    touched.update(catalog.write(lambda db: _forget_source(db, source)))
    return touched


def _forget_source(db: Connection, source: SourceId) -> Sequence[AssetId]:
    held = files.remove_source(db, source)  # what a scan has added meanwhile
    files.recount(db, held)
    _project(db, held)
    return held


def _project(db: Connection, assets: Sequence[AssetId]) -> None:
    for asset in assets:
        postings.project(db, asset)


def relocate(catalog: Catalog, source: SourceId, root: str) -> Sequence[AssetId]:
    """Say that the folder of `source` lies at `root` (absolute, links resolved) now; return the assets in it.

    Every row stays, so that the next scan finds the same files. Raises NotFoundError for an unknown source, and
    PersonError where `root` is no folder, overlaps another source, or holds less than half of the files looked for.
    """
    row, others = _known(catalog, source)
    if not folder.is_online(root):
        raise PersonError(f"{shown(root)} is not a folder.")
    for other in others:
        if folder.inside(root, other.root) is not None or folder.inside(other.root, root) is not None:
            raise PersonError(f"{shown(root)} and {shown(other.root)}, which the library has already, overlap.")
    _refuse_another_tree(catalog, row, root)
    catalog.write(lambda db: files.set_root(db, source, root))
    with catalog.read() as db:
        named = files.assets_of(db, source, "")  # the root's own name is among the words they are found by
        held = files.assets_of(db, source)
    if os.path.basename(root) != os.path.basename(row.root):
        for begin in range(0, len(named), FILES_PER_TRANSACTION):
            page = named[begin : begin + FILES_PER_TRANSACTION]
            catalog.write(lambda db, page=page: _project(db, page))  # type: ignore[misc]
    return held


def _refuse_another_tree(catalog: Catalog, row: SourceRow, root: str) -> None:
    """Raise PersonError unless at least half of up to 200 files, spread over the source, lie below `root` as well."""
    with catalog.read() as db:
        ids = files.file_ids(db, row.id)
        sample = files.sizes(db, ids[:: -(-len(ids) // SAMPLE) or 1])
    there = sum(_has(os.path.join(root, path), size) for path, size in sample)
    if 2 * there < len(sample):
        raise PersonError(
            f"{shown(root)} does not hold what lay in {shown(row.root)}: "
            f"of {len(sample)} files looked for, {there} are there."
        )


def _has(path: str, size: int) -> bool:
    try:
        return os.stat(path).st_size == size
    except OSError:
        return False


def _known(catalog: Catalog, source: SourceId) -> tuple[SourceRow, list[SourceRow]]:
    """Return the row of `source` and those of all others; raises NotFoundError for an unknown one."""
    with catalog.read() as db:
        rows = files.sources(db)
    for row in rows:
        if row.id == source:
            return row, [other for other in rows if other.id != source]
    raise NotFoundError(f"The library has no source {source}.")
