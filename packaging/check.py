"""Run the frozen program as on a machine without Python: `python packaging/check.py`.

Its environment is empty, its home new. Three starts: `doctor`, `demo`, and the window on the demo's library, offscreen,
which is interrupted once it shows a thumbnail. Each may map the files of the build and of its home, and of the system
the C library and the libraries of the screen; none may leave anything but Fovea's own folder in its home.
"""

import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BUILD = Path(__file__).resolve().parent.parent / "dist" / "fovea"
PROGRAM = str(BUILD / "fovea")
PATIENCE_S = 120
LOOK_S = 0.02  # between two looks at a process
LIBRARY = re.compile(r"\.so[.\d]*$")
OF_SYSTEM = re.compile(  # the C library, what belongs to the driver of the screen, and libz for the start program
    r"(ld-linux.*|lib(c|m|mvec|dl|pthread|rt|resolv|util)|lib(E?GL|GLX|GLdispatch|OpenGL|xcb)|libz)\.so"
)
PLACES_OF_SYSTEM = ("/usr/", "/lib", "/etc/", "/var/cache/fontconfig/", "/dev/", "/memfd:", "/SYSV")


@dataclass
class Run:
    """One start. code: exit code; said, told: standard output and error; mapped: files that it and its children mapped.

    commands: their command lines; seconds: how long it took.
    """

    code: int = 0
    said: str = ""
    told: str = ""
    seconds: float = 0.0
    mapped: set[str] = field(default_factory=set)
    commands: set[str] = field(default_factory=set)


def start(home: Path, *arguments: str, until: str = "") -> Run:
    """Run the program to its end, or interrupt it as soon as it maps a file whose path contains `until`."""
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen"}
    run, begun = Run(), time.monotonic()
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as told:
        child = subprocess.Popen([PROGRAM, *arguments], env=environment, cwd=home, stdout=said, stderr=told)
        while child.poll() is None:
            look(child.pid, run)
            if until and any(until in path for path in run.mapped):
                child.send_signal(signal.SIGINT)
            if time.monotonic() - begun > PATIENCE_S:
                child.kill()
            with suppress(subprocess.TimeoutExpired):
                child.wait(LOOK_S)
        run.code, run.seconds = child.returncode, time.monotonic() - begun
        for stream, name in ((said, "said"), (told, "told")):
            stream.seek(0)
            setattr(run, name, stream.read())
    return run


def look(pid: int, run: Run) -> None:
    """Add to `run` what the process `pid` and its children are and have mapped."""
    place = Path("/proc") / str(pid)
    with suppress(OSError):  # it may have ended
        run.commands.add((place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip())
        run.mapped.update(re.findall(r"(/.*)$", (place / "maps").read_text(errors="replace"), re.MULTILINE))
        for task in (place / "task").iterdir():
            for child in (task / "children").read_text().split():
                look(int(child), run)


def foreign(run: Run, home: Path) -> list[str]:
    """Return the mapped files that another machine may not have."""
    others = (Path(path) for path in run.mapped if not path.startswith((str(BUILD) + "/", str(home) + "/")))
    return sorted(
        str(path)
        for path in others
        if not str(path).startswith(PLACES_OF_SYSTEM)
        or "python" in str(path)
        or (LIBRARY.search(path.name) and not OF_SYSTEM.match(path.name))
    )


def doctor(home: Path) -> list[str]:
    """Return what is wrong with `fovea doctor`."""
    run = start(home, "doctor", "--json")
    report("doctor", run)
    checks = json.loads(run.said)["checks"] if run.code == 0 else []
    bad = [f"{check['name']}: {check['detail']}" for check in checks if not check["ok"]]
    return [*faults(run, home, 0), *bad]


def demo(home: Path) -> list[str]:
    """Return what is wrong with `fovea demo`."""
    run = start(home, "demo", "--json", "-q")
    report("demo", run)
    found: dict[str, Any] = json.loads(run.said) if run.code == 0 else {"scan": {"analyzed": 0}, "search": {"hits": []}}
    photos = len(list((BUILD / "_internal" / "resources" / "samples").glob("*.jpg")))
    bad = [] if found["scan"]["analyzed"] == photos else [f"{found['scan']['analyzed']} of {photos} photos analysed"]
    bad += [] if found["search"]["hits"] else ["the search found nothing"]
    if f"{PROGRAM} --decoder" not in run.commands:
        bad.append("no decoder was seen")
    return [*faults(run, home, 0), *bad]


def window(home: Path) -> list[str]:
    """Return what is wrong with the window on the demo's library."""
    library = home / ".cache" / "fovea" / "demo"
    run = start(home, "--library", str(library), until="libqjpeg.so")  # loaded for the first thumbnail
    report("window", run)
    crashes = (library / "logs" / "crash.log").read_text(encoding="utf-8")
    return [*faults(run, home, -signal.SIGINT), *([crashes] if crashes else [])]


def faults(run: Run, home: Path, code: int) -> list[str]:
    """Return what is wrong with any run: its exit code, what it loaded, what it left behind in `home`."""
    bad = [f"loads {path}" for path in foreign(run, home)]
    left = {path.relative_to(home).parts[:2] for path in home.rglob("*") if path.is_file()}
    bad += [f"writes to {'/'.join(place)}" for place in sorted(left) if place != (".cache", "fovea")]
    return bad if run.code == code else [*bad, f"exit code {run.code}: {run.told.strip() or 'it said nothing'}"]


def report(name: str, run: Run) -> None:
    """Print one line about `run`."""
    libraries = sum(path.startswith(str(BUILD)) for path in run.mapped)
    print(f"{name}: exit code {run.code}, {run.seconds:.1f} s, {libraries} files of the build mapped")


def main() -> None:
    """Run all three; exit code 1 where one goes wrong."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        bad = [fault for check in (doctor, demo, window) for fault in check(home)]
    sys.exit("\n".join(bad) or None)


if __name__ == "__main__":
    main()
