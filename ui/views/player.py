"""Films in the loupe: frames out of a decoder child at their own pace, or Qt Multimedia with sound where it is."""

import time

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QWidget

from core.errors import FoveaError
from core.jobs.spot import Player
from core.media.decoder import Cancelled
from core.types import Card
from ui import theme
from ui.views import sound
from ui.views.canvas import Canvas
from ui.views.flow import label
from ui.words import length_in_words

LATE_S = 0.1  # a frame later than this is passed over


class Reel(QObject):
    """Lives in its thread and plays one film. `stop` may come from any thread."""

    framed = Signal(int, object)
    """(ms after the start, QImage)."""
    ended = Signal(str)
    """Why it ended; "" at the film's own end."""

    def __init__(self, path: str, start_ms: int) -> None:
        super().__init__()
        self._path, self._start_ms = path, start_ms
        self._player: Player | None = None
        self._over = False

    @Slot()
    def play(self) -> None:
        """Show frame after frame when its time has come, until the end or `stop`."""
        try:
            with Player(self._path, start_ms=self._start_ms) as player:
                self._player = player
                begun, first = 0.0, 0
                for frame in player:
                    if self._over:
                        return
                    if not begun:
                        begun, first = time.monotonic(), frame.at_ms
                    wait = begun + (frame.at_ms - first) / 1000 - time.monotonic()
                    if wait < -LATE_S:
                        continue
                    if wait > 0:
                        QThread.msleep(int(wait * 1000))
                    height, width = frame.pixels.shape[:2]
                    image = QImage(frame.pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
                    self.framed.emit(frame.at_ms, image.copy())
            self.ended.emit("")
        except Cancelled:
            return
        except FoveaError as error:
            self.ended.emit(str(error))

    def stop(self) -> None:
        """End it soon, and the child at once."""
        self._over = True
        if self._player is not None:
            self._player.close()


class PlayerBar(QWidget):
    """Play, pause and a place in the film; shown for films alone."""

    _begin = Signal()

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._card: Card | None = None
        self._heard: sound.SoundReel | None = None
        self._reel: Reel | None = None
        self._thread: QThread | None = None
        self.button = QToolButton(self)
        self.place = QSlider(Qt.Orientation.Horizontal, self)
        self._told = label(name="caption", wrap=False)
        self.place.setAccessibleName("Place in the film")
        bar = QHBoxLayout(self)
        bar.setContentsMargins(theme.MARGIN, 4, theme.MARGIN, 4)
        for part in (self.button, self.place, self._told):
            bar.addWidget(part)
        self.button.clicked.connect(self.toggle)
        self.place.sliderReleased.connect(self._seek)
        self._look_like(playing=False)

    @property
    def offered(self) -> bool:
        """Whether there is a film to be played."""
        return self._card is not None

    @property
    def playing(self) -> bool:
        """Whether it plays."""
        return self._reel is not None or self._heard is not None

    def offer(self, card: Card) -> None:
        """Offer to play what `card` tells of, where it is a film."""
        self.end()
        self._card = card if card.kind == "video" and card.path else None
        self.setVisible(self._card is not None)
        if self._card is not None:
            self.place.setRange(0, max(1, round(card.seconds * 1000)))
            self.place.setValue(0)
            self._tell(0)

    @Slot()
    def toggle(self) -> None:
        """Play from the place that is chosen, or pause."""
        if self.playing:
            self.end()
        elif self._card is not None:
            at_end = self.place.value() >= self.place.maximum() - 100
            self._play(0 if at_end else self.place.value())

    def _play(self, start_ms: int) -> None:
        assert self._card is not None
        if sound.is_there():
            self._heard = sound.SoundReel(self._card.path, start_ms, self)
            self._heard.framed.connect(self._show)
            self._heard.ended.connect(self._over)
            self._heard.play()
            self._look_like(playing=True)
            return
        self._reel, self._thread = Reel(self._card.path, start_ms), QThread()
        self._reel.moveToThread(self._thread)
        self._begin.connect(self._reel.play)
        self._reel.framed.connect(self._show)
        self._reel.ended.connect(self._over)
        self._thread.start()
        self._begin.emit()
        self._look_like(playing=True)

    def end(self) -> None:
        """Stop playing; the frame that shows stays."""
        if self._heard is not None:
            self._heard.stop()
            self._heard.deleteLater()
            self._heard = None
            self._look_like(playing=False)
        if self._reel is None or self._thread is None:
            return
        self._begin.disconnect(self._reel.play)
        self._reel.framed.disconnect(self._show)
        self._reel.ended.disconnect(self._over)
        self._reel.stop()
        self._thread.quit()
        self._thread.wait(1000)
        self._reel = self._thread = None
        self._look_like(playing=False)

    @Slot()
    def _seek(self) -> None:
        if self.playing:
            self.end()
            self._play(self.place.value())
        self._tell(self.place.value())

    @Slot(int, object)
    def _show(self, at_ms: int, image: QImage) -> None:
        self._canvas.show_picture(QPixmap.fromImage(image), same=True)
        if not self.place.isSliderDown():
            self.place.setValue(at_ms)
        self._tell(at_ms)

    @Slot(str)
    def _over(self, problem: str) -> None:
        self.end()
        self._canvas.note = problem
        self._canvas.update()

    def _tell(self, at_ms: int) -> None:
        whole = self._card.seconds if self._card is not None else 0
        quiet = "" if sound.is_there() else "  ·  without sound"
        self._told.setText(f"{length_in_words(at_ms / 1000)} / {length_in_words(whole)}{quiet}")

    def _look_like(self, *, playing: bool) -> None:
        self.button.setIcon(theme.icon("pause" if playing else "play"))
        self.button.setToolTip("Pause" if playing else "Play")
        self.button.setAccessibleName("Pause" if playing else "Play")
