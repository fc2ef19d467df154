"""What a frozen build rests on, tried without freezing; packaging/check.py runs the frozen program itself."""

import json
import subprocess
import sys
from pathlib import Path

from app.samples import SAMPLES
from core.media import wire
from tests.data import ROOT

PACKAGING = ROOT / "packaging"
LOG = """\
30697 WARNING: Library not found: could not resolve 'libxcb-keysyms.so.1', dependency of '/x/platforms/libqxcb.so'.
30697 WARNING: Library not found: could not resolve 'libxcb-icccm.so.4', dependency of '/x/platforms/libqxcb.so'.
30698 WARNING: Library not found: could not resolve 'libxcb-icccm.so.4', dependency of '/x/lib/libQt6XcbQpa.so.6'.
"""


def test_the_program_is_its_own_decoder(tmp_path: Path) -> None:
    """It answers over the pipes as `python -m core.media.child` does, and prints nothing of its own between."""
    sample = SAMPLES / "IMG_0001.jpg"
    request = wire.Request("photo", sample.name, 0, True, 10.0, data=sample.read_bytes())
    command = [sys.executable, "-P", str(PACKAGING / "start.py"), "--decoder"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, cwd=tmp_path
    ) as child:
        assert wire.read_frame(child.stdout, 0)[0] == {"ready": True}  # type: ignore[arg-type]  # raw, as bufsize is 0
        wire.write_request(child.stdin, request)  # type: ignore[arg-type]
        answer = wire.read_answer(child.stdout, want_pixels=True)  # type: ignore[arg-type]
        _nothing, errors = child.communicate()
    assert answer.facts.format == "JPEG"
    assert answer.picture
    assert not errors
    assert child.returncode == 0


def test_a_build_that_lacks_libraries_of_x11_is_refused(tmp_path: Path) -> None:
    code = "import build, json, pathlib, sys; print(json.dumps(build.missing(sys.argv[1], pathlib.Path(sys.argv[2]))))"

    def missing(log: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-c", code, log, str(tmp_path)], cwd=PACKAGING, check=True, stdout=subprocess.PIPE
        )
        return list(json.loads(done.stdout))

    assert {"libxcb-icccm.so.4", "libxcb-keysyms.so.1"} <= set(missing(LOG))
    if sys.platform == "linux":
        absent = missing("")
        assert "libxcb-cursor.so.0" in absent
        for name in absent:
            (tmp_path / name).touch()
    assert missing("") == []
    assert missing(LOG) == ["libxcb-icccm.so.4", "libxcb-keysyms.so.1"]
