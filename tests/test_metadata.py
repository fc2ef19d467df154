"""What files say of themselves: written here with Pillow byte for byte, and the measured set where it is there."""

import io
import random

import pytest
from PIL import Image, PngImagePlugin

from core.media import metadata, parts, xmp
from tests.data import shared
from tests.measure import metadata as measure
from tests.metafiles import (
    MTIME_NS,
    RATIONAL,
    area,
    bag,
    iptc,
    jpeg,
    look,
    microsoft,
    mwg,
    packet,
    takeout,
    told,
    turned,
    wall,
)


@pytest.mark.parametrize(("stored", "expected"), [(n, n) for n in range(1, 9)] + [(0, 1), (9, 1), (77, 1)])
def test_orientations_are_read_and_garbage_is_upright(stored: int, expected: int) -> None:
    assert turned(jpeg({0x0112: stored})) == expected


def test_positions_in_all_hemispheres() -> None:
    for lat_ref, lon_ref, north, east in (("N", "E", 1, 1), ("S", "W", -1, -1), ("S", "E", -1, 1)):
        gps = {1: lat_ref, 2: (33.0, 51.0, 24.48), 3: lon_ref, 4: (70.0, 38.0, 53.88), 5: b"\x01", 6: 12.5}
        found = look(jpeg(gps=gps))
        assert found.lat == pytest.approx(north * 33.8568)
        assert found.lon == pytest.approx(east * 70.6483)
        assert found.alt == -12.5


@pytest.mark.parametrize(
    "broken",
    [
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {2: (RATIONAL(1, 0), RATIONAL(1, 0), RATIONAL(0, 0))},
        {2: (91.0, 0.0, 0.0)},
        {4: (181.0, 0.0, 0.0)},
    ],
)
def test_positions_that_are_none(broken: dict[int, object]) -> None:
    gps = {1: "N", 2: (10.0, 0.0, 0.0), 3: "E", 4: (10.0, 0.0, 0.0), 6: 5.0} | broken
    found = look(jpeg(gps=gps))
    assert (found.lat, found.lon, found.alt) == (None, None, None)


def test_an_unreachable_altitude_is_dropped_alone() -> None:
    found = look(jpeg(gps={1: "N", 2: (10.0, 0.0, 0.0), 3: "E", 4: (10.0, 0.0, 0.0), 6: 4294967284.0}))
    assert (found.lat, found.lon, found.alt) == (10, 10, None)


def test_a_position_in_xmp() -> None:
    where = 'exif:GPSLatitude="38,24.311688S" exif:GPSLongitude="144,11,20.2488E" exif:GPSAltitude="151/2"'
    found = look(jpeg(xmp_packet=packet("", where)))
    assert found.lat == pytest.approx(-38.4051948)
    assert found.lon == pytest.approx(144.188958)
    assert found.alt == 75.5


def test_keywords_are_the_union_in_any_encoding_without_doubles() -> None:
    latin = iptc((2, 25, b"Sm\xf6rg\xe5s"), (2, 25, b" Dog\x07 "), (2, 25, b""))
    utf8 = iptc((1, 90, b"\x1b%G"), (2, 25, "海辺".encode()), (2, 25, b"Dog"))
    words = packet(bag("dc:subject", "dog", "Alps", "Düne"))
    windows = {0x9C9E: "Snow;Alps\0".encode("utf-16-le")}
    assert look(jpeg(windows, xmp_packet=words, segment=latin)).keywords == ("Smörgås", "Dog", "Snow", "Alps", "Düne")
    assert look(jpeg(xmp_packet=words, segment=utf8)).keywords == ("海辺", "Dog", "Alps", "Düne")


def test_keyword_paths_have_one_separator() -> None:
    both = bag("lr:hierarchicalSubject", "Places|Asia|Japan") + bag(
        "digiKam:TagsList", "Places/Asia/Japan", "People/Anna", kind="Seq"
    )
    assert look(jpeg(xmp_packet=packet(both))).hierarchical == ("Places|Asia|Japan", "People|Anna")


