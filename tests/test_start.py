"""The program as it is started: its window, Ctrl+C, crashes, no screen; and what a signal does to True."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal, Slot

from app.cli import window as door

FOVEA = str(Path(sys.executable).with_name("fovea"))


class _Echo(QObject):
    """A signal to its own slot, as the window uses them."""

    said = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.heard = 0
        self.said.connect(self.hear)

    @Slot(object)
    def hear(self, _word: object) -> None:
        self.heard += 1


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal from 3.12 on")
def test_emitting_keeps_true_alive() -> None:
    """PySide6 6.12.0 dropped one reference to True with every emit, until the interpreter died."""
    echo = _Echo()
    before = sys.getrefcount(True)
    for _ in range(200):
        echo.said.emit(2**40)
    assert echo.heard == 200
    assert sys.getrefcount(True) >= before - 5


def test_fovea_opens_the_window(own: Path) -> None:
    """The program itself: it makes thumbs.db anew when it asks for the first picture, and Ctrl+C ends it."""
    for file in own.glob("thumbs.db*"):
        file.unlink()
    with subprocess.Popen([FOVEA, "--library", str(own)], stderr=subprocess.PIPE) as program:
        deadline = time.monotonic() + 60
        while not (own / "thumbs.db").exists() and program.poll() is None and time.monotonic() < deadline:
            with suppress(subprocess.TimeoutExpired):
                program.wait(0.05)
        program.send_signal(signal.SIGINT)
        assert program.wait(10) == -signal.SIGINT, program.stderr and program.stderr.read()


def test_a_crash_is_written_down(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, threading; from app.main import _write_crashes_down as w; w(pathlib.Path(sys.argv[1]));"
        "t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join(); {}['gone']"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    log = (tmp_path / "logs" / "crash.log").read_text()
    assert done.returncode == 1
    for trace in (log, done.stderr):
        assert "ZeroDivisionError" in trace
        assert "KeyError: 'gone'" in trace


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_there_is_a_sentence(own: Path) -> None:
    bare = {name: value for name, value in os.environ.items() if name not in door.SCREENS}
    done = subprocess.run([FOVEA, "--library", str(own)], capture_output=True, text=True, check=False, env=bare)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "There is no screen here; see fovea --help.\n"
