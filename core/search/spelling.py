"""Near words for one that nothing holds: told, never put in its place."""

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from core.store import postings
from core.store.catalog import Connection
from core.store.words import folded

SHORTEST = 4  # letters; shorter words have too many neighbours
LONG = 8  # letters from which two slips are forgiven instead of one
MOST = 200_000  # words looked through


def near(db: Connection, text: str) -> str:
    """Return the word nearest to the single word `text` in all that is indexed, "" where it is there itself or none is.

    Near: one slip (letter wrong, missing, doubled, two swapped), two from eight letters on; the first letter holds.
    """
    word = folded(text)
    if len(word) < SHORTEST or not word.isalnum() or postings.is_word(db, word):
        return ""
    slips = 2 if len(word) >= LONG else 1
    words = postings.words_like(db, word[0], len(word) - slips, len(word) + slips, MOST)
    found = process.extractOne(word, words, scorer=DamerauLevenshtein.distance, score_cutoff=slips)
    return str(found[0]) if found else ""
