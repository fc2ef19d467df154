"""Which files are taken, and that every file of the measured set ends as a picture or as one sentence."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.media.decoder import DecoderPool
from core.media.formats import kind_of, sidecar_candidates
from core.types import Decoded
from tests.data import shared
from tests.measure.formats import decode, judge

# Their references are wrong: a white CT scan, a clipped 10-bit scan, inverted alpha; the last holds no picture data.
REFERENCE_AT_FAULT = {"found/9bit.j2k", "found/16bit.cropped.tif", "found/rgba16.tga", "found/ultrahdr.jpg"}


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(2) as shared_pool:
        yield shared_pool


def need(*parts: str) -> Path:
    path = shared(*parts)
    return path or pytest.skip("the measured set is not here")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("IMG_0001.JPG", "photo"),
        ("a.b.heic", "photo"),
        ("x.CR3", "photo"),
        ("é\n😀.jxl", "photo"),
        ("clip.MOV", "video"),
        ("00001.mts", "video"),
        ("letter.pdf", None),
        ("drawing.svg", None),
        ("app.ts", None),
        (".jpg", None),
        ("jpg", None),
        ("a.jpg.xmp", None),
    ],
)
def test_the_name_says_whether_a_file_is_taken(name: str, kind: str | None) -> None:
    assert kind_of(name) == kind


def test_sidecars_are_named_after_the_file_or_its_stem() -> None:
    names = sidecar_candidates("a.b.JPG")
    assert {"a.b.JPG.xmp", "a.b.xmp", "a.b.JPG.json"} <= set(names)


@pytest.mark.parametrize("full", [False, True])
def test_every_format_with_a_reference_is_shown_upright_in_the_right_colours(pool: DecoderPool, *, full: bool) -> None:
    folder = need("formats")
    wrong = {}
    for place, truth in json.loads((folder / "truth.json").read_text()).items():
        if kind_of(place) == "photo" and truth["decodable"]:
            answer = decode(pool, folder / place, full=full)
            verdict = judge(answer, truth)
            if verdict != "ok":
                wrong[place] = verdict
    assert wrong.keys() == REFERENCE_AT_FAULT, wrong


@pytest.mark.parametrize("folder", ["formats/found", "formats/made", "hostile/files", "video"])
def test_every_file_ends_as_a_picture_or_one_sentence(pool: DecoderPool, folder: str) -> None:
    files = [path for path in need(*folder.split("/")).iterdir() if path.is_file()]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda path: decode(pool, path), files))
    assert any(isinstance(answer, Decoded) for answer in answers)
    for path, answer in zip(files, answers, strict=True):
        if isinstance(answer, Decoded):
            assert answer.picture
            assert max(answer.picture.pixels.shape[:2]) < 1920
        else:
            assert answer.endswith("."), path
            assert not any(word in answer for word in ("Error", "Exception", "crashed", "longer than", "/")), answer


def test_films_tell_their_facts(pool: DecoderPool) -> None:
    folder = need("video")
    for name, truth in json.loads((folder / "truth.json").read_text()).items():
        if not truth["readable"]:
            continue
        answer = decode(pool, folder / name)
        assert isinstance(answer, Decoded), (name, answer)
        facts = answer.facts
        assert ([facts.width, facts.height], facts.codec, facts.frames) == (
            truth["upright"],
            truth["codec"],
            truth["frames"],
        ), name
        assert facts.duration_ms == pytest.approx(truth["seconds"] * 1000, abs=450), name
        assert answer.picture
        assert 0 <= (answer.picture.at_ms or 0) <= truth["seconds"] * 1000


def test_turned_films_show_the_same_picture_as_the_unturned_one(pool: DecoderPool) -> None:
    folder = need("video")
    plain, *turned = (decode(pool, folder / name) for name in ("bird_hevc.mp4", "bird_rot90.mp4", "bird_rot180.mp4"))
    assert isinstance(plain, Decoded)
    assert plain.picture
    for other in turned:
        assert isinstance(other, Decoded)
        assert other.picture
        difference = abs(plain.picture.pixels.astype(int) - other.picture.pixels).mean()
        assert difference < 6  # another codec, another quality


def test_a_playlist_named_like_a_film_reaches_no_other_file(pool: DecoderPool, tmp_path: Path) -> None:
    shutil.copy(need("video", "bird_hevc.mp4"), tmp_path / "private.mp4")
    trap = tmp_path / "trap.mp4"
    trap.write_text("ffconcat version 1.0\nfile private.mp4\n")
    assert "cannot be read" in str(decode(pool, trap))
