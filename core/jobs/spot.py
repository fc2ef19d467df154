"""A look at one file by itself, in the library or not: nothing is stored."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import NamedTuple, Self

from core.errors import MediaError
from core.jobs.look import Known, Look, look, opened
from core.jobs.plan import Task, plan_of
from core.jobs.scan import entries
from core.media import formats
from core.media.decoder import FILM_S, ChildLostError, Decoder, DecoderPool, told
from core.media.wire import Request
from core.sources.folder import FileStat, shown
from core.types import FileId, Options, Pixels


def look_at(path: str, options: Options, only: Sequence[str] | None = None) -> Look:
    """Look at the file at absolute `path` with all analyzers that are on, or with `only` and their needs.

    Raises MediaError with one sentence where it cannot be read.
    """
    kind = formats.kind_of(path)
    if not os.path.exists(path):
        raise MediaError(f"There is no file {shown(path)}.")
    if kind is None:
        raise MediaError(f"{shown(path)} is not a photo or film that Fovea reads.")
    plan = plan_of(options, only)
    stat = os.stat(path)
    task = Task(
        file=FileId(0),
        root=os.path.dirname(path),
        path=path,
        kind=kind,
        mtime_ns=stat.st_mtime_ns,
        sidecars=_sidecars(path),
        asset=None,
        sha256="",
        due=frozenset(plan.made),
    )
    with DecoderPool(1) as pool:
        seen = look(task, plan.analyzers, pool, lambda _sha: Known(None, frozenset()), threading.Event())
    sentence = seen.unreadable or next(iter(seen.failures.values()), "")
    if sentence:
        raise MediaError(sentence)
    return seen


def _sidecars(path: str) -> tuple[str, ...]:
    folder, name = os.path.split(path)
    beside = [FileStat(other, 0, 0) for other in os.listdir(folder) if not other.startswith(".")]
    entry = next((e for e in entries("", beside) if e.name == name), None)
    return tuple(os.path.join(folder, side) for side in entry.sidecars) if entry else ()


class Viewer:
    """Decodes pictures to be looked at, one at a time, in a child of its own that is kept warm."""

    def __init__(self) -> None:
        self._pool: DecoderPool | None = None

    def picture(self, path: str, *, full: bool = False) -> Pixels:
        """Return a photo's working picture, or a film's poster, upright; with `full` at its original size.

        Of a RAW file, `full` gives the camera's largest preview; where that is under 960 px, half the sensor's pixels.
        Raises MediaError with one sentence: also for what has over 200 megapixels or does not fit the child's memory.
        """
        if self._pool is None:
            self._pool = DecoderPool(1)
        kind = formats.kind_of(path) or "photo"
        with _readable(), opened(path, kind) as (file, info):
            data = file.read(info.st_size) if kind == "photo" else b""
        if kind == "video":
            decoded = self._pool.decode_film(path, (), 0, full=full)
        else:
            decoded = self._pool.decode_photo(data, os.path.basename(path), (), 0, full=full)
        assert decoded.picture is not None
        return decoded.picture.pixels

    def close(self) -> None:
        """End the child; a picture under way raises Cancelled. From any thread."""
        if self._pool is not None:
            self._pool.cancel()


class Frame(NamedTuple):
    """One picture of a film: ms after its start, upright pixels."""

    at_ms: int
    pixels: Pixels


class Player:
    """The pictures of one film, in order, as fast as they are asked for; there is no sound.

    path: absolute; side: most px of the longer side; start_ms: of the first frame (past the end: the last frame).
    Its own child starts at once (so one made early plays sooner) and decodes no further ahead than its pipe holds.
    Who is late asks for the next frame before showing one. Iterated by one thread; `close` from any.
    Iterating raises MediaError with one sentence where the film, or what is left of it, cannot be decoded, also where
    one frame takes over 5 s; PersonError where no child can start. It ends with the film, or once closed.
    """

    def __init__(self, path: str, side: int = 1280, start_ms: int = 0) -> None:
        self._path = path
        self._decoder = Decoder()
        self._frames = self._decoder.play(Request("play", "", 0, True, FILM_S, path, side=side, start_ms=start_ms))
        self._begun = self._closed = False
        self._asking = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Frame]:
        return self

    def __next__(self) -> Frame:
        with self._asking:
            if self._closed:
                raise StopIteration
            try:
                return self._next()
            except ChildLostError as lost:
                if self._closed:
                    raise StopIteration from None
                raise told(lost) from lost

    def close(self) -> None:
        """End the child at once; a wait for its next frame ends too. From any thread, also twice."""
        self._closed = True
        self._decoder.kill()
        with self._asking:  # nobody reads from the pipes that are given back
            self._decoder.close()

    def _next(self) -> Frame:
        if not self._begun:
            with _readable(), opened(self._path, "video"):
                self._begun = True
        return Frame(*next(self._frames))


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MediaError(f"The file could not be read ({error.strerror or error}).") from error
