"""Bringing a library back: from a backup, or from its journal alone. Every decision made since is made again."""

from dataclasses import dataclass
from pathlib import Path

from core.errors import LibraryError, NotFoundError
from core.library import Library
from core.store import backups
from core.store.backups import Backup
from core.store.catalog import claim
from core.store.connect import refuse_newer


@dataclass(frozen=True, slots=True)
class Restored:
    """backup: what the catalog is now, None where it began anew; before: where the one before lies, None for none."""

    backup: Path | None
    before: Path | None
    decisions: int


def restore(folder: Path, chosen: Path | None = None) -> Restored:
    """Make a backup the catalog: `chosen`, or the newest that is whole.

    The catalog there was is kept as a backup itself, so that this can be taken back by restoring that one. Decisions
    made after the backup come out of the journal. Raises NotFoundError where there is no such backup, LibraryError
    where it is damaged or the library is in use.
    """
    backup = _newest(folder) if chosen is None else chosen
    if not backup.is_file():
        raise NotFoundError(f"There is no backup {backup}.")
    if fault := backups.damage(backup):
        raise LibraryError(f"The backup {backup.name} is damaged ({fault}).", "Choose another: fovea backup --list")
    refuse_newer(backups.version(backup))
    with claim(folder):
        before = _keep(folder)
        backups.put_back(folder, backup)
    return Restored(backup, before, _replayed(folder))


def rebuild(folder: Path) -> Restored:
    """Begin the catalog anew out of the journal alone; a scan then fills it, and every decision is there."""
    with claim(folder):
        before = _keep(folder)
        backups.remove(folder / "catalog.db")
    return Restored(None, before, _replayed(folder))


def newest_undo(folder: Path) -> Path:
    """Return the catalog as it was before the last restore; raises NotFoundError where there was none."""
    found = [one.path for one in backups.listed(folder) if one.why == "before-restore"]
    if not found:
        raise NotFoundError("There is no restore to take back.")
    return found[0]


def _newest(folder: Path) -> Path:
    whole = (one for one in backups.listed(folder) if one.kind != "damaged" and not backups.damage(one.path))
    found: Backup | None = next(whole, None)
    if found is None:
        raise NotFoundError(
            "There is no backup of this library; fovea restore --rebuild makes the catalog again from its journal."
        )
    return found.path


def _keep(folder: Path) -> Path | None:
    """Keep the catalog that is there: as a backup, or where it is damaged as it is."""
    if not (folder / "catalog.db").exists():
        return None
    try:
        return backups.snapshot(folder, "before-restore")
    except LibraryError:
        if not backups.damage(folder / "catalog.db"):
            raise  # it is whole, and there is no room for a copy: nothing was changed
        return backups.set_aside(folder)


def _replayed(folder: Path) -> int:
    """Open the library once, which migrates it and replays its journal; return the number of its decisions."""
    with Library(folder, write=True) as library:
        return library.decision_count()
