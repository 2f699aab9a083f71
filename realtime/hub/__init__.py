"""The rooms that are alive in this process."""

import asyncio
import gc
import logging
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import monotonic
from types import FrameType
from typing import Any, Final, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from django.db import close_old_connections, connection, connections
from prometheus_client import Counter, Gauge

from backend.base.tasks import later
from realtime import broadcast, store
from realtime.actions import make_snapshot
from realtime.choices import RoomRole
from realtime.hub import reading
from realtime.hub.bus import Bus
from realtime.hub.post import Post
from realtime.hub.receipts import Receipts
from realtime.hub.room import Room
from realtime.hub.socket import QUEUED, Socket
from realtime.permissions import Ticket
from realtime.protocol import Close

__all__ = ["Crowded", "Hub", "Room", "Socket", "here", "reading"]

log = logging.getLogger(__name__)

SOCKETS = Gauge("copact_room_sockets", "Open sockets of rooms.")
CROWDED = Counter("copact_rooms_crowded", "Newcomers who were asked to come later since all rooms were busy.")
LOADED = Gauge("copact_rooms_loaded", "Rooms whose text is in memory.")

POLL: Final = 1.0
SHED_AFTER: Final = 15.0
PRESENT_EVERY: Final = 25.0
STOP_WITHIN: Final = 4.0
LAST_WORDS: Final = 0.1  # for what is on its way to us when we are asked to end
THREADS: Final = 4
LET_GO_WITHIN: Final = 5.0  # that all threads have hung up: one that has not will when its work is done

T = TypeVar("T")


class Crowded(Exception):
    """As many rooms as may be are in memory, and people are in all of them."""


