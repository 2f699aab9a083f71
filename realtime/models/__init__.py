"""What rooms keep: one file for each noun, one place to import from."""

from realtime.models.board import NotePhoto, SilentNote, VersionIdea
from realtime.models.consent import Concern, ConsentCheck
from realtime.models.groups import Breakout, BreakoutGroup, BreakoutSeat, Brought, GroupAuthor
from realtime.models.history import Erasure, Timeline
from realtime.models.log import ClientClock, Snapshot, Update, Version
from realtime.models.minutes import Minutes, MinutesAnswer, MinutesName, MinutesRevision
from realtime.models.passages import Passage
from realtime.models.polls import Poll
from realtime.models.rooms import Participant, Room
from realtime.models.sessions import Caption, SessionPlan
from realtime.models.talk import Reaction
from realtime.models.tools import Ballot, ToolState

__all__ = [
    "Ballot",
    "Breakout",
    "BreakoutGroup",
    "BreakoutSeat",
    "Brought",
    "Caption",
    "ClientClock",
    "Concern",
    "ConsentCheck",
    "Erasure",
    "GroupAuthor",
    "Minutes",
    "MinutesAnswer",
    "MinutesName",
    "MinutesRevision",
    "NotePhoto",
    "Participant",
    "Passage",
    "Poll",
    "Reaction",
    "Room",
    "SessionPlan",
    "SilentNote",
    "Snapshot",
    "Timeline",
    "ToolState",
    "Update",
    "Version",
    "VersionIdea",
]
