"""Measures faces on photos with a truth: `python -m tests.measure.faces`.

Files become vectors as the program makes them: decoder child, working picture, analyzer. Portraits are halved by
person: half A chose the thresholds, half B is reported. The group photos chose nothing.
"""

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.analyze.faces import Faces
from core.analyze.objects import Objects
from core.media.decoder import DecoderPool
from core.types import Face, Json, Options, Picture, Pixels
from tests.data import SHARED
from tests.looking import decode
from tests.measure.fingerprint import half

HOME = SHARED / "faces"
LOOKS = Path(__file__).with_name("face_looks.csv")
KNOWN_AGAIN = 0.366  # cosine that the network's makers' set gives one false accept in a thousand
TAKEN = 2002.9  # mean date of the press photos
BORN = {
    "Alejandro_Toledo": 1946, "Arnold_Schwarzenegger": 1947, "Atal_Bihari_Vajpayee": 1924, "Colin_Powell": 1937,
    "Condoleezza_Rice": 1954, "David_Beckham": 1975, "Gerhard_Schroeder": 1944, "Gloria_Macapagal_Arroyo": 1947,
    "Halle_Berry": 1966, "Hamid_Karzai": 1957, "Hugo_Chavez": 1954, "Jackie_Chan": 1954, "Jennifer_Aniston": 1969,
    "Jennifer_Capriati": 1976, "Jennifer_Lopez": 1969, "Junichiro_Koizumi": 1942, "Kofi_Annan": 1938,
    "Laura_Bush": 1946, "Naomi_Watts": 1968, "Serena_Williams": 1981, "Tiger_Woods": 1975, "Tony_Blair": 1953,
    "Venus_Williams": 1980, "Vicente_Fox": 1942,
}  # fmt: skip
WOMEN = frozenset(
    "Condoleezza_Rice Gloria_Macapagal_Arroyo Halle_Berry Jennifer_Aniston Jennifer_Capriati Jennifer_Lopez Laura_Bush "
    "Naomi_Watts Serena_Williams Venus_Williams".split()
)
ANALYZER = Faces(Options(gender=True))
Change = Callable[[Pixels], Pixels]


@dataclass(frozen=True, slots=True)
class Portrait:
    """One photo of one person. vector: float64 (128,), zeros where the face told nobody apart.

    face: the one nearest to the middle, None where none was found; looks: what a person sees, by attribute.
    """

    file: str
    who: str
    side: int
    pixels: Pixels
    face: Face | None
    vector: npt.NDArray[np.float64]
    looks: dict[str, str]


def faces_in(pixels: Pixels) -> tuple[Face, ...]:
    """Return the faces as the program tells them."""
    [objects] = Objects().run([Picture(pixels)], [{}])
    [outcome] = ANALYZER.run([Picture(pixels)], [{"objects": objects}])
    return outcome.faces


def middle_face(pixels: Pixels) -> Face | None:
    """Return the face nearest to the middle of the picture."""
    return min(faces_in(pixels), key=lambda f: _off(f.box), default=None)


def _off(box: tuple[float, float, float, float]) -> float:
    return float(np.hypot(box[0] + box[2] / 2 - 0.5, box[1] + box[3] / 2 - 0.5))


def vector(face: Face | None) -> npt.NDArray[np.float64]:
    """Return the face's vector, zeros where it has none."""
    if face is None or not face.vectors:
        return np.zeros(128)
    return np.asarray(next(iter(face.vectors.values())), np.float64)


@cache
def portraits() -> list[Portrait]:
    """Return the people (eight photos each), then the strangers (one each)."""
    with LOOKS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = []
    with DecoderPool(1) as pool:
        for row in rows:
            file = row.pop("file")
            _, picture = decode(pool, (HOME / file).read_bytes(), Path(file).name)
            folder, name = file.split("/")[:2]
            who = name if folder == "people" else name.rsplit("_", 1)[0]
            face = middle_face(picture.pixels)
            found.append(Portrait(file, who, half(who), picture.pixels, face, vector(face), row))
    return found


def groups() -> None:
    """Print found and counted faces of the group photos."""
    truth: Json = json.loads((HOME / "truth.json").read_text(encoding="utf-8"))
    print("Group photos (which chose nothing): told, usable to tell people apart, counted by eye")
    least = told = missed = extra = 0
    with DecoderPool(1) as pool:
        for file, counted in truth["groups"].items():
            _, picture = decode(pool, (HOME / file).read_bytes(), Path(file).name)
            found = faces_in(picture.pixels)
            usable = sum(not face.unusable for face in found)
            low, high = counted["faces_min"], counted["faces_max"]
            print(f"  {Path(file).name:30} {len(found):3} {usable:3}   {low}-{high}")
            least, told = least + low, told + min(len(found), low)
            missed, extra = missed + max(0, low - len(found)), extra + max(0, len(found) - high)
    print(f"  recall {told / least:.3f} ({told} of {least}), missed {missed}, more than counted {extra}")


