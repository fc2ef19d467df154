"""`fovea` without a command: the window, loaded only when it is asked for, or a sentence why there is none."""

import os
import sys
from pathlib import Path

from app.doctor import APT_LINE
from core.errors import PersonError

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def open_window(library: Path) -> int:
    """Show the window on the library in the folder `library` until it is closed; return its exit code.

    Raises PersonError where there is no screen or Qt cannot be loaded, LibraryError where the library cannot be used.
    """
    if sys.platform == "linux" and not any(os.environ.get(name) for name in SCREENS):
        raise PersonError("There is no screen here; see fovea --help.")
    try:
        from app.main import start  # noqa: PLC0415 - the command line works where Qt cannot be loaded
    except ImportError as error:
        raise PersonError(f"The window cannot be loaded ({error}).", f"On Debian and Ubuntu: {APT_LINE}") from error
    return start(library)
