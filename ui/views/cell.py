"""How one photo of the wall or the strip is painted: uncropped on the darkest plate, with its badges."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from core.types import Card
from ui import theme
from ui.items.photos import Photos
from ui.words import in_short, length_in_words, name_of

BADGE = 18  # px
INSET = 6  # px between a badge and the edge


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
        _paint_badges(painter, area, card, in_short(hit) if hit else "", offline=card.source in photos.offline)


def _paint_badges(painter: QPainter, area: QRect, card: Card, reason: str, *, offline: bool) -> None:
    """Paint at most one per corner: its state, its kind and length, stars or the reason, faces."""
    tokens = theme.THEMES["dark"]  # the plate is dark in every theme
    state, color = _state(card, offline=offline)
    _badge(painter, area, state, color, right=False, low=False)
    if card.kind == "video":
        _badge(painter, area, f"▶ {length_in_words(card.seconds)}", tokens.title, right=True, low=False)
    stars = "★" * max(0, card.rating)
    used = _badge(painter, area, reason or stars, tokens.title if reason else tokens.star, right=False, low=True)
    if card.color:
        used += _badge(painter, area, f"● {card.color}", theme.COLORS[card.color], right=False, low=True, after=used)
    if card.faces and not reason and used < area.width() / 2:
        _badge(painter, area, f"☺ {card.faces}", tokens.title, right=True, low=True)


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


def _badge(painter: QPainter, area: QRect, text: str, color: str, *, right: bool, low: bool, after: int = 0) -> int:
    """Write `text` in a corner on a plate dark enough for any photo, cut where it would leave the cell.

    after: px that others take already. Return the px it takes.
    """
    if not text:
        return 0
    metrics = painter.fontMetrics()
    high = max(BADGE, metrics.height() + 2)
    text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width() - 24 - after)
    width = metrics.horizontalAdvance(text) + 12
    x = area.right() - width - INSET + 1 if right else area.left() + INSET + after
    y = area.bottom() - high - INSET + 1 if low else area.top() + INSET
    plate = QRect(x, y, width, high)
    painter.fillRect(plate, theme.PLATE)
    painter.setPen(QColor(color))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
    return width + 4
