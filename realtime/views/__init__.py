"""Pages of rooms: the list, the door, the room itself, the projector, and every form that a room without script needs."""

from realtime.views.door import enter, join, leave, new, rooms
from realtime.views.room import projector, room, text, tool, version
from realtime.views.writing import close, freeze, passage, submit

__all__ = [
    "close",
    "enter",
    "freeze",
    "join",
    "leave",
    "new",
    "passage",
    "projector",
    "room",
    "rooms",
    "submit",
    "text",
    "tool",
    "version",
]
