"""The command line as other programs see it: shapes and exit codes to the letter, one JSON document, no window."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CAT, COFFEE, ROCKET

FOVEA = [str(Path(sys.executable).with_name("fovea"))]


def fovea(*arguments: str, home: Path, code: int = 0) -> Any:
    """Run the program with --json; return its document."""
    done = subprocess.run(
        [*FOVEA, "--library", str(home), "--json", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def text(*arguments: str, home: Path) -> str:
    return subprocess.run(
        [*FOVEA, "--library", str(home), *arguments], capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A library home and its folder of photos, scanned once for the tests that only look."""
    from tests.conftest import PACKAGE_PHOTOS  # noqa: PLC0415 - the fixture `photos` is made anew for each test

    root = tmp_path_factory.mktemp("cli")
    folder = root / "photos"
    folder.mkdir()
    for name in (CAT, COFFEE, ROCKET):
        (folder / name).write_bytes((PACKAGE_PHOTOS / name).read_bytes())
    document = fovea("scan", str(folder), home=root / "home")
    assert document["sources"] == [
        {"place": str(folder), "found": 3, "added": 3, "changed": 0, "moved": 0, "missing": 0, "unreadable": 0}
    ]
    assert (document["analyzed"], document["failed"]) == (3, 0)
    assert document.keys() == {"sources", "analyzed", "failed", "seconds"}
    return root / "home", folder


def test_search(scanned: tuple[Path, Path]) -> None:
    home, folder = scanned
    found = fovea("search", "cat", home=home)
    assert found.keys() == {"query", "understood", "total", "strong", "seconds", "hits"}
    assert (found["query"], found["strong"]) == ("cat", 1)
    hit = found["hits"][0]
    assert hit.keys() == {"path", "asset", "score", "strong", "reasons"}
    assert (hit["path"], hit["strong"]) == (str(folder / CAT), True)
    assert len(hit["asset"]) == 64
    reason = hit["reasons"][0]
    assert reason.keys() >= {"kind", "value", "confidence"}
    assert (reason["kind"], reason["value"]) == ("label", "Cat")
    assert 0 < reason["confidence"] <= 100
    assert [hit["strong"] for hit in found["hits"]] == sorted((h["strong"] for h in found["hits"]), reverse=True)


def test_limit_and_all(scanned: tuple[Path, Path]) -> None:
    home, _folder = scanned
    assert [fovea("search", "type:photo", flag, home=home)["total"] for flag in ("--limit=1", "--all")] == [3, 3]
    assert len(fovea("search", "type:photo", "--limit", "1", home=home)["hits"]) == 1


@pytest.mark.parametrize(
    "query", ['"', "((", "label:", "date:never", "-", "*", "'; drop table asset; --", "nosuch:x", "😀"]
)
def test_a_broken_query_is_echoed(scanned: tuple[Path, Path], query: str) -> None:
    home, _folder = scanned
    found = fovea("search", "--", query, home=home) if query.startswith("-") else fovea("search", query, home=home)
    assert found["query"] == query
    assert isinstance(found["understood"], str)


def test_show(scanned: tuple[Path, Path], tmp_path: Path) -> None:
    home, folder = scanned
    document = fovea("show", str(folder / CAT), home=home)
    keys = {
        "path", "paths", "asset", "kind", "width", "height", "orientation", "taken_at", "camera", "gps", "place",
        "keywords", "tags", "rating", "labels", "faces", "moderation", "text", "codes", "properties", "fingerprint",
    }  # fmt: skip
    assert document.keys() == keys
    label = next(label for label in document["labels"] if label["name"] == "Cat")
    assert label.keys() == {"name", "confidence", "parents", "categories", "aliases", "instances"}
    assert "Animal" in label["parents"]
    assert all(0 <= side <= 1 for box in label["instances"] for side in box["box"])
    assert len(document["fingerprint"]) == 16
    assert document["properties"].keys() == {"sharpness", "brightness", "contrast", "colors"}
    assert document["properties"]["colors"][0].keys() == {"hex", "name", "share"}
    outside = tmp_path / "outside.png"
    outside.write_bytes((folder / CAT).read_bytes())
    on_the_spot = fovea("show", str(outside), home=home)
    assert on_the_spot == document | {
        "path": str(outside),
        "paths": [str(outside)],
        "taken_at": on_the_spot["taken_at"],
    }
    assert fovea("sources", home=home)["sources"][0]["files"] == 3


