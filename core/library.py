"""The front door of the core: open a library, scan, analyse, search, decide. Doors and window use nothing else."""

import json
import logging
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import platformdirs

from core import decide, settings, sidecars
from core.analyze import ANALYZERS, analyzers
from core.asking import SAVED, Asking
from core.decide import Decided, Wish
from core.errors import GivenUpError, LibraryError, NotFoundError, PersonError
from core.jobs import pipeline, places, plan, scan
from core.jobs.pipeline import Progress, RunReport
from core.jobs.places import Counted
from core.journal import Journal
from core.sidecars import SidecarReport
from core.sources import folder
from core.sources.watch import Watch
from core.store import assets, backups, decisions, due, faces, files, postings
from core.store.catalog import Catalog, Connection
from core.store.files import SourceRow
from core.store.thumbs import Thumbs
from core.types import AssetId, ChangeSet, Json, Mark, SourceId
from resources import vocabulary

log = logging.getLogger("fovea")

WINDOW = "window.json"  # how the window was left
NAMED = 5000  # assets that a ChangeSet names


def default_folder() -> Path:
    """Return the library's place: `FOVEA_LIBRARY`, else the platform's folder for data."""
    named = os.environ.get("FOVEA_LIBRARY")
    return Path(named) if named else platformdirs.user_data_path("fovea", appauthor=False)


@dataclass(slots=True)
class PlaceReport:
    """What a scan found at one place."""

    place: str
    report: scan.ScanReport
    moved: int = 0


@dataclass(slots=True)
class ScanResult:
    """What a scan did; run: the analysis that followed."""

    places: list[PlaceReport] = field(default_factory=list)
    run: RunReport = field(default_factory=RunReport)
    seconds: float = 0.0


