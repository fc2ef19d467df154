"""A row of widgets that goes on in the next line where it is full, and small parts that several panels are made of."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QLayoutItem, QPushButton, QToolButton, QVBoxLayout, QWidget

from ui import theme


class Flow(QLayout):
    """Lays widgets out like words: left to right, then the next line."""

    def __init__(self, parent: QWidget | None = None, gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more at the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return one of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Take one of them out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It wants no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The narrower, the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high for a width, both in px."""
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place everything."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        """As little as will do."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """The largest of them."""
        sizes = [item.minimumSize() for item in self._items]
        return QSize(
            max((size.width() for size in sizes), default=0), max((size.height() for size in sizes), default=0)
        )

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        """Put the items into lines as wide as `rect`, each in the middle of its line; return the height of it all."""
        y = rect.y()
        for line in self._lines(rect.width()):
            x, high = rect.x(), max(item.sizeHint().height() for item in line)
            for item in line:
                hint = item.sizeHint()
                size = QSize(min(hint.width(), rect.width()), hint.height())
                if place:
                    item.setGeometry(QRect(QPoint(x, y + (high - size.height()) // 2), size))
                x += size.width() + self._gap
            y += high + self._gap
        return max(0, y - self._gap - rect.y())

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        used = 0
        for item in self._items:
            wide = item.sizeHint().width()
            if not lines or used + self._gap + wide > width:
                lines.append([])
                used = wide
            else:
                used += self._gap + wide
            lines[-1].append(item)
        return lines


def clear(layout: QLayout) -> None:
    """Take everything out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def label(text: str = "", name: str = "", *, wrap: bool = True) -> QLabel:
    """Return a label for plain text; one that wraps never widens the window."""
    made = QLabel(text)
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if wrap:
        made.setMinimumWidth(1)
    return made


def button(text: str, name: str = "", icon: str = "") -> QPushButton:
    """Return a button with words."""
    made = QPushButton(text)
    made.setObjectName(name)
    if icon:
        made.setIcon(theme.icon(icon))
        made.setIconSize(QSize(theme.px(theme.ICON), theme.px(theme.ICON)))
    return made


class Elided(QLabel):
    """One line of plain text, cut in its middle where there is no room, or where `cut` says; the tip has all of it."""

    def __init__(self, name: str = "", cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle) -> None:
        super().__init__()
        self._whole, self._where = "", cut
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(1)

    def tell(self, text: str) -> None:
        """Show `text`."""
        self._whole = text
        self.setToolTip(text)
        self.setAccessibleName(text)
        self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut anew."""
        super().resizeEvent(event)
        self._cut()

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(1, super().minimumSizeHint().height())

    def _cut(self) -> None:
        margins = self.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        self.setText(self.fontMetrics().elidedText(self._whole, self._where, room))


def tool(icon: str, tip: str, name: str = "") -> QToolButton:
    """Return a button with a picture, which a tip and a screen reader name."""
    made = QToolButton()
    made.setObjectName(name)
    made.setIcon(theme.icon(icon, lit="accent"))
    made.setIconSize(QSize(theme.px(theme.ICON), theme.px(theme.ICON)))
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    return made


def hairline(*, upright: bool = False) -> QFrame:
    """Return a thin line."""
    line = QFrame()
    line.setObjectName("hairline")
    if upright:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line


def column(left: int = 0, top: int = 0, right: int = 0, bottom: int = 0, gap: int = 0) -> QVBoxLayout:
    """Return an upright layout with these margins."""
    box = QVBoxLayout()
    box.setSpacing(gap)
    box.setContentsMargins(left, top, right, bottom)
    return box
