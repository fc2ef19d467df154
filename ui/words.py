"""Reasons, hits and photos in words a person would use."""

import os
from collections.abc import Sequence

from PySide6.QtCore import QDate, QDateTime, QLocale

from core.decide import Decided, Wish
from core.sources.folder import shown
from core.types import Card, Hit, Json, Reason

DAY_MS = 86_400_000
NEWEST = "type:photo OR type:video"  # what an empty field asks for: everything, newest first, without reasons

SENTENCES = {
    "label": "Fovea sees: {value}, {sure}",
    "object": "Fovea sees: {value}, {sure}",
    "tag": "Tagged: {value}",
    "text": "Its caption says: {value}",
    "name": "Its name says: {value}",
    "person": "Shows: {value}",
    "place": "Taken near: {value}",
    "date": "Taken on {value}",
    "face": "Faces in it: {value}",
    "camera": "Taken with: {value}",
    "type": "Kind: {value}",
    "meaning": "Picture and words are close in meaning: {cosine:.2f}",
}
WRITTEN = "Written in it: {value}"
AWAY = "Its folder is not connected. This is the small picture that the library keeps."


def in_words(reason: Reason) -> str:
    """Return `reason` as a line for a person."""
    sure = f"{reason.confidence:.0f} % sure" + (", in one part of the picture" if reason.box else "")
    form = WRITTEN if _is_written(reason) else SENTENCES.get(reason.kind, "{value}")
    return form.format(value=shown(reason.value), sure=sure, cosine=reason.confidence / 100)


def _is_written(reason: Reason) -> bool:
    """Whether the words stand in the picture: a caption has no place in it."""
    return reason.kind == "text" and reason.box is not None


def in_short(hit: Hit) -> str:
    """Return what stands on the picture of `hit`: named reasons, else its closeness; "" where nothing was asked."""
    named = [r for r in hit.reasons if r.kind not in ("meaning", "type")]
    if named:
        return " · ".join(dict.fromkeys(_named(r) for r in named))
    return " · ".join(f"meaning {r.confidence / 100:.2f}" for r in hit.reasons if r.kind == "meaning")


def _named(reason: Reason) -> str:
    if reason.kind == "face":
        return f"{reason.value} face{'s' * (reason.value != '1')}"
    if reason.kind in ("text", "name") and not _is_written(reason):
        return "in its caption" if reason.kind == "text" else "in its name"
    sure = f" {reason.confidence:.0f}" if reason.kind in ("label", "object") else ""
    return shown(reason.value) + sure


