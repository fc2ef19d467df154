"""Watching folders: tells where something changed, once it has come to rest there."""

import errno
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence

from watchdog import events
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from core.sources.folder import IGNORE_FILE, SYSTEM_FOLDERS, inside, is_online, shown

if sys.platform == "linux":
    from watchdog.observers.inotify import InotifyEmitter
    from watchdog.observers.inotify_c import (
        CallbackId,
        InotifyEvent,
        InotifyFD,
        Mask,
        WatchCallback,
        WatchDescriptor,
    )

MOST = 100  # folders told of in one root at once; more become the one folder that holds them all
AT_ONCE = 10_000  # events taken before the clock is looked at again
FULL = (errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM)  # how a system says that it watches no more
NOTICED: list[type[FileSystemEvent]] = [  # not opening and closing: a scan reads every file
    events.FileCreatedEvent, events.FileModifiedEvent, events.FileAttribEvent, events.FileClosedEvent,
    events.FileDeletedEvent, events.FileMovedEvent, events.DirCreatedEvent, events.DirDeletedEvent,
    events.DirMovedEvent,
]  # fmt: skip

Touched = tuple[str, str]
"""(folder, file in it that must come to rest, or "")"""

Signature = tuple[int, int]
"""(bytes, modification time in ns); (-1, 0) for a file that is gone."""


