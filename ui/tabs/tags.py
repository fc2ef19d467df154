"""Tags of the current photo, to be added with completion and taken away; rating, pick and colour in words."""

from functools import partial

from PySide6.QtCore import QStringListModel, Qt, Slot
from PySide6.QtWidgets import QCompleter, QLineEdit, QPushButton, QWidget

from core.asking import Shelves
from core.decide import Wish
from core.sources.folder import shown
from core.types import Json
from ui import theme
from ui.desk import Desk
from ui.views.flow import Flow, clear, column, label

HINT = "Add a tag: Family/Anna"


class Tags(QWidget):
    """What is added or taken away counts for all that is chosen."""

    title = "Tags"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAccessibleName("Tags")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(HINT)
        self.field.setAccessibleName("Add a tag")
        self.field.setFixedHeight(theme.px(34))
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.field.setCompleter(completer)
        self._on, self._chips = label(name="caption"), Flow()
        self._marks, self._file, self._said = label(), label(), label()
        whole = column(0, 8, 16, 16, 8)
        whole.addWidget(self.field)
        whole.addWidget(self._on)
        whole.addLayout(self._chips)
        for title, part in (("Marks", self._marks), ("In the file itself", self._file), ("You said", self._said)):
            whole.addSpacing(8)
            whole.addWidget(label(title, "head"))
            whole.addWidget(part)
        whole.addStretch(1)
        self.setLayout(whole)
        self.field.returnPressed.connect(self._add)
        desk.shelved.connect(self._learn)
        desk.chosen.connect(self._count)

    @Slot(object)
    def _learn(self, shelves: Shelves) -> None:
        self._known.setStringList([name for name, _count in shelves.tags])

    @Slot()
    def _count(self) -> None:
        count = self._desk.selected() if self._desk.mode == "grid" else 1
        self._on.setText(f"On all {count:,} selected photos" if count > 1 else "On this photo")

    @Slot()
    def _add(self) -> None:
        levels = [level.strip() for level in self.field.text().replace("|", "/").split("/")]
        name = "/".join(level for level in levels if level)
        if name:
            self._desk.mark(Wish("tag", name))
            self.field.clear()

    def tell(self, about: Json | None) -> None:
        """Tell of one photo."""
        clear(self._chips)
        if about is None:
            return
        for mark in about["marks"]:
            if mark["kind"] == "tag":
                self._chips.addWidget(self._chip(mark["name"], inherited=mark["inherited"]))
        if not any(mark["kind"] == "tag" for mark in about["marks"]):
            self._chips.addWidget(label("No tags yet", "caption", wrap=False))
        self._marks.setText(_marks_in_words(about))
        self._file.setText(shown(", ".join(about["keywords"])) or "No keywords")
        said = [
            f"{m['name']}: {'yes' if m['value'] == 'confirmed' else 'no'}"
            for m in about["marks"]
            if m["kind"] == "label"
        ]
        self._said.setText("\n".join(said) or "Nothing about what Fovea sees")

    def _chip(self, name: str, *, inherited: bool) -> QPushButton:
        text = shown(name).replace("/", " / ")
        chip = QPushButton(f"{text}{' (from before the edit)' if inherited else ''}   ✕")
        chip.setObjectName("chip")
        chip.setToolTip("Take this tag away")
        chip.setAccessibleName(f"Take away the tag {text}")
        chip.clicked.connect(partial(self._remove, name))
        return chip

    def _remove(self, name: str, _checked: bool = False) -> None:
        self._desk.mark(Wish("untag", name))


def _marks_in_words(about: Json) -> str:
    values = {mark["kind"]: mark["value"] for mark in about["marks"]}
    rating = about["rating"] or 0
    parts = ["★" * rating if rating > 0 else "Rejected by its file" if rating < 0 else "No rating"]
    parts.append({"1": "Picked", "-1": "Rejected"}.get(values.get("pick", ""), "Neither picked nor rejected"))
    if values.get("color"):
        parts.append(values["color"].capitalize())
    return "\n".join(parts)
