"""The look: colours, sizes, letters, icons. Greys are strictly neutral, so that they tint no photo."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

import resources
from ui.sheet import sheet

HOME = Path(resources.__file__).parent
Name = Literal["dark", "light"]
Canvas = Literal["theme", "grey", "black", "white"]

CELL, SMALLEST, LARGEST = 176, 96, 384  # px; a thumbnail's side as it comes, at least, at most
GAP, MARGIN, HEADING = 6, 16, 40  # px; between two, around, over a section
SMALL, CAPTION, TEXT, HEAD, TITLE, DISPLAY = 11, 12, 13, 15, 18, 24  # px; letters, from asides on photos to screens
ICON = 20  # px
PLATE = QColor(0, 0, 0, 217)  # under letters on a photo; what is fainter fails coloured letters on a white one
SCALES = (1.0, 1.25, 1.5, 1.75, 2.0)  # of letters and what holds them


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by use. viewer, window, panel, raised: from the back to the front; fill: behind white letters."""

    viewer: str
    window: str
    panel: str
    raised: str
    title: str
    body: str
    caption: str
    edge: str
    hairline: str
    accent: str
    fill: str
    ok: str
    warn: str
    bad: str
    review: str
    star: str = "#F5C542"


THEMES: dict[Name, Tokens] = {
    "dark": Tokens(
        "#161616", "#1E1E1E", "#282828", "#333333", "#F2F2F2", "#C4C4C4", "#9E9E9E", "#8A8A8A", "#444444",
        "#6CB2FF", "#1D63D8", "#5FCB8E", "#F0B454", "#FF8A80", "#C3A6FF",
    ),
    "light": Tokens(
        "#E9E9E9", "#FFFFFF", "#F5F5F5", "#E9E9E9", "#131313", "#484848", "#666666", "#767676", "#D0D0D0",
        "#1D63D8", "#1D63D8", "#176B3A", "#8A5A00", "#B3261E", "#6A3FC0", "#8A5A00",
    ),
}  # fmt: skip
CANVAS: dict[Canvas, str] = {"grey": "#777777", "black": "#000000", "white": "#FFFFFF"}
"""Behind a photo that is judged; the theme's own viewer otherwise."""

COLORS = {"red": "#FF6B6B", "yellow": "#F5C542", "green": "#5FCB8E", "blue": "#6CB2FF", "purple": "#C3A6FF"}
"""Of a photo's colour mark."""


class _Now:
    """What is in use; widgets that paint themselves ask for it when they paint."""

    tokens: Tokens = THEMES["dark"]
    scale: float = 1.0
    canvas: Canvas = "theme"


def now() -> Tokens:
    """Return the tokens in use."""
    return _Now.tokens


def px(size: float) -> int:
    """Return a length that grows with the letters, in px."""
    return round(size * _Now.scale)


def canvas() -> QColor:
    """Return what lies behind a photo that is looked at."""
    return QColor(CANVAS.get(_Now.canvas, _Now.tokens.viewer))


def dress(app: QApplication, name: Name = "dark", scale: float = 1.0, behind: Canvas = "theme") -> None:
    """Give `app` the same look on every system: letters, colours, sizes. Nothing moves by itself."""
    with dressing(app, name, scale, behind):
        pass


@contextmanager
def dressing(app: QApplication, name: Name, scale: float, behind: Canvas) -> Iterator[None]:
    """Dress `app` and all widgets that are made within: once, at the end, and not anew wherever one is put."""
    app.setStyleSheet("")
    _Now.tokens, _Now.scale, _Now.canvas = THEMES[name], scale, behind
    icon.cache_clear()
    for effect in (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_FadeMenu, Qt.UIEffect.UI_AnimateCombo,
                   Qt.UIEffect.UI_AnimateTooltip, Qt.UIEffect.UI_FadeTooltip):  # fmt: skip
        QApplication.setEffectEnabled(effect, False)
    app.setStyle("Fusion")
    app.setFont(font(TEXT))
    yield
    app.setStyleSheet(sheet(_Now.tokens, px, family(), str(HOME / "icons")))


def font(size: int, *, bold: bool = False) -> QFont:
    """Return the window's letters, `size` px high before they are enlarged."""
    made = QFont(f"{family()} SemiBold" if bold else family())
    made.setPixelSize(px(size))
    return made


@cache
def family() -> str:
    """Load Inter, whose files each hold one weight, and return its name.

    A machine without fonts would show boxes, and nothing would warn.
    """
    for path in sorted((HOME / "fonts").glob("*.woff2")):
        QFontDatabase.addApplicationFont(str(path))
    return "Inter"


@cache
def icon(name: str, use: str = "body", lit: str = "") -> QIcon:
    """Return the picture `name` of resources/icons in the colour of a token; lit: the token where a button is on."""
    made = QIcon()
    states = [(use, QIcon.Mode.Normal, QIcon.State.Off), ("hairline", QIcon.Mode.Disabled, QIcon.State.Off)]
    states += [(lit, QIcon.Mode.Normal, QIcon.State.On)] if lit else []
    for colour, mode, state in states:
        for scale in _scales():
            made.addPixmap(_drawn(name, getattr(now(), colour), scale), mode, state)
    return made


def _scales() -> tuple[int, ...]:
    """Return how finely icons are drawn: once more for screens of small pixels."""
    screen = QGuiApplication.primaryScreen()
    return (1,) if screen is None or screen.devicePixelRatio() <= 1 else (1, 2)


def _drawn(name: str, color: str, scale: int) -> QPixmap:
    drawn = _lines(name).replace("currentColor", color).replace('stroke-width="2"', 'stroke-width="1.6"')
    side = px(ICON) * scale
    picture = QPixmap(QSize(side, side))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(drawn.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture


@cache
def _lines(name: str) -> str:
    return (HOME / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def preload() -> None:
    """Read every icon now: nothing is read from the disk once the window is there."""
    for path in (HOME / "icons").glob("*.svg"):
        _lines(path.stem)
