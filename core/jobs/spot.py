"""A look at one file by itself, in the library or not: nothing is stored."""

import os
import threading
from collections.abc import Sequence

from core.errors import MediaError
from core.jobs.look import Known, Look, look, opened
from core.jobs.plan import Task, plan_of
from core.jobs.scan import entries
from core.media import formats
from core.media.decoder import DecoderPool
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

    def picture(self, path: str) -> Pixels:
        """Return a photo's working picture, or a film's poster, upright; raises MediaError with one sentence."""
        if self._pool is None:
            self._pool = DecoderPool(1)
        kind = formats.kind_of(path) or "photo"
        try:
            with opened(path, kind) as (file, info):
                data = file.read(info.st_size) if kind == "photo" else b""
        except OSError as error:
            raise MediaError(f"The file could not be read ({error.strerror or error}).") from error
        if kind == "video":
            decoded = self._pool.decode_film(path, (), 0)
        else:
            decoded = self._pool.decode_photo(data, os.path.basename(path), (), 0)
        assert decoded.picture is not None
        return decoded.picture.pixels

    def close(self) -> None:
        """End the child; a picture under way raises Cancelled. From any thread."""
        if self._pool is not None:
            self._pool.cancel()
