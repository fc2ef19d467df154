"""Faces: where they are, how they look, whether they tell people apart, and a vector for each that does."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.analyze.faces import looks
from core.types import Box, Face, Options, Outcome, Picture, Pixels, Vector
from models import cards
from models.face_landmarks import adapter as landmarks
from models.face_landmarks.adapter import Mesh
from models.faceres import adapter as faceres
from models.gender_v1 import adapter as gender
from models.sface_int8 import adapter as sface
from models.yunet_2023mar import adapter as yunet
from models.yunet_2023mar.adapter import Sighting

POINTS = ("eyeLeft", "eyeRight", "nose", "mouthLeft", "mouthRight")
"""The detector's five points; left is the left of the picture where the face is upright, as in Rekognition."""

QUARTERS = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}
PERSON = "Person"
FACE_SEEN = 0.5  # of the mesh's own flag, which is near 0 or near 1
LARGE_PERSON = 0.15  # of the picture's height or width: a smaller one's face would be too small to be found turned


class Quality(NamedTuple):
    """brightness, sharpness: 0..100, of the aligned face."""

    brightness: float
    sharpness: float


class Faces:
    """YuNet finds, MediaPipe's mesh and blendshapes look closer, SFace tells people apart, FaceRes guesses the age.

    Features: "vectors" where recognition is on, "gender" where that guess is wanted.
    """

    key: ClassVar[str] = "faces"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("objects",)

    def __init__(self, options: Options) -> None:
        self._recognition, self._gender = options.recognition, options.gender
        self.features = frozenset(
            word for word, wanted in (("vectors", self._recognition), ("gender", self._gender)) if wanted
        )

    def run(self, pictures: Sequence[Picture], given: Sequence[Mapping[str, Outcome]]) -> list[Outcome]:
        """Return the faces of each picture, surest first; thresholds and their measurement stand in YuNet's card.

        Where objects tell of a person and no face is found, or none that the mesh agrees with, the picture is turned by
        90, 180 and 270 degrees and the turn with the most of such faces stands.
        Raises NetworkError where weights are missing or wrong.
        """
        return [
            Outcome(faces=tuple(self._faces(picture, outcomes["objects"])))
            for picture, outcomes in zip(pictures, given, strict=True)
        ]

    def _faces(self, picture: Picture, objects: Outcome) -> list[Face]:
        pixels, least = picture.pixels, cards.load("yunet_2023mar").thresholds
        seen = self._told(picture, yunet.detect(pixels, least["meshed"]))
        if not _doubtful(seen, objects):
            return seen
        turns = [self._told(picture, _turned(pixels, quarters, least["turned"])) for quarters in (1, 2, 3)]
        return max([seen, *turns], key=lambda faces: sum(face.confidence for face in faces if face.pose))

    def _told(self, picture: Picture, found: Sequence[Sighting]) -> list[Face]:
        """Return the faces among what was sighted, surest first."""
        seen = [face for sighting in found if (face := self._face(picture, sighting)) is not None]
        return sorted(seen, key=lambda face: (-face.confidence, face.box))

    def _face(self, picture: Picture, sighting: Sighting) -> Face | None:
        """Return what is to be told of one sighting, None where it is no face after all."""
        pixels, least = picture.pixels, cards.load("yunet_2023mar").thresholds
        box = _ratios(sighting.box, pixels)
        small = min(sighting.box[2:]) < least["small_px"]
        mesh = None if small else _mesh(pixels, sighting)
        wanted = least["meshed"] if mesh else least["small"] if small else least["sure"]
        if box is None or sighting.score < wanted:
            return None
        aligned = sface.align(pixels, sighting.points)
        quality = _quality(aligned)
        unusable = _unusable(quality, small=small, turned_away=mesh is None)
        return Face(
            box=box,
            confidence=round(sighting.score * 100, 2),
            landmarks=_landmarks(sighting, mesh, pixels),
            pose=looks.pose(mesh) if mesh else None,
            quality=quality._asdict(),
            attributes=self._attributes(pixels, sighting, mesh),
            unusable=unusable,
            vectors={} if unusable or not self._recognition else _vectors(aligned),
            at_ms=picture.at_ms,
        )

    def _attributes(self, pixels: Pixels, sighting: Sighting, mesh: Mesh | None) -> dict[str, object]:
        if mesh is None:
            return {}
        guess = faceres.guess(pixels, sighting.box, sighting.points)
        told: dict[str, object] = {**looks.attributes(mesh), "age": looks.age(guess.age)}
        if self._gender:
            told |= looks.gender(gender.masculine(pixels, sighting.points), guess.masculine)
        return told


