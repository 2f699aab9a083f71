"""Looking at a tool asks the database as often for many as for few."""

from collections.abc import Callable

import pytest

from tests.realtime.factories import join
from tests.realtime.sessions import Session


@pytest.fixture
def at_most(count_queries: Callable[[Callable[[], object]], int], session: Session) -> Callable[[str, int], None]:
    """Looking at a tool asks the database as often for one person in the room as for many."""

    def check(tool: str, limit: int) -> None:
        few = count_queries(lambda: session.see(session.lead, tool))
        for number in range(5):
            join(session.room, f"Person {number}")
        assert count_queries(lambda: session.see(session.lead, tool)) == few <= limit

    return check
