"""Decisions: what they do, that they are undone, and that nothing on earth loses one."""

import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from core.decide import Wish
from core.errors import LibraryError, NotFoundError
from core.library import Library
from core.types import ChangeSet, Json
from tests.conftest import CAT, COFFEE


@pytest.fixture
def scanned(library: Library, photos: Path) -> Library:
    library.scan([str(photos)])
    return library


def labels(document: Json) -> dict[str, float]:
    return {label["name"]: label["confidence"] for label in document["labels"]}


def test_tags_ratings_and_labels(scanned: Library, photos: Path) -> None:
    cat = str(photos / CAT)
    assert {"Cat", "Animal"} <= labels(scanned.show(cat)).keys()
    scanned.mark([cat], [Wish("tag", "Tigger"), Wish("rate", "5"), Wish("reject", "animal"), Wish("confirm", "snow")])
    document = scanned.show(cat)
    assert (document["tags"], document["rating"]) == (["Tigger"], 5)
    assert not {"Cat", "Animal"} & labels(document).keys()  # what is no animal is no cat
    assert labels(document)["Snow"] == 100
    assert scanned.search("label:cat").total == 0
    assert scanned.search("label:snow rating:5 tag:tigger").strong == 1


def test_the_same_wish_twice_is_one_decision(scanned: Library, photos: Path) -> None:
    wishes = [Wish("tag", "Tigger")]
    first, _ = scanned.mark([str(photos / CAT)], wishes)
    second, _ = scanned.mark([str(photos / CAT)], wishes)
    assert (len(first.decisions), len(second.decisions)) == (1, 0)


def test_undo_takes_back_act_after_act(scanned: Library, photos: Path) -> None:
    cat, coffee = str(photos / CAT), str(photos / COFFEE)
    scanned.mark([cat, coffee], [Wish("tag", "one")])
    scanned.mark([cat], [Wish("untag", "one"), Wish("rate", "3")])
    assert (scanned.show(cat)["tags"], scanned.show(cat)["rating"]) == ([], 3)
    scanned.undo()
    assert (scanned.show(cat)["tags"], scanned.show(cat)["rating"]) == (["one"], None)
    decided = scanned.undo()
    assert len(decided.changes.assets) == 2
    assert (scanned.show(cat)["tags"], scanned.show(coffee)["tags"]) == ([], [])
    with pytest.raises(NotFoundError):
        scanned.undo()


def test_rejections_survive_another_analysis(scanned: Library, photos: Path) -> None:
    scanned.mark([str(photos / CAT)], [Wish("reject", "Cat")])
    scanned.analyze(only=["labels"])
    older_findings = scanned.show(str(photos / CAT))
    assert "Cat" not in labels(older_findings)


def test_an_unknown_label_is_refused_with_a_sentence(scanned: Library, photos: Path) -> None:
    with pytest.raises(NotFoundError, match="is a tag"):
        scanned.mark([str(photos / CAT)], [Wish("confirm", "flibbertigibbet")])


def test_files_outside_are_named_and_the_others_marked(scanned: Library, photos: Path) -> None:
    decided, unknown = scanned.mark([str(photos / CAT), "/nowhere/x.jpg"], [Wish("tag", "Tigger")])
    assert (len(decided.decisions), unknown) == (1, ["/nowhere/x.jpg"])


def test_every_write_tells_what_changed(scanned: Library, photos: Path) -> None:
    heard: list[ChangeSet] = []
    scanned.subscribe(heard.append)
    scanned.mark([str(photos / CAT)], [Wish("tag", "Tigger")])
    assert [len(change.assets) for change in heard] == [1]
    assert heard[0].aspects == {"marks"}


def test_a_deleted_catalog_gives_every_decision_back(home: Path, photos: Path) -> None:
    with Library(home, write=True) as library:
        library.scan([str(photos)])
        library.mark([str(photos / CAT)], [Wish("tag", "Tigger"), Wish("rate", "5"), Wish("reject", "Animal")])
        library.mark([str(photos / CAT)], [Wish("tag", "mistake")])
        library.undo()
        before = library.show(str(photos / CAT))
    for name in ("catalog.db", "thumbs.db"):
        for suffix in ("", "-wal", "-shm"):
            (home / f"{name}{suffix}").unlink(missing_ok=True)
    with Library(home, write=True) as library:
        library.scan([str(photos)])
        assert library.show(str(photos / CAT)) == before
        library.mark([str(photos / COFFEE)], [Wish("tag", "later")])  # ids go on after the replayed ones
        ids = [json.loads(line)["id"] for line in (home / "decisions.jsonl").read_text().splitlines()]
        assert ids == sorted(set(ids))


def test_a_torn_or_damaged_journal_loses_only_what_is_torn(home: Path, photos: Path) -> None:
    journal = home / "decisions.jsonl"
    with Library(home, write=True) as library:
        library.scan([str(photos)])
        library.mark([str(photos / CAT)], [Wish("tag", "one")])
        library.mark([str(photos / CAT)], [Wish("tag", "two")])
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-9])
    with Library(home, write=True):  # the catalog still knows: the journal is made whole
        assert journal.read_bytes() == whole
    journal.write_bytes(b"{not json\n" + whole)
    (home / "catalog.db").unlink()
    with Library(home, write=True) as library:
        library.scan([str(photos)])
        assert library.show(str(photos / CAT))["tags"] == ["one", "two"]


def test_projections_can_be_deleted_and_are_made_again(scanned: Library, photos: Path) -> None:
    scanned.mark([str(photos / CAT)], [Wish("tag", "Tigger")])
    before = [scanned.search(query) for query in ("tag:tigger", "animal", "label:cat -tag:tigger")]
    assert scanned.rebuild() == 3
    assert [scanned.search(query) for query in ("tag:tigger", "animal", "label:cat -tag:tigger")] == before


def test_another_vocabulary_makes_the_postings_anew(home: Path, photos: Path) -> None:
    with Library(home, write=True) as library:
        library.scan([str(photos)])
    with closing(sqlite3.connect(home / "catalog.db")) as db, db:
        db.execute("update setting set value = 'older' where key = 'vocabulary'")
        db.execute("delete from posting")
        db.execute("update finding set name = 'Gone from the vocabulary' where name = 'Cup'")
    with Library(home, write=True) as library:
        assert library.search("label:cat").strong == 1
        assert "Gone from the vocabulary" in labels(library.show(str(photos / COFFEE)))


@pytest.mark.usefixtures("library")
def test_a_second_writer_gets_a_sentence_and_readers_go_on(home: Path) -> None:
    with pytest.raises(LibraryError, match="Another Fovea is writing"):
        Library(home, write=True)
    with Library(home, write=False) as reader:
        assert reader.search("cat").total == 0


def test_decisions_from_many_threads_all_stand(scanned: Library, photos: Path, home: Path) -> None:
    def work(name: str) -> None:
        for i in range(10):
            scanned.mark([str(photos / CAT)], [Wish("tag", f"{name} {i}")])

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(scanned.show(str(photos / CAT))["tags"]) == 40
    assert len((home / "decisions.jsonl").read_text().splitlines()) == 40
