"""How speaking and writing are shared, also in the groups, live: for the facilitator, in bands, and never as a list of
persons."""

from functools import cache, partial
from typing import Any

from realtime.indicators import share_among
from realtime.models import Room
from realtime.tools.base import Command, State, Viewer, people_of, state_of


def _share(room: Room) -> dict[str, Any]:
    people = {str(each.pk): (each.person_id, each.kind) for each in people_of(room) if each.speaks}
    return share_among(room, people, state_of(room, "speaking"))


class Fair:
    name = "fair"
    commands: dict[str, Command] = {}

    def start(self) -> State:
        return {}

    def read(self, room: Room, state: State) -> Any:
        """Once, and only where someone who leads looks."""
        return cache(partial(_share, room))

    def show(self, read: Any, viewer: Viewer) -> State:
        """During the session it helps who leads; at the end everyone reads it in the minutes."""
        return dict(read()) if viewer.leads else {}
