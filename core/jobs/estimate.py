"""How long an analysis will take, measured now on this machine on a few sample photos, without a library."""

import os
import tempfile
import threading
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

import resources
from core.errors import MediaError, PersonError
from core.jobs.look import Known, Look, look
from core.jobs.pipeline import workers
from core.jobs.plan import Plan, Task, plan_of
from core.media.decoder import DecoderPool
from core.types import FileId, Options

SAMPLES = Path(next(iter(resources.__path__))) / "samples"
AS_THEY_ARE = ("IMG_0004.jpg", "IMG_0007.jpg")  # two people
ENLARGED = ("IMG_0007.jpg", "IMG_0003.jpg")  # a person and a landscape, at the size a camera makes
PIXELS = 12e6

GROUPS = {
    "tags": ("objects", "embedding", "labels"),
    "faces": ("faces",),
    "text": ("text",),
    "sensitive": ("moderation",),
}
"""What can be switched off -> the analyzers it stands for. faces needs objects, which "tags" pays for."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds of a scan per photo, by what they are spent on; 0 for what is switched off.

    reading: reading, decoding, metadata, thumbnail and whatever is always measured.
    """

    reading: float
    tags: float
    faces: float
    text: float
    sensitive: float

    def seconds(self, photos: int, groups: Collection[str] = tuple(GROUPS)) -> float:
        """Return the seconds that so many photos take with the `groups` wanted (keys of GROUPS)."""
        return photos * (self.reading + sum(float(getattr(self, group)) for group in groups))


def estimate(options: Options) -> Estimate:
    """Measure what a photo costs in a scan with these options, all workers at work; takes a few seconds.

    Four looks stand for a person's photos: two sample photos as they are, and two enlarged to 12 megapixels with a
    sensor's noise, which alone give `reading`. They were chosen because their mean cost per group is that of 60 photos
    of the measured set at 12 megapixels; docs/MEASUREMENTS.md compares the estimate with real scans. Films, RAW files
    and slow drives cost more, and the start of a scan (loading networks) is not in it. Raises PersonError where
    nothing can be measured.
    """
    plan = plan_of(options)
    at_once = workers()
    try:
        with tempfile.TemporaryDirectory() as folder, DecoderPool(at_once) as pool:
            small = [str(SAMPLES / name) for name in AS_THEY_ARE]
            large = [_enlarged(name, folder) for name in ENLARGED]
            _looks(plan, pool, small, at_once)  # loads networks and decoders
            looked = _looks(
                plan, pool, [*large, *small], at_once
            )  # the slowest first: no worker is left alone for long
    except (OSError, MediaError) as error:
        raise PersonError(f"The time that photos take could not be measured ({error}).") from error
    spent = {group: sum(_of(one, keys) for one, _s in looked) / len(looked) for group, keys in GROUPS.items()}
    named = {key for keys in GROUPS.values() for key in keys}
    reading = [seconds - _of(one, named) for one, seconds in looked[: len(large)]]
    return Estimate(sum(reading) / len(reading) / at_once, **{group: s / at_once for group, s in spent.items()})


def _of(one: Look, keys: Collection[str]) -> float:
    return sum(seconds for key, seconds in one.seconds.items() if key in keys)


def _looks(plan: Plan, pool: DecoderPool, paths: Sequence[str], at_once: int) -> list[tuple[Look, float]]:
    """Return a look at each photo with the seconds it took, `at_once` of them together as in a scan."""

    def one(path: str) -> tuple[Look, float]:
        due = frozenset(plan.made)
        task = Task(FileId(0), os.path.dirname(path), path, "photo", 0, (), None, "", due)
        begun = time.perf_counter()
        seen = look(task, plan.analyzers, pool, lambda _sha: Known(None, frozenset()), threading.Event())
        seconds = time.perf_counter() - begun
        if seen.unreadable or seen.failures:
            raise MediaError(seen.unreadable or next(iter(seen.failures.values())))
        return seen, seconds

    with ThreadPoolExecutor(at_once) as threads:
        return list(threads.map(one, paths))


def _enlarged(name: str, folder: str) -> str:
    """Store a sample photo as large as a camera's in `folder`; return its path."""
    image = cv2.imread(os.fspath(SAMPLES / name))
    if image is None:
        raise MediaError(f"the sample photo {name} is missing")
    scale = (PIXELS / (image.shape[0] * image.shape[1])) ** 0.5
    image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    noise = cv2.randn(np.empty(image.shape[:2], np.int16), np.zeros(1), np.full(1, 4.0))
    grainy = cv2.add(image, cv2.merge([noise, noise, noise]), dtype=cv2.CV_8U)
    path = os.path.join(folder, name)
    if not cv2.imwrite(path, grainy, [cv2.IMWRITE_JPEG_QUALITY, 90]):
        raise OSError(f"{folder} cannot be written to")
    return path