class Hub:
    """Rooms, their store, and the worker threads that read for them. One for each event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.rooms: dict[UUID, Room] = {}
        self.post = Post(loop)
        self.receipts = Receipts(loop)
        self.stopping = False
        self._ended = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="rooms")
        self._present = monotonic()
        self._handlers: dict[int, Any] = {}
        self._coming: list[tuple[UUID, Ticket, asyncio.Future[reading.Admission]]] = []
        self._gone: list[UUID] = []
        self._door = asyncio.Lock()
        self.bus = Bus(self)
        self.spawn(self.bus.run())
        self.spawn(self._watch())
        broadcast.attach(self._told)
        self._listen_for_the_end()
        _settle_down()

    # --- rooms ---------------------------------------------------------------------------

    def claim(self, key: UUID) -> Room:
        """The one live room of `key`; it begins to load the first time. Never awaits. Raises Crowded."""
        room = self.rooms.get(key)
        if room is None:
            self._make_place()
            room = self.rooms[key] = Room(self, key)
            LOADED.set(len(self.rooms))
            self.bus.open(room)
        return room

    def _make_place(self) -> None:
        """Free the room that was left the longest ago where there are as many as may be."""
        if len(self.rooms) < settings.ROOMS_LOADED_MOST:
            return
        left = [room for room in self.rooms.values() if room.idle]
        if not left:
            CROWDED.inc()
            raise Crowded
        self._free(min(left, key=lambda room: room.idle_since))

    def _free(self, room: Room) -> None:
        self.forget(room)
        self.spawn(self.ask_for_snapshot(room.key))

    async def ask_for_snapshot(self, key: UUID) -> None:
        """Of the worker, where a cold start would have to read much."""
        if await self.run(store.needs_snapshot, key):
            await self.run(later, make_snapshot, str(key))

    def forget(self, room: Room) -> None:
        if self.rooms.get(room.key) is room:
            del self.rooms[room.key]
            LOADED.set(len(self.rooms))
            self.bus.left(room)

    async def admit(self, key: UUID, ticket: Ticket) -> reading.Admission:
        """May the bearer of a ticket come in? Those who come at once are looked up together."""
        answer: asyncio.Future[reading.Admission] = self.loop.create_future()
        self._coming.append((key, ticket, answer))
        if len(self._coming) == 1:
            self.spawn(self._admit())
        return await answer

    async def _admit(self) -> None:
        async with self._door:
            coming, self._coming = self._coming, []
            try:
                admissions = await self.run(reading.admit, [(key, ticket) for key, ticket, _ in coming])
            except Exception as problem:
                for _, _, answer in coming:
                    if not answer.done():
                        answer.set_exception(problem)
                return
            for (_, _, answer), admission in zip(coming, admissions, strict=True):
                if not answer.done():
                    answer.set_result(admission)

    def gone(self, participant: UUID) -> None:
        """Their last socket here has closed."""
        self._gone.append(participant)
        if len(self._gone) == 1:
            self.spawn(self._mark_gone())

    async def _mark_gone(self) -> None:
        async with self._door:
            gone, self._gone = self._gone, []
            await self.run(reading.mark_gone, gone)

    # --- work ----------------------------------------------------------------------------

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None and not self.stopping:
            log.error("Work for a room failed.", exc_info=problem)

    async def run(self, work: Callable[..., T], *args: Any) -> T:
        """Run `work`, which may ask the database, in a thread."""

        return await self.loop.run_in_executor(self._pool, self._in_thread, work, args)

    def _in_thread(self, work: Callable[..., T], args: tuple[Any, ...]) -> T:
        try:
            return _with_connection(work, args)
        finally:
            if self._ended:  # who leaves while everything ends is still marked as gone, on a thread that has hung up
                connections.close_all()

    # --- hints and the poll --------------------------------------------------------------

    def _told(self, hint: broadcast.Hint) -> None:
        """A hint from sync code of this process, in whatever thread."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._tell, hint)

    def _tell(self, hint: broadcast.Hint) -> None:
        room = self.rooms.get(UUID(hex=hint["room"]))
        if room is not None:
            self.take_hint(room, hint)
        self.bus.pass_on(hint)

    @staticmethod
    def take_hint(room: Room, hint: broadcast.Hint) -> None:
        if "log" in hint:
            room.close_all(Close.ANEW)
            return
        if "head" in hint:
            room.soon("catch up", room.intake.catch_up)
        if "epoch" in hint:
            room.refresh()
        if "tool" in hint:
            room.telling.tell(hint["tool"])

    async def _watch(self) -> None:
        """Once a second: what no hint told, rooms to free, people to mark as present."""
        while True:
            await asyncio.sleep(POLL)
            try:
                QUEUED.set(sum(socket.waiting() for room in self.rooms.values() for socket in room.sockets))
                await self._poll()
                await self._keep_house()
                self.bus.tick()
            except Exception:
                log.exception("The look at the live rooms failed; the next one comes in a second.")

    async def _poll(self) -> None:
        rooms = [room for room in self.rooms.values() if room.intake.text is not None]
        if not rooms:
            return
        beats = await self.run(reading.beats, [room.key for room in rooms])
        for room in rooms:
            beat, text = beats.get(room.key), room.intake.text
            if beat is None or beat.log != room.log:
                room.close_all(Close.NO_ROOM if beat is None else Close.ANEW)
                continue
            if text is not None and beat.head > text.head and not room.intake.busy:
                self.take_hint(room, {"head": beat.head})
            if beat.epoch != room.epoch:
                room.refresh()
            if beat.told > room.telling.told and room.sockets and not room.telling.busy:
                room.telling.tell(None)
        await self._look_at_accounts(rooms)

    async def _look_at_accounts(self, rooms: list[Room]) -> None:
        """Who gave or took a role of the city, or closed an account, knows nothing of rooms: they look themselves."""
        here = [(room, each.standing) for room in rooms for each in room.sockets if each.standing.session is not None]
        if not here:
            return
        now = await self.run(reading.sessions, list({standing.person for _, standing in here}))
        for room in {room for room, standing in here if now.get(standing.person) != standing.session}:
            room.refresh()

    async def _keep_house(self) -> None:
        now = monotonic()
        for room in list(self.rooms.values()):
            if room.idle and now - room.idle_since > settings.ROOMS_FREED_AFTER:
                self._free(room)
            elif room.intake.text is not None and now - room.served_at > SHED_AFTER:
                room.intake.text.shed()
            elif room.intake.text is not None and room.intake.text.long_tail:
                room.consolidate()
            room.look_for_snapshot()
        if now - self._present > PRESENT_EVERY:
            self._present = now
            await self.run(reading.mark_present, self._present_now())
            for room in self.rooms.values():
                if any(socket.standing.role == RoomRole.FACILITATOR for socket in room.sockets):
                    room.telling.tell("leading")  # a page that hears nothing for minutes says that nobody leads

    def _present_now(self) -> list[UUID]:
        sockets = [socket for room in self.rooms.values() for socket in room.sockets]
        return list({socket.participant for socket in sockets if not socket.standing.view})

    # --- the end -------------------------------------------------------------------------

    def _listen_for_the_end(self) -> None:
        """Before the server's own way of ending: store what was received, and say that we are coming back."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            before = signal.getsignal(number)
            if callable(before):
                self._handlers[number] = before
                signal.signal(number, self._asked_to_end)

    def _asked_to_end(self, number: int, frame: FrameType | None) -> None:
        before = self._handlers[number]
        if self.stopping or self.loop.is_closed() or all(room.empty for room in self.rooms.values()):
            before(number, frame)
            return
        self.loop.call_soon_threadsafe(self._end, lambda: before(number, frame))

    def _end(self, then: Callable[[], None]) -> None:
        async def end() -> None:
            await self.stop()
            then()

        self.loop.create_task(end())

    async def stop(self) -> None:
        """Let nobody in any more, store what comes until nothing waits (but not for long), close every socket with
        "restarting"."""
        self.stopping = True
        until = monotonic() + STOP_WITHIN
        await asyncio.sleep(LAST_WORDS)
        while monotonic() < until and any(room.intake.busy for room in self.rooms.values()):
            await asyncio.sleep(0.01)
        self.receipts.tell()
        sockets = [socket for room in self.rooms.values() for socket in room.sockets]
        for socket in sockets:
            socket.close(Close.RESTARTING)
        until = max(until, monotonic() + 0.5)
        while monotonic() < until and not all(socket.ended for socket in sockets):
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """End everything of this hub; for servers and tests that go on without it."""
        await self.stop()
        broadcast.detach(self._told)
        for number, before in self._handlers.items():
            if signal.getsignal(number) == self._asked_to_end:
                signal.signal(number, before)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.loop.run_in_executor(None, self.post.writer.stop)
        self._ended = True
        barrier = threading.Barrier(THREADS)

        def hang_up() -> None:
            """Each thread once: none is free for a second before all have begun, or one is too slow to let go."""
            with suppress(threading.BrokenBarrierError):
                barrier.wait(LET_GO_WITHIN)
            connections.close_all()

        hanging_up = [self.loop.run_in_executor(self._pool, hang_up) for _ in range(THREADS)]
        await asyncio.wait(hanging_up, timeout=LET_GO_WITHIN)
        barrier.abort()
        self._pool.shutdown(wait=False)
        for room in list(self.rooms.values()):
            self.forget(room)
        _hubs.pop(self.loop, None)


def _settle_down() -> None:
    """What was loaded to start with is never garbage: looking through it again and again would hold up everyone.

    And a thread that reads a long room hands the processor back sooner than after the usual 5 milliseconds.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    sys.setswitchinterval(0.001)


def _with_connection(work: Callable[..., T], args: tuple[Any, ...]) -> T:
    """A thread keeps its connection to SQLite, which costs more to open than most questions to answer."""
    if connection.vendor == "sqlite":
        _shrink()
    else:
        close_old_connections()
    try:
        return work(*args)
    except Exception:
        connection.close()
        raise


def _shrink() -> None:
    """Room for one megabyte of pages: several threads hold one each."""
    if connection.connection is None:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size=-1000")


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def here() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub(loop)
    return hub
