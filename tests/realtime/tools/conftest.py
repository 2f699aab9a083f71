"""A room with a leader and two guests, and one way to give orders and to look."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from realtime import tools
from realtime.models import Participant, Room
from tests.realtime.factories import join, leader, make_room


class Session(NamedTuple):
    room: Room
    lead: Participant
    amal: Participant
    gianni: Participant

    def do(self, who: Participant, tool: str, command: str, **args: Any) -> None:
        tools.do(room=self.room, tool=tool, command=command, by=who.person, args=args)

    def see(self, who: Participant | None, tool: str) -> Any:
        room = Room.objects.in_city(self.room.city_id).select_related("thread").get(pk=self.room.pk)
        return tools.show(room, tools.viewer_of(who), [tool])[tool]


@pytest.fixture
def session(db: None) -> Session:
    room = make_room(question="What would make you stay?")
    return Session(room, leader(room), join(room), join(room, "Gianni"))


@pytest.fixture
def at_most(count_queries: Callable[[Callable[[], object]], int], session: Session) -> Callable[[str, int], None]:
    """Looking at a tool asks the database as often for one person in the room as for many."""

    def check(tool: str, limit: int) -> None:
        few = count_queries(lambda: session.see(session.lead, tool))
        for number in range(5):
            join(session.room, f"Person {number}")
        assert count_queries(lambda: session.see(session.lead, tool)) == few <= limit

    return check
