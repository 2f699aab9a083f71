"""The versions of the text that were kept."""

from typing import Any

from realtime.models import Room, Version
from realtime.tools.base import Command, State, Viewer


class Versions:
    name = "versions"
    commands: dict[str, Command] = {}

    def start(self) -> State:
        return {}

    def read(self, room: Room, state: State) -> State:
        rows = Version.objects.in_city(room.city_id).filter(room=room).for_list()[:50]
        return {
            "versions": [
                {"number": row.number, "title": row.title, "by": row.by.name, "at": row.at.isoformat()} for row in rows
            ]
        }

    def show(self, read: Any, viewer: Viewer) -> State:
        return read if viewer.participant else {"versions": []}