def day_in_words(taken_ms: int) -> str:
    """Return the day of a wall time (ms), "No date" for none."""
    if not taken_ms:
        return "No date"
    day = QDate.fromJulianDay(QDate(1970, 1, 1).toJulianDay() + taken_ms // DAY_MS)
    return QLocale().toString(day, "dddd, d MMMM yyyy")


def length_in_words(seconds: float) -> str:
    """Return the length of a film: 0:24, 1:02:05."""
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def name_of(card: Card) -> str:
    """Return the name of its file, fit to be shown."""
    return shown(os.path.basename(card.path))


def card_in_words(card: Card) -> str:
    """Return all that a card tells, for a person who does not see it."""
    parts = [name_of(card) or "no file"]
    if card.taken_ms:
        moment = QDateTime.fromMSecsSinceEpoch(card.taken_ms, QDateTime.currentDateTimeUtc().timeZone())
        parts.append(QLocale().toString(moment, "d MMMM yyyy, hh:mm"))
    if card.kind == "video":
        parts.append(f"film of {length_in_words(card.seconds)}")
    marks = (
        (card.rating > 0, f"{card.rating} star{'s' * (card.rating > 1)}"),
        (card.rating < 0 or card.pick < 0, "rejected"),
        (card.pick > 0, "picked"),
        (bool(card.color), card.color),
        (card.faces > 0, f"{card.faces} face{'s' * (card.faces > 1)}"),
        (card.flagged, "to be reviewed"),
    )
    parts += [word for holds, word in marks if holds]
    return ", ".join(parts)


def act_in_words(decided: Decided, wishes: Sequence[Wish] = ()) -> str:
    """Return what an act said, of how many: "Rated 3 stars: 12 photos."; wishes: of a fresh one."""
    verb, value, count = decided.told if decided.told[0] else ("", "", len(decided.changes.assets))
    if wishes:
        verb, value = wishes[0].verb, wishes[0].value
        if not decided.decisions:
            return "It was so already."
        count = len(decided.decisions) // len(wishes) or 1
    photos = "" if verb == "set" else f": {count:,} photo{'s' * (count != 1)}"
    return f"{act_told(verb, value)}{photos}."


def act_told(verb: str, value: str) -> str:
    """Return what a decision said, without of how many."""
    if verb == "rate":
        return "No rating" if value == "0" else f"Rated {value} star{'s' * (value != '1')}"
    if verb == "pick":
        return {"1": "Picked", "-1": "Rejected"}.get(value, "Neither picked nor rejected")
    if verb == "color":
        return f"Marked {value}" if value else "No colour mark"
    forms = {
        "tag": "Tagged {}", "untag": "Tag {} removed", "confirm": "{} confirmed", "reject": "Not {}",
        "unsay": "Nothing said of {}", "set": "A choice",
    }  # fmt: skip
    return forms.get(verb, verb).format(value.replace("/", " / "))


def duration_in_words(seconds: float) -> str:
    """Return how long something takes, roughly: "under a minute", "57 min", "3 h 20 min", "2 days"."""
    minutes = seconds / 60
    if minutes < 1:
        return "under a minute"
    if minutes < 90:
        return f"{minutes:.0f} min"
    hours, rest = divmod(round(minutes / 5) * 5, 60)  # to five minutes: nobody knows it better
    if hours < 36:
        return f"{hours} h" + (f" {rest} min" if rest and hours < 10 else "")
    return f"{hours / 24:.0f} days"


def month_in_words(month: str) -> str:
    """Return the name of "2019-05" without its year."""
    return QLocale().standaloneMonthName(int(month[5:7]), QLocale.FormatType.LongFormat)


def quoted(value: str) -> str:
    """Return `value` fit to stand behind a field's colon."""
    plain = bool(value) and all(sign.isalnum() or sign in "/._-" for sign in value)
    return value if plain else '"' + value.replace('"', " ") + '"'


def why_in_words(card: Card | None, hit: Hit | None) -> str:
    """Return what a tip over a photo says: what it is, then why it was found, a line each."""
    if card is None:
        return ""
    reasons = dict.fromkeys(in_words(reason) for reason in hit.reasons) if hit is not None else {}
    return "\n".join([card_in_words(card), *reasons])


def taken_in_words(about: Json) -> str:
    """Return when a photo was taken and who says so; "" where nobody knows."""
    if not about["taken_at"]:
        return ""
    moment = QDateTime.fromString(about["taken_at"][:19], "yyyy-MM-ddTHH:mm:ss")
    sources = {"exif": "EXIF", "xmp": "XMP", "iptc": "IPTC", "gps": "the GPS clock", "container": "the film",
               "sidecar": "a sidecar", "name": "its name", "file": "the file's own time"}  # fmt: skip
    return f"{QLocale().toString(moment, 'd MMM yyyy, hh:mm')}, from {sources.get(about['date_origin'], 'its file')}"


def photos_in_words(count: int) -> str:
    """Return "1 photo", "12,400 photos"."""
    return f"{count:,} photo{'s' * (count != 1)}"


def size_in_words(about: Json) -> str:
    """Return the size of a picture in pixels, width first."""
    return f"{about['width']:,} \N{MULTIPLICATION SIGN} {about['height']:,}"
