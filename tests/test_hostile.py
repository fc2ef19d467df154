"""A scan over names, links, pipes, bombs and injections made to hurt goes to its end and has a sentence for each."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile import SCRIPT, scan


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    subprocess.run(["chmod", "-R", "u+rwx", str(tmp_path)], check=False)


@pytest.mark.skipif(not SCRIPT.exists(), reason="the measured set is not here")
def test_a_folder_made_to_hurt_is_scanned_to_its_end(root: Path) -> None:
    told = scan(root)
    assert told.wrong == []
    assert told.code == 1
    assert sum(told.ends.values()) > 150
    assert told.peak_mb < 2560