class Library(Asking):
    """One library in `folder`. write: take its one writing place, replay the journal; otherwise only look.

    Raises LibraryError when the folder or its catalog cannot be used. Use as a context manager.
    """

    def __init__(self, folder: Path, *, write: bool) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise LibraryError(
                f"The library folder {folder} cannot be made ({error.strerror}).", "Choose another with --library."
            ) from error
        super().__init__(folder, Catalog(folder, write=write))
        self._listeners: list[Callable[[ChangeSet], None]] = []
        self._decided = False
        self._run: pipeline.Run | None = None
        try:
            self._journal = Journal(folder, self._catalog) if write else None
            if write:
                self._catalog.write(lambda db: postings.follow(db, vocabulary.digest()))
                self._obey()
        except BaseException:  # Ctrl+C too: the writer's thread would keep the program alive
            self._catalog.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(hurry=kind is not None)

    def close(self, *, hurry: bool = False, given_up: Callable[[], bool] = lambda: False) -> None:
        """Stop what runs, make a backup where one is due (not in a `hurry`), drain the writer, close all files.

        given_up: asked now and then while the backup is made; once it is true, the next closing makes it.
        """
        self.stop()
        try:
            if not hurry:
                self.back_up_if_due(given_up)
        finally:  # Ctrl+C too: the writer's thread would keep the program alive
            self._journal = None
            if self._thumbs is not None:
                self._thumbs.close()
                self._thumbs = None
            self._catalog.close()

    def subscribe(self, listener: Callable[[ChangeSet], None]) -> None:
        """Call `listener` after every commit, in the thread that waited for it."""
        self._listeners.append(listener)

    def stop(self) -> None:
        """End a running analysis soon; what is complete is stored. From any thread."""
        if self._run is not None:
            self._run.stop()

    # -- backups -----------------------------------------------------------------------------------------------

    def back_up(self, why: str = "asked", given_up: Callable[[], bool] = lambda: False) -> Path:
        """Make a verified copy of the catalog now; return its path. Raises LibraryError where there is no room."""
        with self._catalog.read() as db:
            return backups.make(db, self.folder, why, given_up)

    def back_up_if_due(self, given_up: Callable[[], bool] = lambda: False) -> None:
        """Make a backup where one is due and this library is written to; one that does not work is a warning."""
        if self._journal is None:
            return
        why = backups.due(self.folder, decided=self._decided)
        try:
            with self._catalog.read() as db:
                wanted = bool(why) and assets.any_there(db)
            if wanted:
                self.back_up(why, given_up)
        except GivenUpError:
            log.info("The backup was given up; the next closing makes it.")
        except LibraryError as error:  # what was asked for is done; the next closing tries again
            log.warning("%s", error)

    # -- how the window was left -----------------------------------------------------------------------------

    def recall(self) -> Json:
        """Return what `remember` wrote last; {} where there is nothing, or nothing that can be read."""
        try:
            found = json.loads((self.folder / WINDOW).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def remember(self, document: Json) -> None:
        """Write down how the window was left; what cannot be written is forgotten."""
        if self._journal is None:
            return
        fresh = self.folder / f"{WINDOW}.new"
        try:
            fresh.write_text(json.dumps(document), encoding="utf-8")
            fresh.replace(self.folder / WINDOW)
        except OSError as error:
            log.warning("The window's layout could not be written (%s).", error)

    # -- settings ----------------------------------------------------------------------------------------------

    def choose(self, name: str, value: str) -> Decided:
        """Make a setting be `value`; raises PersonError where there is none such or it cannot be that."""
        settings.check(name, value)
        decided = decide.choose(self._catalog, self._journaled(), name, value)
        self._obey()
        self._tell(decided.changes)
        return decided

    def _obey(self) -> None:
        """Where faces must not be told apart, delete what tells them apart: from the catalog, its log, its backups."""
        with self._catalog.read() as db:
            forbidden = not self.options.recognition and faces.any_vector(db)
        if forbidden:
            faces.forget_in_backups(self.folder)
            self._catalog.write(faces.forget_vectors)
            self._catalog.checkpoint()

    # -- sources -----------------------------------------------------------------------------------------------

    def scan(
        self,
        places: Sequence[str],
        *,
        analyze: bool = True,
        progress: Callable[[Progress], None] = lambda _progress: None,
    ) -> ScanResult:
        """Bring the library to what lies in `places` (folders) now and analyse what is new.

        Raises PersonError for a place that is no folder and that the library does not know.
        """
        begun = time.perf_counter()
        roots = [os.path.realpath(place) for place in places]
        chosen = [self._source_of(root) for root in roots]
        result = ScanResult()
        for place, (source, start) in zip(roots, chosen, strict=True):
            result.places.append(PlaceReport(place, scan.scan(self._catalog, source, start)))
        result.run = self._work(plan.plan_of(self.options, None if analyze else ()), roots, progress)
        for came_from, went_to in result.run.moved:
            _count_move(result.places, came_from, went_to)
        result.seconds = time.perf_counter() - begun
        return result

    def _source_of(self, root: str) -> tuple[SourceId, str]:
        """Return the source that holds the folder `root`, and the folder within it; a new source where none does."""
        with self._catalog.read() as db:
            known = files.sources(db)
            for source in known:
                within = folder.inside(root, source.root)
                if within is None:
                    continue
                if not within or os.path.isdir(root) or not folder.is_online(source.root):
                    return source.id, within
                if within in files.folders(db, source.id):  # a folder that is gone: its parent tells
                    return source.id, os.path.dirname(within)
        if not folder.is_online(root):
            what = "is a file; give the folder it lies in" if os.path.exists(root) else "does not exist"
            raise PersonError(f"{folder.shown(root)} {what}.")
        return self._add_source(root, known), ""

    def _add_source(self, root: str, known: Sequence[SourceRow]) -> SourceId:
        """Add `root`; a larger folder takes in the sources within it, whose contents stay known."""
        now_ms = int(time.time() * 1000)
        inner = [s.id for s in known if folder.inside(s.root, root) and folder.is_online(s.root)]

        def work(db: Connection) -> SourceId:
            touched = [asset for source in inner for asset in files.remove_source(db, source)]
            files.recount(db, touched)
            return files.add_source(db, root, now_ms)

        return self._catalog.write(work)

    def remove_source(self, source: SourceId) -> ChangeSet:
        """Forget `source`: its photos are found no more. What is known of them stays and is there with them again.

        Raises NotFoundError for an unknown one.
        """
        return self._changed(source, places.remove(self._catalog, source))

    def relocate(self, source: SourceId, root: str) -> ChangeSet:
        """Say that the folder of `source` lies at `root` now; nothing is read again.

        Raises NotFoundError for an unknown one, and PersonError with one sentence where `root` cannot be it.
        """
        return self._changed(source, places.relocate(self._catalog, source, os.path.realpath(root)))

    def _changed(self, source: SourceId, touched: Collection[AssetId]) -> ChangeSet:
        many = len(touched) > NAMED
        assets = frozenset(() if many else touched)
        changes = ChangeSet(assets, frozenset({source}), frozenset({"sources", "files"}), many)
        self._tell(changes)
        return changes

    def count(self, folders: Sequence[str]) -> Iterator[Counted]:
        """Yield what lies in `folders` and below, growing with each folder looked at; the library is not asked."""
        return places.count(folders)

    def watch(self, changed: Callable[[Sequence[str]], None], quiet_s: float = 2.0) -> Watch:
        """Watch the sources that are there now, and call `changed` with folders to scan; see core/sources/watch.py."""
        roots = [source.root for source, _count in self.sources() if source.online]
        return Watch(roots, changed, quiet_s, relevant=scan.matters)

    # -- analysis ----------------------------------------------------------------------------------------------

    def analyze(
        self,
        *,
        only: Sequence[str] | None = None,
        places: Sequence[str] | None = None,
        retry_failed: bool = False,
        progress: Callable[[Progress], None] = lambda _progress: None,
    ) -> RunReport:
        """Do all that is due, or what the analyzers `only` and the folders `places` narrow it to.

        Raises PersonError for an analyzer that does not exist or is switched off.
        """
        self._refuse_unknown(set(only or ()))
        if retry_failed:
            self._catalog.write(due.retry_failures)
        roots = None if places is None else [os.path.realpath(place) for place in places]
        return self._work(plan.plan_of(self.options, only), roots, progress)

    def _refuse_unknown(self, only: set[str]) -> None:
        known = [a.key for a in ANALYZERS]
        if unknown := sorted(only - set(known)):
            raise PersonError(f"There is no analyzer {', '.join(unknown)}.", f"There are: {', '.join(known)}.")
        if off := sorted(only - {a.key for a in analyzers(self.options)}):
            raise PersonError(f"{', '.join(off)} is switched off.", f"Switch it on with: fovea settings {off[0]} on")

    def _work(self, wanted: plan.Plan, roots: Sequence[str] | None, progress: Callable[[Progress], None]) -> RunReport:
        whole = plan.plan_of(self.options)
        if self._thumbs is None:
            self._thumbs = Thumbs(self.folder)
        if self._thumbs.fresh:
            self._catalog.write(due.retry_media)
            self._thumbs.seen_to()
        left = plan.what_is_due(self._catalog, wanted, whole, roots)
        self._run = pipeline.Run(self._catalog, self._thumbs, wanted, whole, left, pipeline.workers())
        try:
            self._run.work(progress, self._tell)
        finally:
            assert self._journal is not None
            self._journal.catch_up()
        try:
            with self._catalog.read() as db:
                self._meaning.save(db)
        except OSError as error:
            log.warning("The search index could not be written (%s); it is made again when it is needed.", error)
        return self._run.report

    def _tell(self, changes: ChangeSet) -> None:
        self._decided |= bool(changes.aspects & {"marks", "settings"})
        for listener in self._listeners:
            listener(changes)

    # -- deciding ----------------------------------------------------------------------------------------------

    def mark(self, paths: Sequence[str], wishes: Sequence[Wish]) -> tuple[Decided, list[str]]:
        """Make `wishes` true of the files at `paths`; return what was decided and the paths the library lacks."""
        chosen: dict[AssetId, None] = {}
        unknown = []
        with self._catalog.read() as db:
            for path in paths:
                asset = self._find(db, os.path.abspath(path))
                if asset is None:
                    unknown.append(path)
                else:
                    chosen[asset] = None
        return self.decide(list(chosen), wishes), unknown

    def _canonical(self, wishes: Sequence[Wish]) -> list[Wish]:
        """Spell labels as the vocabulary does; raises NotFoundError for an unknown one, PersonError for no text."""
        made = []
        for wish in wishes:
            if not _is_text(wish.value):
                raise PersonError(f'"{folder.shown(wish.value)}" holds bytes that are no text.', "Type it anew.")
            if wish.verb not in ("confirm", "reject", "unsay"):
                made.append(wish)
                continue
            names = self._vocabulary.find(wish.value)
            if not names:
                raise NotFoundError(f'There is no label "{wish.value}"; a word of your own is a tag (--tag).')
            made += [Wish(wish.verb, name) for name in names]
        return made

    def rebuild(self) -> int:
        """Make all that search reads again from findings and decisions; return the number of assets."""
        return self._catalog.write(postings.rebuild)

    def decide(self, chosen: Sequence[AssetId], wishes: Sequence[Wish], initiator: str = "") -> Decided:
        """Make `wishes` true of every asset in `chosen`; see decide.decide."""
        decided = decide.decide(self._catalog, self._journaled(), chosen, self._canonical(wishes), initiator)
        self._tell(decided.changes)
        return decided

    def undo(self, initiator: str = "") -> Decided:
        """Take back the newest act that still stands; raises NotFoundError when there is none."""
        return self._took_back(decide.undo(self._catalog, self._journaled(), initiator))

    def redo(self, initiator: str = "") -> Decided:
        """Do again what was taken back last; raises NotFoundError when there is nothing, or a newer decision."""
        return self._took_back(decide.redo(self._catalog, self._journaled(), initiator))

    def _took_back(self, decided: Decided) -> Decided:
        self._obey()
        self._tell(decided.changes)
        return decided

    def save_search(self, name: str, query: str) -> Decided:
        """Keep `query` as `name`, "" to keep it no longer; a decision like all others."""
        decided = decide.choose(self._catalog, self._journaled(), SAVED + name, query)
        self._tell(decided.changes)
        return decided

    # -- sidecars ----------------------------------------------------------------------------------------------

    def ever_decided(self, places: Sequence[str]) -> tuple[list[AssetId], list[str]]:
        """Return the assets in the folders or files `places` that were ever decided on, and the places it lacks."""
        chosen: dict[AssetId, None] = {}
        unknown = []
        with self._catalog.read() as db:
            for place in places:
                if asset := self._find(db, os.path.abspath(place)):
                    chosen[asset] = None
                elif folders := files.folders_below(db, os.path.realpath(place)):
                    chosen.update(dict.fromkeys(due.ever_decided(db, folders)))
                else:
                    unknown.append(place)
        return list(chosen), unknown

    def write_sidecars(self, chosen: Sequence[AssetId], places: Sequence[str] | None = None) -> SidecarReport:
        """Write the marks of the assets beside all their files that are there, or those in `places`; see sidecars.py.

        places: folders or files. The next scan reads what was written as the file's own words; of those, a rating
        counts less than the person's, and a keyword that is no tag any more goes with the next writing and scan.
        """
        wanted = [spelled for place in places or () for spelled in (os.path.abspath(place), os.path.realpath(place))]

        def marked() -> Iterator[tuple[str, list[Mark]]]:
            for asset in chosen:
                with self._catalog.read() as db:
                    marks, paths = decisions.marks(db, asset), files.paths_of(db, asset)
                for path in paths:
                    is_wanted = places is None or any(folder.inside(path, place) is not None for place in wanted)
                    if is_wanted and os.path.exists(path):
                        yield path, marks

        return sidecars.write_all(marked())

    def _journaled(self) -> Journal:
        if self._journal is None:
            raise LibraryError("Another Fovea is writing to this library; here you can only look.")
        return self._journal


def _count_move(reports: Sequence[PlaceReport], came_from: str, went_to: str) -> None:
    """A file that moved is neither added where it went nor missing where it was."""
    for report in reports:
        inside = os.path.join(report.place, "")
        if went_to.startswith(inside):
            report.moved += 1
            report.report.added -= 1
        if came_from.startswith(inside) and report.report.missing:
            report.report.missing -= 1


def _is_text(value: str) -> bool:
    """Whether `value` can be written as UTF-8: bytes of another encoding, or half a pair of UTF-16, cannot."""
    return not any("\ud800" <= sign <= "\udfff" for sign in value)