def test_show_with_details_says_who_and_how_far_to_trust(scanned: tuple[Path, Path]) -> None:
    home, folder = scanned
    plain, details = (fovea("show", str(folder / CAT), *more, home=home) for more in ((), ("--details",)))
    assert details.keys() == plain.keys() | {"content_types"}
    label = next(label for label in details["labels"] if label["name"] == "Animal")
    assert label.keys() >= {"sources"}
    source = next(s for s in label["sources"] if s["source"] == "coco")
    assert source == {
        "source": "coco", "network": "ssd-mobilenetv3-large@1", "label": "Cat", "precision": 0.86,
        "measured": "over all its labels",
    }  # fmt: skip
    told = text("show", str(folder / CAT), home=home)
    assert "by coco, right 86% of the time" in told
    assert "so also" in told


def test_faces_and_text_to_the_letter(tmp_path: Path) -> None:
    from tests.conftest import ASTRONAUT, PACKAGE_PHOTOS  # noqa: PLC0415 - as above

    home, photo = tmp_path / "home", PACKAGE_PHOTOS / ASTRONAUT
    faces = fovea("faces", str(photo), home=home)
    shown = fovea("show", str(photo), home=home)
    assert faces == {"faces": shown["faces"]}
    [face] = faces["faces"]
    assert face.keys() == {
        "id", "box", "confidence", "landmarks", "pose", "quality", "attributes", "person", "group", "unusable",
    }  # fmt: skip
    assert face["landmarks"][0].keys() == {"type", "x", "y"}
    assert face["pose"].keys() == {"roll", "yaw", "pitch"}
    assert face["quality"].keys() == {"brightness", "sharpness"}
    assert face["attributes"]["smile"].keys() == {"value", "confidence"}
    assert face["attributes"]["age"].keys() == {"low", "high"}
    assert (face["person"], face["group"], face["unusable"]) == (None, None, None)
    page = fovea("show", str(PACKAGE_PHOTOS / "page.png"), home=home)
    assert [one["level"] for one in page["text"][:2]] == ["line", "word"]
    assert all(one.keys() == {"text", "level", "confidence", "box", "polygon"} for one in page["text"])
    assert "No face was found." in text("faces", str(PACKAGE_PHOTOS / "page.png"), home=home)


def test_settings_labels_and_taxonomy(tmp_path: Path) -> None:
    every = fovea("settings", home=tmp_path)["settings"]
    assert all(one.keys() == {"name", "value", "default", "choices", "about"} for one in every)
    [changed] = fovea("settings", "faces.gender", "on", home=tmp_path)["settings"]
    assert (changed["value"], changed["default"]) == ("on", "off")
    assert fovea("undo", home=tmp_path) == {"changed": 0, "decisions": [2]}
    assert fovea("settings", home=tmp_path)["settings"] == every
    assert "There is no setting smell." in fovea("settings", "smell", home=tmp_path, code=2)["error"]
    [beach] = fovea("labels", "beach", home=tmp_path)["labels"]
    assert beach["name"] == "Beach"
    assert {s["source"] for s in beach["sources"]} == {"caption", "imagenet"}
    assert "error" in fovea("labels", "xyzzy", home=tmp_path, code=1)
    kinds = fovea("taxonomy", home=tmp_path)["labels"]
    assert len(kinds) == 52
    assert {"name", "parent", "level", "covered", "trust"} <= kinds[0].keys()
    told = text("taxonomy", home=tmp_path)
    assert "Middle Finger" in told
    assert told.count("not covered") == 45


def test_similar(scanned: tuple[Path, Path]) -> None:
    home, folder = scanned
    found = fovea("similar", str(folder / CAT), home=home)
    assert found.keys() == {"query", "understood", "total", "strong", "seconds", "hits"}
    assert all(hit["path"] != str(folder / CAT) for hit in found["hits"])


def test_sources_failures_and_export(scanned: tuple[Path, Path], tmp_path: Path) -> None:
    home, folder = scanned
    [source] = fovea("sources", home=home)["sources"]
    assert source == {"id": 1, "place": str(folder), "kind": "folder", "online": True, "files": 3}
    assert fovea("failures", home=home) == {"failures": []}
    lines = [json.loads(line) for line in text("export", home=home).splitlines()]
    assert {Path(line["path"]).name for line in lines} == {CAT, COFFEE, ROCKET}
    target = tmp_path / "out.csv"
    text("export", "--format", "csv", "-o", str(target), home=home)
    assert len(target.read_text().splitlines()) == 4