@pytest.mark.parametrize(
    ("attributes", "main", "expected"),
    [
        ('xmp:Rating="4" MicrosoftPhoto:Rating="25"', {}, 4),
        ('xmp:Rating="-1"', {}, -1),
        ('xmp:Rating="1.0"', {}, 1),
        ('xmp:Rating="0"', {0x4746: 3}, 0),
        ('xmp:Rating="17"', {0x4746: 3}, 3),
        ('MicrosoftPhoto:Rating="99"', {}, 5),
        ("", {0x4749: 50}, 3),
        ("", {}, None),
    ],
)
def test_ratings(attributes: str, main: dict[int, object], expected: int | None) -> None:
    assert look(jpeg(main, xmp_packet=packet("", attributes))).rating == expected


def test_texts_come_from_xmp_then_exif_then_iptc_and_the_default_language_first() -> None:
    languages = '<rdf:li xml:lang="de">See</rdf:li><rdf:li xml:lang="x-default">Lake</rdf:li>'
    titles = f"<dc:title><rdf:Alt>{languages}</rdf:Alt></dc:title>"
    older = iptc((2, 5, b"IPTC title"), (2, 120, b"IPTC caption"), (2, 80, b"Bo"), (2, 116, b"(c) Bo"))
    main = {0x010E: "EXIF caption", 0x010F: "Canon", 0x0110: "Canon EOS 5D\0\0"}
    found = look(jpeg(main, {0xA434: "EF 50mm"}, xmp_packet=packet(titles, 'aux:Lens="other"'), segment=older))
    assert (found.title, found.caption, found.creator, found.rights) == ("Lake", "EXIF caption", "Bo", "(c) Bo")
    assert (found.camera, found.lens) == ("Canon EOS 5D", "EF 50mm")
    assert look(jpeg(segment=older)).caption == "IPTC caption"


@pytest.mark.parametrize(
    "filler", ["OLYMPUS DIGITAL CAMERA         ", "SANYO DIGITAL CAMERA", "SONY DSC", "          "]
)
def test_what_the_camera_always_writes_is_no_caption(filler: str) -> None:
    comment = b"UNICODE\0" + "Two lines\nof text".encode("utf-16")
    assert look(jpeg({0x010E: filler})).caption == ""
    assert look(jpeg({0x010E: filler}, {0x9286: comment})).caption == "Two lines\nof text"
    assert look(jpeg({0x010E: filler}, {0x9286: bytes(range(200))})).caption == ""


def test_utf8_and_latin1_in_exif_texts_are_understood() -> None:
    photo = jpeg({0x010E: "Gr~~~~e vom Meer", 0x013B: "Zo^"})  # Pillow writes ASCII alone
    photo = photo.replace(b"~~~~", "üß".encode()).replace(b"Zo^", b"Zo\xeb")
    found = look(photo)
    assert (found.caption, found.creator) == ("Grüße vom Meer", "Zoë")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_areas_lie_on_the_same_pixels_once_the_picture_is_upright(orientation: int) -> None:
    stored = Image.new("L", (200, 100))
    stored.paste(255, (20, 10, 60, 40))
    turns = Image.Transpose
    turn = (
        None,
        None,
        turns.FLIP_LEFT_RIGHT,
        turns.ROTATE_180,
        turns.FLIP_TOP_BOTTOM,
        turns.TRANSPOSE,
        turns.ROTATE_270,
        turns.TRANSVERSE,
        turns.ROTATE_90,
    )[orientation]
    upright = stored.transpose(turn) if turn is not None else stored
    seen = upright.getbbox()
    assert seen is not None
    areas = packet(mwg(area("Ana", 0.2, 0.25, 0.2, 0.3)))
    [region] = look(jpeg({0x0112: orientation}, xmp_packet=areas)).regions
    left, top, width, height = region.box
    box = (left * upright.width, top * upright.height, (left + width) * upright.width, (top + height) * upright.height)
    assert box == pytest.approx(seen)


