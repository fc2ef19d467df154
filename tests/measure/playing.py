"""Prints how fast films play: ms to the first frame, frames per second after it, seconds of CPU per second of film.

`uv run python -m tests.measure.playing`; needs the measured set beside the repository. The set's clips are small: the
shop is shown again in 1080p and 2160p, H.264.
"""

import resource
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av

from core.jobs.spot import Player
from tests.data import shared

RATE, SECONDS = 25, 8


def enlarged(source: Path, path: Path, width: int, height: int) -> Path:
    """Write `source` to `path` at another size, forwards and backwards, for SECONDS."""
    with av.open(str(source)) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    with av.open(str(path), "w") as film:
        stream = film.add_stream("h264", rate=RATE, options={"preset": "veryfast", "crf": "18"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number, pixels in enumerate(((frames + frames[::-1]) * SECONDS)[: RATE * SECONDS]):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(width, height, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
    return path


def told(path: Path) -> str:
    """Play a film to its end and tell how fast that went."""
    before, begun = cpu(), time.perf_counter()
    with Player(str(path)) as player:
        height, width = next(player).pixels.shape[:2]
        first = time.perf_counter()
        later = [frame.at_ms for frame in player]
        ended = time.perf_counter()
    wait_ms, rate = (first - begun) * 1000, len(later) / (ended - first)
    return (
        f"{width} x {height}: {wait_ms:.0f} ms, {rate:.0f} frames/s, {(cpu() - before) * 1000 / later[-1]:.2f} s CPU/s"
    )


def cpu() -> float:
    """Return the CPU seconds of this process and the children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def main() -> None:
    """Play every clip of the set that can be read, and the two large ones."""
    folder = shared("video")
    if folder is None:
        raise SystemExit("The measured set is not beside the repository.")
    with tempfile.TemporaryDirectory() as place:
        shop = folder / "people_shop_h264.mp4"
        large = [enlarged(shop, Path(place) / f"{high}p.mp4", high * 16 // 9, high) for high in (1080, 2160)]
        clips = [folder / name for name in ("bird_hevc.mp4", "car_av1.mp4", "bottles_vp9.webm", "iphone_hvc1.mov")]
        for path in (*large, *clips):
            print(f"{path.name:20} {told(path)}")


if __name__ == "__main__":
    main()
