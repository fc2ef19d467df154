"""Faces: found, described, refused with a reason; vectors and gender only where the person wants them."""

import cv2
import numpy as np
import pytest
from skimage import data

from core.analyze.faces import Faces
from core.types import Face, Finding, Options, Outcome, Picture, Pixels
from models.face_landmarks import adapter as landmarks
from models.yunet_2023mar import adapter as yunet
from tests.data import shared
from tests.measure import faces as measure

NOBODY = Outcome()
SOMEBODY = Outcome((Finding("object", "Person", 90.0, (0.1, 0.1, 0.8, 0.8)),))


def faces(pixels: Pixels, options: Options | None = None, objects: Outcome = NOBODY) -> tuple[Face, ...]:
    [outcome] = Faces(options or Options()).run([Picture(np.asarray(pixels, np.uint8))], [{"objects": objects}])
    return outcome.faces


def test_an_astronaut_smiles() -> None:
    [face] = faces(data.astronaut())
    assert face.box == pytest.approx((0.349, 0.122, 0.179, 0.219), abs=0.01)
    assert face.confidence == pytest.approx(94.3, abs=1)
    assert face.unusable is None
    assert face.pose == pytest.approx({"roll": 2.9, "yaw": -1.3, "pitch": -6.4}, abs=1.5)
    assert face.attributes["smile"]["value"] is True
    assert face.attributes["eyes_open"]["value"] is True
    assert face.attributes["age"]["low"] <= 43 <= face.attributes["age"]["high"]
    assert all(50 <= face.attributes[name]["confidence"] <= 100 for name in ("smile", "eyes_open", "mouth_open"))
    assert face.quality["sharpness"] > 50
    assert "gender" not in face.attributes
    [(network, vector)] = face.vectors.items()
    assert network == "sface-int8@1"
    assert vector.shape == (128,)
    assert vector.dtype == np.float16
    assert vector[:4].astype(float) == pytest.approx([0.018, -0.124, 0.095, 0.154], abs=0.01)


def test_landmarks_lie_where_their_names_say() -> None:
    [face] = faces(data.astronaut())
    at = {kind: (x, y) for kind, x, y in face.landmarks}
    assert len(at) == 30
    assert at["eyeLeft"][0] < at["nose"][0] < at["eyeRight"][0]
    assert at["leftEyeBrowUp"][1] < at["leftEyeUp"][1] < at["leftEyeDown"][1] < at["mouthUp"][1] < at["mouthDown"][1]
    assert at["mouthDown"][1] < at["chinBottom"][1]
    assert at["upperJawlineLeft"][0] < at["leftEyeLeft"][0] < at["leftPupil"][0] < at["leftEyeRight"][0]
    assert at["rightEyeLeft"][0] < at["rightPupil"][0] < at["rightEyeRight"][0] < at["upperJawlineRight"][0]
    for eye, pupil in (("eyeLeft", "leftPupil"), ("eyeRight", "rightPupil")):
        assert np.hypot(*(np.subtract(at[eye], at[pupil]))) < 0.01


def test_options_decide_over_vectors_and_gender() -> None:
    [face] = faces(data.astronaut(), Options(recognition=False, gender=True))
    assert face.vectors == {}
    assert face.attributes["gender"]["value"] == "feminine"
    assert Faces(Options()).features == {"vectors"}
    assert Faces(Options(recognition=False, gender=True)).features == {"gender"}


def shrunk(pixels: Pixels, side: int) -> Pixels:
    """The picture small in the middle of a grey one of its old size."""
    small = cv2.resize(pixels, (side, side), interpolation=cv2.INTER_AREA)
    whole = np.full_like(pixels, 128)
    edge = (len(pixels) - side) // 2
    whole[edge : edge + side, edge : edge + side] = small
    return whole


@pytest.mark.parametrize(
    ("pixels", "reason"),
    [
        (shrunk(data.astronaut(), 90), "small"),
        (np.asarray(cv2.GaussianBlur(data.astronaut(), (0, 0), 4.5)), "low sharpness"),
        ((data.astronaut() * 0.055).astype(np.uint8), "low brightness"),
    ],
)
def test_a_face_that_tells_nobody_apart_says_why_and_has_no_vector(pixels: Pixels, reason: str) -> None:
    [face] = faces(pixels)
    assert face.unusable == reason
    assert face.vectors == {}
    if reason == "small":
        assert (face.pose, dict(face.attributes), len(face.landmarks)) == (None, {}, 5)


def test_what_is_no_face_is_not_told() -> None:
    for photo in (data.chelsea(), data.coffee(), data.rocket()):
        assert faces(photo) == ()
        assert faces(photo, objects=SOMEBODY) == ()  # turned about, too


def test_a_face_cut_by_the_edge_keeps_its_box_inside() -> None:
    [face] = faces(np.ascontiguousarray(data.astronaut()[:, 200:]))
    left, top, width, height = face.box
    assert left < 0.01
    assert left + width <= 1
    assert top + height <= 1


def test_the_mesh_lies_on_the_face() -> None:
    photo = data.astronaut()
    [sighting] = yunet.detect(photo, 0.6)
    mesh = landmarks.mesh(photo, sighting.box, sighting.points)
    assert mesh.score > 0.99
    assert mesh.points.shape == (478, 3)
    assert mesh.points[468, :2] == pytest.approx(sighting.points[0], abs=4)  # iris and eye
    assert mesh.points[473, :2] == pytest.approx(sighting.points[1], abs=4)
    nothing = landmarks.mesh(data.coffee(), sighting.box, sighting.points)
    assert nothing.score < 0.5


@pytest.mark.skipif(shared("faces") is None, reason="the measured photos are not beside the repository")
def test_people_are_told_apart() -> None:
    """A few persons of the measured set: same person above the line, others below; the whole is in MEASUREMENTS."""
    people = measure.portraits()[:40]
    assert {p.who for p in people} >= {"Alejandro_Toledo", "Colin_Powell"}
    vectors = np.array([p.vector for p in people])
    same = np.array([[a.who == b.who for a in people] for b in people])
    cosines = vectors @ vectors.T
    pairs = np.triu(np.ones_like(same, bool), 1)
    assert (cosines[pairs & same] > 0.366).mean() > 0.97
    assert (cosines[pairs & ~same] > 0.366).mean() < 0.02
