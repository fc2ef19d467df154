"""Full disks, read-only places, damaged files, clocks and drives that go away: one sentence, and nothing is lost."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.decide import Wish
from core.jobs.pipeline import Progress
from core.library import Library
from tests import faults
from tests.conftest import CAT, COFFEE, ROCKET

FOVEA = str(Path(sys.executable).with_name("fovea"))
needs_compiler = pytest.mark.skipif(
    sys.platform != "linux" or not faults.COMPILER, reason="the failing disk is a C library for Linux"
)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return faults.compiled(tmp_path_factory.mktemp("disk"))


@pytest.fixture
def known(home: Path, photos: Path) -> Path:
    """The home of a library that knows all photos but one."""
    late = photos.parent / COFFEE
    (photos / COFFEE).rename(late)
    with Library(home, write=True) as library:
        library.scan([str(photos)], analyze=False)
        library.mark([str(photos / CAT)], [Wish("tag", "begin")])
    late.rename(photos / COFFEE)
    return home


@needs_compiler
@pytest.mark.parametrize(
    ("kind", "at"),
    [
        *(("full", at) for at in (1, 2, 9, 30, 60)),
        *(("io", at) for at in (1, 7, 40)),
        *(("sync", at) for at in (1, 2, 10)),
        *(("short", at) for at in (2, 25)),
        *(("kill", at) for at in (3, 20, 70)),
        ("readonly", 1),
    ],
)
def test_what_was_acknowledged_survives_a_failing_disk(
    disk: Path, known: Path, photos: Path, kind: str, at: int
) -> None:
    outcome = faults.run(disk, kind, at, known, photos)
    assert outcome.injected
    assert (outcome.lost, outcome.wrong) == ([], "")
    if kind in ("full", "readonly"):
        assert outcome.sentence.endswith(".")


@needs_compiler
def test_a_library_that_cannot_be_written_can_be_asked(disk: Path, known: Path, photos: Path) -> None:
    environment = os.environ | {"LD_PRELOAD": str(disk), "FAULT_UNDER": str(known), "FAULT_KIND": "readonly"}
    for command, code in ((["search", "tag:begin"], 0), (["show", str(photos / CAT)], 0), (["scan", str(photos)], 3)):
        done = subprocess.run(
            [FOVEA, "--library", str(known), "--json", *command],
            capture_output=True, text=True, check=False, env=environment,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        assert "fault injected" in done.stderr or code == 0
        assert "Traceback" not in done.stderr
        if code:
            assert json.loads(done.stdout)["error"].startswith("The library cannot be written to.")


def test_damaged_thumbnails_are_made_again_without_another_analysis(home: Path, photos: Path) -> None:
    with Library(home, write=True) as library:
        library.scan([str(photos)])
        asset = library.show(str(photos / CAT))["asset"]
        before = library.thumbnail(asset)
    assert before
    (home / "thumbs.db").write_bytes(b"\xff" * 50_000)
    with Library(home, write=True) as library:
        result = library.scan([str(photos)])
        assert library.thumbnail(asset) == before
    assert result.run.per_analyzer == {}
    with Library(home, write=True) as library:
        assert library.scan([str(photos)]).run.analyzed == 0


@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_a_damaged_vector_index_changes_no_answer(home: Path, photos: Path, damage: str) -> None:
    with Library(home, write=True) as library:
        library.scan([str(photos)])
        before = [hit.path for hit in library.search("a cup of coffee").hits]
        alike = [hit.path for hit in library.similar(str(photos / CAT)).hits]
    assert before
    for file in (home / "vectors").iterdir():
        content = bytearray(file.read_bytes())
        if damage == "gone":
            file.unlink()
        elif damage == "cut":
            file.write_bytes(content[: len(content) // 2])
        else:
            content[len(content) // 2] ^= 0xFF
            file.write_bytes(content)
    with Library(home, write=False) as library:
        assert [hit.path for hit in library.search("a cup of coffee").hits] == before
        assert [hit.path for hit in library.similar(str(photos / CAT)).hits] == alike


@pytest.mark.parametrize("left", ["nothing", "an empty folder"])
def test_a_drive_that_goes_away_in_mid_scan_fails_no_file(home: Path, photos: Path, left: str) -> None:
    for number in range(150):  # more than can wait to be stored when the first result is told of
        (photos / f"{number}.jpg").write_bytes((photos / ROCKET).read_bytes() + bytes([number]))
    away = photos.with_name("away")

    def take_away(_progress: Progress) -> None:
        if not away.exists():
            photos.rename(away)
            if left == "an empty folder":
                photos.mkdir()

    with Library(home, write=True) as library:
        run = library.scan([str(photos)], analyze=False, progress=take_away).run
        assert library.failures() == []
    assert run.failed == []
    assert run.gone == {str(photos)}
    if photos.exists():
        photos.rmdir()
    away.rename(photos)
    with Library(home, write=True) as library:
        again = library.scan([str(photos)], analyze=False)
        assert run.analyzed + again.run.analyzed == 153
        assert library.sources()[0][1] == 153
        assert again.run.gone == set()


def test_a_clock_set_back_does_not_mix_up_what_was_decided_last(home: Path, photos: Path) -> None:
    with Library(home, write=True) as library:
        library.scan([str(photos)], analyze=False)
        library.mark([str(photos / CAT)], [Wish("tag", "when the clock was ahead")])
    journal = home / "decisions.jsonl"
    told = json.loads(journal.read_text())
    ahead = int(time.time() * 1000) + 86_400_000 * 400
    journal.write_text(json.dumps(told | {"at_ms": ahead}) + "\n")
    for name in ("catalog.db", "catalog.db-wal", "catalog.db-shm"):
        (home / name).unlink(missing_ok=True)
    with Library(home, write=True) as library:
        library.scan([str(photos)], analyze=False)
        library.mark([str(photos / CAT)], [Wish("tag", "now")])
        library.undo()
        assert library.show(str(photos / CAT))["tags"] == ["when the clock was ahead"]


def test_a_journal_that_was_deleted_is_written_again(known: Path) -> None:
    journal = known / "decisions.jsonl"
    before = journal.read_text()
    journal.unlink()
    with Library(known, write=True):
        pass
    assert journal.read_text() == before


def test_originals_are_as_they_were_after_everything(home: Path, photos: Path) -> None:
    shutil.copy(photos / ROCKET, photos / "rocket.xmp.jpg")
    before = faults.hashes(photos)
    with Library(home, write=True) as library:
        library.scan([str(photos)])
        library.mark([str(photos / CAT)], [Wish("tag", "mine"), Wish("rate", "5")])
        library.undo()
        library.back_up()
    assert faults.hashes(photos) == before
