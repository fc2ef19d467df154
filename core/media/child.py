"""The decoder child, `python -m core.media.child`: requests on standard input, answers on standard output.

It reads hostile bytes, so it may do little: bounded memory, no files written, no sockets, no other programs. It ends
when its standard input does, and by an alarm when a file takes far too long (the program's own deadline comes first).
"""

import os
import signal
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from io import FileIO
from typing import Any, TypeVar

from core.errors import MediaError
from core.media import film, photo, wire
from core.types import Decoded

MAX_MEMORY = 2560 * 1024 * 1024  # bytes of address space
MAX_OPEN = 64  # file descriptors
ALARM_GRACE_S = 5.0  # seconds past the program's deadline
T = TypeVar("T")
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty.")


def main() -> None:
    """Answer requests until the program has gone."""
    inward, outward = _pipes()
    confine()
    wire.write_frame(outward, {"ready": True})
    with suppress(EOFError, BrokenPipeError):  # the program has gone
        while True:
            request = wire.read_request(inward)
            if request.kind == "play":
                _play(outward, request)
                continue
            _alarm(request.limit_s + ALARM_GRACE_S)
            wire.write_answer(outward, answer(request))
            _alarm(0)


def answer(request: wire.Request) -> Decoded | str:
    """Decode one file: what it holds, or the sentence that says why not. Never raises."""
    return _tried(lambda: _decoded(request))


def _decoded(request: wire.Request) -> Decoded:
    beside, mtime_ns, wants, full = request.sidecars, request.mtime_ns, request.want_pixels, request.full
    if request.kind == "video":
        return film.decode(request.path, beside, mtime_ns, want_pixels=wants, full=full)
    return photo.decode(request.data, request.name, beside, mtime_ns, want_pixels=wants, full=full)


def _play(outward: FileIO, request: wire.Request) -> None:
    """Send a film's frames until the last, as far ahead of the program as the pipe holds: a full one blocks."""
    frames = film.play(request.path, request.side, request.start_ms)
    while True:
        _alarm(request.limit_s + ALARM_GRACE_S)
        shown = _tried(lambda: next(frames, None))
        _alarm(0)  # the program may take its time
        wire.write_shown(outward, shown)
        if not isinstance(shown, tuple):
            return


def _tried(work: Callable[[], T]) -> T | str:
    """Return what `work` does, or the sentence that says why it did not."""
    try:
        return work()
    except MediaError as error:
        return str(error)
    except MemoryError:
        return "The file needs more memory than one photo may take."
    except Exception:  # noqa: BLE001  # process boundary: decoders raise anything at hostile bytes; one file, one sentence
        return "The file could not be read: it is damaged in an unusual way."


def confine() -> None:
    """Take away from this process, for good, what decoding does not need."""
    warnings.simplefilter("ignore")  # decoders warn about every odd file
    sys.dont_write_bytecode = True
    if sys.platform != "win32":
        import resource  # noqa: PLC0415  # Windows has none

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (MAX_OPEN, MAX_OPEN))
        if sys.platform == "linux":  # macOS refuses it
            resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    sys.addaudithook(_refuse)


def _refuse(event: str, given: tuple[Any, ...]) -> None:
    """Refuse sockets, other programs and opening to write: a cheap layer over Python code, none over machine code."""
    if event.startswith(FORBIDDEN) or (event == "open" and _writes(given[2])):
        raise PermissionError(f"a decoder may not {event}")


def _writes(flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _pipes() -> tuple[FileIO, FileIO]:
    """Return the request and answer pipes; what libraries print goes to standard error instead."""
    inward, outward = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return FileIO(inward, "rb"), FileIO(outward, "wb")


def _alarm(seconds: float) -> None:
    """Let the kernel end this process after `seconds`, 0 for never.

    Not PR_SET_PDEATHSIG: that fires when the *thread* that started the child ends, and threads come and go.
    """
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main()
