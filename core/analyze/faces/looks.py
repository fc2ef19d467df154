"""What a face does and how it looks, out of its mesh: pose, smile, eyes, mouth, gaze, age, gender expression."""

import math

import numpy as np

from core.types import Json
from models import cards
from models.face_blendshapes import adapter as blendshapes
from models.face_landmarks.adapter import Mesh

LANDMARKS = {
    "leftEyeBrowLeft": 70, "leftEyeBrowUp": 105, "leftEyeBrowRight": 107, "rightEyeBrowLeft": 336,
    "rightEyeBrowUp": 334, "rightEyeBrowRight": 300, "leftEyeLeft": 33, "leftEyeUp": 159, "leftEyeRight": 133,
    "leftEyeDown": 145, "rightEyeLeft": 362, "rightEyeUp": 386, "rightEyeRight": 263, "rightEyeDown": 374,
    "leftPupil": 468, "rightPupil": 473, "noseLeft": 129, "noseRight": 358, "mouthUp": 0, "mouthDown": 17,
    "upperJawlineLeft": 234, "midJawlineLeft": 172, "chinBottom": 152, "midJawlineRight": 397,
    "upperJawlineRight": 454,
}  # fmt: skip
"""Rekognition's names of places in a face, and the point of MediaPipe's mesh that lies there."""

FOREHEAD, CHIN, OUTER_LEFT, OUTER_RIGHT = 10, 152, 33, 263
LIPS, CORNERS = (13, 14), (78, 308)  # inner edge of the lips: above, below; left, right
LEVEL = 7.0  # degrees that the mesh of a face looking straight ahead is bowed: the median of 252 press portraits
EYE_REACH = 30.0  # degrees to which a full look aside turns an eye


def pose(mesh: Mesh) -> dict[str, float]:
    """Return {"roll", "yaw", "pitch"} in degrees, -180..180.

    Positive: leaning to the right of the picture, looking to the right of the picture, looking up. From the axes that
    the outer corners of the eyes, forehead and chin span; plausible, not measured against a truth.
    """
    points = mesh.points
    across = points[OUTER_RIGHT] - points[OUTER_LEFT]
    roll = math.atan2(across[1], across[0])
    upright = np.array([(math.cos(roll), math.sin(roll), 0), (-math.sin(roll), math.cos(roll), 0), (0, 0, 1)])
    across = upright @ across / (np.linalg.norm(across) + 1e-9)
    down = upright @ (points[CHIN] - points[FOREHEAD])
    down -= across * (across @ down)
    ahead = np.cross(across, down)
    return {
        "roll": round(math.degrees(roll), 1),
        "yaw": round(math.degrees(math.atan2(across[2], across[0])), 1),
        "pitch": round(LEVEL - math.degrees(math.atan2(-ahead[1], ahead[2])), 1),
    }


def attributes(mesh: Mesh) -> Json:
    """Return {"smile", "eyes_open", "mouth_open": {"value": bool, "confidence": 50..100}, "gaze": ...}.

    gaze: {"value": {"yaw", "pitch"}, "confidence"}, degrees as in `pose`, an estimate that nobody has measured; its
    confidence only says how far the eyes are open. Thresholds stand with their measurement in the blendshapes' card.
    """
    moved, card = blendshapes.movements(mesh.points), cards.load("face_blendshapes").thresholds
    smile = (moved["mouthSmileLeft"] + moved["mouthSmileRight"]) / 2
    blink = (moved["eyeBlinkLeft"] + moved["eyeBlinkRight"]) / 2
    eyes = _verdict(card["blink"] - blink, card["blink_width"])
    return {
        "smile": _verdict(smile - card["smile"], card["smile_width"]),
        "eyes_open": eyes,
        "mouth_open": _verdict(_gap(mesh) - card["lips"], card["lips_width"]),
        "gaze": {"value": _gaze(moved, pose(mesh)), "confidence": round(100 * (1 - min(1.0, blink)), 1)},
    }


def _verdict(above: float, width: float) -> Json:
    """Return a yes or no with its chance by a logistic curve; above: over the threshold."""
    chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, round(above, 4) / width))))
    return {"value": chance > 0.5, "confidence": round(100 * max(chance, 1 - chance), 1)}


def _gap(mesh: Mesh) -> float:
    """Return how far the lips are apart, over the width of the mouth."""
    points = mesh.points[:, :2]
    apart, wide = (np.linalg.norm(points[a] - points[b]) for a, b in (LIPS, CORNERS))
    return float(apart / (wide + 1e-9))


def _gaze(moved: dict[str, float], head: dict[str, float]) -> dict[str, float]:
    """Return where the eyes look: the head's own turn and that of the eyes in it."""
    right = (moved["eyeLookOutLeft"] - moved["eyeLookInLeft"] + moved["eyeLookInRight"] - moved["eyeLookOutRight"]) / 2
    up = sum(moved[f"eyeLookUp{side}"] - moved[f"eyeLookDown{side}"] for side in ("Left", "Right")) / 2
    return {
        "yaw": round(head["yaw"] + EYE_REACH * right, 1),
        "pitch": round(head["pitch"] + EYE_REACH * up, 1),
    }


def age(years: float) -> dict[str, int]:
    """Return {"low", "high"} in years for the network's `years`; see the card of faceres for how often it holds."""
    card = cards.load("faceres").thresholds
    middle = card["age_slope"] * years + card["age_shift"]
    low, high = middle - card["age_reach"], middle + card["age_reach"]
    return {"low": max(0, round(low)), "high": max(1, round(high))}


def gender(first: float, second: float) -> Json:
    """Return {"gender": {"value", "confidence"}} where both guesses (chance of masculine) agree, else {}."""
    if (first > 0.5) != (second > 0.5):
        return {}
    value = "masculine" if first > 0.5 else "feminine"
    sure = min(max(first, 1 - first), max(second, 1 - second))
    return {"gender": {"value": value, "confidence": round(100 * sure, 1)}}
