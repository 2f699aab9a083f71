"""Pages of rooms: the list, the door, the room itself, the projector, and every form that a room without script needs."""

from realtime.views.door import enter, join, leave, new, rooms
from realtime.views.passages import follow, paragraph
from realtime.views.room import projector, room, text, tool, version
from realtime.views.writing import close, freeze, passage, submit

__all__ = [
    "close",
    "enter",
    "follow",
    "freeze",
    "join",
    "leave",
    "new",
    "paragraph",
    "passage",
    "projector",
    "room",
    "rooms",
    "submit",
    "text",
    "tool",
    "version",
]
