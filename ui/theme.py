"""The look: two sets of tokens, one spacing scale, one type scale, one stylesheet. Greys are neutral by rule."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

import resources

HOME = Path(resources.__file__).parent
Name = Literal["dark", "light"]

CELL, GAP, MARGIN, HEADING = 176, 6, 16, 40  # px; a thumbnail's side, between two, around, over a section
SMALL, CAPTION, TEXT, HEAD, TITLE = 11, 12, 13, 15, 18  # px; letters on pictures, asides, body, sections, titles
ICON = 20  # px
PLATE = QColor(0, 0, 0, 153)  # under letters on a photo


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


class _Now:
    """The tokens in use; widgets that paint themselves ask for them when they paint."""

    tokens: Tokens = THEMES["dark"]


def now() -> Tokens:
    """Return the tokens in use."""
    return _Now.tokens


def dress(app: QApplication, name: Name = "dark") -> None:
    """Give `app` the same look on every system: letters, colours, sizes."""
    _Now.tokens = THEMES[name]
    icon.cache_clear()
    app.setStyle("Fusion")
    app.setFont(font(TEXT))
    app.setStyleSheet(sheet(_Now.tokens))


def font(size: int, *, bold: bool = False) -> QFont:
    """Return the window's letters, `size` px high."""
    made = QFont(f"{_family()} SemiBold" if bold else _family())
    made.setPixelSize(size)
    return made


@cache
def _family() -> str:
    """Load Inter, whose files each hold one weight, and return its name.

    A machine without fonts would show boxes, and nothing would warn.
    """
    for path in sorted((HOME / "fonts").glob("*.woff2")):
        QFontDatabase.addApplicationFont(str(path))
    return "Inter"


@cache
def icon(name: str, use: str = "body") -> QIcon:
    """Return the picture `name` of resources/icons in the colour of a token."""
    drawn = (HOME / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    drawn = drawn.replace("currentColor", getattr(now(), use)).replace('stroke-width="2"', 'stroke-width="1.6"')
    made = QIcon()
    for scale in (1, 2):
        picture = QPixmap(QSize(ICON, ICON) * scale)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        QSvgRenderer(QByteArray(drawn.encode())).render(painter, QRectF(0, 0, ICON * scale, ICON * scale))
        painter.end()
        picture.setDevicePixelRatio(scale)
        made.addPixmap(picture)
    return made


def sheet(t: Tokens) -> str:
    """Return the stylesheet of everything that Qt paints."""
    return f"""
QWidget {{ background: {t.window}; color: {t.body}; font-family: "{_family()}"; font-size: {TEXT}px; }}
QToolTip {{ background: {t.raised}; color: {t.title}; border: 1px solid {t.hairline}; padding: 4px 8px; }}
QLineEdit {{
    background: {t.viewer}; color: {t.title}; border: 1px solid {t.edge}; border-radius: 4px; padding: 0 8px;
    min-height: 34px; placeholder-text-color: {t.caption};
    selection-background-color: {t.fill}; selection-color: white;
}}
QLineEdit:focus {{ border: 1px solid {t.accent}; }}
QLabel#caption, QLabel#message {{ color: {t.caption}; }}
QLabel#message {{ font-size: {HEAD}px; }}
QFrame#hairline {{ background: {t.hairline}; border: none; }}
QTextEdit {{
    background: {t.panel}; border: none; selection-background-color: {t.fill}; selection-color: white;
}}
QListView {{ border: none; outline: none; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar::handle:vertical {{ background: {t.hairline}; border-radius: 4px; min-height: 32px; }}
QScrollBar::handle:vertical:hover {{ background: {t.edge}; }}
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {{
    background: transparent; height: 0;
}}
"""
