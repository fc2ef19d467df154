"""A folder in all the states a person brings it into: moved, copied, retagged, edited, overwritten, offline."""

import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from core.decide import Wish
from core.errors import PersonError
from core.library import Library, ScanResult
from core.types import Json
from tests.conftest import CAT, COFFEE, ROCKET, older


def scan(library: Library, *places: Path, analyze: bool = True) -> ScanResult:
    return library.scan([str(place) for place in places], analyze=analyze)


def counts(result: ScanResult) -> tuple[int, int, int, int, int]:
    [place] = result.places
    report = place.report
    return report.found, report.added, report.changed, place.moved, report.missing


def labels(document: Json) -> set[str]:
    return {label["name"] for label in document["labels"]}


def test_first_scan_and_an_unchanged_one(library: Library, photos: Path) -> None:
    first = scan(library, photos)
    assert counts(first) == (3, 3, 0, 0, 0)
    assert (first.run.analyzed, first.run.failed) == (3, [])
    assert "Cat" in labels(library.show(str(photos / CAT)))
    again = scan(library, photos)
    assert counts(again) == (3, 0, 0, 0, 0)
    assert again.run.analyzed == 0


def test_without_analysis_metadata_and_thumbnails_come_and_the_rest_stays_due(library: Library, photos: Path) -> None:
    scan(library, photos, analyze=False)
    document = library.show(str(photos / CAT))
    assert (document["width"], document["labels"]) == (451, [])
    report = library.analyze()
    assert report.analyzed == 3
    assert "Cat" in labels(library.show(str(photos / CAT)))


def test_a_moved_file_keeps_everything(library: Library, photos: Path) -> None:
    scan(library, photos)
    library.mark([str(photos / CAT)], [Wish("tag", "Tigger")])
    (photos / "sub").mkdir()
    (photos / CAT).rename(photos / "sub" / "moved.png")
    result = scan(library, photos)
    assert counts(result) == (3, 0, 0, 1, 0)
    assert result.run.analyzed == 0
    document = library.show(str(photos / "sub" / "moved.png"))
    assert document["tags"] == ["Tigger"]
    assert document["paths"] == [str(photos / "sub" / "moved.png")]


def test_a_copy_is_the_same_asset_and_is_not_analysed(library: Library, photos: Path) -> None:
    scan(library, photos)
    shutil.copy(photos / CAT, photos / "copy.png")
    result = scan(library, photos)
    assert counts(result) == (4, 1, 0, 0, 0)
    assert result.run.analyzed == 0
    assert len(library.show(str(photos / CAT))["paths"]) == 2


def test_copies_in_one_first_scan_are_analysed_once(library: Library, photos: Path) -> None:
    for i in range(10):
        shutil.copy(photos / CAT, photos / f"copy {i}.png")
    result = scan(library, photos)
    assert (result.run.analyzed, result.run.skipped) == (3, 10)
    assert len(library.show(str(photos / CAT))["paths"]) == 11


def retag(path: Path) -> None:
    """Write a comment into the JPEG: other bytes, the same pixels."""
    data = path.read_bytes()
    older(path)
    path.write_bytes(data[:2] + b"\xff\xfe\x00\x08retag!" + data[2:])


def test_only_metadata_changed_carries_findings_and_decisions_without_a_mark(library: Library, photos: Path) -> None:
    scan(library, photos)
    library.mark([str(photos / ROCKET)], [Wish("tag", "launch"), Wish("rate", "4")])
    before = library.show(str(photos / ROCKET))
    retag(photos / ROCKET)
    result = scan(library, photos)
    assert counts(result) == (3, 0, 1, 0, 0)
    assert not result.run.per_analyzer  # no network ran
    after = library.show(str(photos / ROCKET))
    assert after["asset"] != before["asset"]
    assert (after["tags"], after["rating"], after["labels"]) == (["launch"], 4, before["labels"])
    assert not library.inherited(str(photos / ROCKET))


def test_an_edited_picture_inherits_decisions_until_confirmed(library: Library, photos: Path) -> None:
    scan(library, photos)
    library.mark([str(photos / ROCKET)], [Wish("tag", "launch")])
    older(photos / ROCKET)
    with Image.open(photos / ROCKET) as image:
        brighter = Image.fromarray(cv2.convertScaleAbs(np.asarray(image), alpha=1.1, beta=5))
    brighter.save(photos / ROCKET, quality=80)
    scan(library, photos)
    assert library.show(str(photos / ROCKET))["tags"] == ["launch"]
    assert library.inherited(str(photos / ROCKET)) == ["launch"]
    library.mark([str(photos / ROCKET)], [Wish("tag", "launch")])
    assert library.inherited(str(photos / ROCKET)) == []


def test_another_picture_under_the_same_name_starts_fresh(library: Library, photos: Path) -> None:
    scan(library, photos)
    library.mark([str(photos / CAT)], [Wish("tag", "Tigger")])
    older(photos / CAT)
    shutil.copyfile(photos / COFFEE, photos / "new.png")
    with Image.open(photos / COFFEE) as image:
        image.transpose(Image.Transpose.ROTATE_90).save(photos / CAT)
    scan(library, photos)
    assert library.show(str(photos / CAT))["tags"] == []


