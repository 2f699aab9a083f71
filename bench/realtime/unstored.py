"""The room's engine without storing, to see what storing costs: python -m bench.realtime.unstored PORT.

Only this file can switch it off, and only for its own process: nothing in the product reads a setting for it.
"""

import os
import sys

import uvicorn

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")

from backend.asgi import application
from realtime.store import Batch, Outcome, Stored, writer


def forget(batches: list[Batch]) -> list[Outcome]:
    return [Stored(batch.head + len(batch.entries)) for batch in batches]


if __name__ == "__main__":
    writer._together = forget
    uvicorn.run(
        application,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        ws="realtime.server:RoomProtocol",
        ws_per_message_deflate=False,
        log_level="warning",
    )
