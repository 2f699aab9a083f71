"""Between the processes: hints that something is new, and who is where; never the text."""

import asyncio
import contextlib
import logging
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from channels.layers import InMemoryChannelLayer, get_channel_layer

from realtime.broadcast import GROUP, HINT, Hint

if TYPE_CHECKING:
    from realtime.hub import Hub
    from realtime.hub.room import Room

log = logging.getLogger(__name__)

ANNOUNCE: Final = 20.0
BEAT: Final = 1.5  # seconds of silence until we say something to hear it ourselves
PATIENCE: Final = 5.0
SILENT: Final = 3  # beats in a row that do not come back: the line is dead, whatever it says
FORGOTTEN: Final = 65.0


class Bus:
    """One subscription of this process. What it loses costs a second: the hub looks at the rows as well."""

    def __init__(self, hub: "Hub") -> None:
        self.hub = hub
        self.me = uuid4().hex
        self.layer = get_channel_layer()
        self.joined = self.layer is not None and not isinstance(self.layer, InMemoryChannelLayer)
        self._peers: dict[UUID, dict[str, float]] = {}
        self._out: list[Hint] = []
        self._sending: asyncio.Task[None] | None = None
        self._announced = 0.0
        self._away = False

    async def run(self) -> None:
        """Listen for as long as the process lives; a bus that is away is asked again every second."""
        while self.joined:
            try:
                channel = await self.layer.new_channel("copact.hub")
                await self.layer.group_add(GROUP, channel)
                for room in list(self.hub.rooms.values()):
                    self.open(room)
                await self._listen(channel)
            except Exception:
                self._lament()
                with contextlib.suppress(Exception):
                    await self.layer.flush()  # of this layer: hangs up, and forgets what it listened to
                await asyncio.sleep(1)

    async def _listen(self, channel: str) -> None:
        """A subscription may be lost without an error; then not even our own words come back."""
        quiet = 0
        while quiet < SILENT:
            heard = asyncio.ensure_future(self.layer.receive(channel))
            try:
                while not heard.done() and quiet < SILENT:
                    await asyncio.wait({heard}, timeout=BEAT)
                    if not heard.done():
                        quiet += 1
                        self._beat()
                if heard.done():
                    quiet = 0
                    self._hear(heard.result())
            finally:
                heard.cancel()
        raise ConnectionError("the bus is silent")

    def _lament(self) -> None:
        """Once for each time that it goes away."""
        if not self._away:
            log.warning("The bus is away; rooms find out within a second.", exc_info=True)
        self._away = True

    # --- saying --------------------------------------------------------------------------

    def open(self, room: "Room") -> None:
        """Tell the others that this process has a room, so that they tell what happens in it."""
        self._send({"room": room.key.hex, "open": self.me})

    def left(self, room: "Room") -> None:
        self._peers.pop(room.key, None)
        self._send({"room": room.key.hex, "left": self.me})

    def hint(self, room: "Room", body: dict[str, Any]) -> None:
        """Only where another process has the room: one that nobody shares costs nothing."""
        if self._peers.get(room.key):
            self._send({"room": room.key.hex, **body})

    def pass_on(self, hint: Hint) -> None:
        self._send(hint)

    def _send(self, hint: Hint) -> None:
        if not self.joined:
            return
        self._out.append(hint)
        if self._sending is None or self._sending.done():
            self._sending = self.hub.spawn(self._flush())

    def _beat(self) -> None:
        if self._sending is None or self._sending.done():
            self._sending = self.hub.spawn(self._flush(beat=True))

    async def _flush(self, *, beat: bool = False) -> None:
        while self._out or beat:
            beat = False
            await asyncio.sleep(0)
            hints, self._out = self._out, []
            try:
                await asyncio.wait_for(
                    self.layer.group_send(GROUP, {"type": HINT, "from": self.me, "hints": hints}), PATIENCE
                )
            except Exception:
                self._lament()
                return

    # --- hearing -------------------------------------------------------------------------

    def _hear(self, message: dict[str, Any]) -> None:
        self._away = False
        if message.get("from") == self.me:
            return
        for hint in message.get("hints", ()):
            try:
                room = self.hub.rooms.get(UUID(hex=hint["room"]))
                if room is not None:
                    self._about(room, hint, message.get("from", ""))
            except Exception:
                log.exception("A hint that could not be understood.")

    def _about(self, room: "Room", hint: Hint, peer: str) -> None:
        if "open" in hint or "here" in hint:
            self._met(room, hint)
        elif "left" in hint:
            self._lost(room, hint["left"])
        elif "presence" in hint:
            room.hear_presence(hint["presence"], peer)
        else:
            self.hub.take_hint(room, hint)

    def _met(self, room: "Room", hint: Hint) -> None:
        peers = self._peers.setdefault(room.key, {})
        name = hint.get("open") or hint["here"]
        fresh = name not in peers
        peers[name] = monotonic()
        if "open" in hint:
            self._send({"room": room.key.hex, "here": self.me})
        if fresh:
            if mine := room.presences.mine():
                self.hint(room, {"presence": mine})
            self.hub.take_hint(room, {"head": True})

    def _lost(self, room: "Room", name: str) -> None:
        peers = self._peers.get(room.key, {})
        peers.pop(name, None)
        room.presences.lose_elsewhere(name, others=bool(peers))
        room.hear_presence([], name)

    def tick(self) -> None:
        """Say again which rooms are here; forget processes that have not said so for a while."""
        now = monotonic()
        if not self.joined or now - self._announced < ANNOUNCE:
            return
        self._announced = now
        for room in self.hub.rooms.values():
            self.open(room)
            for name, seen in list(self._peers.get(room.key, {}).items()):
                if now - seen > FORGOTTEN:
                    self._lost(room, name)
