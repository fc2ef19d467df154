"""`python -m tests.measure.kills`: a scan killed twenty times with -9; nothing may be lost, nothing done twice."""

import shutil
import tempfile
from pathlib import Path

from core.library import Library
from tests.data import shared
from tests.kills import documents, kill_scans

TIMES = 20


def main() -> None:
    """Kill, finish, compare with an undisturbed scan, print."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        photos = root / "photos"
        for part in ("coco/images", "everyday/images", "safe/images", "faces"):
            source = shared(part)
            assert source is not None, "the measured set is not here"
            shutil.copytree(source, photos / part)
        told = kill_scans(photos, root / "killed", TIMES, (2.2, 3.8))
        with Library(root / "clean", write=True) as library:
            clean = library.scan([str(photos)])
        same = documents(root / "killed") == documents(root / "clean")
    print(f"photos {clean.run.analyzed}; kills {told.kills}; assets complete after each kill: {told.settled}")
    print(f"lost {told.lost}, twice {told.doubled}, decisions lost {told.decisions_lost}, damaged {told.damaged or 0}")
    print(f"same documents as an undisturbed scan: {same}")


if __name__ == "__main__":
    main()
