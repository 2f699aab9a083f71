"""Scripted people who speak to the consumer as a server would: the whole of a socket without a network.

`way` says how: by the messages of the ASGI, or by the line that realtime/server.py hands over.
"""

import asyncio
import json
from typing import Any

from pycrdt import Doc, Text, XmlElement, XmlFragment, XmlText
from websockets.frames import Frame, Opcode

from realtime import protocol
from realtime.consumers import RoomConsumer
from realtime.models import Participant
from realtime.permissions import ticket_for
from realtime.protocol import Kind, Sync
from realtime.server import TAKE_OVER, Line

PATIENCE = 20.0
WAYS = ("asgi", "line")
way = ["asgi"]


class Pipe:
    """The transport of a line: what a room writes arrives at its wire, or waits while that is stuck."""

    def __init__(self, wire: "Wire") -> None:
        self.wire = wire
        self.closed = False
        self._held: list[bytes] = []
        self._flushing: asyncio.Task[None] | None = None

    def write(self, data: bytes) -> None:
        if self.wire.stuck or self._held:
            self._held.append(data)
            if self._flushing is None or self._flushing.done():
                self._flushing = asyncio.get_running_loop().create_task(self._flush())
        else:
            self._read(data)

    async def _flush(self) -> None:
        while self.wire.stuck:
            await asyncio.sleep(0.01)
        while self._held:
            self._read(self._held.pop(0))
            await asyncio.sleep(0)
            if not self._held:
                self.wire.line.resume_writing()

    def _read(self, data: bytes) -> None:
        """The frames in what was written at once."""
        while data:
            small, wide = data[1], {126: 2, 127: 8}.get(data[1], 0)
            end = 2 + wide + (int.from_bytes(data[2 : 2 + wide], "big") if wide else small)
            self.wire.frame(data[0], data[2 + wide : end])
            data = data[end:]

    def get_write_buffer_size(self) -> int:
        return sum(map(len, self._held))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self.wire.line.connection_lost, None)

    abort = close

    def set_write_buffer_limits(self, high: int, low: int) -> None: ...

    def set_protocol(self, protocol: Any) -> None: ...


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
        if way[0] == "line":
            self._scope["extensions"] = {TAKE_OVER: self._take_over}
        self.line: Any = None
        self._applying = False
        self.doc.observe(self._changed)

    def _take_over(self) -> Line:
        self.line = Line(Pipe(self), set(), None)
        while not self._inbox.empty():
            message = self._inbox.get_nowait()
            asyncio.get_running_loop().call_soon(self._put, message["bytes"])
        return self.line

    def _put(self, message: bytes) -> None:
        self.line.data_received(Frame(Opcode.BINARY, message).serialize(mask=True))

    def frame(self, first: int, message: bytes) -> None:
        """A frame of WebSockets that came by the line."""
        if first == 0x82:
            self.frames += 1
            self._read(message)
        elif first == 0x88:
            self.code = int.from_bytes(message[:2], "big")
            reply = Frame(Opcode.CLOSE, message[:2]).serialize(mask=True)
            asyncio.get_running_loop().call_soon(self.line.data_received, reply)

    async def open(self, *, sync: bool = True) -> "Wire":
        self._inbox.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.get_running_loop().create_task(RoomConsumer()(self._scope, self._inbox.get, self._hear))
        if sync:
            self.send(protocol.sync(Sync.STEP1, self.doc.get_state()))
            await until(lambda: self.synced or self.code is not None)
        return self

    def send(self, frame: bytes) -> None:
        if self.line is not None:
            asyncio.get_running_loop().call_soon(self._put, frame)
            return
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
        if self.line is not None:
            self.line.connection_lost(None)
            return
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
