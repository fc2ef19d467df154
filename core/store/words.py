"""Words as full-text search compares them: letters folded, signs of scripts without spaces parted."""

import re

from resources.vocabulary import fold

LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "\u0131": "i", "ŋ": "n"}
)
"""What Unicode does not take apart; ß and the like fall to case folding."""

SPACELESS = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")
"""Kana and Han: written without spaces, so each sign is a word of its own and a word of several is a phrase."""


def folded(text: str) -> str:
    """Return `text` as it is indexed, and as a query for it has to be written.

    Case, accents and ligatures do not count; "東京" becomes "東 京", which is found as a phrase anywhere in a run.
    """
    return " ".join(SPACELESS.sub(r" \1 ", fold(text).translate(LETTERS)).split())
