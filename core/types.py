"""The words of Fovea as data: frozen, without behaviour, imported by every room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, NewType, Protocol

import numpy as np
import numpy.typing as npt

AssetId = NewType("AssetId", int)
SourceId = NewType("SourceId", int)
FileId = NewType("FileId", int)
DecisionId = NewType("DecisionId", int)

Box = tuple[float, float, float, float]
"""[left, top, width, height] as ratios 0..1 of the upright picture, as in Rekognition's BoundingBox."""

Pixels = npt.NDArray[np.uint8]
"""uint8 (height, width, 3), sRGB, upright."""

Vector = npt.NDArray[np.float16]
"""float16 (d,), length 1."""

Json = dict[str, Any]
MediaKind = Literal["photo", "video"]


@dataclass(frozen=True, slots=True)
class Source:
    """A folder whose files belong to the library; `root` is absolute, `online` is as of now."""

    id: SourceId
    kind: Literal["folder"]
    root: str
    added_ms: int
    online: bool


class Entry(NamedTuple):  # a dataclass takes three times as long to make, and a scan makes a million
    """One media file as a source lists it.

    folder: relative to the source's root, "" for the root itself, "/" between parts; name: the file's own name.
    Both as the file system spells them, undecodable bytes by surrogateescape. size: bytes. mtime_ns: nanoseconds.
    sidecars: names of its sidecar files (same folder), sorted; sidecar_sig: text that changes when one of them does.
    """

    folder: str
    name: str
    size: int
    mtime_ns: int
    sidecars: tuple[str, ...] = ()
    sidecar_sig: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A named area out of the file's own metadata (MWG or Microsoft), box in upright ratios."""

    name: str
    kind: str
    box: Box


@dataclass(frozen=True, slots=True)
class Place:
    """The nearest populated place; country is its English name."""

    name: str
    region: str
    country: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file, its sidecars and its name say of themselves.

    taken_ms: local wall time in milliseconds since 1970-01-01 00:00 of that wall clock (no zone applied), or None;
    offset_min: minutes east of UTC, where known; date_origin: which of them gave the date: "exif", "xmp", "iptc",
    "gps", "container", "sidecar", "name", "file" or "".
    lat, lon: degrees WGS 84; alt: metres above sea level. rating: 1..5, -1 rejected, 0 or None unrated.
    keywords: flat words without doubles; hierarchical: paths with "|" between the levels; people: names of who is
    shown that come without an area (areas with names are the regions).
    """

    taken_ms: int | None = None
    offset_min: int | None = None
    date_origin: str = ""
    camera: str = ""
    lens: str = ""
    lat: float | None = None
    lon: float | None = None
    alt: float | None = None
    place: Place | None = None
    title: str = ""
    caption: str = ""
    creator: str = ""
    rights: str = ""
    keywords: tuple[str, ...] = ()
    hierarchical: tuple[str, ...] = ()
    rating: int | None = None
    regions: tuple[Region, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What decoding itself tells: kind, container format, upright size in pixels, EXIF orientation 1..8, length."""

    kind: MediaKind
    format: str
    width: int
    height: int
    orientation: int = 1
    duration_ms: int | None = None
    frames: int = 1
    codec: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Decoded pixels for the analyzers; scale = decoded / original size; at_ms: time of the frame in a film."""

    pixels: Pixels
    scale: float = 1.0
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """Everything one decode gives; picture and thumbnail are None where only metadata was asked for.

    thumbnail: JPEG bytes, longer side 256 px at most. pixels_sha: hex SHA-256 of the decoded pixels, "" without.
    """

    facts: Facts
    metadata: Metadata
    picture: Picture | None = None
    thumbnail: bytes | None = None
    pixels_sha: str = ""


FindingKind = Literal["label", "object", "property", "text", "code", "moderation", "content"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a network or a measure said of one picture; confidence 0..100; detail is JSON.

    name: of what was seen; for text the line as read, for a code its content.
    """

    kind: FindingKind
    name: str
    confidence: float
    box: Box | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Face:
    """One face seen in one picture.

    confidence: 0..100, of the detector. landmarks: (type, x, y), x and y as ratios of the upright picture; types are
    Rekognition's, the first five are the detector's own. pose: {"roll", "yaw", "pitch"} in degrees, None where the
    face is too small to tell. quality: {"brightness", "sharpness"}, 0..100. attributes: JSON, see
    core/analyze/faces. unusable: why it is too poor to tell people apart, None where it is not.
    vectors: by network id; none where it is unusable or recognition is off.
    """

    box: Box
    confidence: float
    landmarks: tuple[tuple[str, float, float], ...]
    pose: Mapping[str, float] | None
    quality: Mapping[str, float]
    attributes: Mapping[str, Any]
    unusable: str | None
    vectors: Mapping[str, Vector] = field(default_factory=dict)
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one analyzer gives for one picture: findings, faces, and vectors of the whole picture by network id."""

    findings: tuple[Finding, ...] = ()
    vectors: Mapping[str, Vector] = field(default_factory=dict)
    faces: tuple[Face, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What the person chose of the analysis; see core/settings.py for the words.

    off: keys of analyzers that are not wanted. languages: Tesseract's codes, joined by "+".
    """

    off: frozenset[str] = frozenset()
    recognition: bool = True
    gender: bool = False
    engine: Literal["ppocr", "tesseract"] = "ppocr"
    languages: str = "eng"
    effort: Literal["thorough", "quick"] = "quick"


