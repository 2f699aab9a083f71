"""Pages of a list."""

from typing import Any

import pytest

from backend.base.paging import ApiPages, page_of


@pytest.mark.parametrize(("asked", "shown"), [("", 1), ("2", 2), ("99", 3), ("x", 1), ("-1", 3)])
def test_there_is_always_a_page(rf: Any, asked: str, shown: int) -> None:
    page = page_of(rf.get("/", {"page": asked} if asked else {}), list(range(50)))
    assert (page.number, page.paginator.num_pages) == (shown, 3)


def test_programs_get_at_most_a_hundred_rows() -> None:
    assert ApiPages.max_page_size == 100
