"""Nothing leaves the machine: scan, search and show open no socket, and work where there is no network at all."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import faults
from tests.conftest import CAT

COUNTED = """
import sys
from app.cli.main import main
calls = []
def hook(event, given):
    if event.startswith(("socket.", "urllib.", "http.")):
        calls.append(event)
sys.addaudithook(hook)
code = main(sys.argv[1:])
print("calls", len(calls), file=sys.stderr)
sys.exit(code)
"""
FOVEA = str(Path(sys.executable).with_name("fovea"))
UNSHARE = shutil.which("unshare")


def commands(home: Path, photos: Path) -> list[list[str]]:
    library = ["--library", str(home), "--json", "-q"]
    return [
        ["scan", str(photos), *library],
        ["search", "a cat text:x OR cat", *library],
        ["similar", str(photos / CAT), *library],
        ["show", str(photos / CAT), *library],
        ["mark", "--tag", "mine", str(photos / CAT), *library],
        ["faces", str(photos / CAT), *library],
        ["export", *library],
        ["doctor", *library],
    ]


def test_no_command_opens_a_socket(home: Path, photos: Path, tmp_path: Path) -> None:
    """Counted twice: by an audit hook over Python, and by the C library's own socket() where one can be compiled."""
    environment = dict(os.environ)
    if sys.platform == "linux" and faults.COMPILER:
        environment |= {"LD_PRELOAD": str(faults.compiled(tmp_path)), "FAULT_KIND": "network"}
    for command in commands(home, photos):
        done = subprocess.run(
            [sys.executable, "-c", COUNTED, *command], capture_output=True, text=True, check=False, env=environment
        )
        assert "calls 0" in done.stderr.splitlines(), done.stderr
        assert "fault injected" not in done.stderr
        assert done.returncode == 0, done.stderr


def test_no_library_takes_notes_of_this_computer(tmp_path: Path) -> None:
    """Else onnxruntime gives the computer a number and stores events; it opens a socket to send them within 40 s."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    subprocess.run([FOVEA, "doctor"], check=True, capture_output=True, env=environment | {"HOME": str(tmp_path)})
    assert not [str(path) for path in tmp_path.rglob("*")]


def can_unshare() -> bool:
    return bool(UNSHARE) and not subprocess.run([UNSHARE, "-rn", "true"], check=False, capture_output=True).returncode  # type: ignore[list-item]


@pytest.mark.skipif(not can_unshare(), reason="this system lets nobody take the network away")
def test_everything_works_without_any_network(home: Path, photos: Path) -> None:
    assert UNSHARE
    answers = []
    for command in commands(home, photos):
        done = subprocess.run(
            [UNSHARE, "-rn", FOVEA, *command],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answers.append(json.loads(done.stdout) if command[0] != "export" else {})
    assert answers[0]["analyzed"] == 3
    assert answers[1]["hits"][0]["path"] == str(photos / CAT)
