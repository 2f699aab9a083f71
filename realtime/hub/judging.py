"""Who may write what, and what becomes of an update that is not taken."""

import logging

from realtime import protocol
from realtime.document import Broken, Change
from realtime.hub import reading
from realtime.hub.socket import Socket
from realtime.hub.text import REFUSED, Full, LiveText, Unsure
from realtime.protocol import Close

log = logging.getLogger(__name__)


def may(socket: Socket, touches: frozenset[str]) -> bool:
    if socket.barred:
        return False
    return socket.may("write") or ("text" not in touches and socket.may("board"))


def righted(socket: Socket, text: LiveText, change: Change) -> bytes | None:
    """A change of the board without what its rules do not allow; its sender is told why, and reads the board anew
    once the rest is stored. None where all of it is allowed."""
    rules = socket.standing.board
    verdict = text.righted(change, socket.person, rules) if rules is not None else None
    if verdict is None:
        return None
    REFUSED.labels("board").inc()
    socket.righted = True
    socket.send(protocol.room({"tool": "righted", "state": reading.why_righted(socket.standing, verdict)}))
    return verdict.data


def refuse(socket: Socket, problem: Exception) -> None:
    if isinstance(problem, Full):
        REFUSED.labels("full").inc()
        socket.close(Close.TOO_BIG)
        return
    if isinstance(problem, Unsure):
        REFUSED.labels("unsure").inc()
        socket.close(Close.LATER)
        return
    if isinstance(problem, Broken):
        REFUSED.labels("broken").inc()
    log.info("An update was refused: %s", problem)
    socket.close(Close.BAD_UPDATE)
