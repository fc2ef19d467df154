"""Decoding in child processes: a file that crashes, stalls or swells its decoder costs that one file.

A pool keeps one warm child more than it has workers, so a lost child is replaced without anyone waiting for a start.
"""

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

from core.errors import FoveaError, MediaError, PersonError
from core.media import wire
from core.media.wire import Request
from core.types import Decoded, Pixels

PHOTO_S, FILM_S = 10.0, 30.0  # deadlines per file
FULL_S = 30.0  # for a photo at its original size
FRAME_S = 5.0  # per frame of a film that plays, after the first
START_S = 60.0  # for a child to start, on a machine that is very busy
CLOSE_S = 5.0
TRIES = 2
MAX_BYTES = 640 * 1024 * 1024  # of a photo's file: a child holds it twice, and its pixels
KEPT = (  # of the environment; a decoder needs no credentials
    "PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "LC_ALL",
    "LANG",
)  # fmt: skip
ADDED = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "2", "MALLOC_ARENA_MAX": "2"}  # each thread reserves memory


class Cancelled(Exception):  # noqa: N818  # a signal, no error
    """The pool was cancelled while or before this file was decoded."""


class ChildLostError(Exception):
    """The child ended, or was ended, before it answered; the text is a sentence for a person."""


class NotStartedError(ChildLostError):
    """The child ended before it was ready for any file."""


def told(lost: ChildLostError) -> FoveaError:
    """Return what a person is told of a lost child: MediaError, or PersonError where children do not start at all."""
    if isinstance(lost, NotStartedError):
        return PersonError(str(lost), "Run `fovea doctor` to see what is missing.")
    return MediaError(str(lost))


class Decoder:
    """One decoder child. Used by one thread at a time; `kill` may come from any thread."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(  # noqa: S603  # our own program
            _command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={name: os.environ[name] for name in KEPT if name in os.environ} | ADDED,
        )
        self._started = self._late = self._ended = False

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._child.pid

    @property
    def usable(self) -> bool:
        """Whether the child lives and has not been told to end."""
        return not self._ended and self._child.poll() is None

    def decode(self, request: Request) -> Decoded:
        """Decode one file within `request.limit_s` seconds.

        Raises MediaError with the sentence why the file cannot be read, ChildLostError where the child was lost over
        it, and NotStartedError where it was lost before.
        """
        self._start()
        with self._answering(request.limit_s, "The decoder crashed twice on this file."):
            wire.write_request(self._inward, request)
            return wire.read_answer(self._outward, want_pixels=request.want_pixels, full=request.full)

    def play(self, request: Request, frame_s: float = FRAME_S) -> Iterator[tuple[int, Pixels]]:
        """Yield (ms, pixels) of a "play" request's frames: the first within `limit_s`, each other within `frame_s`.

        The child is not to be asked anything else before the last one. Raises as `decode`.
        """
        self._start()
        crashed = "The decoder crashed on this film."
        with self._answering(request.limit_s, crashed):
            wire.write_request(self._inward, request)
            shown = wire.read_shown(self._outward, request.side)
        while shown is not None:
            yield shown
            with self._answering(frame_s, crashed):
                shown = wire.read_shown(self._outward, request.side)

    @contextmanager
    def _answering(self, limit_s: float, crashed: str) -> Iterator[None]:
        """Give the child `limit_s` seconds; one that is gone, or makes no sense, is ended and a ChildLostError."""
        with self._deadline(limit_s):
            try:
                yield
            except (EOFError, OSError, ValueError, TypeError) as error:
                self.kill()
                slow = f"Decoding took longer than {limit_s:g} s."
                raise ChildLostError(slow if self._late else crashed) from error

    @property
    def _inward(self) -> wire.Pipe:
        return self._child.stdin  # type: ignore[return-value]  # a raw FileIO, as bufsize is 0

    @property
    def _outward(self) -> wire.Pipe:
        return self._child.stdout  # type: ignore[return-value]

    def _start(self) -> None:
        """Wait until the child has loaded its libraries: its start is not the file's time."""
        if self._started:
            return
        with self._deadline(START_S):
            try:
                wire.read_frame(self._outward, 0)
            except (EOFError, OSError, ValueError) as error:
                self.kill()
                raise NotStartedError("The decoder does not start.") from error
        self._started = True

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self._late = True
        self.kill()

    def kill(self) -> None:
        """End the child at once."""
        self._ended = True  # a process may be seen for a while after it was killed
        self._child.kill()

    def close(self) -> None:
        """End the child and give back its pipes."""
        self.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()


