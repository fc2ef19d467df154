"""How one photo of the wall or the strip is painted: uncropped on the darkest plate, with its badges."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter

from core.types import Card
from ui import theme
from ui.items.photos import Photos
from ui.words import in_short, length_in_words, name_of

BADGE = 18  # px
INSET = 6  # px between a badge and the edge
ROUND = 4  # px


def paint_photo(painter: QPainter, area: QRect, photos: Photos, row: int, *, badges: bool = True) -> None:
    """Paint the photo in `row` into `area`."""
    painter.fillRect(area, QColor(theme.now().viewer))
    picture, card = photos.picture(row), photos.card(row)
    if picture is None:
        name = name_of(card) if card else ""
        painter.setPen(QColor(theme.now().caption))
        text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, area.width() - 16)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    elif not picture.isNull():
        size = picture.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(area.topLeft(), size)
        target.moveCenter(area.center())
        painter.drawPixmap(target, picture)
    if card is not None and badges:
        hit = photos.hit(row)
        _paint_badges(painter, area, card, in_short(hit) if hit else "", offline=photos.is_away(row))


def _paint_badges(painter: QPainter, area: QRect, card: Card, reason: str, *, offline: bool) -> None:
    """Paint at most one per corner: its state, its kind and length, stars or the reason, faces."""
    tokens = theme.THEMES["dark"]  # the plate is dark in every theme
    state, color = _state(card, offline=offline)
    _badge(painter, area, Qt.Corner.TopLeftCorner, (state, state[:1]), color)
    if card.kind == "video":
        _badge(painter, area, Qt.Corner.TopRightCorner, (f"▶ {length_in_words(card.seconds)}", "▶"), tokens.title)
    low, used = Qt.Corner.BottomLeftCorner, 0
    if reason:
        used = _badge(painter, area, low, (reason,), tokens.title)
    elif card.rating > 0:
        used = _badge(painter, area, low, ("★" * card.rating, f"★{card.rating}"), tokens.star)
    if card.color:
        used += _badge(painter, area, low, (f"● {card.color}", "●"), theme.COLORS[card.color], after=used)
    if card.faces and not reason and used < area.width() / 2:
        _badge(painter, area, Qt.Corner.BottomRightCorner, (f"☺ {card.faces}",), tokens.title)


def _state(card: Card, *, offline: bool) -> tuple[str, str]:
    """Return the most important thing to know of a photo, with its colour: shape and word, never colour alone."""
    tokens = theme.THEMES["dark"]
    if card.rating < 0 or card.pick < 0:
        return "✕ rejected", tokens.bad
    if card.flagged:
        return "! review", tokens.review
    if offline or not card.path:
        return "⏏ offline", tokens.warn
    if card.failed:
        return "! not all read", tokens.warn
    return ("▲ picked", tokens.ok) if card.pick > 0 else ("", "")


def _badge(
    painter: QPainter, area: QRect, corner: Qt.Corner, forms: tuple[str, ...], color: str, after: int = 0
) -> int:
    """Write the first of `forms` that fits, else the last one cut, on a plate dark enough for any photo.

    after: px that others take already. Return the px it takes.
    """
    if not forms[0]:
        return 0
    metrics, room = painter.fontMetrics(), area.width() - 24 - after
    text = next((form for form in forms if metrics.horizontalAdvance(form) <= room), forms[-1])
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
    plate = QRect(0, 0, metrics.horizontalAdvance(text) + 12, max(BADGE, metrics.height() + 2))
    plate.moveTopLeft(area.topLeft() + QPoint(INSET + after, INSET))
    if corner in (Qt.Corner.TopRightCorner, Qt.Corner.BottomRightCorner):
        plate.moveRight(area.right() - INSET)
    if corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
        plate.moveBottom(area.bottom() - INSET)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.PLATE)
    painter.drawRoundedRect(plate, ROUND, ROUND)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QColor(color))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
    return plate.width() + 4
