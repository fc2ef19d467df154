"""Reasons, hits and photos in words a person would use."""

import os

from PySide6.QtCore import QDate, QDateTime, QLocale

from core.sources.folder import shown
from core.types import Card, Hit, Reason

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
    "camera": "Taken with: {value}",
    "type": "Kind: {value}",
    "meaning": "Picture and words are close in meaning: {cosine:.2f}",
}
WRITTEN = "Written in it: {value}"


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
    if card.rating > 0:
        parts.append(f"{card.rating} star{'s' * (card.rating > 1)}")
    if card.rating < 0:
        parts.append("rejected")
    if card.faces:
        parts.append(f"{card.faces} face{'s' * (card.faces > 1)}")
    if card.flagged:
        parts.append("to be reviewed")
    return ", ".join(parts)
