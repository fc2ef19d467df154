"""All that can be asked of a library without changing it."""

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from core import settings
from core.analyze import fingerprint
from core.export import View, document
from core.jobs import plan, spot
from core.search import chips, engine
from core.search.chips import Chip
from core.search.engine import Found, Ranking
from core.search.meaning import NETWORK, Meaning
from core.sources import folder
from core.store import assets, cards, decisions, due, faces, files, findings, health, postings
from core.store.catalog import Catalog, Connection
from core.store.connect import interruptible, sentences
from core.store.due import Failure
from core.store.thumbs import Thumbs
from core.types import AssetId, Card, Face, Hit, Json, Options, Source
from models import cards as models
from resources import vocabulary

ALIKE = 200  # neighbours a search by example brings
ALIKE_FLOOR = 0.5  # cosine under which two pictures share nothing a person would see; see docs/MEASUREMENTS.md


SAVED = "search:"  # the name of a setting that is a saved search begins so
MOST_PATHS = 50  # copies of one content that are told


@dataclass(frozen=True, slots=True)
class Shelves:
    """What a library can be browsed by.

    sources: with the number of files each; tags, months ("2019-05", newest first), labels (the frequent first), flags:
    (name, how many); searches: (name, query); faces: photos with a face; total: assets; waiting: files and assets
    that the current plan has not looked at yet; networks_missing: those whose files are not on this disk;
    off: analyzers that are not wanted.
    """

    sources: tuple[tuple[Source, int], ...] = ()
    tags: tuple[tuple[str, int], ...] = ()
    months: tuple[tuple[str, int], ...] = ()
    labels: tuple[tuple[str, int], ...] = ()
    searches: tuple[tuple[str, str], ...] = ()
    flags: tuple[tuple[str, int], ...] = ()
    faces: int = 0
    total: int = 0
    waiting: int = 0
    networks_missing: tuple[str, ...] = ()
    off: frozenset[str] = frozenset()


