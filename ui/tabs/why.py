"""Why the photo is here, and what Fovea sees in it, to be confirmed or rejected."""

import os
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.decide import Wish
from core.sources.folder import shown
from core.types import Json
from ui import theme
from ui.desk import Desk
from ui.views.flow import Elided, column, label, tool
from ui.words import in_words, size_in_words, taken_in_words

MOST = 12  # labels that are listed at once
ROOMY = 250  # px from which a bar is drawn beside the number
UNSURE = "Fovea is not sure: nothing named in it answers to every word."


class Bar(QWidget):
    """A share of a hundred, drawn; its number stands beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = 0.0
        self.setFixedSize(theme.px(56), theme.px(4))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - everything is painted
        """Paint a line of that length."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for color, share in ((theme.now().raised, 1.0), (theme.now().accent, self.value / 100)):
            painter.setBrush(QColor(color))
            painter.drawRoundedRect(QRectF(0, 0, self.width() * share, self.height()), 2, 2)
        painter.end()


class LabelRow(QWidget):
    """One label: its name, how sure Fovea is, and the person's yes and no. Y and N do the same; again takes it back."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.name, self._said = "", ""
        self._text, self._bar = Elided(cut=Qt.TextElideMode.ElideRight), Bar()
        self._sure = label(name="caption", wrap=False)
        self.yes, self.no = tool("check", "Yes, it is there", "small"), tool("x", "No, it is not there", "small")
        self._sure.setFixedWidth(theme.px(38))
        self._sure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._text, 1)
        for part in (self._bar, self._sure, self.yes, self.no):
            row.addWidget(part)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for answer in (self.yes, self.no):
            answer.setCheckable(True)
            answer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.yes.clicked.connect(partial(self.answer, "confirm"))
        self.no.clicked.connect(partial(self.answer, "reject"))

    def tell(self, name: str, confidence: float, said: str) -> None:
        """Tell of a label; said: "confirmed", "rejected" or "" as the person said."""
        self.name, self._said = name, said
        self._text.tell(name)
        self._bar.value = 0.0 if said == "rejected" else confidence
        self._bar.update()
        self._sure.setText({"confirmed": "yes", "rejected": "no"}.get(said, f"{confidence:.0f} %"))
        self.yes.setChecked(said == "confirmed")
        self.no.setChecked(said == "rejected")
        self.setAccessibleName(f"{name}, {said or f'{confidence:.0f} percent'}; Y for yes, N for no")

    def answer(self, verb: str, _checked: bool = False) -> None:
        """Say yes ("confirm") or no ("reject") of it on all that is chosen; the same again takes it back."""
        again = {"confirm": "confirmed", "reject": "rejected"}[verb] == self._said
        self._desk.mark(Wish("unsay" if again else verb, self.name))  # type: ignore[arg-type]  # one of the three

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Y or Enter says yes, N, X or Delete no; up and down go to the next row."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Y, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.answer("confirm")
        elif key in (Qt.Key.Key_N, Qt.Key.Key_X, Qt.Key.Key_Delete):
            self.answer("reject")
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(key == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the number says it alone."""
        self._bar.setVisible(event.size().width() > theme.px(ROOMY))
        super().resizeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys go."""
        self._text.setStyleSheet(f"color: {theme.now().accent}; text-decoration: underline;")
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no longer."""
        self._text.setStyleSheet("")
        super().focusOutEvent(event)

    def sizeHint(self) -> QSize:
        """As high as a button that is easily hit."""
        return QSize(theme.px(200), theme.px(30))


class Why(QWidget):
    """Name, reasons, labels, where and when. Everything is plain text, never markup."""

    title = "Why"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAccessibleName("Why this photo was found")
        self._name, self._where = Elided("head"), Elided("caption")
        self._reasons = label()
        self._why, self._sees = label("Why it is here", "head"), label("What Fovea sees", "head")
        self.rows: list[LabelRow] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self._more = label(name="caption")
        self._placed, self._facts = label("Where and when", "head"), label()
        self._failed = label(name="warn")
        whole = column(0, 0, 16, 16, 4)
        for part in (self._name, self._where, self._failed):
            whole.addWidget(part)
        for part in (self._why, self._reasons, self._sees):
            whole.addSpacing(12 if part is not self._reasons else 0)
            whole.addWidget(part)
        whole.addLayout(self._lines)
        whole.addWidget(self._more)
        whole.addSpacing(12)
        whole.addWidget(self._placed)
        whole.addWidget(self._facts)
        whole.addStretch(1)
        self.setLayout(whole)
        desk.photos.dataChanged.connect(self._tell_reasons)
        self._about: Json | None = None

    def tell(self, about: Json | None) -> None:
        """Tell of one photo."""
        self._about = about
        if about is None:
            return
        path = shown(about["path"])
        self._name.tell(os.path.basename(path) or "No file")
        self._where.tell(os.path.dirname(path))
        self._tell_reasons()
        self._tell_labels(about)
        self._failed.setText("\n".join(about["failures"]))
        self._failed.setVisible(bool(about["failures"]))
        facts = _facts(about)
        self._facts.setText(facts)
        self._placed.setVisible(bool(facts))

    @Slot()
    def _tell_reasons(self, *_changed: object) -> None:
        row = self._desk.row
        hit = self._desk.photos.hit(row) if row >= 0 else None
        lines = list(dict.fromkeys(in_words(reason) for reason in hit.reasons)) if hit is not None else []
        if hit is not None and not hit.strong:
            lines.insert(0, UNSURE)
        for part in (self._why, self._reasons):
            part.setVisible(bool(lines))
        text = "\n".join(lines)
        if self._reasons.text() != text:
            self._reasons.setText(text)

    def _tell_labels(self, about: Json) -> None:
        said = {m["name"]: m["value"] for m in about["marks"] if m["kind"] == "label"}
        found = [(one["name"], one["confidence"]) for one in about["labels"]]
        found += [(name, 0.0) for name, value in said.items() if value == "rejected"]
        self._have(min(MOST, len(found)))
        for number, row in enumerate(self.rows):
            row.setVisible(number < len(found))
            if number < len(found):
                name, confidence = found[number]
                row.tell(name, confidence, said.get(name, ""))
        left = ", ".join(name for name, _confidence in found[MOST:])
        self._more.setText(f"and {left}" if left else "Nothing that has a name.")
        self._more.setVisible(bool(left) or not found)

    def _have(self, count: int) -> None:
        """Make as many rows as are needed; those that were made serve for every photo."""
        while len(self.rows) < count:
            row = LabelRow(self._desk)
            self._lines.addWidget(row)
            self.rows.append(row)

    def at_hand(self) -> LabelRow | None:
        """Return the label that a key answers: one that made the photo a hit, else the surest."""
        row = self._desk.row
        hit = self._desk.photos.hit(row) if row >= 0 else None
        named = {reason.value for reason in hit.reasons if reason.kind in ("label", "object")} if hit else set()
        showing = [one for one in self.rows if not one.isHidden()]
        return next((one for one in showing if one.name in named), showing[0] if showing else None)


def _facts(about: Json) -> str:
    place = about["place"] or {}
    lines = [
        taken_in_words(about),
        ", ".join(part for part in (place.get("name"), place.get("country")) if part),
        " · ".join(part for part in (about["camera"], about["lens"]) if part),
        f"{size_in_words(about)} · {about['format']}" if about["width"] else "",
        f"{len(about['files'])} files, one content" if len(about["files"]) > 1 else "",
    ]
    return "\n".join(line for line in lines if line)
