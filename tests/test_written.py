"""Search in what is written in pictures: folded letters, signs without spaces, beginnings, codes without secrets."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image
from skimage import data

from core.library import Library
from core.store.words import folded
from core.types import Reason
from tests.conftest import CAT, PACKAGE_PHOTOS
from tests.data import shared

OTP = "otpauth://totp/Bank:ada?secret=JBSWY3DPEHPK3PXP"
WIFI = "WIFI:T:WPA;S:Lighthouse;P:opensesame;;"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of a page, a cat, two codes and, where it is there, a sign in two scripts."""
    folder = tmp_path_factory.mktemp("written")
    photos = folder / "photos"
    photos.mkdir()
    page = cv2.cvtColor(cv2.resize(data.page(), (768, 382)), cv2.COLOR_GRAY2RGB)
    Image.fromarray(np.asarray(page, np.uint8)).save(photos / "a.png")
    shutil.copy(PACKAGE_PHOTOS / CAT, photos)
    for name, text in (("otp", OTP), ("wifi", WIFI)):
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=6)
        Image.fromarray(np.array(code)).save(photos / f"{name}.png")
    if (signs := shared("ocr", "images")) is not None:
        for name in ("chinese.jpg", "made_menu.png"):
            shutil.copy(signs / name, photos)
    with Library(folder / "library", write=True) as library:
        library.scan([str(photos)])
    return folder / "library"


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    with Library(home, write=False) as opened:
        yield opened


def found(library: Library, query: str) -> dict[str, Reason]:
    """Return file name -> the reason why its text answers, of the strong hits."""
    hits = [hit for hit in library.search(query).hits if hit.strong]
    return {Path(hit.path).name: next(r for r in hit.reasons if r.kind == "text") for hit in hits}


@pytest.mark.parametrize("query", ["text:markers", "text:HISTOGRAM", "text:histo*", 'text:"markers of the coins"'])
def test_a_line_in_a_picture_is_found_with_its_place(library: Library, query: str) -> None:
    reasons = found(library, query)
    assert reasons.keys() == {"a.png"}
    reason = reasons["a.png"]
    assert query.partition(":")[2].strip('"*').casefold() in reason.value.casefold()
    assert reason.box is not None
    assert reason.box[2] > reason.box[3]  # a line is wider than high
    assert reason.confidence > 90


def test_plain_words_find_it_too_and_text_means_text_alone(library: Library) -> None:
    assert found(library, "histogram of grey values").keys() == {"a.png"}
    assert found(library, "text:chelsea") == {}  # the name of a file is not written in the picture
    assert library.search("chelsea").strong == 1
    assert library.search("text:markers -text:coins").total == 0


def test_secrets_in_codes_are_never_indexed(library: Library) -> None:
    assert found(library, "text:lighthouse").keys() == {"wifi.png"}
    for secret in ("opensesame", "JBSWY3DPEHPK3PXP", "bank"):
        assert library.search(f"text:{secret}").total == 0
        assert library.search(secret).strong == 0
    assert found(library, "text:otpauth").keys() == {"otp.png"}  # that it is one may be found


def test_a_word_that_is_nowhere_names_the_nearest(library: Library) -> None:
    answer = library.search("text:histogramm")
    assert (answer.total, answer.understood) == (0, 'text "histogramm" (nowhere; near: histogram)')
    assert library.search("text:histogram").understood == 'text "histogram"'
    assert "near" not in library.search("text:zzzzzz").understood


@pytest.mark.skipif(shared("ocr") is None, reason="the measured photos are not beside the repository")
def test_signs_without_spaces_and_folded_letters(library: Library) -> None:
    assert found(library, "text:愚园").keys() == {"chinese.jpg"}
    assert found(library, "text:园路").keys() == {"chinese.jpg"}  # from the middle of a run
    for query in ("text:creme", "text:CRÈME", "text:boeuf", 'text:"creme brulee"', "text:bœu*"):
        assert found(library, query).keys() == {"made_menu.png"}, query


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Straße", "strasse"),
        ("Œuvre Ærø Łódź Đà", "oeuvre aero lodz da"),
        ("東京タワー", "東 京 タ ワ ー"),
        ("駅前のcafé", "駅 前 の cafe"),
        ("한국어", "한국어"),
        ("  two   words ", "two words"),
    ],
)
def test_folding(text: str, expected: str) -> None:
    assert folded(text) == folded(expected)
    assert folded(folded(text)) == folded(text)
    if text.isascii() or "한" not in text:
        assert folded(text) == expected
