"""A line above the photos where something has to be known: not all searched yet, only looking, a drive away."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.sources.folder import shown
from ui import theme
from ui.desk import Desk
from ui.views.flow import label


class Notice(QWidget):
    """Hidden while there is nothing to be said."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._icon, self._text = label(wrap=False), label(name="warn")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, theme.MARGIN, 4)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        self.hide()
        desk.opened.connect(self.refresh)
        desk.shelved.connect(self.refresh)
        desk.asked.connect(self.refresh)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text() if not self.isHidden() else ""

    @Slot()
    def refresh(self, *_told: object) -> None:
        """Say what has to be known now."""
        text = self._words()
        self._text.setText(text)
        self._icon.setPixmap(theme.icon("triangle-alert", "warn").pixmap(theme.px(16), theme.px(16)))
        self.setVisible(bool(text))

    def _words(self) -> str:
        desk, shelves = self._desk, self._desk.shelves
        if desk.problem:
            return f"{desk.problem} You can look and search here; nothing can be changed."
        away = [shown(source.root) for source, _files in shelves.sources if not source.online]
        parts = []
        if desk.query and shelves.waiting:
            parts.append(f"{shelves.waiting:,} photos are not looked at yet, so they cannot be found.")
        if shelves.networks_missing:
            parts.append(
                f"The networks that look at photos are missing ({', '.join(shelves.networks_missing)}); "
                "what is known already can be searched. Install Fovea again to get them back."
            )
        if away:
            parts.append(
                f"Not connected: {', '.join(away)}. Its photos can be searched; originals open when it is back."
            )
        return " ".join(parts)