class DecoderPool:
    """Decoders for `workers` threads, and one spare; photo_s, film_s: seconds that one file may take.

    Thread-safe. Once cancelled or closed, every call raises Cancelled.
    """

    def __init__(self, workers: int, photo_s: float = PHOTO_S, film_s: float = FILM_S) -> None:
        self._photo_s, self._film_s = photo_s, film_s
        self._changed = threading.Condition()
        self._idle = deque(Decoder() for _ in range(workers + 1))  # the next one at the right
        self._busy: set[Decoder] = set()
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def decode_photo(
        self,
        data: bytes,
        name: str,
        sidecars: Sequence[tuple[str, bytes]],
        mtime_ns: int,
        *,
        want_pixels: bool = True,
        full: bool = False,
    ) -> Decoded:
        """Decode a photo's bytes; sidecars: (file name, content); blocks until a decoder is free.

        full: the picture at its original size, without thumbnail and hash.
        Raises MediaError with one sentence, Cancelled, or PersonError where decoders cannot start.
        """
        if len(data) > MAX_BYTES:
            raise MediaError(f"The file has {len(data) // 2**20:,} MB, more than a photo may have.")
        kept = tuple(sidecars)
        limit_s = FULL_S if full else self._photo_s
        return self._decode(Request("photo", name, mtime_ns, want_pixels, limit_s, data=data, sidecars=kept, full=full))

    def decode_film(
        self,
        path: str,
        sidecars: Sequence[tuple[str, bytes]],
        mtime_ns: int,
        *,
        want_pixels: bool = True,
        full: bool = False,
    ) -> Decoded:
        """Decode the film at an absolute path; as `decode_photo` in all else."""
        kept = tuple(sidecars)
        name = os.path.basename(path)
        request = Request("video", name, mtime_ns, want_pixels, self._film_s, path, sidecars=kept, full=full)
        return self._decode(request)

    def cancel(self) -> None:
        """End all children at once, from any thread; decodes under way raise Cancelled."""
        with self._changed:
            self._over = True
            for decoder in self._busy:
                decoder.kill()
            idle = [*self._idle]
            self._idle.clear()
            self._changed.notify_all()
        for decoder in idle:
            decoder.close()

    def close(self) -> None:
        """Cancel, and wait until the decodes under way have noticed."""
        self.cancel()
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, CLOSE_S)

    def _decode(self, request: Request) -> Decoded:
        """Decode with one more try on another child where the first was lost."""
        lost = ChildLostError()
        for _ in range(TRIES):
            with self._borrowed() as decoder:
                try:
                    return decoder.decode(request)
                except ChildLostError as error:
                    lost = error
        if self._over:
            raise Cancelled from lost
        raise told(lost) from lost

    @contextmanager
    def _borrowed(self) -> Iterator[Decoder]:
        """Lend a decoder; a lost one is replaced by a new one, which starts while the spare is at work."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._idle)
            if self._over:
                raise Cancelled
            decoder = self._idle.pop()
            self._busy.add(decoder)
        try:
            yield decoder
        finally:
            self._give_back(decoder)

    def _give_back(self, decoder: Decoder) -> None:
        kept = decoder.usable and not self._over
        if not kept:
            decoder.close()
        fresh = None if kept or self._over else Decoder()
        with self._changed:
            self._busy.discard(decoder)
            if self._over:
                (fresh or decoder).close()
            elif fresh:
                self._idle.appendleft(fresh)
            else:
                self._idle.append(decoder)
            self._changed.notify()


def _command() -> list[str]:
    """Return how to start a child; -P keeps the current folder off its import path."""
    if getattr(sys, "frozen", False):  # there is no interpreter: packaging/start.py takes the program for its own child
        return [sys.executable, "--decoder"]
    return [sys.executable, "-P", "-m", "core.media.child"]
