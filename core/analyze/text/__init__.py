"""Text: what is written in a picture, line by line and word by word, and what its QR and bar codes say."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from core.analyze.text import codes, ppocr, tesseract
from core.analyze.text.lines import Line, in_order
from core.types import Box, Finding, Options, Outcome, Picture, Pixels


class Text:
    """PP-OCR or Tesseract for text, ZXing and OpenCV for codes.

    Features: the engine (for Tesseract with its languages), and "thorough" where PP-OCR goes on against its probe.
    """

    key: ClassVar[str] = "text"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, options: Options) -> None:
        self._read: Callable[[Pixels], list[Line]]
        if options.engine == "tesseract":
            languages = options.languages
            self.features = frozenset({f"tesseract:{languages}"})
            self._read = lambda pixels: tesseract.read(pixels, languages)
        else:
            thorough = options.effort == "thorough"
            self.features = frozenset({"ppocr", "thorough"} if thorough else {"ppocr"})
            self._read = lambda pixels: ppocr.read(pixels, thorough=thorough)

    def run(self, pictures: Sequence[Picture], given: Sequence[Mapping[str, Outcome]]) -> list[Outcome]:
        """Return a finding of kind "text" per line in reading order, then one of kind "code" per code; no `given`.

        Text: name is the line; detail {"polygon": corners [x, y] clockwise from where the line begins, as ratios,
        "words": [{"text", "confidence", "box", "polygon"}]}. Code: name is its content; detail {"format", "polygon",
        "payload": see codes.parse, "indexed": what search may find it by}.
        Raises AnalysisError where Tesseract is chosen and not there or takes too long, NetworkError where weights are
        missing or wrong.
        """
        return [
            Outcome(
                (
                    *(_text(line, picture) for line in in_order(self._read(picture.pixels))),
                    *(_code(code, picture) for code in codes.read(picture.pixels)),
                )
            )
            for picture in pictures
        ]


def _text(line: Line, picture: Picture) -> Finding:
    words = [
        {"text": word.text, "confidence": word.confidence, **_place(word.corners, picture.pixels)}
        for word in line.words
    ]
    place = _place(line.corners, picture.pixels)
    return Finding("text", line.text, line.confidence, place.pop("box"), picture.at_ms, detail=place | {"words": words})


def _code(code: codes.Code, picture: Picture) -> Finding:
    place = _place(code.corners, picture.pixels)
    payload = codes.parse(code.text, code.format)
    told = {"format": code.format, **place, "payload": payload, "indexed": codes.searchable(code.text, payload)}
    return Finding("code", code.text, 100.0, told.pop("box"), picture.at_ms, detail=told)


def _place(corners: npt.NDArray[np.floating], pixels: Pixels) -> dict[str, Any]:
    """Return {"box", "polygon"} as ratios inside the picture; a box is never without width and height."""
    height, width = pixels.shape[:2]
    inside = np.round(np.clip(corners / (width, height), 0, 1), 4)
    low = np.minimum(inside.min(axis=0), 0.9999)
    size = np.maximum(inside.max(axis=0) - low, 0.0001)
    box: Box = (*low.tolist(), *np.round(size, 4).tolist())
    return {"box": box, "polygon": inside.tolist()}
