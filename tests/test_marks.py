"""Marks on many at once, picks, colours, nested tags, and what was undone done again, also after a restart."""

from pathlib import Path

import pytest

from core.decide import Wish
from core.errors import LibraryError, NotFoundError, PersonError
from core.library import Library
from core.types import AssetId
from tests.conftest import CAT, COFFEE


@pytest.fixture
def scanned(library: Library, photos: Path) -> Library:
    library.scan([str(photos)])
    return library


def everything(library: Library) -> list[AssetId]:
    return [AssetId(int(asset)) for asset in library.find("type:photo").assets]


def found(library: Library, query: str) -> int:
    return library.find(query).strong


def test_one_act_on_many(scanned: Library) -> None:
    chosen = everything(scanned)
    decided = scanned.decide(chosen, [Wish("pick", "1"), Wish("color", "red")], "grid")
    assert (len(decided.decisions), decided.changes.initiator) == (2 * len(chosen), "grid")
    assert {(card.pick, card.color) for card in scanned.cards(chosen)} == {(1, "red")}
    assert (found(scanned, "is:picked"), found(scanned, "mark:red"), found(scanned, "is:rejected")) == (3, 3, 0)
    scanned.decide(chosen[:1], [Wish("pick", "-1"), Wish("color", "")])
    assert (found(scanned, "is:picked"), found(scanned, "mark:red"), found(scanned, "is:rejected")) == (2, 2, 1)
    with pytest.raises(NotFoundError):
        scanned.decide([*chosen, AssetId(999)], [Wish("pick", "0")])
    with pytest.raises(PersonError, match="no text"):
        scanned.decide(chosen, [Wish("pick", "0"), Wish("tag", "caf\udce9")])
    assert found(scanned, "is:picked") == 2  # all or nothing


def test_quick_postings_are_those_of_a_rebuild(scanned: Library) -> None:
    one, two, three = everything(scanned)
    scanned.decide([one, two, three], [Wish("tag", "Family/Anna"), Wish("rate", "4")])
    scanned.decide([one], [Wish("untag", "Family/Anna"), Wish("rate", "0"), Wish("confirm", "dog")])
    scanned.decide([two], [Wish("tag", "Trip"), Wish("reject", "animal"), Wish("pick", "-1")])
    queries = (
        "tag:family", "tag:anna", "tag:trip", "rating:4", "rating:0", "is:unrated", "is:tagged", "dog", "animal",
        "is:rejected", "anna", "trip", "faces:>=0", "type:photo",
    )  # fmt: skip
    before = {query: found(scanned, query) for query in queries}
    shelves = scanned.shelves()
    assert (before["tag:family"], before["tag:anna"], before["tag:trip"], before["anna"]) == (2, 2, 1, 2)
    scanned.rebuild()
    assert {query: found(scanned, query) for query in queries} == before
    assert scanned.shelves() == shelves


def test_undone_and_done_again_across_restarts(scanned: Library, home: Path) -> None:
    chosen = everything(scanned)
    scanned.decide(chosen, [Wish("tag", "one")])
    scanned.decide(chosen[:2], [Wish("rate", "5")])
    assert scanned.undo().told == ("rate", "5", 2)
    assert scanned.undo().told == ("tag", "one", 3)
    scanned.close()
    with Library(home, write=True) as again:
        assert again.redo().told == ("tag", "one", 3)
        assert (found(again, "tag:one"), found(again, "rating:5")) == (3, 0)
        again.redo()
        assert (found(again, "tag:one"), found(again, "rating:5")) == (3, 2)
        with pytest.raises(NotFoundError):
            again.redo()
        again.undo()
        assert found(again, "rating:5") == 0
    (home / "catalog.db").unlink()
    with Library(home, write=True) as lost:
        assert lost.redo().told == ("rate", "5", 2)  # the journal knows as well


def test_a_new_act_ends_doing_again(scanned: Library) -> None:
    chosen = everything(scanned)
    scanned.decide(chosen, [Wish("tag", "one")])
    scanned.undo()
    scanned.decide(chosen, [Wish("tag", "two")])
    with pytest.raises(NotFoundError):
        scanned.redo()
    scanned.undo()
    assert scanned.redo().told == ("tag", "two", 3)


def test_a_label_is_unsaid(scanned: Library, photos: Path) -> None:
    [cat] = (card.asset for card in scanned.cards(everything(scanned)) if card.path == str(photos / CAT))
    scanned.decide([cat], [Wish("reject", "cat")])
    assert found(scanned, "label:cat") == 0
    scanned.decide([cat], [Wish("unsay", "cat")])
    assert found(scanned, "label:cat") == 1


def test_saved_searches_are_decisions(scanned: Library) -> None:
    scanned.save_search("Cats at home", "cat -beach")
    assert scanned.shelves().searches == (("Cats at home", "cat -beach"),)
    scanned.save_search("Cats at home", "")
    assert scanned.shelves().searches == ()
    scanned.undo()
    assert scanned.shelves().searches == (("Cats at home", "cat -beach"),)


def test_shelves_count_what_there_is(scanned: Library, photos: Path) -> None:
    shelves = scanned.shelves()
    assert (shelves.total, shelves.waiting) == (3, 0)
    assert [(source.root, files) for source, files in shelves.sources] == [(str(photos), 3)]
    assert sum(count for _month, count in shelves.months) == 3
    (photos / "new.jpg").write_bytes(b"not yet")
    scanned.scan([str(photos)], analyze=False)
    assert scanned.shelves().sources[0][1] == 4


def test_all_that_is_known_of_one(scanned: Library, photos: Path) -> None:
    [coffee] = (card.asset for card in scanned.cards(everything(scanned)) if card.path == str(photos / COFFEE))
    scanned.decide([coffee], [Wish("tag", "breakfast")])
    scanned.undo()
    scanned.decide([coffee], [Wish("rate", "2")])
    told = scanned.about(coffee)
    assert told["path"] == str(photos / COFFEE)
    assert [(act["verb"], act["value"], act["undone"]) for act in told["history"]] == [
        ("rate", "2", False),
        ("tag", "breakfast", True),
    ]
    assert told["files"] == [{"path": str(photos / COFFEE), "online": True}]
    assert any(label["name"] == "Coffee Cup" or label["name"] == "Cup" for label in told["labels"])


def test_only_looking_refuses_a_mark_in_a_sentence(scanned: Library, home: Path) -> None:
    chosen = everything(scanned)
    with Library(home, write=False) as other, pytest.raises(LibraryError, match="only look"):
        other.decide(chosen, [Wish("rate", "1")])
