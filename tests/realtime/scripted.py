"""Scripted people who speak to the consumer as a server would: the whole of a socket without a network."""

import asyncio
import json
from typing import Any

from pycrdt import Doc, Text, XmlElement, XmlFragment, XmlText

from realtime import protocol
from realtime.consumers import RoomConsumer
from realtime.models import Participant
from realtime.permissions import ticket_for
from realtime.protocol import Kind, Sync

PATIENCE = 5.0


class Wire:
    """One connection, and a document kept in step with it."""

    def __init__(self, room: Any, ticket: str, *, headers: dict[str, str] | None = None, client: int = 0) -> None:
        self.ticket = ticket
        self.doc: Doc[Any] = Doc(client_id=client) if client else Doc()
        self.words = self.doc.get("plain", type=Text)
        self.text = self.doc.get("document", type=XmlFragment)
        self.sent = self.saved = self.frames = 0
        self.code: int | None = None
        self.synced = False
        self.denied: list[str] = []
        self.states: dict[str, Any] = {}
        self.answers: dict[str, Any] = {}
        self.presence: dict[int, Any] = {}
        self.stuck = False
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._scope = {
            "type": "websocket",
            "path": f"/ws/rooms/{room}/",
            "query_string": f"ticket={ticket}".encode(),
            "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
            "url_route": {"kwargs": {"room": room}},
        }
        self._applying = False
        self.doc.observe(self._changed)

    async def open(self, *, sync: bool = True) -> "Wire":
        self._inbox.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.get_running_loop().create_task(RoomConsumer()(self._scope, self._inbox.get, self._hear))
        if sync:
            self.send(protocol.sync(Sync.STEP1, self.doc.get_state()))
            await until(lambda: self.synced or self.code is not None)
        return self

    def send(self, frame: bytes) -> None:
        self._inbox.put_nowait({"type": "websocket.receive", "bytes": frame})

    def update(self, data: bytes, step: Sync = Sync.UPDATE) -> None:
        self.sent += 1
        self.send(protocol.sync(step, data))

    def order(self, tool: str, what: str, key: str = "1", **args: Any) -> None:
        self.send(protocol.room({"tool": tool, "do": what, "args": args, "id": key}))

    async def ask(self, tool: str, what: str, **args: Any) -> Any:
        """Give an order and wait for its answer."""
        key = str(len(self.answers) + 1)
        self.order(tool, what, key, **args)
        await until(lambda: key in self.answers)
        return self.answers[key]

    def paragraph(self, words: str) -> None:
        self.text.children.append(XmlElement("paragraph", {"id": "p"}, [XmlText(words)]))

    async def close(self) -> None:
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(self._task, PATIENCE)

    def _changed(self, event: Any) -> None:
        if not self._applying:
            self.update(event.update)

    async def _hear(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.close":
            self.code = message["code"]
            self._inbox.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
        elif message["type"] == "websocket.send":
            while self.stuck:
                await asyncio.sleep(0.01)
            self.frames += 1
            self._read(message["bytes"])

    def _read(self, frame: bytes) -> None:
        kind, at = protocol.read_uint(frame, 0)
        if kind == Kind.SYNC:
            step, at = protocol.read_uint(frame, at)
            payload, _ = protocol.read_bytes(frame, at)
            self._sync(step, payload)
        elif kind == Kind.AWARENESS:
            payload, _ = protocol.read_bytes(frame, at)
            for entry in protocol.read_awareness(payload):
                self.presence[entry.client] = entry.state
        elif kind == Kind.SAVED:
            self.saved, _ = protocol.read_uint(frame, at)
        elif kind == Kind.AUTH:
            reason, _ = protocol.read_bytes(frame, at + 1)
            self.denied.append(reason.decode())
        elif kind == Kind.ROOM:
            payload, _ = protocol.read_bytes(frame, at)
            self._room(json.loads(payload))

    def _room(self, said: dict[str, Any]) -> None:
        if "tool" in said:
            self.states[said["tool"]] = said["state"]
        else:
            self.answers[said["id"]] = said

    def _sync(self, step: int, payload: bytes) -> None:
        if step == Sync.STEP1:
            self.update(self.doc.get_update(payload), Sync.STEP2)
            return
        self._applying = True
        try:
            self.doc.apply_update(payload)
        finally:
            self._applying = False
        self.synced = self.synced or step == Sync.STEP2


async def enter(participant: Participant, **options: Any) -> Wire:
    return await Wire(participant.room_id, ticket_for(participant), **options).open()


async def refused(room: Any, ticket: str, **options: Any) -> int | None:
    wire = await Wire(room, ticket, **options).open(sync=False)
    await until(lambda: wire.code is not None)
    return wire.code


async def until(true: Any, patience: float = PATIENCE) -> None:
    """Wait until `true()` is; fail after a while."""
    end = asyncio.get_running_loop().time() + patience
    while not true():
        assert asyncio.get_running_loop().time() < end, "it did not come true"
        await asyncio.sleep(0.005)
