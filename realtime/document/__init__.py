"""One shared document: what it says, what may come on top of it; pure, and the only user of pycrdt."""

from realtime.document.crdt import (
    EMPTY,
    Block,
    Scratch,
    Text,
    diff,
    load,
    mended,
    merge,
    new_client,
    read,
)
from realtime.document.guard import Change, Found, Gap, Known
from realtime.document.update import Broken

__all__ = [
    "EMPTY",
    "Block",
    "Broken",
    "Change",
    "Found",
    "Gap",
    "Known",
    "Scratch",
    "Text",
    "diff",
    "load",
    "mended",
    "merge",
    "new_client",
    "read",
]