def _doubtful(seen: Sequence[Face], objects: Outcome) -> bool:
    """Whether the picture may lie on its side: all faces large enough for a mesh are without, or a person has none."""
    if seen:
        return not any(face.pose or face.unusable == "small" for face in seen)
    persons = (finding.box for finding in objects.findings if finding.name == PERSON)
    return any(max(box[2:]) >= LARGE_PERSON for box in persons if box)


def _turned(pixels: Pixels, quarters: int, least: float) -> list[Sighting]:
    """Return the faces of the picture turned by quarters, in places of the picture as it is."""
    found = yunet.detect(np.asarray(cv2.rotate(pixels, QUARTERS[quarters]), np.uint8), least)
    return [_back(face, quarters, pixels) for face in found]


def _back(face: Sighting, quarters: int, pixels: Pixels) -> Sighting:
    """Undo `quarters` turns counter-clockwise (np.rot90) of a place."""
    left, top, width, height = face.box
    corners = _unturn(np.array([(left, top), (left + width, top + height)]), quarters, pixels)
    low, high = corners.min(axis=0), corners.max(axis=0)
    size = np.round(high - low, 2)
    return Sighting(face.score, (*low.tolist(), *size.tolist()), _unturn(face.points, quarters, pixels))


def _unturn(points: npt.NDArray[np.float64], quarters: int, pixels: Pixels) -> npt.NDArray[np.float64]:
    height, width = pixels.shape[:2]
    x, y = points[:, 0], points[:, 1]
    turned = {1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}[quarters]
    return np.round(np.stack(turned, axis=1), 2)


def _ratios(box: tuple[float, float, float, float], pixels: Pixels) -> Box | None:
    """Return the part of `box` (px) inside the picture as ratios; None where there is none."""
    height, width = pixels.shape[:2]
    left, right = (round(min(max(side / width, 0.0), 1.0), 4) for side in (box[0], box[0] + box[2]))
    top, bottom = (round(min(max(side / height, 0.0), 1.0), 4) for side in (box[1], box[1] + box[3]))
    if right <= left or bottom <= top:
        return None
    return left, top, round(right - left, 4), round(bottom - top, 4)


def _landmarks(sighting: Sighting, mesh: Mesh | None, pixels: Pixels) -> tuple[tuple[str, float, float], ...]:
    height, width = pixels.shape[:2]
    places = dict(zip(POINTS, sighting.points.tolist(), strict=True))
    if mesh is not None:
        places |= {kind: mesh.points[point, :2].tolist() for kind, point in looks.LANDMARKS.items()}
    return tuple((kind, round(x / width, 4), round(y / height, 4)) for kind, (x, y) in places.items())


def _mesh(pixels: Pixels, sighting: Sighting) -> Mesh | None:
    """Return the mesh, None where it sees no face: in profiles, behind hands, on animals."""
    mesh = landmarks.mesh(pixels, sighting.box, sighting.points)
    return mesh if mesh.score >= FACE_SEEN else None


def _quality(aligned: Pixels) -> Quality:
    """Measure the inner part of the aligned face, where no background is.

    sharpness: variance of the Laplacian over that of the luma, so that a dark face can be as sharp as a bright one; at
    half the size, where the grain of interpolation is gone.
    """
    luma = np.asarray(cv2.cvtColor(aligned, cv2.COLOR_RGB2GRAY)[16:96, 16:96], np.float32)
    small = cv2.resize(luma, (40, 40), interpolation=cv2.INTER_AREA)
    share = float(cv2.Laplacian(small, cv2.CV_32F)[1:-1, 1:-1].var()) / (float(small.var()) + 1.0)
    half = cards.load("sface_int8").thresholds["half_sharp"]
    return Quality(round(float(luma.mean()) / 2.55, 1), round(100 * share / (share + half), 1))


def _unusable(quality: Quality, *, small: bool, turned_away: bool) -> str | None:
    least = cards.load("sface_int8").thresholds
    reasons = (
        ("small", small),
        ("extreme pose", turned_away),
        ("low brightness", quality.brightness < least["brightness"]),
        ("low sharpness", quality.sharpness < least["sharpness"]),
    )
    return next((reason for reason, holds in reasons if holds), None)


def _vectors(aligned: Pixels) -> dict[str, Vector]:
    return {sface.session.card.id: sface.embed(aligned)}