def test_areas_are_clipped_preferred_and_not_doubled() -> None:
    twice = mwg(
        area("Ana", 0.0, 0.5, 0.4, 0.2),
        area("Ana", 0.0, 0.5, 0.4, 0.2),
        area("", 0.5, 0.5, 0.1, 0.1),
        area("Bo", 2, 2, 0.1, 0.1),
    )
    one = look(jpeg(xmp_packet=packet(twice + microsoft("Cem", "0.1, 0.2, 0.3, 0.4")))).regions
    assert [region.name for region in one] == ["Ana"]
    assert one[0].box == pytest.approx((0, 0.4, 0.2, 0.2))
    alone = look(jpeg({0x0112: 6}, xmp_packet=packet(microsoft("Cem", "0.1, 0.2, 0.3, 0.4")))).regions
    assert [region.name for region in alone] == ["Cem"]
    assert alone[0].box == pytest.approx((0.1, 0.2, 0.3, 0.4))
    pixels = look(jpeg(xmp_packet=packet(mwg(area("Ana", 100, 100, 40, 20, "pixel"))))).regions
    assert pixels[0].box == pytest.approx((0.2, 0.45, 0.1, 0.1))


def test_the_sidecar_wins_where_it_speaks_and_keywords_are_joined() -> None:
    inside = packet(
        bag("dc:subject", "inside") + bag("dc:title", "Old", kind="Alt") + mwg(area("Ana", 0.5, 0.5, 0.2, 0.2)),
        'xmp:Rating="2"',
    )
    own = packet(bag("dc:subject", "beside") + mwg(area("Bo", 0.5, 0.5, 0.2, 0.2)), 'xmp:Rating="5"')
    stem = packet(bag("dc:title", "Stem", kind="Alt"), 'xmp:Rating="1"')
    photo = jpeg({0x010E: "Kept"}, xmp_packet=inside)
    found = look(photo, ("photo.xmp", stem), ("photo.jpg.xmp", own))
    assert (found.rating, found.title, found.caption) == (5, "Stem", "Kept")
    assert found.keywords == ("inside", "beside")
    assert [region.name for region in found.regions] == ["Bo"]


def test_takeout_fills_what_the_photo_does_not_say() -> None:
    found = look(jpeg(), takeout())
    assert told(found) == ("2016-06-26 15:11:01.000", 0, "sidecar")
    assert (found.lat, found.lon, found.title, found.caption) == (59.3293, 18.0686, "", "from takeout")
    assert found.people == ("Anna Lind",)
    spoken = look(
        jpeg(sub={0x9003: "2016:06:26 17:11:01"}, gps={1: "N", 2: (10.0, 0.0, 0.0), 3: "E", 4: (10.0, 0.0, 0.0)}),
        takeout(),
    )
    assert (spoken.date_origin, spoken.lat) == ("exif", 10)
    nowhere = look(jpeg(), takeout(geoData={"latitude": 0.0, "longitude": 0.0}, photoTakenTime={"timestamp": "x"}))
    assert (nowhere.lat, nowhere.date_origin) == (None, "file")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"people": 5, "geoData": []}', b"[" * 100_000, b"\xff\xfe", b'{"title": "\\ud800"}'],
)
def test_odd_takeout_files_say_nothing(content: bytes) -> None:
    found = look(jpeg(), ("photo.jpg.json", content))
    assert (found.title, found.date_origin) == ("", "file")


def test_what_a_film_says() -> None:
    tags = {
        "com.apple.quicktime.location.ISO6709": "+59.3293-018.0686+012.3/",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 13",
        "TITLE": "Race",
        "comment-eng": "The last lap",
    }
    found = metadata.read_film(tags, [("film.mp4.xmp", packet("", 'xmp:Rating="3"'))], "film.mp4", MTIME_NS)
    assert (found.lat, found.lon, found.alt) == (59.3293, -18.0686, 12.3)
    assert (found.camera, found.title, found.caption, found.rating) == ("Apple iPhone 13", "Race", "The last lap", 3)


def saved(form: str, words: bytes) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Canon"
    exif.get_ifd(0x8769)[0x9003] = "2020:02:02 02:02:02"
    written, image = io.BytesIO(), Image.new("RGB", (32, 32))
    if form == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_itxt("XML:com.adobe.xmp", words.decode())
        image.save(written, form, exif=exif, pnginfo=text)
    elif form == "TIFF":
        exif[700] = words
        image.save(written, form, exif=exif.tobytes())
    else:
        image.save(written, form, exif=exif, xmp=words)
    return written.getvalue()


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_other_containers_carry_the_same(form: str) -> None:
    found = look(saved(form, packet(bag("dc:subject", "Dog"))))
    assert (wall(found), found.camera, found.keywords) == ("2020-02-02 02:02:02.000", "Canon", ("Dog",))


