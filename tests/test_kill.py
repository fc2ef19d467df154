"""A scan that is killed costs at most one batch, and the next one ends where an undisturbed one ends."""

from pathlib import Path

from core.library import Library
from tests.conftest import ROCKET
from tests.kills import documents, kill_scans


def test_a_killed_scan_loses_nothing_and_does_nothing_twice(photos: Path, home: Path, tmp_path: Path) -> None:
    for i in range(150):
        data = (photos / ROCKET).read_bytes()
        (photos / f"{i:03}.jpg").write_bytes(data[:2] + b"\xff\xfe\x00\x06" + i.to_bytes(4, "big") + data[2:])
    told = kill_scans(photos, home, times=3, seconds=(3.0, 5.0))
    assert (told.lost, told.doubled, told.damaged, told.decisions_lost) == (0, 0, [], 0)
    with Library(tmp_path / "undisturbed", write=True) as library:
        library.scan([str(photos)])
    assert documents(home) == documents(tmp_path / "undisturbed")