class Watch:
    """Watches the folders `roots` (absolute, links resolved) and all below them until `stop`.

    changed: called in the watch's own thread with absolute folders in which something changed and nothing has for
    `quiet_s` seconds, and whose touched files kept size and time meanwhile; it must not raise. Folders within others
    are left out, and very many become the one that holds them all. relevant: says by its name whether a file matters.
    What a scan passes over by its name (hidden, system folders) is passed over here; so are folders behind links, and
    roots that are not there now. ready: set once all that can be watched is; a scan after that misses nothing.
    problem: one sentence where the system refused to watch a root whole (nothing of it is watched then), else "".
    """

    def __init__(
        self,
        roots: Sequence[str],
        changed: Callable[[Sequence[str]], None],
        quiet_s: float = 2.0,
        *,
        relevant: Callable[[str], bool] = lambda _name: True,
    ) -> None:
        self.ready = threading.Event()
        self.problem = ""
        self._changed = changed
        self._unrest = _Unrest(quiet_s)
        self._post = _Post([root for root in dict.fromkeys(roots) if is_online(root)], relevant)
        self._watched: dict[str, ObservedWatch] = {}
        self._observer: BaseObserver | None = None
        self._thread = threading.Thread(target=self._work, name="folder watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the watch and wait for its thread, which finishes a call of `changed` that is under way."""
        self._post.close()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _work(self) -> None:
        try:
            self._begin()
            self.ready.set()
            while not self._post.closed:
                self._turn()
        except _StoppedError:
            pass
        finally:
            self.ready.set()
            if self._observer is not None:
                self._observer.stop()
                self._observer.join()

    def _begin(self) -> None:
        try:
            observer = _observer(self._post)
        except OSError as error:
            for root in self._post.roots:
                self._post.refuse(root, error)
            self._give_up()
            return
        observer.start()
        self._observer = observer
        for root in self._post.roots:
            try:
                self._watched[root] = observer.schedule(self._post, root, recursive=True, event_filter=NOTICED)
            except OSError as error:
                if is_online(root):
                    self._post.refuse(root, error)
        self._give_up()

    def _give_up(self) -> None:
        """Watch nothing of the roots that the system refused to watch whole, and say so."""
        refused = dict(self._post.refused)
        for root in refused.keys() & self._watched.keys():
            assert self._observer is not None
            self._observer.unschedule(self._watched.pop(root))
        if refused:
            names = ", ".join(shown(root) for root in refused)
            reason = next(iter(refused.values()))
            self.problem = f"{names} cannot be watched ({reason}), so the next scan shows what changed there."

    def _turn(self) -> None:
        """Wait until something happens or comes to rest; tell what did."""
        touched = self._post.take(self._unrest.wait(time.monotonic()))
        self._unrest.touch(touched, time.monotonic())
        if self._post.refused.keys() & self._watched.keys():
            self._give_up()
        folders = self._unrest.rested(time.monotonic())
        for root in self._watched:
            if not self._post.closed and (there := _summed(folders, root)):
                self._changed(there)


class _StoppedError(Exception):
    """The watch was stopped while folders were being added to it."""


class _Post(FileSystemEventHandler):
    """Where events arrive, in the threads of the observer; `take` gives them to the watch's own.

    refused: root -> why the system will not watch it.
    """

    def __init__(self, roots: Sequence[str], relevant: Callable[[str], bool]) -> None:
        self.roots = tuple(roots)
        self.refused: dict[str, str] = {}
        self.closed = False
        self._relevant = relevant
        self._inbox: queue.SimpleQueue[Touched | None] = queue.SimpleQueue()

    def close(self) -> None:
        """Take nothing more, and wake who waits."""
        self.closed = True
        self._inbox.put(None)

    def take(self, wait_s: float | None) -> Iterable[Touched]:
        """Return what has arrived, once each; where nothing has, wait `wait_s` seconds for it, or for ever."""
        taken: dict[Touched, None] = {}
        try:
            item = self._inbox.get(timeout=wait_s)
            while item is not None and len(taken) < AT_ONCE:
                taken[item] = None
                item = self._inbox.get_nowait()
        except queue.Empty:
            pass
        return taken

    def dispatch(self, event: FileSystemEvent) -> None:
        """Note the folders that `event` concerns."""
        for path in {os.fsdecode(event.src_path), os.fsdecode(event.dest_path)}:
            root = self.root_of(path)
            if root and not _passed_over(path, root):
                self._note(event, path, root)

    def _note(self, event: FileSystemEvent, path: str, root: str) -> None:
        folder, name = os.path.split(path)
        may_be_folder = sys.platform == "win32" and event.event_type == "deleted"  # Windows does not say which
        if not event.is_directory:
            if name == IGNORE_FILE or self._relevant(name) or may_be_folder:
                self._inbox.put((folder, path))
        else:  # what is gone is missed by the folder that held it
            self._inbox.put((path if path == root or os.path.isdir(path) else folder, ""))

    def root_of(self, path: str) -> str:
        """Return the root that holds `path` or is it; "" where none does."""
        return next((root for root in self.roots if inside(path, root) is not None), "")

    def admits(self, path: str) -> bool:
        """Whether the folder `path` is to be watched."""
        root = self.root_of(path)
        return bool(root) and root not in self.refused and not _passed_over(path, root) and os.access(path, os.R_OK)

    def refuse(self, path: str, error: OSError) -> None:
        """Note that the system does not watch `path`."""
        full = error.errno in FULL
        reason = "the system watches no more folders" if full else error.strerror or str(error)
        self.refused.setdefault(self.root_of(path), reason)
        self._inbox.put(None)

    def lose(self) -> None:
        """Take every root as changed: the system dropped events."""
        for root in self.roots:
            self._inbox.put((root, ""))


class _Unrest:
    """Folders in which something changed, until nothing has for `quiet_s` seconds."""

    def __init__(self, quiet_s: float) -> None:
        self._quiet_s = quiet_s
        self._due: dict[str, float] = {}  # folder -> when it will have been quiet long enough
        self._files: dict[str, dict[str, Signature]] = {}
        self._next = 0.0

    def touch(self, touched: Iterable[Touched], now: float) -> None:
        """Note that something changed in each of the folders."""
        for folder, file in touched:
            self._due[folder] = now + self._quiet_s
            files = self._files.setdefault(folder, {})
            if file:
                files[file] = _signature(file)

    def wait(self, now: float) -> float | None:
        """Return the seconds until a folder can be at rest, None where none is awaited."""
        return max(0.0, min(self._due.values()) - now, self._next - now) if self._due else None

    def rested(self, now: float) -> list[str]:
        """Return the folders that came to rest, and forget them; those that do so within half the time, together."""
        if now < self._next:
            return []
        rested = []
        for folder in [folder for folder, due in self._due.items() if due <= now]:
            if self._still_written(folder):
                self._due[folder] = now + self._quiet_s
                continue
            del self._due[folder], self._files[folder]
            rested.append(folder)
        if rested:
            self._next = now + self._quiet_s / 2
        return rested

    def _still_written(self, folder: str) -> bool:
        """Whether a file changed without an event, as on a drive that another computer writes to."""
        files = self._files[folder]
        before = dict(files)
        files.update((file, _signature(file)) for file in before)
        return files != before


def _signature(file: str) -> Signature:
    try:
        info = os.stat(file)
    except OSError:
        return -1, 0
    return info.st_size, info.st_mtime_ns


def _passed_over(path: str, root: str) -> bool:
    """Whether a scan of `root` passes `path` over by its name, or by that of a folder on the way."""
    *folders, name = (inside(path, root) or "").split("/")
    if any(part.startswith(".") or part.lower() in SYSTEM_FOLDERS for part in folders):
        return True
    return name != IGNORE_FILE and (name.startswith(".") or name.lower() in SYSTEM_FOLDERS)


def _summed(folders: Iterable[str], root: str) -> list[str]:
    """Return those of `folders` that lie in `root`, each as the nearest folder that is still there."""
    there = {_nearest(folder, root) for folder in folders if inside(folder, root) is not None} - {""}
    kept: list[str] = []
    for folder in sorted(there, key=lambda one: one.split(os.sep)):  # whatever lies in a folder follows it at once
        if not kept or inside(folder, kept[-1]) is None:
            kept.append(folder)
    return kept if len(kept) <= MOST else [os.path.commonpath(kept)]


def _nearest(folder: str, root: str) -> str:
    """Return `folder`, or the nearest above it that is there; "" where even `root` is gone."""
    while folder != root and not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    return folder if os.path.isdir(folder) else ""


def _observer(post: _Post) -> BaseObserver:
    """Return the platform's observer; raises OSError where the system gives no more of them."""
    return _LinuxObserver(post) if sys.platform == "linux" else Observer()


if sys.platform == "linux":

    class _Descriptor(InotifyFD):
        """The kernel's watches, one per folder.

        The library passes over what the kernel refuses below a root, and events that were lost; here both are told.
        """

        def __init__(self, post: _Post) -> None:
            super().__init__()
            self._mail = post

        def add_callback(self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId) -> WatchDescriptor:
            """Watch the folder `path`; raises OSError where it is not to be, or cannot be."""
            folder = os.fsdecode(path)
            if self._mail.closed and threading.current_thread() is not self:  # while a large tree is being added
                raise _StoppedError
            if not self._mail.admits(folder):
                raise OSError(errno.EACCES, "not watched")
            try:
                return super().add_callback(path, mask, callback, id_)
            except OSError as error:
                if error.errno in FULL:
                    self._mail.refuse(folder, error)
                raise

        def _add_callback(self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId) -> WatchDescriptor:
            """As watchdog's own, which warns, with a list of all it watches, where a folder is added a second time.

            That happens to each new folder in a new folder: the walk through the outer one finds it, so does its event.
            """
            watch = self._get_or_create_watch(path, mask)
            watch.callbacks[id_] = callback
            return watch.wd

        def handle_event(self, event: InotifyEvent) -> None:
            """Hand on an event of the kernel."""
            if event.is_queue_overflow:
                self._mail.lose()
            super().handle_event(event)

    class _LinuxObserver(BaseObserver):
        """watchdog's InotifyObserver around a _Descriptor."""

        def __init__(self, post: _Post) -> None:
            self._descriptor = _Descriptor(post)
            self._descriptor.start()
            super().__init__(InotifyEmitter, inotify_fd=self._descriptor)

        def on_thread_stop(self) -> None:
            """End the kernel's watches with the observer."""
            super().on_thread_stop()
            self._descriptor.stop()
            self._descriptor.join()