@pytest.mark.parametrize(
    "content",
    [
        b"<",
        b"\0" * 50,
        b'<!DOCTYPE a [<!ENTITY b "c">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>',
        packet(bag("dc:subject", "x" * 10)).replace(b"<rdf:Bag>", b"<rdf:Bag>" * 2),
        packet("<dc:subject>" * 3000 + "</dc:subject>" * 3000),
        packet(mwg(area("Ana", float("nan"), 0.5, 0.1, 0.1))),
        b"<rdf:RDF " * 100_000,
        b" " * (16 * 1024 * 1024) + packet(bag("dc:subject", "far")),
    ],
)
def test_hostile_packets_say_nothing(content: bytes) -> None:
    found = xmp.read(content)
    assert (found.metadata.keywords, found.metadata.regions, found.moments) == ((), (), ())


def test_a_packet_with_stray_bytes_is_still_read() -> None:
    whole = packet(bag("dc:subject", "Caf@", "Dog")).replace(b"@", b"\xe9\x01")
    assert [word[:3] for word in xmp.read(whole + b"<junk").metadata.keywords] == ["Caf", "Dog"]


def test_sizes_are_bounded() -> None:
    many = packet(
        bag("dc:subject", "y" * 5000, *(f"k{n}" for n in range(6000))) + bag("dc:description", "z" * 50_000, kind="Alt")
    )
    found = xmp.read(many).metadata
    assert len(found.keywords) == parts.MAX_WORDS
    assert len(found.keywords[0]) == 1000
    assert len(found.caption) == 20_000


def test_damaged_metadata_never_raises() -> None:
    drawn = random.Random(11)
    rich = jpeg(
        {0x010E: "A caption", 0x010F: "Canon", 0x0112: 6, 0x4746: 4, 0x9C9E: "a;b".encode("utf-16-le")},
        {0x9003: "2021:03:28 01:59:59", 0x9291: "123", 0x9011: "+01:00", 0x9286: b"ASCII\0\0\0hello"},
        {1: "N", 2: (10.0, 20.0, 30.0), 3: "W", 4: (10.0, 0.0, 0.0), 6: 5.0, 7: (1.0, 2.0, 3.0), 29: "2020:01:01"},
        xmp_packet=packet(bag("dc:subject", "Dog") + mwg(area("Ana", 0.5, 0.5, 0.2, 0.2))),
        segment=iptc((2, 25, b"Dog"), (2, 55, b"20200101")),
    )
    end = rich.index(b"\xff\xdb")
    note = takeout()[1]
    read = 0
    for _ in range(400):
        broken, beside = bytearray(rich), bytearray(note)
        for _ in range(drawn.randint(1, 12)):
            broken[drawn.randrange(20, end)] = drawn.randrange(256)
            beside[drawn.randrange(len(beside))] = drawn.randrange(256)
        try:
            image = Image.open(io.BytesIO(bytes(broken)))
        except (OSError, SyntaxError, UserWarning):
            continue
        with image:
            found, orientation = metadata.read(image, [("photo.jpg.json", bytes(beside))], "photo.jpg", MTIME_NS)
        assert 1 <= orientation <= 8
        repr(found).encode()  # no lone surrogates, which no database takes
        read += 1
    assert read > 200


EXPLAINED = {
    ("date", "cameras/FujiFilm_SP-2500.jpg"),  # its original date is blank, the digitized one is taken
    ("date", "dates/gps-datetime.jpg"),  # dated by the satellite alone
    ("date", "regions/metadata-extractor-dotnet_issue_51.jpg"),  # dated by its last edit alone
    ("gps", "gps/altitude.jpg"),  # an altitude of 4,294,967,284 m is dropped
    ("gps", "iptc_xmp/Iceland-P3.jpg"),  # its altitude of 904.1 m has no reference and is taken as above the sea
    ("rights", "cameras/Ricoh_DC-3Z_(low_res).jpg"),  # exiftool prints the Latin-1 ö as a question mark
}


def test_the_measured_set_is_read_as_exiftool_reads_it() -> None:
    root = shared("metadata")
    if root is None:
        pytest.skip("the measured set is not on this machine")
    found = list(measure.lines(root))
    assert len(found) > 200
    assert {(one.field, one.name) for one in found if not one.same} == EXPLAINED
