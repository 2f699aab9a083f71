"""Who is where in a room: one client a socket, names written by the server, sent together on a timer of its own."""

import json
from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from uuid import UUID

from realtime import protocol
from realtime.hub.socket import Socket
from realtime.protocol import PRESENCE_LIMIT, Presence

INTERVAL: Final = 0.05
HOLDING: Final = 64  # letters of a note's id


class Here(NamedTuple):
    clock: int
    state: dict[str, Any] | None
    socket: Socket | None  # None: in another process
    person: UUID | None = None
    peer: str = ""  # the other process


def identity(socket: Socket) -> dict[str, str]:
    """What others see beside a caret; never the client's word."""
    standing = socket.standing
    return {"name": standing.name, "color": f"p{standing.colour}", "role": standing.role}


class Presences:
    """The awareness of one room."""

    def __init__(self) -> None:
        self._here: dict[int, Here] = {}
        self._dirty: set[int] = set()

    def hear(self, socket: Socket, entries: list[Presence]) -> None:
        """Take what a client says of itself; what it says of others is theirs to say."""
        for entry in entries:
            if self._speaks_for(socket, entry.client):
                state = _own_words(socket, entry.state)
                self._set(entry.client, Here(entry.clock, state, socket, socket.person))

    def _speaks_for(self, socket: Socket, client: int) -> bool:
        if socket.client is not None:
            return client == socket.client
        known = self._here.get(client)
        if known is not None and known.state is not None:
            # A page that came back keeps its client, wherever it was before; nobody takes another's.
            if known.person != socket.person:
                return False
            if known.socket is not None:
                known.socket.client = None
        socket.client = client
        return True

    def _set(self, client: int, here: Here) -> None:
        known = self._here.get(client)
        if known is not None and known.socket is here.socket:
            news = here.state is None or known.peer != here.peer
            if here.clock < known.clock or (here.clock == known.clock and not news):
                return
        self._here[client] = here._replace(clock=max(here.clock, known.clock if known else 0))
        self._dirty.add(client)

    def hear_elsewhere(self, entries: list[list[Any]], peer: str) -> None:
        """Presence that another process passed on."""
        for client, clock, state, *who in entries:
            here = Here(clock, state, None, UUID(hex=who[0]) if who else None, peer)
            known = self._here.get(client)
            if known is None or known.socket is None:
                self._set(client, here)
            elif state is not None and clock > known.clock and known.person == here.person:
                # The page came back there, and its old line here is not known to be dead yet.
                known.socket.client = None
                self._set(client, here)

    def rename(self, socket: Socket) -> None:
        """Rights or name changed: say it again."""
        known = self._here.get(socket.client or 0)
        if known is not None and known.state is not None:
            state = {**known.state, "user": identity(socket)}
            self._here[socket.client or 0] = Here(known.clock + 1, state, socket, socket.person)
            self._dirty.add(socket.client or 0)

    def leave(self, socket: Socket) -> None:
        client = socket.client
        known = self._here.get(client) if client is not None else None
        if client is not None and known is not None and known.socket is socket and known.state is not None:
            self._here[client] = Here(known.clock + 1, None, socket, socket.person)
            self._dirty.add(client)

    def lose_elsewhere(self, peer: str, *, others: bool) -> None:
        """Another process does not have this room any more; or none has, where there are no `others`."""
        for client, known in list(self._here.items()):
            if known.socket is None and known.state is not None and (known.peer == peer or not others):
                self._here[client] = Here(known.clock + 1, None, None)
                self._dirty.add(client)

    @property
    def changed(self) -> bool:
        return bool(self._dirty)

    def everyone(self) -> bytes | None:
        """A frame with all who are here, for someone who comes in."""
        return self._frame(client for client, known in self._here.items() if known.state is not None)

    def collect(self) -> tuple[bytes | None, list[list[Any]]]:
        """A frame with what changed, and the part of it that other processes do not know."""
        dirty, self._dirty = self._dirty, set()
        frame = self._frame(dirty)
        mine = []
        for client in dirty:
            known = self._here[client]
            if known.socket is not None:
                mine.append([client, known.clock, known.state, known.socket.person.hex])
            if known.state is None:
                del self._here[client]
        return frame, mine

    def mine(self) -> list[list[Any]]:
        """Everyone of this process, for one that has just opened the room."""
        local = [(client, known, known.socket) for client, known in self._here.items() if known.socket is not None]
        return [[client, k.clock, k.state, s.person.hex] for client, k, s in local if k.state is not None]

    def _frame(self, clients: Iterable[int]) -> bytes | None:
        entries = [Presence(client, self._here[client].clock, self._here[client].state) for client in clients]
        return protocol.awareness(entries) if entries else None


def _own_words(socket: Socket, state: dict[str, Any] | None) -> dict[str, Any] | None:
    """Of what a client says only its caret and the note in its hand are kept; who it is, is written here."""
    if state is None:
        return None
    own: dict[str, Any] = {"user": identity(socket)}
    holding = state.get("holding")
    if isinstance(holding, str) and len(holding) <= HOLDING:
        own["holding"] = holding
    cursor = state.get("cursor")
    if isinstance(cursor, dict) and len(json.dumps(cursor)) <= PRESENCE_LIMIT:
        return {**own, "cursor": cursor}
    return own
