"""Reasons, photos and acts in words a person would use."""

from core.decide import Decided, Wish
from core.types import AssetId, Card, ChangeSet, DecisionId, Hit, Reason
from ui.words import (
    act_in_words,
    card_in_words,
    duration_in_words,
    in_short,
    in_words,
    length_in_words,
    month_in_words,
    quoted,
    why_in_words,
)


def test_reasons_in_words() -> None:
    label = Reason("label", "Cat", 93.4, (0.1, 0.1, 0.5, 0.5))
    meaning = Reason("meaning", "close", 31.0)
    assert in_words(label) == "Fovea sees: Cat, 93 % sure, in one part of the picture"
    assert in_words(meaning) == "Picture and words are close in meaning: 0.31"
    assert in_words(Reason("place", "Lisbon", 100.0)) == "Taken near: Lisbon"
    assert in_words(Reason("text", "LIDL", 98.0, (0.1, 0.1, 0.2, 0.1))) == "Written in it: LIDL"
    assert in_words(Reason("text", "summer", 100.0)) == "Its caption says: summer"
    assert in_short(Hit("/a.jpg", "0" * 64, 0.9, True, (label, label, meaning))) == "Cat 93"
    assert in_short(Hit("/a.jpg", "0" * 64, 0.3, False, (meaning,))) == "meaning 0.31"
    assert not in_short(Hit("/a.jpg", "0" * 64, 1.0, True, (Reason("type", "photo", 100.0),)))


def test_cards_in_words() -> None:
    card = Card(AssetId(1), "0" * 64, "/photos/a.mp4", "video", 1_577_934_245_000, 4, 24.4, 2, flagged=True)
    told = card_in_words(card)
    assert told.startswith("a.mp4, 2 January 2020, ")
    assert told.endswith("film of 0:24, 4 stars, 2 faces, to be reviewed")
    assert card_in_words(Card(AssetId(2), "", "", "photo", 0, -1)) == "no file, rejected"
    assert length_in_words(3725.2) == "1:02:05"


def test_what_was_done_is_said() -> None:
    changes = ChangeSet(frozenset(AssetId(number) for number in range(12)))
    fresh = Decided(tuple(DecisionId(number) for number in range(12)), changes)
    assert act_in_words(fresh, [Wish("rate", "3")]) == "Rated 3 stars: 12 photos."
    assert act_in_words(fresh, [Wish("tag", "Family/Anna")]) == "Tagged Family / Anna: 12 photos."
    assert act_in_words(Decided((), changes), [Wish("pick", "1")]) == "It was so already."
    assert act_in_words(Decided((DecisionId(1),), changes, ("reject", "Dog", 1))) == "Not Dog: 1 photo."


def test_times_are_rough() -> None:
    told = [duration_in_words(seconds) for seconds in (5, 200, 3600, 12_000, 100_000, 400_000)]
    assert told == ["under a minute", "3 min", "60 min", "3 h 20 min", "27 h", "5 days"]


def test_a_value_is_quoted_where_it_must_be() -> None:
    assert [quoted(value) for value in ("Family/Anna", "two words", 'a"b', "")] == [
        "Family/Anna", '"two words"', '"a b"', '""',
    ]  # fmt: skip
    assert month_in_words("2019-05") == "May"


def test_a_tip_says_what_and_why() -> None:
    card = Card(AssetId(1), "0" * 64, "/photos/a.jpg", "photo", 0, 3, pick=1, color="red")
    hit = Hit("/photos/a.jpg", "0" * 64, 0.9, True, (Reason("label", "Cat", 93.4),))
    assert why_in_words(card, hit) == "a.jpg, 3 stars, picked, red\nFovea sees: Cat, 93 % sure"
    assert not why_in_words(None, None)
