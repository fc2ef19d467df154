"""When a picture was taken: every witness's word read, and the most trusted one chosen.

Times are local wall time in milliseconds since 1970-01-01 00:00 of that wall clock; offsets are minutes east
of UTC.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  # wall clocks carry no zone
FIRST_YEAR = 1826  # the year of the oldest photograph that is left
LAST_OFFSET_MIN = 15 * 60  # the widest zone is +14:00
ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")
STAMP = re.compile(
    r"(?P<year>\d{4})(?:[-:/.](?P<month>[\d ]?\d)(?:[-:/.](?P<day>[\d ]?\d)"
    r"(?:[T ]\s*(?P<hour>\d{1,2}):(?P<minute>[\d ]?\d)(?::(?P<second>[\d ]?\d)(?:[.,](?P<part>\d+))?)?"
    r"\s*(?P<zone>Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII,
)
NAMED_DAY = r"(?P<year>(?:19|20)\d\d)(?P<gap>[-_. ]?)(?P<month>0[1-9]|1[0-2])(?P=gap)(?P<day>0[1-9]|[12]\d|3[01])"
NAMED_TIME = (
    r"(?P<hour>[01]\d|2[0-3]|\d(?=[.:h]))[-_.:h]?(?P<minute>[0-5]\d)[-_.:m]?(?P<second>[0-5]\d)"
    r"(?:[-_.]?(?P<part>\d{3}))?(?!\d)(?:\s?(?P<half>[AaPp])[Mm]\b)?"
)
NAMED = re.compile(rf"(?<!\d){NAMED_DAY}(?:(?:[-_.T\s]{{1,3}}|\s+at\s+)?{NAMED_TIME}|(?!\d))")


class Witness(IntEnum):
    """Who tells the date, the most trusted first.

    A sidecar's original date stands first because a person corrects there what the file may not be changed
    for. CHANGED is EXIF's DateTime, the last edit: better than the file system's, worse than a dated name.
    """

    SIDECAR = 0
    EXIF_ORIGINAL = 1
    XMP_ORIGINAL = 2
    EXIF_DIGITIZED = 3
    IPTC = 4
    XMP_CREATED = 5
    SIDECAR_CREATED = 6
    GPS = 7
    CONTAINER = 8
    NAME = 9
    CHANGED = 10
    FILE = 11


ORIGINS = {
    Witness.SIDECAR: "sidecar",
    Witness.EXIF_ORIGINAL: "exif",
    Witness.XMP_ORIGINAL: "xmp",
    Witness.EXIF_DIGITIZED: "exif",
    Witness.IPTC: "iptc",
    Witness.XMP_CREATED: "xmp",
    Witness.SIDECAR_CREATED: "sidecar",
    Witness.GPS: "gps",
    Witness.CONTAINER: "container",
    Witness.NAME: "name",
    Witness.CHANGED: "exif",
    Witness.FILE: "file",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One witness's word; units as in the module docstring, offset_min None where it is silent."""

    witness: Witness
    wall_ms: int
    offset_min: int | None = None


