"""Made photos for a library that no one could take: events with their files, assets, words and decisions as rows."""

import datetime as dt
import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from core.media.place import gazetteer
from core.store.decisions import SINGLE
from core.store.postings import Term
from core.store.words import folded
from core.types import Verb

EACH, SOURCES = 200, 3  # photos of an event in the mean; sources
SHARED, RARELY = 40, 500  # looks that an event deals out; every so many events deal out the first look
FIRST_DAY, DAYS, DAY_MS = np.datetime64("2006-01-01"), 7_304, 86_400_000
AT_MS = 1_790_000_000_000  # when all of it was looked at
FILMS, KEYED, RATED, TAGGED, JUDGED = 0.05, 0.08, 0.1, 0.03, 0.01  # shares
COPIED, GONE, UNDATED = 100, 331, 1009  # every so many: has a copy, is missing, has no date
REACH = 5.0  # by which the confidences of a look are moved from photo to photo
TAGS = ("family", "holiday", "to print", "garden", "wedding", "school", "birthday", "work")
KEYWORDS = ("sunset", "portrait", "architecture", "macro", "travel", "concert", "sport", "hiking", "dog", "beach")
CAPTIONS = ("A walk at the beach", "Our dog", "The old bridge", "Lunch with everybody", "First day of school")
NOTHING: tuple[Literal[""], str] = ("", "")
SAID: tuple[tuple[Verb, str], ...] = (*(("rate", str(stars)) for stars in range(6)), ("pick", "1"), ("color", "red"))
"""What a person says of a photo."""

Rows = dict[str, list[tuple[Any, ...]]]
"""Rows by table."""


class Kit(NamedTuple):
    """A camera and the files it writes; stem: the name by number and moment."""

    camera: str
    lens: str
    format: str
    suffix: str
    width: int
    height: int
    stem: str


KITS = (
    Kit("Apple iPhone 12", "iPhone 12 back camera 4.2mm f/1.6", "HEIF", ".HEIC", 4032, 3024, "IMG_{number:04d}"),
    Kit("Google Pixel 6", "", "JPEG", ".jpg", 4080, 3072, "PXL_{at:%Y%m%d_%H%M%S}{number:03d}"),
    Kit("Canon EOS 70D", "EF-S17-55mm f/2.8 IS USM", "JPEG", ".JPG", 5472, 3648, "IMG_{number:04d}"),
    Kit("Sony ILCE-7M3", "FE 24-105mm F4 G OSS", "JPEG", ".JPG", 6000, 4000, "DSC{number:05d}"),
    Kit("Nikon D90", "", "JPEG", ".JPG", 4288, 2848, "DSC_{number:04d}"),
    Kit("Panasonic DMC-TZ5", "", "JPEG", ".JPG", 3456, 2592, "P{number:07d}"),
    Kit("", "", "JPEG", ".jpg", 1600, 1200, "IMG-{at:%Y%m%d}-WA{number:04d}"),
)
"""The last one is what a messenger leaves of a photo."""


class Spot(NamedTuple):
    """A place as `asset` stores it."""

    lat: float | None = None
    lon: float | None = None
    name: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A folder of photos taken in one place within some days; taken: wall times in ms, in order."""

    source: int
    folder: str
    kit: Kit
    spot: Spot
    taken: npt.NDArray[np.int64]
    tag: str


class Traits:
    """What assets share, numbered from 1: each trait is a set of terms, and maybe text."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, float, bool]] = []
        """(trait, number of the term, confidence, whether that moves from photo to photo)."""
        self.terms: dict[Term, int] = {}
        self.texts: dict[int, str] = {}
        self._known: dict[tuple[Term, ...], int] = {}
        self._last = 0

    def add(self, terms: dict[Term, float], text: str = "") -> int:
        """Return the number of a new trait; labels move."""
        self._last += 1
        self.texts[self._last] = text
        for term, confidence in terms.items():
            number = self.terms.setdefault(term, len(self.terms) + 1)
            self.rows.append((self._last, number, confidence, term[0] == "label"))
        return self._last

    def of(self, *terms: Term) -> int:
        """Return the trait of `terms`, the same one each time; those without a name are none."""
        if terms not in self._known:
            self._known[terms] = self.add(dict.fromkeys((term for term in terms if term[1]), 100.0))
        return self._known[terms]


