"""Real pictures through real decoder children, which are killed, stopped, stalled and overfed."""

import io
import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pylibjxl
import pytest
import tifffile
from PIL import Image, ImageCms
from skimage import data

from core.errors import MediaError
from core.media import wire
from core.media.decoder import Cancelled, Decoder, DecoderPool
from core.media.wire import Request
from core.types import Decoded, Facts, Metadata, Picture, Pixels, Region

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
ORIENTATION = 274


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(2) as shared_pool:
        yield shared_pool


@pytest.fixture(scope="module")
def photo() -> Image.Image:
    return Image.fromarray(data.astronaut()).crop((0, 0, 512, 400))


def packed(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def decoded(pool: DecoderPool, content: bytes, name: str = "a.jpg") -> tuple[Decoded, Pixels]:
    answer = pool.decode_photo(content, name, (), 0)
    assert answer.picture
    return answer, answer.picture.pixels


def distance(one: Pixels, other: object) -> float:
    return float(np.abs(one.astype(float) - np.asarray(other)).mean())


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Store `image` so that EXIF `orientation` shows it upright again (CIPA DC-008, table of the tag)."""
    pixels = np.asarray(image)
    stored = {
        1: pixels,
        2: pixels[:, ::-1],
        3: pixels[::-1, ::-1],
        4: pixels[::-1],
        5: pixels.swapaxes(0, 1),
        6: np.rot90(pixels),
        7: pixels[::-1, ::-1].swapaxes(0, 1),
        8: np.rot90(pixels, -1),
    }[orientation]
    return Image.fromarray(np.ascontiguousarray(stored))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_orientations_give_the_same_upright_picture(
    pool: DecoderPool, photo: Image.Image, orientation: int, kind: str
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    options = {} if kind in ("PNG", "TIFF") else {"quality": 95}
    answer, pixels = decoded(pool, packed(turned(photo, orientation), kind, exif=exif, **options))
    assert (answer.facts.width, answer.facts.height) == (512, 400)
    assert distance(pixels, photo) < 4
    assert answer.thumbnail
    assert Image.open(io.BytesIO(answer.thumbnail)).size == (256, 200)


def test_a_turned_jpeg_within_jpeg_xl_is_turned_once(pool: DecoderPool, photo: Image.Image) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    jpeg = packed(turned(photo, 6), "JPEG", exif=exif, quality=95)
    answer, pixels = decoded(pool, pylibjxl.jpeg_to_jxl(jpeg), "a.jxl")
    assert (answer.facts.format, answer.facts.width) == ("JXL", 512)
    assert distance(pixels, photo) < 4


@pytest.mark.parametrize("size", [(1, 1), (959, 3), (1919, 40), (1920, 40), (2600, 1950), (3, 9000), (20000, 2)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_working_side_is_960_to_1919_and_nothing_is_enlarged(
    pool: DecoderPool, photo: Image.Image, size: tuple[int, int], kind: str
) -> None:
    answer, pixels = decoded(pool, packed(photo.resize(size), kind))
    assert (answer.facts.width, answer.facts.height) == size
    side = max(pixels.shape[:2])
    assert side == max(size) if max(size) < 1920 else 960 <= side < 1920
    assert answer.picture
    assert answer.picture.scale == pytest.approx(side / max(size))
    assert pixels.flags.c_contiguous
    assert pixels.dtype == np.uint8
    assert answer.thumbnail
    assert max(Image.open(io.BytesIO(answer.thumbnail)).size) <= 256


def grey_modes(grey: Image.Image) -> dict[str, bytes]:
    values = np.asarray(grey)
    return {
        "grey": packed(grey, "JPEG", quality=95),
        "16 bit": packed(Image.fromarray(values.astype(np.uint16) * 257), "PNG"),
        "12 bit": packed(Image.fromarray(values.astype(np.uint16) * 16), "TIFF"),
        "32 bit": packed(Image.fromarray(values.astype(np.int32) * 257), "TIFF"),
        "float 0..1": packed(Image.fromarray(values.astype(np.float32) / 255), "TIFF"),
        "float 0..255": packed(Image.fromarray(values.astype(np.float32)), "TIFF"),
    }


def test_grey_of_any_depth_looks_the_same(pool: DecoderPool, photo: Image.Image) -> None:
    grey = photo.convert("L")
    for mode, content in grey_modes(grey).items():
        _, pixels = decoded(pool, content)
        assert distance(pixels, np.asarray(grey)[:, :, None]) < 3, mode


def test_colour_modes_look_the_same(pool: DecoderPool, photo: Image.Image) -> None:
    made = {
        "CMYK": packed(photo.convert("CMYK"), "JPEG", quality=95),
        "palette": packed(photo.quantize(256), "GIF"),
        "broken profile": packed(photo, "JPEG", quality=95, icc_profile=b"no profile at all"),
    }
    for mode, content in made.items():
        _, pixels = decoded(pool, content)
        assert distance(pixels, photo) < 9, mode
    _, pixels = decoded(pool, packed(photo.convert("1"), "PNG"))
    assert set(np.unique(pixels)) == {0, 255}


def swapping_profile() -> bytes:
    """Return a profile whose red is sRGB's blue and the other way round."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")
    return swapped.replace("sRGB".encode("utf-16-be"), "Fake".encode("utf-16-be"))


def test_a_profile_s_colours_become_srgb(pool: DecoderPool, photo: Image.Image) -> None:
    _, pixels = decoded(pool, packed(photo, "PNG", icc_profile=swapping_profile()))
    assert distance(pixels, np.asarray(photo)[:, :, ::-1]) < 3
    srgb, lab = (ImageCms.createProfile(space) for space in ("sRGB", "LAB"))
    stored = ImageCms.profileToProfile(photo, srgb, lab, outputMode="LAB")
    assert stored
    _, pixels = decoded(pool, packed(stored, "TIFF"))
    assert distance(pixels, photo) < 3


def test_a_thumbnail_carries_nothing_but_the_picture(pool: DecoderPool, photo: Image.Image) -> None:
    exif = Image.Exif()
    exif[271] = "Maker"
    content = packed(photo, "JPEG", exif=exif, comment=b"private")
    thumbnail = decoded(pool, content)[0].thumbnail
    assert thumbnail
    with Image.open(io.BytesIO(thumbnail)) as small:
        assert small.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparent_places_show_white(pool: DecoderPool, photo: Image.Image, mode: str) -> None:
    clear = photo.convert("RGBA")
    clear.paste((200, 0, 0, 0), (0, 0, 100, 100))
    image = clear.quantize(64) if mode == "PA" else clear.convert(mode)
    _, pixels = decoded(pool, packed(image, "PNG"))
    assert (pixels[:99, :99] == 255).all()
    assert distance(pixels[200:], np.asarray(photo)[200:]) < 40
    assert pixels[200:].min() < 60


def test_an_animation_shows_its_first_frame_and_counts_them(pool: DecoderPool, photo: Image.Image) -> None:
    frames = [photo, photo.rotate(90), photo.rotate(180)]
    for kind in ("GIF", "PNG", "WEBP"):
        answer, pixels = decoded(pool, packed(photo, kind, save_all=True, append_images=frames[1:]))
        assert answer.facts.frames == 3, kind
        assert distance(pixels, photo) < 9, kind


def dng(orientation: int) -> bytes:
    """Make a RAW file as a camera would: Bayer pattern RGGB, linear, no preview."""
    linear = (data.astronaut()[:400] / 255.0) ** 2.2 * 65535
    sensor = np.empty(linear.shape[:2], np.uint16)
    for row, column, channel in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
        sensor[row::2, column::2] = linear[row::2, column::2, channel]
    matrix = [1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]
    tags = [
        (ORIENTATION, "H", 1, orientation, True),
        (271, "s", 0, "Fovea", True),
        (272, "s", 0, "Test", True),
        (33421, "H", 2, (2, 2), True),
        (33422, "B", 4, (0, 1, 1, 2), True),
        (50706, "B", 4, (1, 4, 0, 0), True),
        (50708, "s", 0, "Fovea Test", True),
        (50717, "I", 1, 65535, True),
        (50721, "2i", 9, matrix, True),
    ]
    out = io.BytesIO()
    tifffile.imwrite(out, sensor, photometric=32803, extratags=tags, metadata=None)
    return out.getvalue()


def test_a_raw_file_is_developed_upright_with_its_camera(pool: DecoderPool) -> None:
    plain, level = decoded(pool, dng(1), "a.DNG")
    turned_one, upright = decoded(pool, dng(6), "a.DNG")
    assert (plain.facts.format, plain.facts.width, plain.facts.height) == ("DNG", 512, 400)
    assert (turned_one.facts.width, turned_one.facts.height) == (400, 512)
    assert distance(np.ascontiguousarray(np.rot90(level, -1)), upright) < 2
    assert "Test" in plain.metadata.camera
    assert level.std() > 40


def test_metadata_alone_is_the_same_as_with_pixels(pool: DecoderPool, photo: Image.Image) -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[271], exif[306] = 6, "Maker", "2024:05:06 07:08:09"
    contents = {f"a.{kind}": packed(photo, kind, exif=exif) for kind in ("JPEG", "PNG", "TIFF", "WEBP")}
    for name, content in {**contents, "b.dng": dng(6), "c.jxl": pylibjxl.jpeg_to_jxl(contents["a.JPEG"])}.items():
        whole = pool.decode_photo(content, name, (), 5)
        facts_only = pool.decode_photo(content, name, (), 5, want_pixels=False)
        assert facts_only == Decoded(whole.facts, whole.metadata), name
        assert whole.facts.orientation == 6


def test_the_same_pixels_have_the_same_hash_whatever_the_metadata(pool: DecoderPool, photo: Image.Image) -> None:
    exif = Image.Exif()
    exif[271] = "Maker"
    bare, tagged = packed(photo, "JPEG"), packed(photo, "JPEG", exif=exif)
    assert bare != tagged
    hashes = [decoded(pool, content)[0].pixels_sha for content in (bare, tagged, packed(photo.rotate(180), "JPEG"))]
    assert hashes[0] == hashes[1] != hashes[2]


def claiming(width: int, height: int) -> bytes:
    """Make a PNG that claims a size and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))
    body = (struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def test_what_cannot_be_read_says_so_in_one_sentence(pool: DecoderPool, photo: Image.Image) -> None:
    jpeg = packed(photo, "JPEG")
    cases = {
        b"": "The file is empty.",
        b"Dear Ana, ...": "This is not a picture file that can be read (unknown content).",
        jpeg[: len(jpeg) // 2]: "The file is cut off or damaged.",
        claiming(40000, 40000): "The picture claims 40,000 x 40,000 px, which is more than 200 megapixels.",
    }
    for content, sentence in cases.items():
        with pytest.raises(MediaError) as failure:
            pool.decode_photo(content, "a.jpg", (), 0)
        assert str(failure.value) == sentence
    with pytest.raises(MediaError, match="could not be opened"):
        pool.decode_film("/no/such/film.mp4", (), 0)


def test_a_memory_bomb_costs_one_photo_and_no_child(photo: Image.Image) -> None:
    bomb = bytearray(packed(photo.convert("L"), "JPEG", progressive=True))
    frame = bomb.index(b"\xff\xc2")
    bomb[frame + 5 : frame + 9] = struct.pack(">HH", 65000, 65000)  # 8 GB of coefficients
    with DecoderPool(1) as pool:
        children = {decoder.pid for decoder in pool._idle}
        with pytest.raises(MediaError, match="cut off or damaged"):
            pool.decode_photo(bytes(bomb), "bomb.jpg", (), 0)
        decoded(pool, packed(photo, "JPEG"))
        assert {decoder.pid for decoder in pool._idle} == children


@pytest.mark.skipif(sys.platform != "linux", reason="bounds the address space")
def test_a_photo_over_the_memory_limit_says_so() -> None:
    code = (
        "import sys; from core.media import child, wire; child.MAX_MEMORY = 500 << 20; child.confine();"
        "print(child.answer(wire.Request('photo', 'a.png', 0, True, 10, data=sys.stdin.buffer.read())))"
    )
    big = packed(Image.new("RGB", (9000, 9000)), "PNG", compress_level=1)
    ended = subprocess.run([sys.executable, "-c", code], input=big, check=True, capture_output=True)
    assert ended.stdout.decode().strip() == "The file needs more memory than one photo may take."


@POSIX
def test_a_child_killed_in_mid_file_is_replaced_and_the_photo_decoded(photo: Image.Image) -> None:
    with DecoderPool(1) as pool, ThreadPoolExecutor(1) as threads:
        content = packed(photo, "JPEG")
        expected, _ = decoded(pool, content)
        victim = pool._idle[-1].pid
        os.kill(victim, signal.SIGSTOP)  # so that the file is surely under way
        waiting = threads.submit(pool.decode_photo, content, "a.jpg", (), 0)
        os.kill(victim, signal.SIGKILL)
        assert waiting.result(10).pixels_sha == expected.pixels_sha
        assert victim not in {decoder.pid for decoder in pool._idle}
        assert len(pool._idle) == 2


@POSIX
def test_two_lost_children_are_the_file_s_fault(photo: Image.Image) -> None:
    with DecoderPool(1) as pool:
        for decoder in pool._idle:
            decoder._start()
            os.kill(decoder.pid, signal.SIGKILL)
        with pytest.raises(MediaError, match=r"^The decoder crashed twice on this file\.$"):
            pool.decode_photo(packed(photo, "JPEG"), "a.jpg", (), 0)
        decoded(pool, packed(photo, "JPEG"))


@POSIX
def test_a_stalled_child_is_ended_at_the_deadline(photo: Image.Image) -> None:
    with DecoderPool(1, photo_s=0.5) as pool:
        for decoder in pool._idle:
            decoder._start()
            os.kill(decoder.pid, signal.SIGSTOP)
        started = time.monotonic()
        with pytest.raises(MediaError, match=r"^Decoding took longer than 0\.5 s\.$"):
            pool.decode_photo(packed(photo, "JPEG"), "a.jpg", (), 0)
        assert 1.0 <= time.monotonic() - started < 3  # two children, half a second each


def test_a_file_too_slow_for_its_deadline_ends_in_a_sentence() -> None:
    with DecoderPool(1, photo_s=0.001) as pool:
        slow = packed(Image.new("RGB", (9000, 9000)), "JPEG")
        with pytest.raises(MediaError, match=r"^Decoding took longer than 0\.001 s\.$"):
            pool.decode_photo(slow, "a.jpg", (), 0)


@POSIX
def test_cancel_ends_everything_within_half_a_second(photo: Image.Image) -> None:
    pool = DecoderPool(2)
    children = list(pool._idle)
    for decoder in children:
        decoder._start()
        os.kill(decoder.pid, signal.SIGSTOP)
    with ThreadPoolExecutor(3) as threads:  # one more than there are workers, and one spare
        content = packed(photo, "JPEG")
        waiting = [threads.submit(pool.decode_photo, content, "a.jpg", (), 0) for _ in range(4)]
        started = time.monotonic()
        pool.cancel()
        ends = [future.exception(5) for future in waiting]
        assert time.monotonic() - started < 0.5
    assert [type(end) for end in ends] == [Cancelled] * 4
    pool.close()
    assert all(decoder._child.returncode is not None for decoder in children)
    with pytest.raises(Cancelled):
        pool.decode_photo(content, "a.jpg", (), 0)


def test_many_threads_get_their_own_answers(pool: DecoderPool, photo: Image.Image) -> None:
    contents = [packed(photo.rotate(7 * turn), "JPEG") for turn in range(12)]
    alone = [decoded(pool, content)[0] for content in contents]
    with ThreadPoolExecutor(6) as threads:
        together = list(threads.map(lambda content: decoded(pool, content)[0], contents))
    assert [one.pixels_sha for one in together] == [one.pixels_sha for one in alone]
    assert [one.thumbnail for one in together] == [one.thumbnail for one in alone]


@POSIX
def test_a_killed_child_is_not_lent_again() -> None:
    decoder = Decoder()
    decoder._start()
    decoder.kill()
    assert not decoder.usable  # at once, though the process may not have ended yet
    decoder.close()


def test_a_child_ends_when_the_program_has_gone() -> None:
    decoder = Decoder()
    decoder._start()
    assert decoder._child.stdin
    decoder._child.stdin.close()
    assert decoder._child.wait(10) == 0
    decoder.close()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_child_is_given_no_credentials() -> None:
    os.environ["FOVEA_TEST_SECRET"] = "do-not-pass-on"  # noqa: S105
    try:
        decoder = Decoder()
    finally:
        del os.environ["FOVEA_TEST_SECRET"]
    decoder._start()
    with open(f"/proc/{decoder.pid}/environ", "rb") as environment:
        assert b"do-not-pass-on" not in environment.read()
    decoder.close()


@pytest.mark.parametrize(
    "deed",
    [
        "import socket; socket.socket()",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "open('written', 'w')",
        "import os; os.open('written', os.O_CREAT | os.O_WRONLY)",
    ],
)
def test_a_confined_process_may_not(deed: str) -> None:
    code = f"from core.media import child; child.confine(); {deed}"
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, cwd="/tmp")  # noqa: S108
    assert "PermissionError: a decoder may not" in ended.stderr


def answered(**changes: object) -> io.BytesIO:
    """Return an answer's frame with parts of its header changed."""
    picture = Picture(np.zeros((4, 6, 3), np.uint8), 0.5)
    facts, described = (
        Facts("photo", "JPEG", 12, 8),
        Metadata(keywords=("a",), regions=(Region("b", "Face", (0, 0, 1, 1)),)),
    )
    pipe = io.BytesIO()
    wire.write_answer(pipe, Decoded(facts, described, picture, b"\xff\xd8", "0" * 64))
    pipe.seek(0)
    header, parts = wire.read_frame(pipe, 1000)
    pipe = io.BytesIO()
    wire.write_frame(pipe, {**header, **changes}, parts)
    pipe.seek(0)
    return pipe


def test_an_answer_comes_through_unchanged() -> None:
    answer = wire.read_answer(answered(), want_pixels=True)
    assert answer.metadata == Metadata(keywords=("a",), regions=(Region("b", "Face", (0, 0, 1, 1)),))
    assert answer.facts == Facts("photo", "JPEG", 12, 8)
    assert answer.picture
    assert answer.picture.pixels.shape == (4, 6, 3)


@pytest.mark.parametrize(
    "lie",
    [
        {"shape": [6, 6, 3]},
        {"shape": [4, 6, 4]},
        {"shape": [True, 24, 3]},
        {"shape": [-4, -6, 3]},
        {"shape": None},
        {"scale": 0},
        {"scale": 2.0},
        {"scale": "1"},
        {"at_ms": -1},
        {"pixels_sha": "x" * 64},
        {"facts": {"kind": "photo", "format": "JPEG", "width": 0, "height": 8}},
        {"facts": {"kind": "letter", "format": "JPEG", "width": 12, "height": 8}},
        {"facts": {"kind": "photo", "format": "JPEG", "width": 12}},
        {"facts": {"kind": "photo", "format": "JPEG", "width": 12, "height": 8, "owner": "me"}},
        {"metadata": {"keywords": "abc"}},
        {"metadata": {"lat": "north"}},
        {"metadata": {"regions": [{"name": "b", "kind": "Face", "box": [0, 0, 1]}]}},
        {"metadata": None},
        {"error": "two\nlines"},
        {"error": ""},
    ],
)
def test_a_lying_child_is_not_believed(lie: dict[str, object]) -> None:
    with pytest.raises((ValueError, TypeError)):
        wire.read_answer(answered(**lie), want_pixels=True)


def test_a_request_comes_through_unchanged() -> None:
    request = Request("photo", "odd \udcff name", 7, True, 2.5, "", b"bytes", (("a.xmp", b"one"), ("a.json", b"")))
    pipe = io.BytesIO()
    wire.write_request(pipe, request)
    pipe.seek(0)
    assert wire.read_request(pipe) == request
