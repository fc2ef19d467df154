"""Tesseract as the other reader, where it is installed and chosen: for clean pages and alphabets PP-OCR lacks."""

import shutil
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pytesseract

from core.analyze.text.lines import Line, Word
from core.errors import AnalysisError
from core.types import Pixels

PATIENCE_S = 60  # for one picture
LEAST = 30.0  # confidence of a word; weaker ones are mostly specks


def installed() -> tuple[str, ...]:
    """Return the languages of the installed Tesseract, sorted; () where there is none."""
    if not shutil.which(pytesseract.pytesseract.tesseract_cmd):
        return ()
    try:
        return tuple(sorted(pytesseract.get_languages()))
    except (OSError, pytesseract.TesseractError):
        return ()


def read(pixels: Pixels, languages: str) -> list[Line]:
    """Return the lines of text; languages: Tesseract's codes joined by "+".

    Raises AnalysisError where it is not installed, lacks a language, or takes longer than a minute.
    """
    try:
        table = pytesseract.image_to_data(
            np.ascontiguousarray(pixels),
            lang=languages,
            output_type=pytesseract.Output.DICT,
            timeout=PATIENCE_S,
        )
    except pytesseract.TesseractNotFoundError as error:
        raise AnalysisError("Tesseract is chosen to read text but is not installed.") from error
    except pytesseract.TesseractError as error:
        raise AnalysisError(f"Tesseract could not read it with {languages}: {_first(error.message)}") from error
    except RuntimeError as error:  # how pytesseract says that the time is over
        raise AnalysisError(f"Tesseract took longer than {PATIENCE_S} s.") from error
    rows = [{name: table[name][i] for name in table} for i in range(len(table["text"]))]
    words = [row for row in rows if str(row["text"]).strip() and float(row["conf"]) >= LEAST]
    by_line = groupby(words, key=lambda row: (row["block_num"], row["par_num"], row["line_num"]))
    return [_line([_word(row) for row in line]) for _, line in by_line]


def _first(message: object) -> str:
    return str(message).strip().splitlines()[0][:200] if str(message).strip() else "it says nothing"


def _word(row: Mapping[str, Any]) -> Word:
    left, top, right, bottom = row["left"], row["top"], row["left"] + row["width"], row["top"] + row["height"]
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)
    return Word(str(row["text"]).strip(), round(float(row["conf"]), 2), corners)


def _line(words: Sequence[Word]) -> Line:
    every = np.concatenate([word.corners for word in words])
    (left, top), (right, bottom) = every.min(axis=0), every.max(axis=0)
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    sure = round(float(np.mean([word.confidence for word in words])), 2)
    return Line(" ".join(word.text for word in words), sure, corners, tuple(words))
