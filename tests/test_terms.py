"""Every kind of term that a posting can be made of has a reason that the window and the command line can tell."""

from pathlib import Path

from core.decide import Wish
from core.library import Library
from core.types import AssetId
from tests.conftest import CAT


def test_hits_of_every_kind_of_term_tell_why(library: Library, photos: Path) -> None:
    library.scan([str(photos)])
    chosen = [AssetId(int(asset)) for asset in library.find("type:photo").assets]
    library.decide(chosen, [Wish("tag", "Trip/Alps"), Wish("pick", "1"), Wish("color", "red"), Wish("rate", "3")])
    queries = {
        "tag:trip": "tag", "faces:>=0": "face", "mark:red": "tag", "rating:3": "tag", "label:cat": "label",
        "type:photo": "type", f'in:"{photos}"': "type", "is:picked": "type",
    }  # fmt: skip
    for query, kind in queries.items():
        found = library.search(query)
        assert found.strong, query
        assert {reason.kind for hit in found.hits for reason in hit.reasons} == {kind}, query
    assert library.search("is:picked label:cat").hits[0].path.endswith(CAT)
