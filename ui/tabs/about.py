"""The tabs that only tell: faces, text and codes, metadata, and what was ever decided."""

from PySide6.QtCore import QDateTime, QLocale, QRect, Qt, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from core.sources.folder import shown
from core.types import FLAGGED, Json
from ui import theme
from ui.desk import Desk
from ui.views.flow import Elided, clear, column, label
from ui.words import act_told, length_in_words, size_in_words, taken_in_words

FACES = 12  # that are listed
CROP = 56  # px


class People(QWidget):
    """The faces in the photo, each with what is told of it."""

    title = "People"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self._told = label(name="caption")
        whole = column(0, 8, 16, 16, 8)
        whole.addLayout(self._rows)
        whole.addWidget(self._told)
        whole.addStretch(1)
        self.setLayout(whole)

    def tell(self, about: Json | None) -> None:
        """Tell of one photo."""
        clear(self._rows)
        if about is None:
            return
        for number, face in enumerate(about["faces"][:FACES]):
            self._rows.addWidget(self._row(number, face))
        faces = len(about["faces"])
        lines = ["No faces were found in it."] if not faces else []
        lines += [f"and {faces - FACES} more faces"] if faces > FACES else []
        lines += [f"The file names: {shown(', '.join(about['people']))}"] if about["people"] else []
        self._told.setText("\n".join(lines))
        self._told.setVisible(bool(lines))

    def _row(self, number: int, face: Json) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        picture = QLabel()
        picture.setFixedSize(theme.px(CROP), theme.px(CROP))
        picture.setPixmap(self._crop(face["box"]))
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label("\n".join((f"Face {number + 1}", *face_in_words(face)))), 1)
        return made

    def _crop(self, box: list[float]) -> QPixmap:
        """Cut the face out of the sharpest picture there is."""
        card = self._desk.photos.card(self._desk.row)
        held = self._desk.sights.get(card.path) if card is not None else None
        picture = held[0] if held is not None and not held[0].isNull() else self._desk.photos.picture(self._desk.row)
        if picture is None or picture.isNull():
            return QPixmap()
        left, top, width, height = box
        side = max(width * picture.width(), height * picture.height()) * 1.3
        x = (left + width / 2) * picture.width() - side / 2
        y = (top + height / 2) * picture.height() - side / 2
        cut = picture.copy(QRect(round(x), round(y), round(side), round(side)).intersected(picture.rect()))
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        return cut.scaled(theme.px(CROP), theme.px(CROP), keep, smooth)


def face_in_words(face: Json) -> list[str]:
    """Return what is told of a face, a line each."""
    told = face["attributes"]
    age = told.get("age") or {}
    lines = [f"{age['low']} to {age['high']} years, by the looks of it"] if age else []
    held = [
        name.replace("_", " ") for name in ("smile", "eyes_open", "mouth_open") if (told.get(name) or {}).get("value")
    ]
    lines += [", ".join(held)] if held else []
    lines.append(
        "Good enough to tell people apart" if face["unusable"] is None else f"Not told apart: {face['unusable']}"
    )
    return lines


class Text(QWidget):
    """What is written in the photo, to be selected and copied, and its codes."""

    title = "Text"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Text in the photo")
        self.text.setPlaceholderText("Nothing is written in it that Fovea can read.")
        self._codes = label()
        whole = column(0, 8, 16, 16, 8)
        whole.addWidget(self.text, 1)
        whole.addWidget(self._codes)
        self.setLayout(whole)

    def tell(self, about: Json | None) -> None:
        """Tell of one photo."""
        lines = [shown(line["text"]) for line in (about or {}).get("text", ()) if line["level"] == "line"]
        self.text.setPlainText("\n".join(lines))
        codes = [f"{code['format']}: {shown(code['text'])}" for code in (about or {}).get("codes", ())]
        self._codes.setText("\n".join(codes))
        self._codes.setVisible(bool(codes))


class Metadata(QWidget):
    """What the file says of itself, and where it lies."""

    title = "Metadata"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = QFormLayout()
        self._rows.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._rows.setHorizontalSpacing(12)
        self._rows.setVerticalSpacing(6)
        whole = column(0, 8, 16, 16)
        whole.addLayout(self._rows)
        whole.addStretch(1)
        self.setLayout(whole)

    def tell(self, about: Json | None) -> None:
        """Tell of one photo."""
        while self._rows.rowCount():
            self._rows.removeRow(0)
        for name, value in facts(about) if about is not None else ():
            told = self._value(shown(value), is_path=name.startswith("File"))
            self._rows.addRow(label(name, "caption", wrap=False), told)

    @staticmethod
    def _value(text: str, *, is_path: bool) -> QWidget:
        """Return text that can be selected; a path has no blanks to wrap at, and is cut with all of it in the tip."""
        if is_path:
            path = Elided()
            path.tell(text)
            return path
        told = label(text)
        told.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return told


def facts(about: Json) -> list[tuple[str, str]]:
    """Return (name, value) of all that the file says of itself, what is missing left out."""
    found = [
        ("Title", about["title"]),
        ("Caption", about["caption"]),
        ("Taken", taken_in_words(about)),
        ("Place", ", ".join(part for part in (about["place"] or {}).values() if part)),
        ("Position", _position(about["gps"])),
        ("Camera", about["camera"] or ""),
        ("Lens", about["lens"]),
        ("Size", f"{size_in_words(about)} px" if about["width"] else ""),
        ("Format", about["format"]),
        ("Length", length_in_words((about.get("duration_ms") or 0) / 1000) if about["kind"] == "video" else ""),
        *_seen(about),
        ("Creator", about["creator"]),
        ("Rights", about["rights"]),
        ("Keywords", ", ".join(about["keywords"])),
        *(("File" if one["online"] else "File, offline", one["path"]) for one in about["files"]),
    ]
    return [(name, value) for name, value in found if value]


def _position(gps: Json | None) -> str:
    return f"{gps['lat']:.5f}, {gps['lon']:.5f}" if gps else ""


def _seen(about: Json) -> list[tuple[str, str]]:
    colors = (about["properties"] or {}).get("colors", ())
    flagged = [one for one in about["moderation"] if one["confidence"] >= FLAGGED]
    return [
        ("Colours", ", ".join(f"{one['name']} {one['share']:.0f} %" for one in colors[:4])),
        ("Flagged", ", ".join(f"{one['name']} {one['confidence']:.0f} %" for one in flagged)),
    ]


class History(QWidget):
    """Every decision ever made on the photo, newest first; nothing of it is lost."""

    title = "History"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._told = label()
        whole = column(0, 8, 16, 16)
        whole.addWidget(self._told)
        whole.addStretch(1)
        self.setLayout(whole)

    @Slot(object)
    def tell(self, about: Json | None) -> None:
        """Tell of one photo."""
        lines = [_act(act) for act in (about or {}).get("history", ())]
        self._told.setText("\n\n".join(lines) or "You have decided nothing about this photo yet.")


def _act(act: Json) -> str:
    moment = QDateTime.fromMSecsSinceEpoch(act["at_ms"])
    when = QLocale().toString(moment, "d MMM yyyy, hh:mm")
    came = {"inherited": " (from the picture before the edit)", "carried": " (carried over)"}.get(act["actor"], "")
    return f"{act_told(act['verb'], act['value'])}{came}{', taken back' if act['undone'] else ''}\n{when}"
