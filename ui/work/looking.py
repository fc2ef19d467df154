"""The thread that decodes what is looked at, and then its neighbours, so that the next one is there at once."""

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage

from core.errors import FoveaError
from core.jobs.spot import Viewer
from core.media.decoder import Cancelled
from ui.work.worker import Worker


@dataclass(frozen=True, slots=True)
class Sight:
    """A wish to see the file at `path`; near: files that may be looked at next; full: every pixel of it."""

    number: int
    path: str
    near: tuple[str, ...] = ()
    full: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """The picture of a file; problem: the sentence why there is none. full: it has every pixel that there is."""

    path: str
    image: QImage
    problem: str = ""
    full: bool = False


class Looker(Worker):
    """Lives in its thread. `newest` is written by the GUI thread alone; a stale wish is not begun."""

    seen = Signal(object)
    """Seen."""

    def __init__(self) -> None:
        super().__init__()
        self.viewer = Viewer()
        self.newest = 0

    @Slot(object)
    def look(self, sight: Sight) -> None:
        """Decode what `sight` wants, then its neighbours for as long as nothing newer is wanted."""
        for place, path in enumerate((sight.path, *sight.near)):
            if sight.number != self.newest:
                return
            seen = self._picture(path, full=sight.full and place == 0)
            if seen is None:
                return
            self.seen.emit(seen)

    def _picture(self, path: str, *, full: bool) -> Seen | None:
        try:
            pixels = self.viewer.picture(path, full=full)
        except Cancelled:
            return None
        except FoveaError as error:
            return Seen(path, QImage(), str(error))
        height, width = pixels.shape[:2]
        image = QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
        return Seen(path, image.copy(), full=full)

    @Slot()
    def leave(self) -> None:
        """End the decoder child too: one may have been started while the window was closing."""
        self.viewer.close()
        super().leave()