def test_a_deleted_file_is_missing_and_comes_back(library: Library, photos: Path, tmp_path: Path) -> None:
    scan(library, photos)
    library.mark([str(photos / CAT)], [Wish("tag", "Tigger")])
    (photos / CAT).rename(tmp_path / CAT)
    assert counts(scan(library, photos)) == (2, 0, 0, 0, 1)
    assert library.search("tag:Tigger").total == 0
    (tmp_path / CAT).rename(photos / CAT)
    assert counts(scan(library, photos)) == (3, 0, 0, 0, 0)
    assert library.search("tag:Tigger").total == 1


def test_an_offline_folder_stays_searchable_and_nothing_is_missing(
    library: Library, photos: Path, tmp_path: Path
) -> None:
    scan(library, photos)
    photos.rename(tmp_path / "elsewhere")
    result = scan(library, photos)
    assert (result.places[0].report.online, result.places[0].report.missing) == (False, 0)
    assert library.search("cat").strong == 1
    assert [source.online for source, _count in library.sources()] == [False]
    photos.mkdir()  # the mount point without its drive
    result = scan(library, photos)
    assert (result.places[0].report.online, result.places[0].report.missing) == (False, 0)
    photos.rmdir()
    (tmp_path / "elsewhere").rename(photos)
    assert counts(scan(library, photos)) == (3, 0, 0, 0, 0)


def test_loops_odd_names_hidden_and_ignored_files(library: Library, photos: Path) -> None:
    (photos / "loop").symlink_to(photos, target_is_directory=True)
    (photos / "disk").symlink_to("/", target_is_directory=True)
    (photos / "dead.jpg").symlink_to(photos / "nowhere")
    (photos / ".hidden").mkdir()
    shutil.copy(photos / ROCKET, photos / ".hidden")
    (photos / "@eaDir").mkdir()
    shutil.copy(photos / ROCKET, photos / "@eaDir")
    (photos / "cache").mkdir()
    shutil.copy(photos / ROCKET, photos / "cache")
    (photos / ".foveaignore").write_text("cache/\n*.tmp.jpg\n")
    shutil.copy(photos / ROCKET, photos / "x.tmp.jpg")
    os.mkfifo(photos / "pipe.jpg")
    names = ["🐶 dog.jpg", "line\nbreak.jpg", "e\u0301.jpg", "é.jpg", "A.JPG", "a.jpg", "n" * 251 + ".jpg"]
    for name in names:
        shutil.copy(photos / ROCKET, photos / name)
    raw = os.fsencode(photos) + b"/bad\xff.jpg"
    shutil.copy(os.fsencode(photos / ROCKET), raw)
    result = scan(library, photos)
    assert result.places[0].report.found == 3 + len(names) + 1
    assert len(result.places[0].report.unreadable) == 1  # the dead link
    assert result.run.failed == []
    assert len(library.show(os.fsdecode(raw))["paths"]) == 1 + len(names) + 1


def test_a_changed_sidecar_rereads_metadata_only(library: Library, photos: Path) -> None:
    scan(library, photos)
    sidecar = photos / f"{CAT}.xmp"
    sidecar.write_text(
        """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag>
        <rdf:li>whiskers</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"""
    )
    result = scan(library, photos)
    assert counts(result) == (3, 0, 0, 0, 0)
    assert not result.run.per_analyzer
    document = library.show(str(photos / CAT))
    assert document["keywords"] == ["whiskers"]
    assert "Cat" in labels(document)
    assert library.search("whiskers").strong == 1


def test_a_larger_folder_takes_in_the_smaller_one(library: Library, photos: Path) -> None:
    scan(library, photos)
    result = scan(library, photos.parent)
    assert result.run.analyzed == 0
    assert [source.root for source, _count in library.sources()] == [str(photos.parent)]
    (photos / "later").mkdir()
    shutil.copy(photos / CAT, photos / "later" / "copy.png")
    assert counts(scan(library, photos / "later")) == (1, 1, 0, 0, 0)
    assert len(library.show(str(photos / CAT))["paths"]) == 2


def test_what_is_no_folder_gets_a_sentence(library: Library, photos: Path) -> None:
    with pytest.raises(PersonError, match="is a file"):
        scan(library, photos / CAT)
    with pytest.raises(PersonError, match="does not exist"):
        scan(library, photos / "nowhere")


def test_a_broken_file_is_a_failure_with_one_sentence_and_can_be_retried(library: Library, photos: Path) -> None:
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no picture")
    result = scan(library, photos)
    assert (result.run.analyzed, len(result.run.failed)) == (3, 1)
    [failure] = library.failures()
    assert failure.path == str(photos / "broken.jpg")
    assert failure.reason.endswith(".")
    assert scan(library, photos).run.failed == []  # not tried again by itself
    assert len(library.analyze(retry_failed=True).failed) == 1


def test_originals_are_never_changed(library: Library, photos: Path) -> None:
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in photos.iterdir()}
    scan(library, photos)
    library.mark([str(photos / CAT)], [Wish("tag", "Tigger"), Wish("reject", "Cat")])
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in photos.iterdir()} == before
