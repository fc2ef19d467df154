"""`date:` values: days, months, years, ranges and a few relative words, as spans of local wall time."""

import datetime as dt
import re

Span = tuple[int, int]
"""[from, to) in milliseconds of wall time since 1970-01-01."""

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - wall time has no zone here
_FAR_PAST = -(10**15)
_FAR_FUTURE = 10**15


def span(text: str, today: dt.date) -> Span | None:
    """Return the span that `text` names, or None when it is no date.

    2019 · 2019-05 · 2019-05-02 · 2019..2021 · ..2019 · 2020.. · >2019 >=2019 <2019 <=2019 · today · yesterday ·
    this-week · last-month · this-year and the like.
    """
    text = text.strip().lower()
    if ".." in text:
        return _range(*text.split("..", 1), today=today)
    if match := re.fullmatch(r"(>=|<=|>|<)(.+)", text):
        return _compared(match[1], match[2], today)
    return _relative(text, today) or _calendar(text)


def _range(first: str, last: str, *, today: dt.date) -> Span | None:
    begin = span(first, today) if first.strip() else (_FAR_PAST, 0)
    end = span(last, today) if last.strip(". ") else (0, _FAR_FUTURE)
    if begin is None or end is None or not (first.strip() or last.strip(". ")):
        return None
    low, high = (begin, end) if begin[0] <= end[1] else (end, begin)
    return low[0], high[1]


def _compared(sign: str, text: str, today: dt.date) -> Span | None:
    found = span(text, today)
    if found is None:
        return None
    return {
        ">=": (found[0], _FAR_FUTURE),
        ">": (found[1], _FAR_FUTURE),
        "<=": (_FAR_PAST, found[1]),
        "<": (_FAR_PAST, found[0]),
    }[sign]


def _calendar(text: str) -> Span | None:
    match = re.fullmatch(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?", text)
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    try:
        begin = dt.date(year, month or 1, day or 1)
        if day:
            return _days(begin, 1)
        end = dt.date(year + (month in (None, 12)), (month % 12 + 1) if month else 1, 1)
    except ValueError:
        return None
    return _ms(begin), _ms(end)


def _relative(text: str, today: dt.date) -> Span | None:
    if text in ("today", "yesterday"):
        return _days(today - dt.timedelta(days=text == "yesterday"), 1)
    match = re.fullmatch(r"(this|last)[-_ ]?(week|month|year)", text)
    if not match:
        return None
    back = match[1] == "last"
    if match[2] == "week":
        return _days(today - dt.timedelta(days=today.weekday() + 7 * back), 7)
    if match[2] == "year":
        return _calendar(str(today.year - back))
    month = today.replace(day=1)
    if back:
        month = (month - dt.timedelta(days=1)).replace(day=1)
    return _calendar(f"{month.year}-{month.month}")


def _days(first: dt.date, count: int) -> Span:
    return _ms(first), _ms(first + dt.timedelta(days=count))


def _ms(day: dt.date) -> int:
    return (dt.datetime(day.year, day.month, day.day) - _EPOCH) // dt.timedelta(milliseconds=1)  # noqa: DTZ001
