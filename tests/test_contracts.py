"""The import contracts hold, and a planted breach of each kind is caught."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.data import ROOT

LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts over the packages in `folder`; its own code, not the installed one."""
    return subprocess.run(
        LINT, cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(folder), "PATH": ""}
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source without the weights."""
    folder = tmp_path_factory.mktemp("house")
    for room in ("app", "ui", "core", "models", "resources"):
        shutil.copytree(
            ROOT / room,
            folder / room,
            ignore=lambda _dir, names: [n for n in names if n.endswith((".onnx", ".npz", ".jpg"))],
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contracts_hold(house: Path) -> None:
    result = lint(house)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("core/store/files.py", "import core.search.engine", "Core points one way"),
        ("models/session.py", "import core.errors", "Top level points one way"),
        ("core/library.py", "import PySide6.QtCore", "No Qt below ui"),
        ("core/decide.py", "import sqlite3", "SQL in one room"),
        ("core/analyze/labels.py", "import core.analyze.objects", "Analyzers stand alone"),
        ("core/search/engine.py", "import onnxruntime", "Networks in one room"),
        ("core/index.py", "import PIL.Image", "Decoders in one room"),
        ("ui/items/photos.py", "import ui.window", "Ui points one way"),
        ("ui/panels/chips.py", "import ui.panels.status", "Panels stand alone"),
        ("app/cli/main.py", "import app.main", "No Qt below ui"),
    ],
)
def test_a_planted_breach_is_caught(house: Path, file: str, line: str, contract: str) -> None:
    target = house / file
    whole = target.read_text()
    target.write_text(f"{whole}\n{line}\n")
    try:
        result = lint(house)
    finally:
        target.write_text(whole)
    assert result.returncode != 0
    assert f"{contract} BROKEN" in result.stdout
