"""The first half of a scan: compare a folder with what the library knows of it, by size and time alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from core.media import formats
from core.sources import folder
from core.sources.folder import FileStat, Listing
from core.store import files, postings
from core.store.catalog import Catalog, Connection
from core.store.files import KnownFile
from core.types import AssetId, Entry, FileId, SourceId

FOLDERS_PER_TRANSACTION = 64


@dataclass(slots=True)
class ScanReport:
    """What one pass over one place found; unreadable: one sentence for each thing that could not be read."""

    found: int = 0
    added: int = 0
    changed: int = 0
    missing: int = 0
    online: bool = True
    unreadable: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Difference:
    """What differs in one folder."""

    listing: Listing
    folder: int | None
    added: list[Entry] = field(default_factory=list)
    changed: dict[FileId, Entry] = field(default_factory=dict)
    sidecars: dict[FileId, Entry] = field(default_factory=dict)
    back: list[FileId] = field(default_factory=list)
    missing: list[FileId] = field(default_factory=list)


def scan(
    catalog: Catalog,
    source: SourceId,
    start: str = "",
) -> ScanReport:
    """Bring the rows of `source` below its folder `start` to what lies on the disk now.

    Unchanged files (same size and time) are not read. Nothing is marked missing below a folder that could not
    be read, nor where a file system that was mounted is gone.
    """
    with catalog.read() as db:
        [row] = [s for s in files.sources(db) if s.id == source]
        known = files.folders(db, source)
    report = ScanReport(online=folder.is_online(row.root))
    if not report.online:
        return report
    walk = _Walk(frozenset(row.mounts))
    batch: list[_Difference] = []
    for listing in folder.walk(row.root, start):
        report.unreadable += listing.unreadable
        if not walk.passed(listing):
            continue
        batch.append(_compare(catalog, listing, known.get(listing.path), report))
        if len(batch) >= FOLDERS_PER_TRANSACTION:
            _store(catalog, source, batch)
            batch = []
    if _emptied(row.root, walk.seen, report, known, start):
        report.online, report.missing = False, 0
        return report
    batch += _vanished(catalog, known, walk, start, report)
    _store(catalog, source, batch)
    catalog.write(lambda db: files.set_mounts(db, source, walk.mounts | walk.known_mounts))
    return report


@dataclass(slots=True)
class _Walk:
    """What a walk came by. closed: folders whose content is unknown now, locked or on a file system that is gone."""

    known_mounts: frozenset[str]
    seen: set[str] = field(default_factory=set)
    mounts: set[str] = field(default_factory=set)
    closed: list[str] = field(default_factory=list)

    def passed(self, listing: Listing) -> bool:
        """Note `listing`; return whether its files can be compared."""
        self.seen.add(listing.path)
        if listing.mount:
            self.mounts.add(listing.path)
        gone = listing.path in self.known_mounts and not listing.mount and not listing.files
        if gone or not listing.readable:
            self.closed.append(listing.path)
        return listing.readable and not gone

    def hides(self, path: str) -> bool:
        """Whether nothing can be said of what lies at `path` now."""
        return any(_below(path, shut) for shut in (*self.closed, *(self.known_mounts - self.mounts)))


def _emptied(root: str, seen: set[str], report: ScanReport, known: dict[str, int], start: str) -> bool:
    """Whether the whole place is suddenly empty: an unmounted drive leaves its empty folder behind."""
    empty = not start and report.found == 0 and len(seen) == 1 and bool(known)
    if empty:
        report.unreadable.append(
            f"{folder.shown(root)} is empty now, like a drive that is not connected; nothing was marked missing."
        )
    return empty


def _compare(catalog: Catalog, listing: Listing, folder_id: int | None, report: ScanReport) -> _Difference:
    difference = _Difference(listing, folder_id)
    known: dict[str, KnownFile] = {}
    if folder_id is not None:
        with catalog.read() as db:
            known = files.files_in(db, folder_id)
    for entry in entries(listing.path, listing.files):
        report.found += 1
        old = known.pop(entry.name, None)
        if old is None:
            difference.added.append(entry)
            report.added += 1
        elif (old.size, old.mtime_ns) != (entry.size, entry.mtime_ns):
            difference.changed[old.id] = entry
            report.changed += 1
        else:
            if old.state == "missing":
                difference.back.append(old.id)
            if old.sidecar_sig != entry.sidecar_sig:
                difference.sidecars[old.id] = entry
    difference.missing = [old.id for old in known.values() if old.state != "missing"]
    report.missing += len(difference.missing)
    return difference


def matters(name: str) -> bool:
    """Whether a scan has to know when a file of this name changes."""
    return formats.kind_of(name) is not None or formats.may_be_sidecar(name)


def entries(path: str, found: Iterable[FileStat]) -> Iterator[Entry]:
    """Yield the media files among `found`, each with the sidecars that lie beside it."""
    listed = list(found)
    by_name = {file.name.casefold(): file for file in listed if formats.may_be_sidecar(file.name)}
    for file in listed:
        if formats.kind_of(file.name) is None:
            continue
        if not by_name:
            yield Entry(path, *file)
            continue
        names = (by_name.get(name.casefold()) for name in formats.sidecar_candidates(file.name))
        beside = sorted({side.name: side for side in names if side}.values(), key=lambda side: side.name)
        signature = ";".join(
            f"{side.name.encode('utf-8', 'replace').hex()}:{side.size}:{side.mtime_ns}" for side in beside
        )
        yield Entry(path, file.name, file.size, file.mtime_ns, tuple(side.name for side in beside), signature)


def _vanished(
    catalog: Catalog, known: dict[str, int], walk: _Walk, start: str, report: ScanReport
) -> list[_Difference]:
    """Return the folders that are gone, with their files as missing."""
    gone = []
    for path, folder_id in known.items():
        if path in walk.seen or not _below(path, start) or walk.hides(path):
            continue
        with catalog.read() as db:
            ids = [f.id for f in files.files_in(db, folder_id).values() if f.state != "missing"]
        if ids:
            gone.append(_Difference(Listing(path), folder_id, missing=ids))
            report.missing += len(ids)
    return gone


def _below(path: str, top: str) -> bool:
    return not top or path == top or path.startswith(top + "/")


def _store(catalog: Catalog, source: SourceId, batch: list[_Difference]) -> None:
    news = [d for d in batch if d.added or d.changed or d.sidecars or d.back or d.missing]
    if news:
        catalog.write(lambda db: _apply(db, source, news))


def _apply(db: Connection, source: SourceId, news: list[_Difference]) -> None:
    if all(row.id != source for row in files.sources(db)):  # removed meanwhile
        return
    touched: set[AssetId] = set()
    for difference in news:
        folder_id = difference.folder
        if folder_id is None:
            folder_id = files.add_folder(db, source, difference.listing.path)
        files.add_files(db, folder_id, difference.added)
        files.change_files(db, difference.changed)
        files.change_sidecars(db, difference.sidecars)
        touched.update(files.set_state(db, difference.back, "ready"))
        touched.update(files.set_state(db, difference.missing, "missing"))
    for asset in touched:
        postings.project(db, asset)
