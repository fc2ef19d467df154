"""Film files to a Decoded (facts, tags, one poster frame), or to one frame after another. Runs in the child only."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

import av
import av.logging
import numpy as np
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream
from PIL import Image

from core.errors import MediaError
from core.media import metadata
from core.media.formats import suffix_of
from core.media.photo import refuse_huge
from core.media.pixels import render, upright_size
from core.types import Decoded, Facts, Picture, Pixels

# Never playlists: they name other files and addresses.
FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,asf,flv,ogg,mxf,dv,h264,hevc"
POSTER_SHARE = 0.1  # of the length: past the title, before the end
LOOK_AHEAD = 48  # frames: a fade-in of two seconds
BLACK, FLAT = 12.0, 5.0  # mean and standard deviation of the luma, of 255, below which a frame shows nothing
DAMAGED_PACKETS = 200  # of one look; then the film counts as damaged
PLAY_THREADS = 4
UNINDEXED = ("mpegts", "mpeg")  # FFmpeg seeks in them by time alone, into the middle between two key frames ...
KEY_FRAMES_S = 3.0  # ... which are seldom further apart than this
USUAL_RATE = 25  # frames per second where the film does not tell
NOTHING = "The film is damaged: not one of its pictures can be decoded."
ORIENTATIONS = {90: 8, -90: 6, 180: 3, -180: 3}  # a display matrix's degrees, counter-clockwise, to EXIF's orientation
UNTOLD, HIGH_DEFINITION = 2, 720  # AVCOL_SPC_UNSPECIFIED; lines from which BT.709 is the custom

av.logging.set_level(av.logging.PANIC)


def decode(
    path: str, sidecars: Sequence[tuple[str, bytes]], mtime_ns: int, *, want_pixels: bool, full: bool
) -> Decoded:
    """Return a film's facts, metadata and, with `want_pixels`, its poster frame and thumbnail.

    The poster is the first frame at about 10 % of the length that is neither black nor flat; else the first there.
    full: the poster at its original size, without thumbnail and hash.
    Raises MediaError with one sentence for a person.
    """
    with _film(path) as container:
        return _decode(container, Path(path).name, sidecars, mtime_ns, want_pixels=want_pixels, full=full)


def play(path: str, side: int, start_ms: int) -> Iterator[tuple[int, Pixels]]:
    """Yield (ms after the film's start, upright pixels) of each frame from `start_ms` on, in order.

    Their longer side is `side` px at most. Damaged packets are passed over. Where no frame is left at `start_ms` the
    last one is yielded. Raises MediaError with one sentence for a person.
    """
    with _film(path) as container:
        stream = _video(container)
        refuse_huge(stream.width, stream.height, claimed=(stream.width, stream.height))
        stream.thread_type, stream.codec_context.thread_count = "AUTO", PLAY_THREADS
        passed: tuple[int, VideoFrame] | None = None
        shown = False
        for at_ms, frame in _timed(container, stream, start_ms):
            if at_ms >= start_ms:
                shown = True
                yield at_ms, _shown(frame, stream, side)
            passed = at_ms, frame
        if passed is None:
            raise MediaError(NOTHING)
        if not shown:
            yield passed[0], _shown(passed[1], stream, side)


@contextmanager
def _film(path: str) -> Iterator[InputContainer]:
    """Open a film; what FFmpeg raises within the block becomes a MediaError."""
    place = Path(path)
    try:
        file = place.open("rb")
    except OSError as error:
        raise MediaError("The film's file could not be opened.") from error
    with file:
        if not file.seek(0, SEEK_END):
            raise MediaError("The file is empty.")
        file.seek(0)
        try:
            with _opened(file) as container:
                yield container
        except (av.FFmpegError, OSError, ValueError, ArithmeticError) as error:
            raise MediaError("The film is cut off or damaged, or in a format that cannot be read.") from error


def _opened(file: BinaryIO) -> InputContainer:
    """Open what is read through `file` alone: no protocol is left to reach anything else."""
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "none"}
    return av.open(file, "r", container_options=options, metadata_errors="replace")


def _decode(
    container: InputContainer,
    name: str,
    sidecars: Sequence[tuple[str, bytes]],
    mtime_ns: int,
    *,
    want_pixels: bool,
    full: bool,
) -> Decoded:
    stream = _video(container)
    refuse_huge(stream.width, stream.height, claimed=(stream.width, stream.height))
    length = _length(container, stream)
    poster = _poster(container, stream, length)
    orientation = ORIENTATIONS.get(round(poster.rotation), 1)
    size = _display_size(poster, stream)
    refuse_huge(*size, claimed=size)
    width, height = upright_size(*size, orientation)
    facts = Facts(
        kind="video",
        format=_format(container, name),
        width=width,
        height=height,
        orientation=orientation,
        duration_ms=None if length is None else round(length * 1000),
        frames=_frames(stream, length),
        codec=stream.codec_context.codec.canonical_name,
    )
    described = metadata.read_film({**stream.metadata, **container.metadata}, sidecars, name, mtime_ns)
    if not want_pixels:
        return Decoded(facts, described)
    image = Image.fromarray(_rgb(poster, size))
    still, thumbnail, sha = render(image, orientation, max(size), full=full)
    picture = Picture(still.pixels, still.scale, _at_ms(poster, stream))
    return Decoded(facts, described, picture, thumbnail, sha)


def _video(container: InputContainer) -> VideoStream:
    """Return the film's picture track, ready to be decoded; cover art is none."""
    found = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    if not found:
        raise MediaError("There is no picture track in this film.")
    stream = found[0]
    if stream.codec_context is None:
        raise MediaError("The film's pictures are in a format that cannot be decoded.")
    stream.codec_context.thread_count = 2
    return stream


def _length(container: InputContainer, stream: VideoStream) -> float | None:
    """Return the length in seconds, where the file tells it."""
    if stream.duration and stream.time_base:
        return max(0.0, float(stream.duration * stream.time_base))
    return max(0.0, container.duration / av.time_base) if container.duration else None


def _frames(stream: VideoStream, length: float | None) -> int:
    """Return the number of frames as told, else as the length and the mean rate suggest."""
    rate = stream.average_rate or Fraction(0)
    return max(1, stream.frames or round(float(rate) * (length or 0.0)))


def _format(container: InputContainer, name: str) -> str:
    """Return the container's name: FFmpeg's, or the file's extension where FFmpeg has one name for several."""
    names = container.format.name.split(",")
    suffix = suffix_of(name)[1:]
    return (suffix if suffix in names else names[0]).upper()


def _poster(container: InputContainer, stream: VideoStream, length: float | None) -> VideoFrame:
    """Return the frame that stands for the film."""
    first: VideoFrame | None = None
    for share in (POSTER_SHARE, 0.0):
        for frame in _look(container, stream, share * (length or 0.0)):
            first = first or frame
            if not _empty(frame):
                return frame
    if first is None:
        raise MediaError(NOTHING)
    return first


def _look(container: InputContainer, stream: VideoStream, seconds: float) -> Iterator[VideoFrame]:
    """Yield up to LOOK_AHEAD whole frames from the key frame before `seconds` on, over damaged places."""
    seen = damaged = 0
    for frame in _frames_from(container, stream, seconds):
        if frame is None:
            damaged += 1
        else:
            seen += 1
            yield frame
        if seen >= LOOK_AHEAD or damaged >= DAMAGED_PACKETS:
            return


def _frames_from(container: InputContainer, stream: VideoStream, seconds: float) -> Iterator[VideoFrame | None]:
    """Yield the frames from the key frame before `seconds` on, to the end; None for each damaged packet."""
    base = stream.time_base or Fraction(1, 1000)
    first = stream.start_time or 0
    if seconds > 0:
        container.seek(first + int(seconds / base), stream=stream)
    else:
        container.seek(min(0, first), stream=stream)  # without an index, `first` may lie behind the first key frame
    for packet in container.demux(stream):
        try:
            yield from packet.decode()
        except av.FFmpegError:
            yield None


def _timed(container: InputContainer, stream: VideoStream, start_ms: int) -> Iterator[tuple[int, VideoFrame]]:
    """Yield (ms, frame) from a key frame at or before `start_ms` on, each later than the one before.

    A frame that tells no time, or one that is past (some containers tell the times of another order), follows the one
    before it at the film's mean rate.
    """
    step = max(1, round(1000 / (stream.average_rate or USUAL_RATE)))
    last: int | None = None
    for seconds in (_key_before(container, stream, start_ms / 1000), 0.0):
        for frame in filter(None, _frames_from(container, stream, seconds)):
            told = _at_ms(frame, stream) if frame.pts is not None else start_ms
            last = told if last is None or told > last else last + step
            yield last, frame
        if last is not None:
            return


def _key_before(container: InputContainer, stream: VideoStream, seconds: float) -> float:
    """Return where to seek to so that decoding begins with a key frame at or before `seconds`."""
    length = _length(container, stream)
    there = seconds if length is None else min(seconds, length)
    return there - KEY_FRAMES_S if container.format.name in UNINDEXED else there


def _empty(frame: VideoFrame) -> bool:
    luma = frame.reformat(width=64, height=64, format="gray", threads=1).to_ndarray()
    return bool(luma.mean() < BLACK or luma.std() < FLAT)


def _display_size(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """Return width and height before the turn, in square pixels: the width follows the pixels' own shape."""
    shape = stream.sample_aspect_ratio or Fraction(1)
    stretch = float(shape) if 0.25 <= shape <= 4 else 1.0
    return max(1, round(frame.width * stretch)), frame.height


def _shown(frame: VideoFrame, stream: VideoStream, side: int) -> Pixels:
    """Return the frame upright, its longer side at most `side` px."""
    width, height = _display_size(frame, stream)
    share = min(1.0, side / max(width, height))
    pixels = _rgb(frame, (max(1, round(width * share)), max(1, round(height * share))))
    quarters = round(frame.rotation) // 90 if round(frame.rotation) in ORIENTATIONS else 0
    return np.ascontiguousarray(np.rot90(pixels, quarters))


def _rgb(frame: VideoFrame, size: tuple[int, int]) -> Pixels:
    """Return the frame in RGB at `size`, its colours by the matrix it names or that its height suggests."""
    guess = Colorspace.ITU709 if frame.height >= HIGH_DEFINITION else Colorspace.ITU601
    matrix = guess if frame.colorspace == UNTOLD else None
    plain = frame.reformat(width=size[0], height=size[1], format="rgb24", src_colorspace=matrix, threads=1)
    return np.asarray(plain.to_ndarray(), np.uint8)


def _at_ms(frame: VideoFrame, stream: VideoStream) -> int:
    """Return the frame's time in ms after the start of the track; 0 where it is not told."""
    if frame.pts is None or frame.time_base is None:
        return 0
    seconds = float(frame.pts * frame.time_base - (stream.start_time or 0) * (stream.time_base or 0))
    return max(0, round(seconds * 1000)) if math.isfinite(seconds) else 0
