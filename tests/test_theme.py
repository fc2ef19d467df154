"""The look: the letters are there, colours part from their grounds (WCAG 2.2 AA), both themes name every token."""

from dataclasses import fields

import pytest
from PySide6.QtGui import QColor, QImage, QRawFont
from PySide6.QtWidgets import QApplication

from ui import theme
from ui.theme import THEMES, Name, Tokens

GROUNDS = ("window", "panel", "raised")
LETTERS = ("title", "body", "caption", "accent", "ok", "warn", "bad", "review")


def luminance(color: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_letters_and_edges_part_from_every_ground(name: Name) -> None:
    tokens = THEMES[name]
    for ground in GROUNDS:
        for letters in LETTERS:
            assert contrast(getattr(tokens, letters), getattr(tokens, ground)) >= 4.5, (letters, ground)
        assert contrast(tokens.edge, getattr(tokens, ground)) >= 3.0, ground
    assert contrast("#FFFFFF", tokens.fill) >= 4.5


def test_what_is_written_on_a_photo_parts_from_any() -> None:
    tokens = THEMES["dark"]  # the plate is dark in every theme
    letters = [tokens.title, tokens.star, tokens.ok, tokens.warn, tokens.bad, tokens.review, *theme.COLORS.values()]
    for photo in (0, 255):
        grey = round(photo * (1 - theme.PLATE.alphaF()))
        plate = f"#{grey:02X}{grey:02X}{grey:02X}"
        assert min(contrast(color, plate) for color in letters) >= 4.5, plate


def test_greys_tint_no_photo() -> None:
    for tokens in THEMES.values():
        for use in ("viewer", "window", "panel", "raised", "title", "body", "caption", "edge", "hairline"):
            color = getattr(tokens, use)
            assert color[1:3] == color[3:5] == color[5:7], use
        assert {field.name for field in fields(Tokens)} > set(GROUNDS + LETTERS)


@pytest.mark.parametrize("bold", [False, True])
def test_the_letters_are_inter_in_every_script(qapp: QApplication, bold: bool) -> None:
    theme.dress(qapp)
    letters = QRawFont.fromFont(theme.font(13, bold=bold))
    assert letters.familyName().startswith("Inter")
    assert all(letters.supportsCharacter(ord(sign)) for sign in "aÅőжЖλΩạ★▶·…")


@pytest.mark.parametrize("name", THEMES)
def test_icons_take_the_colour_of_their_theme(qapp: QApplication, name: Name) -> None:
    theme.dress(qapp, name)
    image: QImage = theme.icon("search", "accent").pixmap(20, 20).toImage()
    inked = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    solid = [color for color in inked if color.alpha() > 250]
    assert solid
    wanted = QColor(THEMES[name].accent)
    assert all(abs(color.red() - wanted.red()) < 6 and abs(color.blue() - wanted.blue()) < 6 for color in solid)
    theme.dress(qapp)
