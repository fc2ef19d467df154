"""Text: read in order, tilted and turned; words inside their lines; codes and what they mean; Tesseract when chosen."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image
from skimage import data

from core.analyze.text import Text, codes
from core.analyze.text.lines import Line, in_order
from core.types import Finding, Options, Picture, Pixels
from models import cards
from models.ppocr_v4_det import adapter as detector
from tests.looking import plain, polygons

PAGE = np.asarray(cv2.cvtColor(cv2.resize(data.page(), (768, 382)), cv2.COLOR_GRAY2RGB), np.uint8)
WHITE = (255, 255, 255)
FOVEA = str(Path(sys.executable).with_name("fovea"))


def findings(pixels: Pixels, options: Options | None = None) -> tuple[Finding, ...]:
    [outcome] = Text(options or Options()).run([Picture(np.asarray(pixels, np.uint8))], [{}])
    return outcome.findings


def lines(pixels: Pixels, options: Options | None = None) -> list[str]:
    return [finding.name for finding in findings(pixels, options) if finding.kind == "text"]


def on_white(pixels: Pixels, degrees: float, side: int = 900) -> Pixels:
    """The picture turned counter-clockwise in the middle of a white one."""
    whole = np.full((side, side, 3), 255, np.uint8)
    top, left = (side - pixels.shape[0]) // 2, (side - pixels.shape[1]) // 2
    whole[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(whole, turn, (side, side), flags=cv2.INTER_CUBIC, borderValue=WHITE), np.uint8)


def test_a_page_is_read_in_order() -> None:
    found = lines(PAGE)
    assert found[0].startswith("Region-based segmentation")
    text = " ".join(found)
    assert "Let us first determine markers of the coins and the background" in text
    assert text.index("These markers are pixels") < text.index("the histogram of grey values")


@pytest.mark.parametrize("degrees", [-25, 12, 90, 180, 270])
def test_a_turned_page_is_read_all_the_same(degrees: float) -> None:
    text = " ".join(lines(on_white(PAGE, degrees)))
    words = "Let us first determine markers of the coins and the background".split()
    assert sum(word in text for word in words) >= 9
    assert text.index("determine") < text.index("histogram")


def test_words_lie_in_their_lines_in_order() -> None:
    for finding in findings(on_white(PAGE, 12)):
        words = finding.detail["words"]
        assert " ".join(word["text"] for word in words) == finding.name
        line = np.array(finding.detail["polygon"], np.float32).reshape(-1, 1, 2)
        for word in words:
            middle = np.mean(word["polygon"], axis=0)
            assert cv2.pointPolygonTest(line, middle.tolist(), False) > 0
        starts = [word["polygon"][0][0] for word in words]
        assert starts == sorted(starts)
        assert finding.confidence == pytest.approx(np.mean([word["confidence"] for word in words]), abs=12)


def test_a_word_has_its_own_place() -> None:
    [first, *_] = findings(PAGE)
    boxes = {word["text"]: word["box"] for word in first.detail["words"]}
    [segmentation] = [box for word, box in boxes.items() if word.startswith("segmentation")]
    left, top, width, height = (round(x) for x in np.array(segmentation) * (768, 382, 768, 382))
    ink = 255 - PAGE[top : top + height, left : left + width].min(axis=2)
    assert ink.max() > 100
    columns = np.flatnonzero(ink.max(axis=0) > 100)
    assert columns[0] < 0.12 * width  # the word fills its box
    assert columns[-1] > 0.88 * width


def test_photos_without_text_say_nothing() -> None:
    for photo in (data.chelsea(), data.coffee()):
        assert lines(photo) == []


def _line(text: str, left: float, top: float, width: float, height: float = 10) -> Line:
    right, bottom = left + width, top + height
    return Line(text, 90.0, np.array([(left, top), (right, top), (right, bottom), (left, bottom)], float), ())


def test_columns_are_read_one_after_the_other_and_tables_row_by_row() -> None:
    columns = [
        _line(f"{side}{row}", left, 20 + 15 * row, 90) for row in range(5) for side, left in (("a", 0), ("b", 120))
    ]
    head = _line("head", 30, 0, 150)
    assert [line.text for line in in_order([*columns[::-1], head])] == [
        "head",
        *"a0 a1 a2 a3 a4 b0 b1 b2 b3 b4".split(),
    ]
    bill = [
        _line(f"{what}{row}", left, 15 * row, 30) for row in range(4) for what, left in (("name", 0), ("price", 120))
    ]
    names = [line.text for line in in_order(bill[::-1])]
    assert names == [f"{what}{row}" for row in range(4) for what in ("name", "price")]
    assert in_order([]) == []
    many = [_line(str(i), 0, 15 * i, 200) for i in range(600)]
    assert [line.text for line in in_order(many[::-1])] == [str(i) for i in range(600)]


def code(text: str, format_: str, scale: int = 5) -> Pixels:
    form = zxingcpp.barcode_format_from_str(format_)
    grey = np.array(zxingcpp.create_barcode(text, form).to_image(scale=scale))
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)


@pytest.mark.parametrize("quarters", range(4))
@pytest.mark.parametrize("format_", ["PDF417", "Code 128", "EAN-13", "Data Matrix", "Aztec", "QR Code"])
def test_codes_are_read_whichever_way_they_are_turned(format_: str, quarters: int) -> None:
    text = "4006381333931" if format_ == "EAN-13" else "BOARDING 42"
    turned = on_white(code(text, format_, 3), 90 * quarters)
    assert [f.name for f in findings(turned) if f.kind == "code"] == [text]


def test_codes_on_a_photo_are_found_where_they_are() -> None:
    photo = np.asarray(cv2.resize(data.coffee(), (1200, 800)), np.uint8)
    patch = code("https://example.org/menu", "QR Code")
    photo[100 : 100 + len(patch), 700 : 700 + len(patch)] = patch
    bar = on_white(code("4006381333931", "EAN-13", 2), 40, 360)
    photo[400:760, 100:460] = bar
    found = {f.name: f for f in findings(photo) if f.kind == "code"}
    assert found.keys() == {"https://example.org/menu", "4006381333931"}
    menu, product = found["https://example.org/menu"], found["4006381333931"]
    assert menu.detail["format"] == "QR Code"
    assert menu.detail["payload"] == {"kind": "url", "url": "https://example.org/menu", "host": "example.org"}
    inner = 4 * 5  # the quiet zone around a QR code
    expected = [(700 + inner) / 1200, (100 + inner) / 800]
    assert menu.detail["polygon"][0] == pytest.approx(expected, abs=0.01)
    assert (product.detail["format"], product.detail["payload"]["number"]) == ("EAN-13", "4006381333931")
    for polygon in polygons(plain_of(photo)):
        assert all(0 <= x <= 1 for corner in polygon for x in corner)


def plain_of(pixels: Pixels) -> Any:
    [outcome] = Text(Options()).run([Picture(pixels)], [{}])
    return plain(outcome)


CARD = "BEGIN:VCARD\nN:Lovelace;Ada\nFN:Ada Lovelace\nTEL;TYPE=home:+44 1\nEMAIL:ada@example.org\nEND:VCARD"
EVENT = "BEGIN:VEVENT\nSUMMARY:Picnic\nLOCATION:Park\nDTSTART:20260501T100000\nEND:VEVENT"
MEANINGS: dict[str, tuple[dict[str, object], str]] = {
    "HTTP://EXAMPLE.ORG/X": ({"kind": "url", "url": "HTTP://EXAMPLE.ORG/X", "host": "example.org"}, "EXAMPLE.ORG"),
    r"WIFI:T:WPA;S:Caf\;e 7;P:hid\;den;;": ({"kind": "wifi", "network": "Caf;e 7", "security": "WPA"}, "Caf;e 7"),
    CARD: ({"kind": "contact", "name": "Ada Lovelace", "phone": "+44 1", "email": "ada@example.org"}, "Ada Lovelace"),
    "MECARD:N:Owen,Sean;TEL:125;;": ({"kind": "contact", "name": "Owen,Sean", "phone": "125"}, "Owen,Sean"),
    "MATMSG:TO:a@example.org;SUB:Hi;;": ({"kind": "email", "to": "a@example.org", "subject": "Hi"}, "a@example.org"),
    "mailto:a@example.org?subject=Hi%20you": ({"kind": "email", "to": "a@example.org", "subject": "Hi you"}, "mailto"),
    "tel:+3612345": ({"kind": "phone", "number": "+3612345"}, "+3612345"),
    "SMSTO:+361:hello": ({"kind": "message", "number": "+361", "text": "hello"}, "hello"),
    "geo:47.5,19.04,100": ({"kind": "place", "lat": 47.5, "lon": 19.04}, "47.5"),
    "geo:nowhere": ({"kind": "text"}, "nowhere"),
    EVENT: ({"kind": "event", "title": "Picnic", "place": "Park", "begins": "20260501T100000"}, "Picnic"),
    "otpauth://totp/a?secret=hidden": ({"kind": "secret", "service": "otpauth"}, "otpauth"),
    "OTPAUTH-MIGRATION://offline?data=hidden": ({"kind": "secret", "service": "otpauth-migration"}, "otpauth"),
    "just words: two": ({"kind": "text"}, "just words"),
    "https://[broken": ({"kind": "text"}, "broken"),
    "": ({"kind": "text"}, ""),
}


@pytest.mark.parametrize("text", MEANINGS)
def test_what_a_code_means_and_what_of_it_is_indexed(text: str) -> None:
    payload, indexed = MEANINGS[text]
    told = codes.parse(text, "QR Code")
    assert {key: value for key, value in told.items() if value} == payload
    words = codes.searchable(text, told)
    assert indexed in words
    assert "hid" not in words + json.dumps(told)


def test_a_retail_code_is_a_product() -> None:
    assert codes.parse("4006381333931", "EAN-13") == {"kind": "product", "number": "4006381333931"}


def test_the_quick_look_passes_on_what_holds_text() -> None:
    thorough = Options(effort="thorough")
    assert Text(Options()).features < Text(thorough).features == frozenset({"ppocr", "thorough"})
    large = np.asarray(cv2.resize(PAGE, (1536, 764)), np.uint8)
    assert lines(large, thorough) == lines(large) != []


def test_the_probe_ends_the_look_where_nothing_is_written() -> None:
    empty, written = (np.asarray(pixels, np.uint8) for pixels in (data.coffee(), PAGE))
    least = cards.load("ppocr_v4_det").thresholds["probe"]
    assert not detector.text_map(empty, 960, least).any()
    assert detector.text_map(empty, 960).any()
    np.testing.assert_array_equal(detector.text_map(written, 960, least), detector.text_map(written, 960))


needs_tesseract = pytest.mark.skipif(
    not Path(sys.executable).with_name("tesseract").exists(), reason="no wheel of Tesseract for this system"
)


def run(home: Path, *arguments: str, path: str | None = None, code: int = 0) -> Any:
    """Run the program with Tesseract's wheel on its path."""
    there = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [FOVEA, "--library", str(home), "--json", *arguments], capture_output=True, text=True, check=False,
        env=os.environ | {"PATH": there if path is None else path},
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