def events(count: int, random: np.random.Generator) -> list[Event]:
    """Return events that hold `count` photos in all, source by source, each in order of folders."""
    many = max(SOURCES, count // EACH)
    sizes = random.lognormal(0, 1.1, many)
    sizes = np.maximum(1, np.floor(sizes / sizes.sum() * (count - many))).astype(int)
    sizes[-1] += count - sizes.sum()
    starts = np.sort((DAYS - 30) * np.sqrt(random.random(many))).astype(int)  # more photos from year to year
    spots = _spots(random)
    made = []
    for number, (size, start) in enumerate(zip(sizes.tolist(), starts.tolist(), strict=True)):
        spot = spots[min(int(random.geometric(0.01)), len(spots)) - 1] if random.random() < 0.7 else Spot()
        day = str(FIRST_DAY + np.timedelta64(start, "D"))
        days = start + random.integers(0, min(int(random.geometric(0.3)), 29), size, endpoint=True)
        hours = np.clip(random.normal(15, 3, size), 0, 23.99)
        taken = (days + FIRST_DAY.astype(int)) * DAY_MS + (hours * 3_600_000).astype(np.int64)
        kit = KITS[int(random.integers(len(KITS)))]
        tag = str(random.choice(TAGS)) if random.random() < TAGGED else ""
        folder = f"{day[:4]}/{day} {number:04d} {spot.name or 'Home'}"
        made.append(Event(number % SOURCES, folder, kit, spot, np.sort(taken), tag))
    return sorted(made, key=lambda event: (event.source, event.folder))


def _spots(random: np.random.Generator) -> list[Spot]:
    known = gazetteer()
    found = []
    for row in random.choice(len(known.names), 600, replace=False).tolist():
        lon = float(np.degrees(np.arctan2(known.points[row][1], known.points[row][0])))
        name = known.names[row].replace("/", " ")
        found.append(Spot(round(float(known.lats[row]), 3), round(lon, 3), name, *known.areas[known.area[row]]))
    return found


class Dealer:
    """Turns events into rows, numbering assets as they come; looks: the numbers of the traits that are looks."""

    def __init__(self, traits: Traits, looks: int, digest: str, random: np.random.Generator) -> None:
        self._traits, self._looks, self._digest, self._random = traits, looks, digest, random
        self._asset = self._moment = 0
        self.newest: list[tuple[int, str]] = []
        """(taken, SHA-256) of every living asset."""

    def deal(self, event: Event, folder: int, copies: int) -> Rows:
        """Return the rows of one event; folder, copies: the ids of its folder and of the one for copies."""
        rows: Rows = defaultdict(list)
        size, random = len(event.taken), self._random
        hand = random.integers(1, self._looks, SHARED, endpoint=True)
        if folder % RARELY == 1:
            hand[0] = 1
        columns = zip(
            event.taken.tolist(),
            random.choice(hand, size).tolist(),
            np.round(random.uniform(-REACH, REACH, size), 2).tolist(),
            random.random((size, 4)).tolist(),
            strict=True,
        )
        begin, self._moment = clean(os.path.basename(event.folder)), self._moment + 1
        for number, (taken, look, shift, chances) in enumerate(columns, 1):
            self._asset += 1
            photo = _Photo(self._asset, event, number, taken, chances)
            rows["pick"].append((photo.asset, look, shift))
            rows["file"] += photo.files(folder, copies)
            rows["asset"].append(photo.row(self._digest))
            if photo.live:
                self.newest.append((photo.taken, photo.sha))
                self._search(rows, photo, look, begin)
                self._judge(rows, photo)
        return rows

    def _search(self, rows: Rows, photo: "_Photo", look: int, begin: str) -> None:
        """Add what search reads of a photo."""
        event, traits = photo.event, self._traits
        names = f"{begin} {photo.words}" + f" best of {photo.asset} {photo.words}" * photo.copied
        keywords = (*photo.keywords, *((event.tag,) if event.tag else ()))
        text = traits.texts[look]
        rows["document"].append((photo.asset, names, folded(photo.caption), folded(" ".join(keywords)), text))
        spot, said = event.spot, photo.said
        rating = said[1] if said[0] == "rate" else photo.rating
        month = f"{dt.datetime.fromtimestamp(photo.taken / 1000, dt.UTC):%Y-%m}" if photo.taken else ""
        has = [
            look,
            traits.of(("type", photo.kind), ("type", photo.format.lower())),
            traits.of(("camera", event.kit.camera)),
            traits.of(*dict.fromkeys((("place", spot.name), ("place", spot.region), ("place", spot.country)))),
            traits.of(*(("keyword", word) for word in photo.keywords)),
            traits.of(("tag", event.tag)),
            traits.of(("rating", rating)),
            traits.of(("mark", {"pick": "picked", "color": said[1]}.get(said[0], ""))),
            traits.of(("month", month)),
        ]
        rows["has"] += [(photo.asset, trait) for trait in has]

    def _judge(self, rows: Rows, photo: "_Photo") -> None:
        """Add the decisions: a tag for a whole event is one act, each rating is one."""
        if photo.event.tag:
            rows["decision"].append((AT_MS + self._moment, "person", "tag", photo.sha, photo.event.tag))
            rows["mark"].append((photo.asset, "tag", photo.event.tag, ""))
        verb, value = photo.said
        if verb:
            self._moment += 1
            rows["decision"].append((AT_MS + self._moment, "person", verb, photo.sha, value))
            rows["mark"].append((photo.asset, SINGLE[verb], "", value))


class _Photo:
    """One photo or film of an event; chances: four numbers 0..1 that decide what it is and has."""

    def __init__(self, asset: int, event: Event, number: int, taken: int, chances: list[float]) -> None:
        self.asset, self.event = asset, event
        film, meta, rated, judged = chances
        self.sha = hashlib.sha256(b"%d" % asset).hexdigest()
        self.kind, self.format = ("video", "MP4") if film < FILMS else ("photo", event.kit.format)
        self.seconds = 2 + film / FILMS * 90
        self.taken = 0 if asset % UNDATED == 0 else taken
        self.live, self.copied = asset % GONE != 0, asset % COPIED == 0
        keyed = meta < KEYED
        word = int(meta / KEYED * len(KEYWORDS) * 7) if keyed else 0
        self.keywords = tuple(dict.fromkeys((KEYWORDS[word % 10], KEYWORDS[word % 7]))) if keyed else ()
        self.caption = f" {CAPTIONS[word % 5]}" if keyed and word % 2 else " "
        self.rating = str(1 + int(rated / RATED * 5)) if rated < RATED else ""
        self.said = SAID[int(judged / JUDGED * len(SAID))] if judged < JUDGED else NOTHING
        at = dt.datetime.fromtimestamp(taken / 1000, dt.UTC)
        stem = event.kit.stem.format(number=number, at=at)
        self.name = stem + (".MP4" if self.kind == "video" else event.kit.suffix)
        self.words = clean(self.name)

    def row(self, digest: str) -> tuple[Any, ...]:
        """Return the columns of `asset`; see million.COLUMNS."""
        kit, film = self.event.kit, self.kind == "video"
        told = {"caption": self.caption.strip(), "keywords": self.keywords}
        meta = json.dumps({key: value for key, value in told.items() if value})
        size = (1920, 1080) if film else (kit.width, kit.height)
        length = (round(self.seconds * 1000), round(self.seconds * 30), "h264") if film else (None, 1, "")
        return (
            self.asset, self.sha, self.live + (self.live and self.copied), digest, self.kind, self.format, *size,
            *length, self.sha[::-1], self.taken, "exif" if self.taken else "", kit.camera, kit.lens,
            *self.event.spot, self.rating or None, meta,
        )  # fmt: skip

    def files(self, folder: int, copies: int) -> list[tuple[Any, ...]]:
        """Return the columns of `file`, for a copy too; see million.COLUMNS."""
        size, state = 2_000_000 + self.asset, "ready" if self.live else "missing"
        places = [(folder, self.name)] + [(copies, f"{self.asset} {self.name}")] * self.copied
        return [(place, name.encode(), size, self.taken * 10**6, self.asset, state) for place, name in places]


def clean(name: str) -> str:
    """Return a file's or folder's name as it is indexed."""
    return folded(name.replace("_", " ").replace("-", " ").replace(".", " "))


def dealt(made: list[Event], dealer: Dealer) -> Iterator[Rows]:
    """Yield the rows of each event; folder ids follow the order of the events, those for copies come last."""
    for number, event in enumerate(made, 1):
        yield dealer.deal(event, number, len(made) + 1 + event.source)
