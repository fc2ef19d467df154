"""A search that nobody waits for any more ends at once, and the connection serves the next one."""

from pathlib import Path

import pytest

from core.errors import GivenUpError
from core.library import Library
from core.store import connect


def test_a_statement_is_given_up_and_the_next_one_is_not(tmp_path: Path) -> None:
    with connect.writable(tmp_path / "catalog.db") as db:
        endless = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n"
        asked: list[int] = []

        def given_up() -> bool:
            asked.append(1)
            return len(asked) >= 3

        with pytest.raises(GivenUpError), connect.interruptible(db, given_up):
            db.execute(endless).fetchone()
        assert len(asked) == 3
        many = "with recursive n(x) as (select 1 union all select x + 1 from n limit 200000) select count(*) from n"
        assert db.execute(many).fetchone() == (200_000,)
        assert len(asked) == 3
    db.close()


def test_a_search_that_is_not_given_up_answers(library: Library, photos: Path) -> None:
    library.scan([str(photos)])
    assert library.find("cat", given_up=lambda: False).strong == 1
