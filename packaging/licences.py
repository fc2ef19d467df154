"""LICENCES.txt and the folder licences/: what is inside a frozen build, and under what terms."""

import re
import shutil
import subprocess
import sysconfig
from importlib.metadata import Distribution, distributions
from pathlib import Path

from models import NETWORKS, cards

GPL = re.compile(r"lib(x264|x265|readline|gdbm)\b")
"""Libraries under the GPL that wheels or Python bring along without saying so in their metadata."""
TEXTS = Path("/usr/share/common-licenses")  # Debian's
HEAD = """\
Fovea is Apache-2.0. This folder holds the work of others beside it; the full texts are in licences/ and, for Python
packages, in _internal/NAME.dist-info. PyInstaller's start program is GPL-2 with an exception that lets it start any
program. Qt and PySide6 are LGPL-3: they are files of their own in _internal/PySide6 and may be replaced.
"""


def write(folder: Path) -> list[str]:
    """Write the list and the texts into the frozen `folder`; return a sentence for each thing that must not go out."""
    inside = folder / "_internal"
    texts = folder / "licences"
    texts.mkdir()
    packages = sorted(distributions(path=[str(inside)]), key=lambda found: found.name.lower())
    bundled = sorted(path.relative_to(inside) for path in inside.glob("*.libs/*"))
    files = (path for path in inside.glob("lib*.so*") if not path.is_symlink())
    system = sorted(path.name for path in files if not path.name.startswith("libpython"))
    debian = _debian(system, texts)
    for name in ("LICENSE.txt", "LICENSE"):
        if (licence := Path(sysconfig.get_path("stdlib")) / name).exists():
            shutil.copy(licence, texts / "python.txt")
    parts = {
        "Python packages": [f"{found.name} {found.version}: {terms(found)}" for found in packages],
        "Networks": [f"{name}: {cards.load(name).licence} ({cards.load(name).source})" for name in NETWORKS],
        "Libraries that wheels bring along": [str(path) for path in bundled],
        "Libraries of the building system, and the package with a file of that name": [
            f"{name}: {debian.get(name, 'unknown')}" for name in system
        ],
    }
    told = "\n".join(f"\n{title}\n" + "\n".join(f"  {line}" for line in lines) for title, lines in parts.items())
    (folder / "LICENCES.txt").write_text(HEAD + told + "\n", encoding="utf-8")
    named = sorted({path.name for path in inside.rglob("*.so*") if GPL.match(path.name)})
    return [f"GPL inside, so this build must not be handed out under other terms: {', '.join(named)}."] if named else []


def terms(found: Distribution) -> str:
    """Return the licence that a package states: its expression, its licence field in one line, or its classifiers."""
    metadata = found.metadata
    stated = next(
        (text.strip() for key in ("License-Expression", "License") for text in metadata.get_all(key) or ()), ""
    )
    if not stated or "\n" in stated or len(stated) > 100:
        classified = [
            c.rpartition(" :: ")[2] for c in metadata.get_all("Classifier") or () if c.startswith("License ::")
        ]
        stated = ", ".join(classified) or stated.partition("\n")[0]
    return stated or "not stated; see its texts"


def _debian(names: list[str], texts: Path) -> dict[str, str]:
    """Return library -> Debian package, whose copyright file, and the licences that it names, go to `texts`."""
    if not shutil.which("dpkg-query"):
        return {}
    asked = subprocess.run(
        ["dpkg-query", "-S", *(f"*/{name}" for name in names)], check=False, capture_output=True, text=True
    )
    packages = {}
    for line in asked.stdout.splitlines():
        package, _, path = line.partition(": ")
        packages[Path(path).name] = package.partition(":")[0]
    for package in sorted(set(packages.values())):
        shutil.copy(Path("/usr/share/doc") / package / "copyright", texts / f"{package}.txt")
    if TEXTS.is_dir():
        shutil.copytree(TEXTS, texts / "common-licenses")
    return packages