def pairs(
    people: Sequence[Portrait], others: Sequence[npt.NDArray[np.float64]] | None = None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the cosines of all pairs of one person and of all pairs of two; others: their vectors in another state."""
    first = np.array([p.vector for p in people])
    second = first if others is None else np.array(others)
    cosines = first @ second.T
    same = np.array([[a.who == b.who for b in people] for a in people])
    once = np.triu(np.ones_like(same), 1) if others is None else ~np.eye(len(people), dtype=bool)
    return cosines[same & once], cosines[~same & once]


def verification() -> None:
    """Print true accepts at false accepts over all pairs."""
    print("Verification over all pairs of a half, people and strangers")
    lines: dict[float, float] = {}
    for side in (0, 1):
        people = [p for p in portraits() if p.side == side]
        same, other = pairs(people)
        without = sum(not p.vector.any() for p in people)
        print(
            f"  half {'AB'[side]}: {len(people)} photos ({without} without a vector), pairs {len(same)} + {len(other)}"
        )
        for rate in (1e-2, 1e-3):
            line = float(np.quantile(other, 1 - rate))
            print(f"    FAR {rate:g}: TAR {(same > line).mean():.4f} at cosine {line:.3f}")
            lines.setdefault(rate, line)
        for name, line in (("half A's 1e-2", lines[1e-2]), ("half A's 1e-3", lines[1e-3]), ("the card's", KNOWN_AGAIN)):
            print(f"    {name} line {line:.3f}: TAR {(same > line).mean():.4f}, FAR {(other > line).mean():.5f}")


def looks() -> None:
    """Print how often attributes are what a person sees."""
    print('Attributes against a person\'s eye (tests/measure/face_looks.csv; "cannot tell" left out)')
    for side in (0, 1):
        for name in ("smile", "eyes_open", "mouth_open"):
            told = [p for p in portraits() if p.side == side and p.looks[name] and p.face and name in p.face.attributes]
            right = sum(p.face.attributes[name]["value"] == (p.looks[name] == "yes") for p in told if p.face)
            no = [p for p in told if p.looks[name] == "no"]
            seen = sum(not p.face.attributes[name]["value"] for p in no if p.face)
            print(
                f"  half {'AB'[side]} {name}: {right} of {len(told)} right ({right / len(told):.3f}); "
                f'of {len(no)} where the answer is "no" {seen}'
            )


def ages() -> None:
    """Print how far the age is off, and how often gender is told and right."""
    for side in (0, 1):
        told = [p for p in portraits() if p.side == side and p.who in BORN and p.face and "age" in p.face.attributes]
        spans = np.array([(p.face.attributes["age"]["low"], p.face.attributes["age"]["high"]) for p in told if p.face])
        true = np.array([TAKEN - BORN[p.who] for p in told])
        off = spans.mean(axis=1) - true
        inside = ((spans[:, 0] <= true) & (true <= spans[:, 1])).mean()
        print(f"Age, half {'AB'[side]}: {len(told)} faces, mean error {abs(off).mean():.1f} years, inside {inside:.2f}")
        gender = [
            (p.face.attributes["gender"]["value"], p.who) for p in told if p.face and "gender" in p.face.attributes
        ]
        right = sum((value == "feminine") == (who in WOMEN) for value, who in gender)
        print(f"  gender expression: told of {len(gender)}, right {right}")


def worsened() -> None:
    """Print how well faces are known again as they get smaller, softer, darker, and what their quality says."""
    print("Known again at cosine .366 when made worse: pairs of a good and a worsened photo of one person")
    steps: dict[str, Change] = {f"size x {share}": partial(_smaller, share=share) for share in (0.5, 0.4, 0.3, 0.25)}
    steps |= {f"blur {sigma} px": partial(_softer, sigma=sigma) for sigma in (1.0, 1.5, 2.0, 2.5)}
    steps |= {f"light x {light}": partial(_darker, light=light) for light in (0.25, 0.12, 0.06)}
    people = [[p for p in portraits() if p.side == side and p.who in BORN] for side in (0, 1)]
    for name, change in steps.items():
        print(f"  {name:12}", "   ".join(_worse(half_of_them, change) for half_of_them in people))


def _softer(pixels: Pixels, sigma: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)


def _darker(pixels: Pixels, light: float) -> Pixels:
    return np.asarray(pixels * light, np.uint8)


def _smaller(pixels: Pixels, share: float) -> Pixels:
    small = cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    whole = np.full((640, 640, 3), 128, np.uint8)
    top, left = (640 - small.shape[0]) // 2, (640 - small.shape[1]) // 2
    whole[top : top + small.shape[0], left : left + small.shape[1]] = small
    return whole


def _worse(people: Sequence[Portrait], change: Change) -> str:
    worse = [middle_face(change(p.pixels)) for p in people]
    found = [face for face in worse if face is not None]
    same, _ = pairs(people, [vector(face) for face in worse])
    usable = [face for face in found if not face.unusable]
    kept = [(p, face) for p, face in zip(people, worse, strict=True) if face is not None and face.vectors]
    among = _among(people, kept)
    sharp = np.median([face.quality["sharpness"] for face in found]) if found else 0
    return (
        f"{'AB'[people[0].side]}: found {len(found)}, usable {len(usable)} of {len(people)}, sharpness {sharp:.0f}, "
        f"known again {(same > KNOWN_AGAIN).mean():.2f} of all, {among:.3f} of the usable"
    )


def _among(people: Sequence[Portrait], kept: Iterable[tuple[Portrait, Face]]) -> float:
    cosines = [
        float(p.vector @ vector(face)) for one, face in kept for p in people if p.who == one.who and p is not one
    ]
    return float(np.mean([cosine > KNOWN_AGAIN for cosine in cosines])) if cosines else 0.0


def main() -> None:
    """Print everything."""
    if not HOME.exists():
        print("The measured set is not here.")
        return
    groups()
    verification()
    looks()
    ages()
    worsened()


if __name__ == "__main__":
    main()