class Asking:
    """The questions to the library in `folder`; Library opens it and adds what changes it. From any thread."""

    def __init__(self, folder: Path, catalog: Catalog) -> None:
        self.folder = folder
        self._catalog = catalog
        self._thumbs: Thumbs | None = None
        self._meaning = Meaning(folder / "vectors")
        self._vocabulary = vocabulary.load()

    def thumbnail(self, asset: str) -> bytes | None:
        """Return the JPEG (longer side 256 px at most) of the content `asset`, a hex SHA-256; None where there is none.

        From one thread at a time. Raises LibraryError where the thumbnails cannot be read.
        """
        with sentences():
            if self._thumbs is None:
                self._thumbs = Thumbs(self.folder)
            return self._thumbs.get(asset)

    def search(self, query: str, limit: int | None = 50) -> Found:
        """Answer `query`; limit None: every hit."""
        with self._catalog.read() as db:
            return engine.search(db, self._vocabulary, self._meaning.by_words, query, limit, _today())

    def find(self, query: str, *, newest_only: bool = False, given_up: Callable[[], bool] = lambda: False) -> Ranking:
        """Answer `query` with numbers alone, for a wall of any length; newest_only: see engine.find.

        Raises GivenUpError as soon as `given_up` says so.
        """
        with self._catalog.read() as db, interruptible(db, given_up):
            return engine.find(db, self._vocabulary, self._meaning.by_words, query, _today(), newest_only=newest_only)

    def explain(self, ranking: Ranking, shown: Sequence[int]) -> list[Hit]:
        """Return the hits at the places `shown` of a ranking."""
        with self._catalog.read() as db:
            return engine.hits(db, self._vocabulary, ranking, shown)

    def cards(self, wanted: Sequence[AssetId]) -> list[Card]:
        """Return what the wall tells of each asset; those that are gone are left out."""
        with self._catalog.read() as db:
            return cards.of(db, wanted)

    def chips(self, query: str, *, killing: bool = False, given_up: Callable[[], bool] = lambda: False) -> list[Chip]:
        """Return the parts of `query` as they were read, each with its count; killing: see chips.chips.

        Raises GivenUpError as soon as `given_up` says so.
        """
        with self._catalog.read() as db, interruptible(db, given_up):
            return chips.chips(db, self._vocabulary, query, _today(), killing=killing)

    def warm_up(self) -> None:
        """Load what the first search by words needs."""
        with self._catalog.read() as db:
            self._meaning.by_words(db, "photo", 1)

    def completions(self, begun: str, most: int = 12) -> list[tuple[str, int]]:
        """Return what a word that begins so may become: labels, tags, places, cameras of this library, with counts."""
        with self._catalog.read() as db:
            return postings.completions(db, begun, most)

    def seek(self, ranking: Ranking, begun: str) -> int:
        """Return the place of the first photo in `ranking` with a file whose name begins so, -1 where there is none."""
        with self._catalog.read() as db:
            named = files.assets_named(db, begun)
        places = np.flatnonzero(np.isin(ranking.assets, named))
        return int(places[0]) if len(places) else -1

    def similar(self, path: str, limit: int | None = 50) -> Found:
        """Return what looks like the picture at `path`, in the library or not, itself left out.

        Raises MediaError for a file that is no picture.
        """
        ranking = self.alike(path)
        count = len(ranking.assets)
        found = self.explain(ranking, range(count if limit is None else min(limit, count)))
        return Found(os.path.abspath(path), ranking.understood, count, ranking.strong, tuple(found))

    def alike(self, path: str) -> Ranking:
        """Answer with what looks like the picture at `path`; see `similar`."""
        path = os.path.abspath(path)
        with self._catalog.read() as db:
            asset = self._find(db, path)
            vector = findings.vector_of(db, NETWORK, asset) if asset else None
            hash_ = due.fingerprint(db, asset) if asset else ""
        if vector is None:
            seen = spot.look_at(path, Options(), ("embedding", "fingerprint"))
            vector = seen.outcomes["embedding"].vectors[NETWORK]
            hash_ = str(seen.outcomes["fingerprint"].findings[0].detail["hash"])
        with self._catalog.read() as db:
            near = self._meaning.by_picture(db, vector, ALIKE + 1)
            living = set(due.living(db, [other for other, _cosine in near]))
            kept = [
                (other, cosine, _near_duplicate(hash_, due.fingerprint(db, other)))
                for other, cosine in near
                if other != asset and other in living
            ]
        return engine.alike([item for item in kept if item[2] or item[1] >= ALIKE_FLOOR], folder.shown(path))

    def about(self, asset: AssetId) -> Json:
        """Return the `show` document of `asset` with details, and beside it what only the window tells.

        "title", "caption", "lens", "creator", "rights", "date_origin", "people"; "marks": [{kind, name, value,
        inherited}]; "failures": why it could not be looked at, or not at all of it; "history": [{at_ms, actor, verb,
        value, undone}], newest first; "files": [{path, online}].
        Raises NotFoundError where there is none such.
        """
        with self._catalog.read() as db:
            view = self._view(db, asset)
            acts = decisions.of_subject(db, view.sha256)
            failures = due.failures_of(db, asset)
            roots = {source.root for source in files.sources(db)}
        away = tuple(os.path.join(root, "") for root in roots if not folder.is_online(root))
        taken_back = {act.undoes for act in acts if act.verb == "undo"}
        facts = view.metadata
        return document(view, self._vocabulary, details=True) | {
            "id": int(asset),
            "title": facts.title, "caption": facts.caption, "lens": facts.lens, "creator": facts.creator,
            "rights": facts.rights, "date_origin": facts.date_origin, "format": view.facts.format,
            "people": sorted({*facts.people, *(region.name for region in facts.regions if region.name)}),
            "marks": [asdict(mark) for mark in view.marks],
            "failures": failures,
            "history": [
                {"at_ms": a.at_ms, "actor": a.actor, "verb": a.verb, "value": a.value, "undone": a.id in taken_back}
                for a in reversed(acts)
                if a.verb != "undo"
            ],
            "files": [{"path": path, "online": not path.startswith(away)} for path in view.paths[:MOST_PATHS]],
        }  # fmt: skip

    def shelves(self) -> Shelves:
        """Return what the library can be browsed by, with counts."""
        with self._catalog.read() as db:
            counted = {kind: postings.terms_of_kind(db, kind) for kind in ("tag", "month", "faces", "flag", "label")}
            kept = decisions.settings(db)
            total = sum(postings.count_of(db, "type", kind) for kind in ("photo", "video"))
            waiting = due.waiting(db, plan.plan_of(settings.options(kept)).digest)
        faces = sum(row.count for row in counted["faces"] if row.name != "0")
        return Shelves(
            sources=tuple(self.sources()),
            tags=tuple(sorted((row.name, row.count) for row in counted["tag"])),
            months=tuple(sorted(((row.name, row.count) for row in counted["month"]), reverse=True)),
            labels=tuple((row.name, row.count) for row in counted["label"]),
            searches=tuple(
                (n.removeprefix(SAVED), query) for n, query in kept.items() if n.startswith(SAVED) and query
            ),
            flags=tuple((row.name, row.count) for row in counted["flag"]),
            faces=faces,
            total=total,
            waiting=waiting,
            networks_missing=models.missing(),
            off=settings.options(kept).off,
        )

    def show(self, path: str, *, details: bool = False) -> Json:
        """Return the `show` document of the file at `path`; one outside every source is looked at, nothing is stored.

        details: see export.document. Raises MediaError for a file that cannot be read.
        """
        path = os.path.abspath(path)
        with self._catalog.read() as db:
            asset = self._find(db, path)
            if asset is not None:
                return document(self._view(db, asset, path), self._vocabulary, details=details)
        seen = spot.look_at(path, self.options)
        assert seen.decoded is not None
        found = [finding for outcome in seen.outcomes.values() for finding in outcome.findings]
        shown = [face for outcome in seen.outcomes.values() for face in outcome.faces]
        view = View(path, [path], seen.sha256, seen.decoded.facts, seen.decoded.metadata, found, (), shown)
        return document(view, self._vocabulary, details=details)

    def _view(self, db: Connection, asset: AssetId, path: str = "") -> View:
        """Return all that is known of `asset`, told of the file at `path`, "": of its first."""
        row = assets.get(db, asset)
        paths = files.paths_of(db, asset)
        path = path or next(iter(paths), "")
        marks = decisions.marks(db, asset)
        found = findings.of_asset(db, asset)
        return View(path, paths, row.sha256, row.facts, row.metadata, found, marks, self._faces(db, asset))

    def _faces(self, db: Connection, asset: AssetId) -> list[Face]:
        """Return the faces of `asset`; what the person has switched off since is not told."""
        hidden = set() if self.options.gender else {"gender"}
        return [
            replace(face, attributes={key: told for key, told in face.attributes.items() if key not in hidden})
            for face in faces.of_asset(db, asset)
        ]

    def _find(self, db: Connection, path: str) -> AssetId | None:
        """Return the analysed asset at `path`, whether spelled straight or through links."""
        found = files.find_asset(db, path)
        return found if found is not None else files.find_asset(db, os.path.realpath(path))

    def documents(self, places: Sequence[str] | None = None) -> Iterator[Json]:
        """Yield the `show` document of every asset, or of those below the folders `places`."""
        roots = None if places is None else [os.path.join(os.path.realpath(place), "") for place in places]
        with self._catalog.read() as db:
            for asset in due.all_living(db):
                paths = files.paths_of(db, asset)
                chosen = [p for p in paths if roots is None or p.startswith(tuple(roots))]
                if chosen:
                    yield document(self._view(db, asset, chosen[0]), self._vocabulary)

    def inherited(self, path: str) -> list[str]:
        """Return the tags, labels and ratings that an edited picture has from the one before it, unconfirmed."""
        with self._catalog.read() as db:
            asset = self._find(db, os.path.abspath(path))
            marks = decisions.marks(db, asset) if asset is not None else []
        return [mark.name or mark.value for mark in marks if mark.inherited]

    def decision_count(self) -> int:
        """Return the number of decisions that the library holds."""
        with self._catalog.read() as db:
            return decisions.last_id(db)

    @property
    def options(self) -> Options:
        """What the person chose of the analysis."""
        return settings.options(self.settings())

    def settings(self) -> dict[str, str]:
        """Return the choices that the person made, by name; see core/settings.py for the rest."""
        with self._catalog.read() as db:
            return decisions.settings(db)

    def sources(self) -> list[tuple[Source, int]]:
        """Return every source with the number of its files."""
        with self._catalog.read() as db:
            counts = files.file_counts(db)
            rows = files.sources(db)
        return [
            (Source(s.id, "folder", s.root, s.added_ms, folder.is_online(s.root)), counts.get(s.id, 0)) for s in rows
        ]

    def problem(self) -> str:
        """Return one sentence when the catalog is damaged, "" when it is whole."""
        with self._catalog.read() as db:
            return health.damage(db)

    def failures(self) -> list[Failure]:
        """Return everything that could not be read or analysed, with its reason."""
        with self._catalog.read() as db:
            return due.failures(db)


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _near_duplicate(one: str, other: str) -> bool:
    return bool(one and other) and fingerprint.distance(one, other) <= fingerprint.NEAR
