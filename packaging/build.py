"""Freeze Fovea into dist/fovea: `uv run --group freeze python packaging/build.py`.

Fails where a library was not found: PyInstaller itself goes on, and the program then cannot open an X11 window.
"""

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import licences

ROOT = Path(__file__).resolve().parent.parent
DIST, WORK = ROOT / "dist", ROOT / "build"
INSIDE = DIST / "fovea" / "_internal"
UNRESOLVED = re.compile(r"could not resolve '([^']+)'")
X11 = (
    "libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-image.so.0", "libxcb-keysyms.so.1", "libxcb-randr.so.0",
    "libxcb-render-util.so.0", "libxcb-render.so.0", "libxcb-shape.so.0", "libxcb-shm.so.0", "libxcb-sync.so.1",
    "libxcb-util.so.1", "libxcb-xfixes.so.0", "libxcb-xkb.so.1", "libxkbcommon-x11.so.0", "libX11-xcb.so.1",
)  # fmt: skip
"""What Qt's X11 plugin needs and few systems have all of."""


def missing(log: str, inside: Path) -> list[str]:
    """Return the libraries that PyInstaller's `log` calls missing, and those of X11 that are not in `inside`."""
    absent = [name for name in X11 if not (inside / name).exists()] if sys.platform == "linux" else []
    return sorted({*UNRESOLVED.findall(log), *absent})


def freeze() -> str:
    """Run PyInstaller and return its log; exit where it fails."""
    places = ("--distpath", str(DIST), "--workpath", str(WORK))
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", *places, str(ROOT / "packaging" / "fovea.spec")]
    done = subprocess.run(command, check=False, stderr=subprocess.PIPE, text=True)
    (WORK / "pyinstaller.log").write_text(done.stderr, encoding="utf-8")
    if done.returncode:
        sys.exit(f"{done.stderr[-3000:]}\nPyInstaller failed; all it said is in {WORK / 'pyinstaller.log'}.")
    return done.stderr


def main() -> None:
    """Build, check, list the licences, and say how large it is."""
    begun = time.monotonic()
    WORK.mkdir(exist_ok=True)
    if gone := missing(freeze(), INSIDE):
        shutil.rmtree(DIST / "fovea")
        sys.exit(f"The build was thrown away: it lacks {', '.join(gone)}. Install them here first; see README.md.")
    warnings = licences.write(DIST / "fovea")
    files = [path for path in (DIST / "fovea").rglob("*") if path.is_file() and not path.is_symlink()]
    size = sum(path.stat().st_size for path in files) / 2**20
    print(f"{DIST / 'fovea'}: {size:.0f} MiB in {len(files)} files, {time.monotonic() - begun:.0f} s")
    for warning in warnings:
        print(warning)


if __name__ == "__main__":
    main()