class Analyzer(Protocol):
    """Looks at decoded pictures; one file in core/analyze and one line in `analyzers` there.

    key: its name in the ledger. version: raised when an answer can change, which makes every asset due again.
    needs: keys of the analyzers whose outcomes it is given. features: what the person's options add to its answers;
    an answer made with more of them still holds, one made with less is due again.
    """

    @property
    def key(self) -> str:
        """Its name in the ledger and on the command line."""
        ...

    @property
    def version(self) -> int:
        """Raised when an answer can change."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Keys of the analyzers whose outcomes it is given."""
        ...

    @property
    def features(self) -> frozenset[str]:
        """What the person's options add to its answers, as words without spaces."""
        ...

    def run(self, pictures: Sequence[Picture], given: Sequence[Mapping[str, Outcome]]) -> list[Outcome]:
        """Return one outcome per picture, in order; answers do not depend on the batch.

        Raises AnalysisError, naming the reason, where a picture cannot be looked at.
        """
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """How an analyzer's answer was made, or has to be made: see Analyzer."""

    version: int
    features: frozenset[str] = frozenset()

    def fulfilled_by(self, other: "Made") -> bool:
        """Whether an answer made like `other` is good enough."""
        return other.version >= self.version and other.features >= self.features


Verb = Literal["tag", "untag", "confirm", "reject", "unsay", "rate", "pick", "color", "set", "undo"]
Actor = Literal["person", "inherited", "carried"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One word of a person, append-only.

    subject: hex SHA-256 of the asset's bytes, or "setting:" and a name; value: tag, label, rating or choice; before:
    the state it replaced, for undo; undoes: the decision this one takes back, which for a verb other than "undo" is an
    undoing; actor: "person", or how an edited ("inherited") or retagged ("carried") file came to it.
    """

    id: DecisionId
    at_ms: int
    actor: Actor
    verb: Verb
    subject: str
    value: str
    before: str | None = None
    undoes: DecisionId | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The standing result of the decisions on one asset.

    kind "tag": name, with "/" between levels; "label": name, value "confirmed" or "rejected"; "rating": value -1..5;
    "pick": value 1, -1 or 0; "color": value one of COLORS or "".
    """

    kind: Literal["tag", "label", "rating", "pick", "color"]
    name: str
    value: str
    inherited: bool = False


FLAGGED = 50.0
"""Confidence under which a kind of flagged content is not told unasked, as at Rekognition."""

COLORS = ("red", "yellow", "green", "blue", "purple")

Aspect = Literal["files", "findings", "marks", "metadata", "settings", "sources"]


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What a write changed; `many` stands for more assets than are worth naming (over 5,000)."""

    assets: frozenset[AssetId] = frozenset()
    sources: frozenset[SourceId] = frozenset()
    aspects: frozenset[Aspect] = frozenset()
    many: bool = False
    initiator: str = ""


ReasonKind = Literal[
    "label", "object", "text", "tag", "name", "person", "date", "place", "camera", "type", "face", "color", "meaning"
]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hit is a hit; confidence 0..100 (the cosine x 100 for meaning)."""

    kind: ReasonKind
    value: str
    confidence: float
    box: Box | None = None
    time_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What a wall of pictures tells of one asset beside its thumbnail.

    path: absolute, of the first file that holds it, "" where none does; content: hex SHA-256; rating: -1..5, 0: none;
    seconds: of a film, 0 for a photo; faces: how many; flagged: whether a score of flagged content reaches 50.
    pick: 1 picked, -1 rejected, 0 neither; color: one of COLORS or ""; source: that of the file, 0 where there is none;
    failed: whether something of it could not be looked at; place: where it was taken, "" where nobody knows;
    width, height: in pixels, upright, 0 before it was decoded.
    """

    asset: AssetId
    content: str
    path: str
    kind: MediaKind
    taken_ms: int
    rating: int = 0
    seconds: float = 0.0
    faces: int = 0
    flagged: bool = False
    pick: int = 0
    color: str = ""
    source: int = 0
    failed: bool = False
    place: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Hit:
    """One asset found: path absolute, asset its hex SHA-256, score 0..1, strong as SPEC section 15 says."""

    path: str
    asset: str
    score: float
    strong: bool
    reasons: tuple[Reason, ...]
