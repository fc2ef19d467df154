"""When a picture was taken: every witness alone, their order, file names, films, and dates that are none."""

from datetime import UTC, datetime

import pytest

from core.media import dates, metadata
from tests.metafiles import MTIME_NS, RATIONAL, iptc, jpeg, look, packet, told, wall


def test_exif_original_has_its_fraction_and_offset() -> None:
    sub = {0x9003: "2021:03:28 01:59:59", 0x9291: "123", 0x9011: "+01:00", 0x9004: "2022:01:01 00:00:00"}
    assert told(look(jpeg(sub=sub))) == ("2021-03-28 01:59:59.123", 60, "exif")


@pytest.mark.parametrize(
    "blank",
    [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "1742:01:01 00:00:00",
        "2950:01:01 00:00:00",
        "2021:13:40 10:00:00",
        "?",
    ],
)
def test_a_date_that_is_none_lets_the_next_witness_speak(blank: str) -> None:
    sub = {0x9003: blank, 0x9004: "2003:09:10 20:59:18"}
    assert told(look(jpeg(sub=sub))) == ("2003-09-10 20:59:18.000", None, "exif")
    assert told(look(jpeg(sub={0x9003: blank}))) == ("2023-11-14 22:13:20.000", None, "file")


def test_every_witness_gives_way_to_the_one_before_it() -> None:
    day = iptc((2, 55, b"20050505"), (2, 60, b"050505+0200"))
    both = packet("", 'exif:DateTimeOriginal="2004-04-04T04:04:04" xmp:CreateDate="2006-06-06T06:06"')
    gps = {29: "2007:07:07", 7: (RATIONAL(7), RATIONAL(7), RATIONAL(7))}
    digitized, name = {0x9004: "2003:03:03 03:03:03"}, "IMG_20080808_080808.jpg"
    changed = {0x0132: "2009:09:09 09:09:09"}
    created = packet("", 'xmp:CreateDate="2006-06-06T06:06+05:30"')
    assert wall(look(jpeg(changed, digitized, gps, xmp_packet=both, segment=day), name=name))[:4] == "2004"
    assert wall(look(jpeg(changed, digitized, gps, xmp_packet=created, segment=day), name=name))[:4] == "2003"
    assert told(look(jpeg(changed, None, gps, xmp_packet=created, segment=day), name=name)) == (
        "2005-05-05 05:05:05.000",
        120,
        "iptc",
    )
    assert told(look(jpeg(changed, None, gps, xmp_packet=created), name=name)) == (
        "2006-06-06 06:06:00.000",
        330,
        "xmp",
    )
    assert told(look(jpeg(changed, None, gps), name=name)) == ("2007-07-07 07:07:07.000", 0, "gps")
    assert told(look(jpeg(changed), name=name)) == ("2008-08-08 08:08:08.000", None, "name")
    assert told(look(jpeg(changed))) == ("2009-09-09 09:09:09.000", None, "exif")


def test_a_missing_offset_comes_from_a_witness_of_the_same_second_only() -> None:
    sub = {0x9003: "2010:06:01 12:00:00"}
    same, other = (packet("", f'xmp:CreateDate="2010-06-01T{hour}:00:00+02:00"') for hour in ("12", "13"))
    assert told(look(jpeg(sub=sub, xmp_packet=same))) == ("2010-06-01 12:00:00.000", 120, "exif")
    assert told(look(jpeg(sub=sub, xmp_packet=other))) == ("2010-06-01 12:00:00.000", None, "exif")
    filler = iptc((2, 55, b"20100601"), (2, 60, b"120000+0000"))
    assert told(look(jpeg(sub=sub, segment=filler)))[1] is None
    assert told(look(jpeg(segment=filler))) == ("2010-06-01 12:00:00.000", None, "iptc")


def test_a_date_corrected_in_the_sidecar_wins_and_a_copied_one_leaves_exif_its_fraction() -> None:
    photo = jpeg(sub={0x9003: "2010:06:01 12:00:00", 0x9291: "5"})
    for stamp, expected in (
        ("1985-07-01T15:00:00", "1985-07-01 15:00:00.000"),
        ("2010-06-01T12:00:00", "2010-06-01 12:00:00.500"),
    ):
        beside = ("photo.xmp", packet("", f'photoshop:DateCreated="{stamp}"'))
        assert wall(look(photo, beside)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_20190502_123456.jpg", "2019-05-02 12:34:56.000"),
        ("2019-05-02 12.34.56.jpg", "2019-05-02 12:34:56.000"),
        ("2019-05-02 12.34.56-1.jpg", "2019-05-02 12:34:56.000"),
        ("PXL_20201109_133219304.jpg", "2020-11-09 13:32:19.304"),
        ("Screenshot_20190502-123456.png", "2019-05-02 12:34:56.000"),
        ("Screenshot 2021-03-04 at 5.06.07\u202fPM.png", "2021-03-04 17:06:07.000"),
        ("WhatsApp Image 2019-05-02 at 12.34.56.jpeg", "2019-05-02 12:34:56.000"),
        ("IMG-20190502-WA0001.jpg", "2019-05-02 00:00:00.000"),
        ("DJI_20190502123456_0001.jpg", "2019-05-02 12:34:56.000"),
        ("20190502_00123.jpg", "2019-05-02 00:00:00.000"),
        ("2019-05-02.jpg", "2019-05-02 00:00:00.000"),
    ],
)
def test_dates_in_file_names(name: str, expected: str) -> None:
    found = look(jpeg(), name=name)
    assert (wall(found), found.date_origin) == (expected, "name")
    assert found.offset_min == (0 if name.startswith("PXL") else None)


@pytest.mark.parametrize(
    "name", ["IMG_2011.jpg", "DSC_2004_0512.jpg", "1556793296789.jpg", "P1020304.jpg", "20191345.jpg", "120190502.jpg"]
)
def test_numbers_that_are_no_dates(name: str) -> None:
    assert look(jpeg(), name=name).date_origin == "file"


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (
            {
                "creation_time": "2019-05-02T12:34:56.000000Z",
                "com.apple.quicktime.creationdate": "2019-05-02T14:34:56+0200",
            },
            ("2019-05-02 14:34:56.000", 120, "container"),
        ),
        ({"creation_time": "2019-05-02T12:34:56.000000Z"}, ("2019-05-02 12:34:56.000", 0, "container")),
        ({"creation_time": "1904-01-01T00:00:00.000000Z"}, ("2018-01-02 03:04:05.000", None, "name")),
        ({"creation_time": "1970-01-01T00:00:00.000000Z"}, ("2018-01-02 03:04:05.000", None, "name")),
        ({}, ("2018-01-02 03:04:05.000", None, "name")),
    ],
)
def test_dates_of_films(tags: dict[str, str], expected: tuple[str, int | None, str]) -> None:
    assert told(metadata.read_film(tags, (), "VID_20180102_030405.mp4", MTIME_NS)) == expected


def test_offsets_and_partial_dates() -> None:
    for text, expected in (("2011", (2011, 1, 1)), ("2011-06", (2011, 6, 1)), ("2011-06-14", (2011, 6, 14))):
        found = dates.parse(dates.Witness.XMP_ORIGINAL, text)
        assert found is not None
        assert datetime.fromtimestamp(found.wall_ms // 1000, UTC).timetuple()[:3] == expected
    for zone, minutes in (("Z", 0), ("-03:30", -210), ("+1400", 840), ("+99:00", None), ("", None)):
        moment = dates.parse(dates.Witness.EXIF_ORIGINAL, "2011:06:14 10:00:00", zone=zone)
        assert moment is not None
        assert moment.offset_min == minutes
