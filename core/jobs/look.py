"""One look at one file: bytes in; hash, decoded picture and findings out. It knows no catalog and changes nothing."""

import hashlib
import os
import stat
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from core.analyze import closure
from core.errors import AnalysisError, MediaError, PersonError
from core.jobs.plan import METADATA, Task
from core.media import place
from core.media.decoder import DecoderPool
from core.sources import folder
from core.types import Analyzer, AssetId, Decoded, MediaKind, Outcome
from models.session import NetworkError

MAX_PHOTO_BYTES = 512 * 2**20  # a photo is read whole; larger ones end as a failure with a sentence
MAX_SIDECAR_BYTES = 16 * 2**20
CHUNK = 2**20


class StoppedError(Exception):
    """The run was cancelled while this look was under way; nothing of it counts."""


@dataclass(slots=True)
class Look:
    """What one look gave. failures: ledger key -> one sentence; seconds: analyzer -> time it took.

    unreadable: the sentence when the file itself could not be read (nothing else is set then).
    gone: it could not be read because its whole source went away; it is as if it had not been tried.
    carried: the pixels are those of task.previous, so its findings hold and no analyzer ran.
    linked: the content was known or is being looked at already, so nothing was decoded.
    """

    task: Task
    sha256: str = ""
    size: int = 0
    mtime_ns: int = 0
    asset: AssetId | None = None
    decoded: Decoded | None = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    unreadable: str = ""
    gone: bool = False
    carried: bool = False
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the library says of a hash: the asset, where it has one, and the ledger keys still due.

    claimed: another worker of this run is looking at the same content right now.
    """

    asset: AssetId | None
    due: frozenset[str]
    claimed: bool = False


def look(
    task: Task,
    analyzers: Sequence[Analyzer],
    pool: DecoderPool,
    identify: Callable[[str], Known],
    stop: threading.Event,
) -> Look:
    """Look at the file of `task`: hash it, and where its content is due, decode it once and let `analyzers` look.

    Whatever is wrong with the file ends as sentences in the result; raises StoppedError when `stop` is set.
    """
    result = Look(task, asset=task.asset, sha256=task.sha256)
    data = _content(task, result, stop)
    if data is None:
        return result
    due = _identify(task, result, identify)
    if not due:
        return result
    wants_pixels = bool(due - {METADATA})
    try:
        result.decoded = _decode(task, data, pool, want_pixels=wants_pixels)
    except MediaError as error:
        result.failures = dict.fromkeys(due, str(error))
        result.gone = task.kind == "video" and folder.has_gone(task.root)  # films are opened by their decoder
        return result
    previous = task.previous
    if previous is not None and previous.pixels_sha and previous.pixels_sha == result.decoded.pixels_sha:
        result.carried = True
        return result
    if wants_pixels:
        _analyze(result, analyzers, due, stop)
    return result


def _content(task: Task, result: Look, stop: threading.Event) -> bytes | None:
    """Return what `_read` does; None where the file could not be read, with the sentence in `result`."""
    try:
        return _read(task, result, stop)
    except OSError as error:
        result.unreadable = f"The file could not be read ({error.strerror or error})."
        result.gone = folder.has_gone(task.root)
    except MediaError as error:
        result.unreadable = str(error)
    return None


def _identify(task: Task, result: Look, identify: Callable[[str], Known]) -> frozenset[str]:
    """Return what is due for the content just hashed, and note in `result` what the library knows of it."""
    if task.asset is not None and result.sha256 == task.sha256:
        return task.due
    known = identify(result.sha256)
    result.asset = known.asset
    if known.claimed:
        result.linked = True
        return frozenset()
    if known.asset is None:
        return task.due
    result.linked = not known.due
    return known.due | ({METADATA} if task.sidecars else frozenset())


@contextmanager
def opened(path: str, kind: MediaKind) -> Iterator[tuple[BinaryIO, os.stat_result]]:
    """Open the file at `path` and tell of it. Raises OSError, or MediaError where it is no file that Fovea reads."""
    # a pipe put in a file's place must not block the worker
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            raise MediaError("This is no ordinary file any more.")
        if kind == "photo" and info.st_size > MAX_PHOTO_BYTES:
            raise MediaError(f"A photo of {info.st_size / 2**20:,.0f} MB is more than Fovea reads (512 MB).")
        yield file, info


def _read(task: Task, result: Look, stop: threading.Event) -> bytes:
    """Read and hash the file; photos come back whole, films as b"" (their decoder opens them by path)."""
    digest = hashlib.sha256()
    parts = []
    with opened(task.path, task.kind) as (file, info):
        result.size, result.mtime_ns = info.st_size, info.st_mtime_ns
        left = info.st_size
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            if stop.is_set():
                raise StoppedError
            left -= len(chunk)
            digest.update(chunk)
            if task.kind == "photo":
                parts.append(chunk)
    result.sha256 = digest.hexdigest()
    return b"".join(parts)


def _decode(task: Task, data: bytes, pool: DecoderPool, *, want_pixels: bool) -> Decoded:
    sidecars = [(os.path.basename(path), content) for path in task.sidecars if (content := _sidecar(path))]
    if task.kind == "photo":
        decoded = pool.decode_photo(data, task.name, sidecars, task.mtime_ns, want_pixels=want_pixels)
    else:
        decoded = pool.decode_film(task.path, sidecars, task.mtime_ns, want_pixels=want_pixels)
    metadata = decoded.metadata
    if metadata.lat is not None and metadata.lon is not None:
        metadata = replace(metadata, place=place.nearest(metadata.lat, metadata.lon))
    return replace(decoded, metadata=metadata)


def _sidecar(path: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(MAX_SIDECAR_BYTES)
    except OSError:  # it vanished since the scan; the next scan says so
        return b""


def _analyze(result: Look, analyzers: Sequence[Analyzer], due: frozenset[str], stop: threading.Event) -> None:
    """Run the due analyzers and those they need, in that order; one that fails costs only itself and who needs it."""
    assert result.decoded is not None
    picture = result.decoded.picture
    assert picture is not None
    for analyzer in closure(due & {one.key for one in analyzers}, analyzers):
        if stop.is_set():
            raise StoppedError
        broken = [need for need in analyzer.needs if need not in result.outcomes]
        if broken:
            result.failures[analyzer.key] = f"It needs {', '.join(broken)}, which did not work."
            continue
        given = {need: result.outcomes[need] for need in analyzer.needs}
        begun = time.perf_counter()
        try:
            [result.outcomes[analyzer.key]] = analyzer.run([picture], [given])
        except AnalysisError as error:
            result.failures[analyzer.key] = str(error)
        except NetworkError as error:  # it would fail for every photo
            raise PersonError(str(error), "See: fovea doctor") from error
        except Exception as error:  # noqa: BLE001 - a fault in one network must not end a run over 100,000 photos
            traceback.print_exc()
            result.failures[analyzer.key] = f"Internal error in {analyzer.key}: {error}"
        result.seconds[analyzer.key] = time.perf_counter() - begun
