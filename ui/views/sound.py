"""Films with their sound, through Qt Multimedia where a person has installed it (the extra `video`)."""

from PySide6.QtCore import QObject, QUrl, Signal, Slot

try:
    from PySide6 import QtMultimedia
except ImportError:  # not in the default install: 160 MB, and it decodes inside the program
    QtMultimedia = None  # type: ignore[assignment]


def is_there() -> bool:
    """Whether films can be heard."""
    return QtMultimedia is not None


class SoundReel(QObject):
    """Plays one film in the thread it is made in; as player.Reel in all else."""

    framed = Signal(int, object)
    """(ms after the start, QImage)."""
    ended = Signal(str)
    """Why it ended; "" at the film's own end."""

    def __init__(self, path: str, start_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._start_ms = start_ms
        self._player = QtMultimedia.QMediaPlayer(self)
        self._sink = QtMultimedia.QVideoSink(self)
        self._audio = QtMultimedia.QAudioOutput(self)
        self._player.setVideoSink(self._sink)
        self._player.setAudioOutput(self._audio)
        self._sink.videoFrameChanged.connect(self._show)
        self._player.mediaStatusChanged.connect(self._follow)
        self._player.errorOccurred.connect(self._fail)
        self._player.setSource(QUrl.fromLocalFile(path))

    def play(self) -> None:
        """Begin as soon as the film is open."""
        self._player.play()
        if self._start_ms:
            self._player.setPosition(self._start_ms)

    def stop(self) -> None:
        """End it; nothing more is told."""
        self._player.stop()

    @Slot(object)
    def _show(self, frame: object) -> None:
        image = frame.toImage()  # type: ignore[attr-defined]  # a QVideoFrame, whose class may not be there
        if not image.isNull():
            self.framed.emit(self._player.position(), image)

    @Slot(object)
    def _follow(self, status: object) -> None:
        if status == QtMultimedia.QMediaPlayer.MediaStatus.EndOfMedia:
            self.ended.emit("")

    @Slot(object, str)
    def _fail(self, _kind: object, sentence: str) -> None:
        self.ended.emit(sentence or "The film cannot be played.")
