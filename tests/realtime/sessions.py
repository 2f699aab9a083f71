"""A room with a leader and two guests, and one way to give orders and to look."""

from typing import Any, NamedTuple

from realtime import tools
from realtime.models import Participant, Room


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
