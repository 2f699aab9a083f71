"""What rooms keep: one file for each noun, one place to import from."""

from realtime.models.log import ClientClock, Snapshot, Update, Version
from realtime.models.rooms import Participant, Room
from realtime.models.tools import Ballot, ToolState

__all__ = ["Ballot", "ClientClock", "Participant", "Room", "Snapshot", "ToolState", "Update", "Version"]
