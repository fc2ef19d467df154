"""What every worker is: an object that lives in a thread of its own until it is told to leave."""

from PySide6.QtCore import QObject, Slot

from core.library import Library


class Worker(QObject):
    """`take` gives it the library, `leave` ends its thread after all that was asked of it before."""

    def __init__(self) -> None:
        super().__init__()
        self.library: Library | None = None

    @Slot(object)
    def take(self, library: Library) -> None:
        """Work with `library` from now on."""
        self.library = library

    @Slot()
    def leave(self) -> None:
        """End the thread."""
        self.thread().quit()
