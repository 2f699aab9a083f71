"""Pages of rooms: the list, the door, the room itself, the projector, and every form that a room without script needs."""

from realtime.views.board import note, photo, photos
from realtime.views.decide import decided, poll
from realtime.views.door import at_door, enter, join, leave, new, rooms
from realtime.views.erasure import answer_erasure, erasure
from realtime.views.groups import groups
from realtime.views.history import compare, history, restore, text, version_text
from realtime.views.leading import step_in
from realtime.views.log import log
from realtime.views.minutes import minutes, minutes_pdf
from realtime.views.passages import follow, paragraph
from realtime.views.room import projector, room, tool, version
from realtime.views.talk import messages, signs
from realtime.views.writing import close, freeze, passage, submit

__all__ = [
    "answer_erasure",
    "at_door",
    "close",
    "compare",
    "decided",
    "enter",
    "erasure",
    "follow",
    "freeze",
    "groups",
    "history",
    "join",
    "leave",
    "log",
    "messages",
    "minutes",
    "minutes_pdf",
    "new",
    "note",
    "paragraph",
    "passage",
    "photo",
    "photos",
    "poll",
    "projector",
    "restore",
    "room",
    "rooms",
    "signs",
    "step_in",
    "submit",
    "text",
    "tool",
    "version",
    "version_text",
]
