"""The strip at the bottom: what runs and how long yet, what was just done, how many are chosen, how large they show."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSlider, QWidget

from core.store.due import Failure
from ui import theme
from ui.desk import Desk
from ui.views.flow import button, label, tool
from ui.words import duration_in_words
from ui.work.jobs import Job

SAID_MS = 8000  # how long a sentence stays


class JobStrip(QWidget):
    """What runs: done of total, rate, time left, pause, and what could not be read."""

    failures_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setAccessibleName("Work")
        self._what, self._bar, self._numbers = label(wrap=False), QProgressBar(), label(name="caption", wrap=False)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(theme.px(140))
        self._bar.setAccessibleName("How far")
        self.pause, self.failed = button("Pause", "link"), button("", "link")
        self.failed.setIcon(theme.icon("triangle-alert", "warn"))
        self.failed.setIconSize(QSize(theme.px(16), theme.px(16)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for part in (self._what, self._bar, self._numbers, self.pause, self.failed):
            row.addWidget(part)
        self.failed.hide()
        self.pause.clicked.connect(self._toggle)
        self.failed.clicked.connect(self.failures_wanted)
        desk.progressed.connect(self.show_job)
        desk.laid_out.connect(self._refresh)
        desk.work.asker.failures_told.connect(self._count)
        self.show_job(desk.job)

    @Slot()
    def _refresh(self) -> None:
        self.show_job(self._desk.job)

    @Slot(object)
    def show_job(self, job: Job) -> None:
        """Tell how far `job` is."""
        running, paused = job.state == "running", self._desk.layout.paused and job.state != "failed"
        self._what.setText(_state_in_words(job, paused=paused, waiting=self._desk.shelves.waiting))
        self._what.setVisible(bool(self._what.text()))
        self._bar.setVisible(running and job.total > 0)
        self._bar.setRange(0, max(1, job.total))
        self._bar.setValue(job.done)
        self._numbers.setText(numbers(job) if running else "")
        self._numbers.setVisible(running and job.total > 0)
        self.pause.setText("Go on" if paused else "Pause")
        self.pause.setVisible((running or paused) and self._desk.writable)

    @Slot()
    def _toggle(self) -> None:
        self._desk.pause(paused=not self._desk.layout.paused)

    @Slot(object)
    def _count(self, failures: list[Failure]) -> None:
        count = len({failure.path for failure in failures})
        self.failed.setText(f" {count:,} could not be read")
        self.failed.setStyleSheet(f"color: {theme.now().warn};")
        self.failed.setVisible(count > 0)


def _state_in_words(job: Job, *, paused: bool, waiting: int) -> str:
    if job.state == "failed":
        return job.problem
    if paused:
        return f"Paused, {waiting:,} to go" if waiting else "Paused"
    return job.what if job.state == "running" else ""


def numbers(job: Job) -> str:
    """Return done of total, rate and time left."""
    parts = [f"{job.done:,} of {job.total:,}"]
    if job.rate:
        parts.append(f"{job.rate:.1f} photos/s")
    if job.left_s >= 0 and job.done < job.total:
        parts.append(f"{duration_in_words(job.left_s)} left")
    return "   ".join(parts)


class Status(QFrame):
    """The job strip, what was just said with its undo, the choice, the size of thumbnails, and the privacy lamp."""

    undo_wanted = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.jobs = JobStrip(desk, self)
        self._said, self.undo = label(wrap=False), button("Undo", "link")
        self._chosen = label(name="caption", wrap=False)
        self.cell = QSlider(Qt.Orientation.Horizontal, self)
        self._lamp = tool("lock", "0 bytes sent: nothing leaves this computer", "small")
        self._quiet = QTimer(self, singleShot=True, interval=SAID_MS)
        self._lay_out()
        self.undo.hide()
        self.undo.clicked.connect(self.undo_wanted)
        self._quiet.timeout.connect(self._forget)
        self.cell.valueChanged.connect(self._resize)
        desk.said.connect(self.say)
        desk.chosen.connect(self._count)
        desk.laid_out.connect(self._follow)

    def _lay_out(self) -> None:
        self.cell.setRange(theme.SMALLEST, theme.LARGEST)
        self.cell.setSingleStep(16)
        self.cell.setPageStep(48)
        self.cell.setFixedWidth(theme.px(112))
        self.cell.setAccessibleName("Size of thumbnails")
        self.cell.setToolTip("Size of thumbnails")
        self._lamp.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(12)
        row.addWidget(self.jobs)
        row.addWidget(self._said)
        row.addWidget(self.undo)
        row.addStretch(1)
        sent = label("0 bytes sent", "ok", wrap=False)
        for part in (self._chosen, self.cell, self._lamp, sent):
            row.addWidget(part)

    @Slot(str, str, bool)
    def say(self, sentence: str, tone: str, undoable: bool) -> None:
        """Say a sentence for a while; one that tells of a fault stays until the next."""
        room = max(200, self.width() // 2)
        self._said.setText(self._said.fontMetrics().elidedText(sentence, Qt.TextElideMode.ElideMiddle, room))
        self._said.setToolTip(sentence)
        self._said.setObjectName("bad" if tone == "bad" else "")
        self._said.setStyleSheet(f"color: {theme.now().bad if tone == 'bad' else theme.now().title};")
        self._said.setAccessibleName(sentence)
        self.undo.setVisible(undoable)
        if tone == "bad":
            self._quiet.stop()
        else:
            self._quiet.start()

    @property
    def said(self) -> str:
        """The sentence that stands there."""
        return self._said.toolTip() if self._said.text() else ""

    @Slot()
    def _forget(self) -> None:
        self._said.setText("")
        self.undo.hide()

    @Slot()
    def _count(self) -> None:
        count = self._desk.selected()
        self._chosen.setText(f"{count:,} selected" if count > 1 else "")

    @Slot()
    def _follow(self) -> None:
        if self.cell.value() != self._desk.layout.cell:
            self.cell.setValue(self._desk.layout.cell)

    @Slot(int)
    def _resize(self, cell: int) -> None:
        if cell != self._desk.layout.cell:
            self._desk.lay_out(cell=cell)