def choose(moments: Iterable[Moment]) -> tuple[int | None, int | None, str]:
    """Return (taken_ms, offset_min, date_origin) of the most trusted moment; (None, None, "") of none.

    Where EXIF tells the same second as a sidecar, EXIF speaks, since it has the fraction. A missing offset is
    taken from a witness of the same second; offset 0 is not, because many programs write it for "unknown".
    """
    ranked = sorted(moments, key=lambda moment: moment.witness)
    if not ranked:
        return None, None, ""
    same = [moment for moment in ranked if moment.wall_ms // 1000 == ranked[0].wall_ms // 1000]
    best = next((moment for moment in same if moment.witness is Witness.EXIF_ORIGINAL), same[0])
    offset = best.offset_min
    if offset is None:
        offset = next((moment.offset_min for moment in same if moment.offset_min), None)
    return best.wall_ms, offset, ORIGINS[best.witness]


def parse(witness: Witness, text: str, *, part: str = "", zone: str = "") -> Moment | None:
    """Read an EXIF or ISO 8601 date ("2011:06:14 15:47:02", "2011-06-14T15:47+02:00", "2011-06", "2011").

    part: digits after the second (EXIF SubSecTime); zone: offset beside the date (EXIF OffsetTime). What is
    missing at the end counts as its beginning. None for blank, zero, impossible or absurd dates.
    """
    found = STAMP.fullmatch(text.split("\0", 1)[0].strip())
    return _moment(witness, found, found["part"] or part, found["zone"] or zone) if found else None


def from_iptc(day: str, time: str) -> Moment | None:
    """Read IPTC-IIM 2:55 "YYYYMMDD" and 2:60 "HHMMSS±HHMM"; +0000 is filler and counts as unknown."""
    if not re.fullmatch(r"\d{8}", day, re.ASCII):
        return None
    clock = re.fullmatch(r"(\d\d):?(\d\d):?(\d\d)([+-]\d\d:?\d\d)?", time, re.ASCII)
    text = f"{day[:4]}-{day[4:6]}-{day[6:]}" + (f"T{clock[1]}:{clock[2]}:{clock[3]}" if clock else "")
    found = parse(Witness.IPTC, text, zone=(clock[4] or "") if clock else "")
    return Moment(found.witness, found.wall_ms, found.offset_min or None) if found else None


def from_unix(witness: Witness, seconds: float, offset_min: int | None = 0) -> Moment | None:
    """Read seconds since 1970 UTC as UTC wall time; 0 (an unset clock) and absurd times are None."""
    if not 0 < abs(seconds) < 1e11:
        return None
    wall_ms = int(seconds * 1000)
    return Moment(witness, wall_ms, offset_min) if _sane(EPOCH + timedelta(milliseconds=wall_ms)) else None


def from_container(text: str, zone: str = "") -> Moment | None:
    """Read a film container's date; years before 1970 are its unset clock (QuickTime counts from 1904)."""
    found = parse(Witness.CONTAINER, text, zone=zone)
    return found if found and found.wall_ms > 0 else None


def from_name(name: str) -> Moment | None:
    """Read the date in a file name: IMG_20190502_123456, 2019-05-02 12.34.56, IMG-20190502-WA0001 (the day).

    The camera application of Pixel phones (PXL_...) names in UTC, so those have offset 0; others have none.
    """
    zone = "Z" if name.startswith("PXL_") else ""
    found = NAMED.search(name.rpartition(".")[0] or name)
    return _moment(Witness.NAME, found, found["part"], zone) if found else None


def _moment(witness: Witness, found: re.Match[str], part: str | None, zone: str | None) -> Moment | None:
    """Return the moment of a match with the groups year .. second, or None where that is no sane date."""
    fields = found.groupdict()
    year, month, day, hour, minute, second = (
        int(fields[name] or least)
        for name, least in (("year", 0), ("month", 1), ("day", 1), ("hour", 0), ("minute", 0), ("second", 0))
    )
    if half := fields.get("half"):
        hour = hour % 12 + (12 if half in "Pp" else 0)
    try:
        wall = datetime(year, month, day, hour, minute, min(second, 59))  # noqa: DTZ001  # second 60 is a leap second
    except ValueError:
        return None
    fraction = part.strip() if part else ""
    thousandths = int(fraction[:3].ljust(3, "0")) if fraction.isdecimal() else 0
    wall_ms = (wall - EPOCH) // timedelta(milliseconds=1) + thousandths
    return Moment(witness, wall_ms, _offset(zone)) if _sane(wall) else None


def _sane(wall: datetime) -> bool:
    """Tell whether a photograph can be of that time: since 1826, at most a year ahead of this clock."""
    return wall.year >= FIRST_YEAR and wall < datetime.now(UTC).replace(tzinfo=None) + timedelta(days=366)


def _offset(zone: str | None) -> int | None:
    """Return minutes east of UTC of "Z", "+01:00" or "-0330"; None for anything else."""
    text = zone.strip(" \0") if zone else ""
    if text == "Z":
        return 0
    if not (found := ZONE.fullmatch(text)):
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return (-minutes if found[1] == "-" else minutes) if minutes <= LAST_OFFSET_MIN else None