@needs_tesseract
def test_tesseract_reads_when_it_is_chosen(tmp_path: Path) -> None:
    Image.fromarray(PAGE).save(tmp_path / "page.png")
    home = tmp_path / "library"
    before = run(home, "show", str(tmp_path / "page.png"))["text"]
    assert "no language xyz" in run(home, "settings", "text.languages", "xyz", code=2)["error"]
    run(home, "settings", "text.engine", "tesseract")
    after = run(home, "show", str(tmp_path / "page.png"))["text"]
    text = " ".join(one["text"] for one in after if one["level"] == "line")
    assert "markers of the coins" in text
    assert after != before
    assert {one["level"] for one in after} == {"line", "word"}
    failed = run(home, "show", str(tmp_path / "page.png"), path="/nonexistent", code=1)
    assert failed["error"] == "Tesseract is chosen to read text but is not installed."


def test_tesseract_cannot_be_chosen_where_it_is_not(tmp_path: Path) -> None:
    refused = run(tmp_path, "settings", "text.engine", "tesseract", path="/nonexistent", code=2)
    assert refused["error"].startswith("Tesseract is not installed.")


def test_pictures_are_never_written_for_codes_or_text(tmp_path: Path) -> None:
    """Reading happens in memory: the working folder stays empty."""
    out = io.BytesIO()
    Image.fromarray(PAGE).save(out, "PNG")
    (tmp_path / "page.png").write_bytes(out.getvalue())
    subprocess.run(
        [FOVEA, "--library", str(tmp_path / "library"), "show", "page.png"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["library", "page.png"]
