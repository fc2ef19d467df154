"""Looks at a window as a critical eye would: words that are cut, controls over each other, letters too faint."""

from collections import Counter
from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QCheckBox, QLabel, QLineEdit, QWidget

from tests.test_theme import contrast
from ui.views.flow import Elided

FLOOR = 4.5  # WCAG 2.2 AA for text
SLACK = 1  # px


def faults(window: QWidget) -> list[str]:
    """Return a sentence for each fault of what shows in `window`."""
    for _ in range(3):  # what changed is laid out when the events come round
        QApplication.processEvents()
    parts = [part for part in window.findChildren(QWidget) if part.isVisible() and _shows(part, window)]
    picture = window.grab().toImage()
    found = [fault for part in parts for fault in (*_cut(part), *_outside(part), *_faint(part, window, picture))]
    return sorted({*found, *_overlaps(parts)})


def _name(part: QWidget) -> str:
    text = part.text() if isinstance(part, QLabel | QAbstractButton) else part.accessibleName()
    return f"{type(part).__name__} “{text[:40]}”"


def _shows(part: QWidget, window: QWidget) -> bool:
    """Whether it is not scrolled away."""
    return part.window() is window and not part.visibleRegion().isEmpty() and bool(part.width() and part.height())


def _cut(part: QWidget) -> Iterator[str]:
    """Words need the room that they need; those that are made to be cut have it in their tip."""
    if isinstance(part, Elided) or not isinstance(part, QLabel | QAbstractButton) or not part.text():
        return
    if isinstance(part, QLabel) and part.wordWrap():
        if part.heightForWidth(part.width()) > part.height() + SLACK:
            yield f"{_name(part)} needs {part.heightForWidth(part.width())} px of height and has {part.height()}"
        longest = max((part.fontMetrics().horizontalAdvance(word) for word in part.text().split()), default=0)
        if longest > part.width() + SLACK:
            yield f"{_name(part)} has a word wider than its {part.width()} px"
        return
    hint = part.sizeHint()
    if hint.width() > part.width() + SLACK or (
        hint.height() > part.height() + SLACK and not isinstance(part, QCheckBox)
    ):
        yield f"{_name(part)} needs {hint.width()} x {hint.height()} px and has {part.width()} x {part.height()}"


def _outside(part: QWidget) -> Iterator[str]:
    """What is no part of something that scrolls stays within what holds it."""
    parent = part.parentWidget()
    if parent is None or part.isWindow() or _scrolls(part):
        return
    if not parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(part.geometry()):
        yield f"{_name(part)} leaves what holds it"


def _scrolls(part: QWidget) -> bool:
    parent = part.parentWidget()
    while parent is not None:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return isinstance(part, QAbstractScrollArea)


def _overlaps(parts: list[QWidget]) -> Iterator[str]:
    controls = [part for part in parts if isinstance(part, QLabel | QAbstractButton | QLineEdit)]
    by_parent: dict[QWidget, list[QWidget]] = {}
    for part in controls:
        parent = part.parentWidget()
        if parent is not None and not isinstance(parent, QLineEdit):
            by_parent.setdefault(parent, []).append(part)
    for siblings in by_parent.values():
        for number, one in enumerate(siblings):
            for other in siblings[number + 1 :]:
                common = one.geometry().intersected(other.geometry())
                if common.width() > SLACK and common.height() > SLACK:
                    yield f"{_name(one)} and {_name(other)} lie over each other"


def _faint(part: QWidget, window: QWidget, picture: QImage) -> Iterator[str]:
    """The letters part from their ground; what cannot be used now may be faint."""
    if not isinstance(part, QLabel | QAbstractButton) or not part.text().strip() or not part.isEnabled():
        return
    if part.visibleRegion().boundingRect().size() != part.size() or part.fontMetrics().height() < 6:
        return
    ratio = picture.devicePixelRatio()
    corner = part.mapTo(window, QPoint(0, 0))
    area = QRect(corner * ratio, part.size() * ratio).intersected(picture.rect())
    step = max(1, area.height() // 40)
    colors = Counter(
        picture.pixel(x, y) & 0xFFFFFF
        for y in range(area.top() + 2, area.bottom() - 1, step)
        for x in range(area.left() + 2, area.right() - 1, 1)
    )
    if len(colors) < 2:
        return
    ground = QColor(colors.most_common(1)[0][0]).name()
    best = max(contrast(QColor(color).name(), ground) for color in colors)
    if best < FLOOR:
        yield f"{_name(part)} has a contrast of {best:.1f}"
