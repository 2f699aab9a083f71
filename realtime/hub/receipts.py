"""Receipts: what of each writer's words is in durable storage, said a few times a second and not after each letter."""

import asyncio
from typing import Final

from realtime.hub.socket import Socket

EVERY: Final = 0.25  # seconds: sooner than an eye looks for it, and one frame for several letters


class Receipts:
    """Sockets that are to be told, all at once when the time is up."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: set[Socket] = set()
        self._timer: asyncio.TimerHandle | None = None

    def want(self, socket: Socket) -> None:
        """More of what came from this socket is stored."""
        self._waiting.add(socket)
        if self._timer is None:
            self._timer = self._loop.call_later(EVERY, self.tell)

    def tell(self) -> None:
        """Say it now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, set()
        for socket in waiting:
            socket.tell_saved()