def test_mark_undo_and_exit_codes(photos: Path, home: Path) -> None:
    fovea("scan", str(photos), "--no-analyze", home=home)
    marked = fovea("mark", str(photos / CAT), "--tag", "Tigger", "--rating", "4", home=home)
    assert marked == {"changed": 1, "decisions": [1, 2]}
    assert fovea("mark", str(photos / CAT), str(photos / "no.jpg"), "--tag", "x", home=home, code=1)["changed"] == 1
    assert fovea("undo", home=home)["changed"] == 1
    assert fovea("show", str(photos / CAT), home=home)["tags"] == ["Tigger"]
    assert "error" in fovea("scan", str(photos / "no"), home=home, code=2)
    assert "error" in fovea("mark", str(photos / CAT), home=home, code=2)
    assert "error" in fovea("show", str(photos / "no.jpg"), home=home, code=1)
    assert subprocess.run([*FOVEA, "nonsense"], capture_output=True, check=False).returncode == 2
    (photos / "broken.png").write_bytes(b"no picture")
    assert fovea("scan", str(photos), home=home, code=1)["failed"] == 1
    [failure] = fovea("failures", home=home)["failures"]
    assert failure.keys() == {"path", "analyzer", "reason"}
    analyzed = fovea("analyze", "--retry-failed", home=home, code=1)
    assert analyzed.keys() == {"analyzed", "failed", "skipped", "seconds", "per_analyzer"}


def test_a_library_that_cannot_be_used_ends_with_3(photos: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert "error" in fovea("sources", home=blocked / "library", code=3)
    home = tmp_path / "home"
    fovea("scan", str(photos), "--no-analyze", home=home)
    (home / "catalog.db").write_bytes(b"SQLite format 3\0" + b"garbage" * 5000)
    (home / "catalog.db-wal").unlink(missing_ok=True)
    assert "damaged" in fovea("search", "cat", home=home, code=3)["error"]


def test_doctor_names_what_it_checks(scanned: tuple[Path, Path]) -> None:
    home, _folder = scanned
    done = subprocess.run(
        [*FOVEA, "doctor", "--library", str(home), "--json"], capture_output=True, text=True, check=False
    )
    checks = json.loads(done.stdout)["checks"]
    assert all(check.keys() == {"name", "ok", "detail", "fix"} for check in checks)
    assert {c["name"]: c["ok"] for c in checks if c["name"] != "window"} == dict.fromkeys(
        ("python", "opencv", "sqlite", "networks", "look", "tesseract", "disk", "library", "backup"), True
    )


def test_the_command_line_never_imports_the_window() -> None:
    code = "import sys, app.cli.main; sys.exit(any(m.startswith(('PySide6', 'shiboken6')) for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_our_packages_are_the_ones_that_run() -> None:
    code = (
        "import core, app, models, resources, pathlib;"
        "print(*(pathlib.Path(m.__file__).parent.parent for m in (core, app, models, resources)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert len(set(done.stdout.split())) == 1


def complete(home: Path) -> int:
    """How many photos are done with, as any other reader of the catalog sees it."""
    try:
        with closing(sqlite3.connect(f"file:{home / 'catalog.db'}?mode=ro", uri=True)) as db:
            return int(db.execute("select count(*) from asset where settled <> ''").fetchone()[0])
    except sqlite3.OperationalError:  # not there yet, or without tables
        return 0


def test_interrupt_ends_soon_with_130_and_keeps_what_is_complete(photos: Path, home: Path) -> None:
    for i in range(400):
        data = bytearray((photos / ROCKET).read_bytes())
        (photos / f"{i}.jpg").write_bytes(data[:2] + b"\xff\xfe\x00\x06" + i.to_bytes(4, "big") + data[2:])
    # where the tests were started in the background, Ctrl+C is ignored, and every child would inherit that
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    running = subprocess.Popen(
        [*FOVEA, "scan", str(photos), "--library", str(home)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    signal.signal(signal.SIGINT, before)
    while not complete(home):
        assert running.poll() is None
        time.sleep(0.01)  # watching another process: there is no signal to wait for
    running.send_signal(signal.SIGINT)
    _out, err = running.communicate(timeout=20)
    assert running.returncode == 130, err
    assert b"Traceback" not in err
    left = fovea("analyze", home=home)["analyzed"]
    assert 0 < left < 403
    assert fovea("analyze", home=home)["analyzed"] == 0
    assert os.path.exists(home / "vectors" / "words.usearch")
