"""What rooms keep: one file for each noun, one place to import from."""

from realtime.models.log import ClientClock, Snapshot, Update, Version
from realtime.models.rooms import Participant, Room
from realtime.models.sessions import Caption, SessionPlan
from realtime.models.tools import Ballot, ToolState

__all__ = [
    "Ballot",
    "Caption",
    "ClientClock",
    "Participant",
    "Room",
    "SessionPlan",
    "Snapshot",
    "ToolState",
    "Update",
    "Version",
]
