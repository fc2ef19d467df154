"""What the loupe shows: whole pictures, and films that play, through real decoder children."""

import io
import json
import os
import re
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from PIL import Image, ImageCms, ImageOps
from skimage import data

from core.errors import MediaError
from core.jobs.spot import Frame, Player, Viewer
from core.media import wire
from core.media.decoder import ChildLostError, Decoder, DecoderPool
from core.media.wire import Request
from core.types import Pixels
from tests.data import shared

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
ORIENTATION = 274
RATE, COUNT = 25, 60  # of the films made here
STEP = 1000 // RATE
COLUMNS = ((200, 40, 40), (40, 170, 50), (40, 50, 200))


@pytest.fixture(scope="module")
def viewer() -> Iterator[Viewer]:
    opened = Viewer()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return Image.fromarray(data.astronaut()).crop((0, 0, 512, 400))


def saved(folder: Path, image: Image.Image, kind: str, **options: object) -> str:
    path = folder / f"a.{kind.lower()}"
    image.save(path, kind, **options)
    return str(path)


def distance(one: Pixels, other: object) -> float:
    return float(np.abs(one.astype(float) - np.asarray(other)).mean())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_whole_picture_has_all_its_pixels_upright(
    viewer: Viewer, photo: Image.Image, tmp_path: Path, orientation: int, kind: str
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    path = saved(tmp_path, photo.resize((2000, 1301)), kind, exif=exif)
    with Image.open(path) as stored:
        expected = np.asarray(ImageOps.exif_transpose(stored).convert("RGB"))
    assert np.array_equal(viewer.picture(path, full=True), expected)
    assert max(viewer.picture(path).shape) == 1000


def every_mode(photo: Image.Image) -> dict[str, Image.Image]:
    grey = np.asarray(photo.convert("L"))
    clear = photo.convert("RGBA")
    clear.putalpha(Image.fromarray(np.tile(np.linspace(0, 255, photo.width).astype(np.uint8), (photo.height, 1))))
    lab = ImageCms.profileToProfile(
        photo, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab
    return {
        "black and white": photo.convert("1"),
        "grey": photo.convert("L"),
        "palette": photo.quantize(256),
        "transparent palette": clear.quantize(64),
        "transparent": clear,
        "transparent grey": clear.convert("LA"),
        "CMYK": photo.convert("CMYK"),
        "LAB": lab,
        "12 bit": Image.fromarray(grey.astype(np.uint16) * 16),
        "16 bit": Image.fromarray(grey.astype(np.uint16) * 257),
        "32 bit": Image.fromarray(grey.astype(np.int32) * 300),
        "float": Image.fromarray(grey.astype(np.float32) / 200),
    }


def test_a_whole_picture_that_is_small_enough_is_the_working_picture(
    viewer: Viewer, photo: Image.Image, tmp_path: Path
) -> None:
    for mode, image in every_mode(photo.resize((1600, 1400))).items():
        path = saved(tmp_path, image, "PNG" if image.mode in ("P", "1", "LA") else "TIFF")
        assert np.array_equal(viewer.picture(path, full=True), viewer.picture(path)), mode


def test_a_whole_picture_s_colours_become_srgb(viewer: Viewer, photo: Image.Image, tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    named = swapped.replace("sRGB".encode("utf-16-be"), "Fake".encode("utf-16-be"))
    large = photo.resize((2000, 1500))
    pixels = viewer.picture(saved(tmp_path, large, "PNG", icc_profile=named), full=True)
    assert distance(pixels, np.asarray(large)[:, :, ::-1]) < 3


def test_a_whole_picture_over_the_limit_says_so(viewer: Viewer, photo: Image.Image, tmp_path: Path) -> None:
    path = saved(tmp_path, photo.convert("L").resize((20_001, 10_000)), "JPEG", quality=30)
    with pytest.raises(MediaError) as failure:
        viewer.picture(path, full=True)
    assert str(failure.value) == "The picture claims 20,001 x 10,000 px, which is more than 200 megapixels."
    assert max(viewer.picture(path).shape) < 1920


@LINUX
def test_a_whole_picture_is_never_twice_in_memory() -> None:
    code = (
        "import sys; from core.media import child, wire; child.MAX_MEMORY = 950 << 20; child.confine();"
        "print(child.answer(wire.Request('photo', 'a.png', 0, True, 10, data=sys.stdin.buffer.read(), full=True))"
        ".picture.pixels.shape)"
    )
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    big = io.BytesIO()
    Image.new("RGB", (10_000, 8_000)).save(big, "PNG", compress_level=1, exif=exif)
    ended = subprocess.run([sys.executable, "-c", code], input=big.getvalue(), check=True, capture_output=True)
    assert ended.stdout.decode().strip() == "(10000, 8000, 3)"


@POSIX
@pytest.mark.parametrize("name", ["pipe.jpg", "pipe.mp4"])
def test_what_is_no_ordinary_file_is_not_waited_for(viewer: Viewer, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(MediaError, match="no ordinary file"):
        viewer.picture(str(tmp_path / name))
    with pytest.raises(MediaError, match="no ordinary file"), Player(str(tmp_path / name)) as player:
        next(player)


def test_a_photo_too_large_to_be_one_is_not_read(viewer: Viewer, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    with path.open("wb") as file:
        file.truncate(20 * 2**30)
    with pytest.raises(MediaError, match=r"^A photo of 20,480 MB is more than Fovea reads \(512 MB\)\.$"):
        viewer.picture(str(path))
    with pytest.raises(MediaError, match=r"^The file could not be read \(No such file or directory\)\.$"):
        viewer.picture(str(tmp_path / "none.jpg"))


def scene(number: int, width: int = 320, height: int = 180) -> Pixels:
    """Draw frame `number`: red, green and blue columns, a white bar on top as long as the film has gone."""
    pixels = np.zeros((height, width, 3), np.uint8)
    for column, colour in enumerate(COLUMNS):
        pixels[:, column * width // 3 : (column + 1) * width // 3] = colour
    pixels[: height // 4] = 0
    pixels[: height // 4, : width * (number + 1) // COUNT] = 255
    return pixels


def gone(frame: Frame) -> int:
    """Return the number of the scene's frame that is shown."""
    bar = frame.pixels[frame.pixels.shape[0] // 8].mean(1) > 128
    return round(float(bar.mean()) * COUNT) - 1


def film(path: Path, codec: str = "mpeg4", width: int = 320, height: int = 180, **options: str) -> str:
    """Write the scene as a film of COUNT frames."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE, options={"b": "3000000", **options})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(COUNT):
            frame = av.VideoFrame.from_ndarray(scene(number, width, height), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame.reformat(format=stream.pix_fmt)))
        container.mux(stream.encode(None))
    return str(path)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> str:
    return film(tmp_path_factory.mktemp("films") / "a.mp4")


def test_a_film_plays_in_order_in_its_colours(plain: str) -> None:
    with Player(plain) as player:
        frames = list(player)
    assert [frame.at_ms for frame in frames] == [number * STEP for number in range(COUNT)]
    assert [gone(frame) for frame in frames] == list(range(COUNT))
    for frame in frames:
        for column, colour in enumerate(COLUMNS):
            middle = frame.pixels[80:160, column * 107 + 30 : column * 107 + 80].mean((0, 1))
            assert np.abs(middle - colour).max() < 4, (frame.at_ms, colour)


def test_a_film_plays_from_where_it_is_told_to(plain: str) -> None:
    for start_ms, first in ((0, 0), (STEP, 1), (STEP + 1, 2), (1000, 25), (2360, 59), (2361, 59), (10**9, 59)):
        with Player(plain, start_ms=start_ms) as player:
            frames = list(player)
        assert [gone(frame) for frame in frames] == list(range(first, COUNT)), start_ms
        assert frames[0].at_ms == first * STEP


def test_a_film_s_longer_side_is_no_longer_than_asked(plain: str, viewer: Viewer, tmp_path: Path) -> None:
    with Player(plain, side=100) as player:
        assert next(player).pixels.shape == (56, 100, 3)
    large = film(tmp_path / "a.mp4", "mjpeg", 2400, 1200)
    with Player(large) as player:
        assert next(player).pixels.shape == (640, 1280, 3)
    assert viewer.picture(large, full=True).shape == (1200, 2400, 3)
    assert viewer.picture(large).shape == (600, 1200, 3)


@pytest.mark.parametrize("apart", ["12", "600"])
@pytest.mark.parametrize("name", ["a.mts", "a.mpg", "a.avi", "a.mkv", "a.m2v"])
def test_containers_without_an_index_or_without_times_play_too(
    viewer: Viewer, tmp_path: Path, name: str, apart: str
) -> None:
    """Key frames `apart` frames from each other, frames stored in another order than shown."""
    if name == "a.avi":
        path = film(tmp_path / name, "h264", g=apart, bf="2")
    else:
        path = film(tmp_path / name, "mpeg2video", g=apart, bf="2", sc_threshold="1000000000")
    for start_ms in (0, 1000, 10**9):
        with Player(path, start_ms=start_ms) as player:
            frames = list(player)
        shown = [gone(frame) for frame in frames]
        assert shown == list(range(shown[0], COUNT))
        assert shown[0] == pytest.approx(min(start_ms // STEP, COUNT - 1), abs=2)  # times are off by a frame or two
        assert frames[-1].at_ms == pytest.approx((COUNT - 1) * STEP, abs=2 * STEP)  # AVI tells when frames are decoded
        times = [frame.at_ms for frame in frames]
        assert times == sorted(set(times))
    assert viewer.picture(path).shape == (180, 320, 3)


def test_damaged_places_are_passed_over(plain: str, tmp_path: Path) -> None:
    content = bytearray(Path(plain).read_bytes())
    for at in range(len(content) // 3, len(content) // 2, 100):
        content[at : at + 60] = bytes(60)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(content)
    with Player(str(path)) as player:
        frames = list(player)
    assert frames[0].at_ms == 0
    assert gone(frames[-1]) == COUNT - 1


def test_what_is_no_film_says_so_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    cases = {
        b"": "The file is empty.",
        b"Dear Ana, ...": "The film is cut off or damaged, or in a format that cannot be read.",
    }
    for content, sentence in cases.items():
        path.write_bytes(content)
        with pytest.raises(MediaError) as failure, Player(str(path)) as player:
            next(player)
        assert str(failure.value) == sentence
    with pytest.raises(MediaError, match="could not be read"), Player(str(tmp_path / "none.mp4")) as player:
        next(player)


@pytest.mark.skipif(not shared("video"), reason="the measured set is not here")
def test_real_films_play_every_frame_upright_as_their_poster_is() -> None:
    folder = shared("video")
    assert folder
    with DecoderPool(1) as pool:
        for name, truth in json.loads((folder / "truth.json").read_text()).items():
            if not truth["readable"]:
                continue
            with Player(str(folder / name)) as player:
                frames = list(player)
            assert len(frames) == truth["frames"], name
            times = [frame.at_ms for frame in frames]
            assert times == sorted(set(times))
            assert times[0] < 100
            poster = pool.decode_film(str(folder / name), (), 0).picture
            assert poster
            assert poster.at_ms is not None
            same = frames[times.index(poster.at_ms)].pixels
            assert same.shape == poster.pixels.shape, name
            assert distance(same, poster.pixels) < 0.5, name


@pytest.mark.skipif(not shared("video"), reason="the measured set is not here")
@pytest.mark.parametrize("name", ["cut", "flipped", "no_moov", "noise", "zero"])
def test_broken_films_play_what_is_left_or_say_so(name: str) -> None:
    path = shared("video", f"broken_{name}.mp4")
    assert path
    with Player(str(path)) as player:
        if name in ("cut", "flipped"):
            assert len(list(player)) > 40
        else:
            with pytest.raises(MediaError, match=r"^The f[^.]*\.$"):
                next(player)


@POSIX
def test_closing_ends_a_wait_and_the_child(plain: str) -> None:
    player = Player(plain)
    next(player)
    os.kill(player._decoder.pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        rest = threads.submit(list, player)
        begun = time.monotonic()
        player.close()
        assert len(rest.result(5)) < COUNT - 1
        assert time.monotonic() - begun < 1
    assert player._decoder._child.returncode is not None
    assert next(player, None) is None
    player.close()


def test_closing_before_the_child_has_started_ends_it_too(plain: str) -> None:
    player = Player(plain)
    closer = threading.Thread(target=player.close)
    closer.start()
    assert len(list(player)) < COUNT
    closer.join(5)
    assert player._decoder._child.returncode is not None


@POSIX
def test_a_stalled_or_crashed_child_costs_the_film(plain: str) -> None:
    decoder = Decoder()
    frames = decoder.play(Request("play", "", 0, True, 10, plain, side=320), frame_s=0.5)
    next(frames)
    os.kill(decoder.pid, signal.SIGSTOP)
    with pytest.raises(ChildLostError, match=r"^Decoding took longer than 0\.5 s\.$"):
        list(frames)
    decoder.close()
    with Player(plain) as player:
        next(player)
        os.kill(player._decoder.pid, signal.SIGKILL)
        with pytest.raises(MediaError, match=r"^The decoder crashed on this film\.$"):
            list(player)


@LINUX
def test_the_child_decodes_no_further_than_its_pipe_holds(tmp_path: Path) -> None:
    import fcntl  # noqa: PLC0415  # Windows has none
    import termios  # noqa: PLC0415

    path = film(tmp_path / "a.avi", "mjpeg", 1280, 720)
    with Player(path) as player:
        next(player)
        outward = player._decoder._child.stdout
        assert outward
        room, waiting = fcntl.fcntl(outward, fcntl.F_GETPIPE_SZ), bytearray(4)
        until = time.monotonic() + 10
        while struct.unpack("i", waiting)[0] < room // 2:  # then it is within the next frame, which is far larger
            assert time.monotonic() < until
            fcntl.ioctl(outward, termios.FIONREAD, waiting)
        opened = next(link for link in Path(f"/proc/{player._decoder.pid}/fd").iterdir() if str(link.resolve()) == path)
        told = Path(f"/proc/{player._decoder.pid}/fdinfo/{opened.name}").read_text()
        read = re.search(r"pos:\s*(\d+)", told)
        assert read
        assert int(read[1]) < os.path.getsize(path) / 3
        assert len(list(player)) == COUNT - 1


@pytest.mark.parametrize(
    "lie",
    [
        {"shape": [4, 7, 3]},
        {"shape": [6, 4]},
        {"shape": [-4, -6, 3]},
        {"shape": [2, 12, 3]},
        {"shape": None},
        {"at_ms": -1},
        {"at_ms": "0"},
        {"error": ""},
    ],
)
def test_a_lying_child_s_frame_is_not_believed(lie: dict[str, object]) -> None:
    pipe = io.BytesIO()
    wire.write_frame(pipe, {"at_ms": 40, "shape": [4, 6, 3], **lie}, [bytes(72)])
    pipe.seek(0)
    with pytest.raises((ValueError, TypeError)):
        wire.read_shown(pipe, 6)
