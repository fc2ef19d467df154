"""The same picture in eight orientations and all kinds of files gives the same answers, through the real decoder."""

import io
from collections.abc import Iterator, Mapping

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from skimage import data

from core.analyze import ANALYZERS
from core.media.decoder import DecoderPool
from core.types import Outcome, Picture
from tests.looking import boxes, decode, look, plain

ORIENTATION = 0x0112  # EXIF tag
STORED: dict[int, Image.Transpose | None] = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera has to store the picture so that EXIF's orientation brings it upright."""


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(1) as decoders:
        yield decoders


def poster() -> Image.Image:
    """An astronaut above a page of text: faces, things and lines in one picture of odd size."""
    page = cv2.cvtColor(cv2.resize(data.page(), (512, 255)), cv2.COLOR_GRAY2RGB)
    return Image.fromarray(np.vstack([data.astronaut(), page]))


def stored(image: Image.Image, orientation: int, kind: str) -> bytes:
    turn = STORED[orientation]
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    out = io.BytesIO()
    (image.transpose(turn) if turn is not None else image).save(out, kind, exif=exif, quality=95)
    return out.getvalue()


def seen(pool: DecoderPool, image: Image.Image, orientation: int, kind: str) -> Mapping[str, Outcome]:
    decoded, picture = decode(pool, stored(image, orientation, kind), f"a.{kind.lower()}")
    assert (decoded.facts.orientation, picture.pixels.shape[:2]) == (orientation, image.size[::-1])
    return look([picture])[0]


def test_eight_orientations_of_the_same_pixels_give_the_same(pool: DecoderPool) -> None:
    upright = {key: plain(outcome) for key, outcome in seen(pool, poster(), 1, "PNG").items()}
    assert upright["faces"]["faces"]
    assert len([f for f in upright["text"]["findings"] if f["kind"] == "text"]) > 5
    for orientation in range(2, 9):
        turned = {key: plain(outcome) for key, outcome in seen(pool, poster(), orientation, "PNG").items()}
        assert turned == upright, orientation


def test_eight_orientations_of_a_jpeg_give_nearly_the_same(pool: DecoderPool) -> None:
    upright = seen(pool, poster(), 1, "JPEG")
    [face] = upright["faces"].faces
    for orientation in range(2, 9):
        turned = seen(pool, poster(), orientation, "JPEG")
        [other] = turned["faces"].faces
        assert other.box == pytest.approx(face.box, abs=0.01)
        [(_, one)], [(_, same)] = face.vectors.items(), other.vectors.items()
        assert float(one.astype(float) @ same.astype(float)) > 0.99
        things = [(f.name, f.box) for f in upright["objects"].findings]
        assert [name for name, _box in things] == [f.name for f in turned["objects"].findings]
        for (_name, box), finding in zip(things, turned["objects"].findings, strict=True):
            assert finding.box == pytest.approx(box, abs=0.01)
        lines = {f.name for f in upright["text"].findings}
        assert len(lines & {f.name for f in turned["text"].findings}) >= 0.8 * len(lines)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def files() -> dict[str, tuple[bytes, str]]:
    """Return name -> (bytes, file name) of the inputs that programs get wrong."""
    photo = Image.fromarray(data.astronaut())
    clear = photo.convert("RGBA")
    clear.putalpha(Image.fromarray(np.tile(np.linspace(0, 255, 512).astype(np.uint8), (512, 1))))
    frames = [photo, photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    return {
        "one pixel": (encoded(Image.new("RGB", (1, 1), "red"), "PNG"), "a.png"),
        "grey": (encoded(photo.convert("L"), "JPEG"), "a.jpg"),
        "black and white": (encoded(photo.convert("1"), "PNG"), "a.png"),
        "CMYK": (encoded(photo.convert("CMYK"), "JPEG"), "a.jpg"),
        "transparent": (encoded(clear, "PNG"), "a.png"),
        "animated": (encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100), "a.webp"),
        "16 bits": (encoded(Image.fromarray(np.asarray(photo.convert("L"), np.uint16) * 257), "PNG"), "a.png"),
        "very long": (encoded(photo.resize((12_000, 24)), "JPEG"), "a.jpg"),
        "very high": (encoded(photo.resize((24, 12_000)), "JPEG"), "a.jpg"),
        "very large": (encoded(photo.resize((6_000, 6_000)), "JPEG", quality=60), "a.jpg"),
    }


@pytest.mark.parametrize("kind", files())
def test_every_analyzer_takes_every_kind_of_picture(pool: DecoderPool, kind: str) -> None:
    data_, name = files()[kind]
    _, picture = decode(pool, data_, name)
    [told] = look([picture])
    assert told.keys() == {analyzer.key for analyzer in ANALYZERS}
    for outcome in told.values():
        for left, top, width, height in boxes(plain(outcome)):
            assert min(left, top, width, height) >= 0
            assert max(left + width, top + height) <= 1 + 1e-9
    if kind in ("grey", "CMYK", "animated", "16 bits", "very large"):
        assert len(told["faces"].faces) == 1


def test_the_size_of_a_photo_does_not_change_who_is_in_it(pool: DecoderPool) -> None:
    vectors = []
    for side in (512, 1024, 3000):
        image = Image.fromarray(data.astronaut()).resize((side, side), Image.Resampling.LANCZOS)
        _, picture = decode(pool, encoded(image, "JPEG", quality=92), "a.jpg")
        [face] = look([picture])[0]["faces"].faces
        vectors.append(next(iter(face.vectors.values())).astype(np.float64))
    cosines: npt.NDArray[np.float64] = np.array(vectors) @ vectors[0]
    assert cosines.min() > 0.97


def test_a_photo_on_its_side_still_shows_its_face() -> None:
    upright = look([Picture(data.astronaut())])[0]["faces"].faces[0]
    for quarters, roll in ((1, -90), (2, 180), (3, 90)):
        turned = np.ascontiguousarray(np.rot90(data.astronaut(), quarters))
        [face] = look([Picture(turned)])[0]["faces"].faces
        assert face.pose is not None
        assert upright.pose is not None
        off = (face.pose["roll"] - upright.pose["roll"] - roll + 180) % 360 - 180
        assert abs(off) < 3
        assert abs(face.pose["yaw"] - upright.pose["yaw"]) < 3
        [(_, one)], [(_, same)] = upright.vectors.items(), face.vectors.items()
        assert float(one.astype(float) @ same.astype(float)) > 0.95
