"""One shared document: what it says, what may come on top of it; pure, and the only user of pycrdt."""

from realtime.document.changes import Change, Found, Gap
from realtime.document.compacting import compacted
from realtime.document.crdt import (
    EMPTY,
    Block,
    Lost,
    Scratch,
    Text,
    diff,
    load,
    mended,
    merge,
    new_client,
    read,
)
from realtime.document.everyday import Pen
from realtime.document.grafting import graft
from realtime.document.guard import Known
from realtime.document.judging import Righted, Rules, right
from realtime.document.timeline import Moment, Timeline
from realtime.document.update import Broken

__all__ = [
    "EMPTY",
    "Block",
    "Broken",
    "Change",
    "Found",
    "Gap",
    "Known",
    "Lost",
    "Moment",
    "Pen",
    "Righted",
    "Rules",
    "Scratch",
    "Text",
    "Timeline",
    "compacted",
    "diff",
    "graft",
    "load",
    "mended",
    "merge",
    "new_client",
    "read",
    "right",
]
