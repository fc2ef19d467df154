"""Where the tests find real photos: the measured set beside the repository when it is there."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


def shared(*parts: str) -> Path | None:
    """Return the path below the measured set, or None on a machine without it."""
    path = SHARED.joinpath(*parts)
    return path if path.exists() else None
