"""Updates on their way into a room: judged, stored in groups, and only then told."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from realtime import document, protocol, store
from realtime.document import Broken, Change, Gap
from realtime.hub.judging import may, refuse, righted
from realtime.hub.mending import Again, without_others
from realtime.hub.rereading import cut_since
from realtime.hub.socket import LOW, Socket
from realtime.hub.text import REFUSED, Forged, Full, LiveText, Unsure
from realtime.protocol import Close, Sync

if TYPE_CHECKING:
    from realtime.hub.room import Room

log = logging.getLogger(__name__)

GAPS: Final = 5  # answers in a row that heal no gap
OWED: Final = 5000  # clients of whom one connection may owe something
TEXT: Final = frozenset({"text"})
SMALL: Final = 50  # people for whom every letter goes at once
EACH: Final = 0.00066  # seconds that each one more may add between two frames of text
FRAME: Final = 0.033  # and what they add at most: two frames of a screen
REBUILD: Final = 1.0


class Frame(NamedTuple):
    """An update frame as it came: of which socket, which of its update frames, whether it answers our question."""

    socket: Socket
    number: int
    data: bytes
    answers: bool


class Job(NamedTuple):
    """A judged frame; `entry` is None where it says nothing new, and then only its receipt waits."""

    frame: Frame
    entry: store.Entry | None
    touches: frozenset[str]


class Intake:
    """One batch of a room is in the store's hands at a time; what comes meanwhile is the next."""

    def __init__(self, room: "Room") -> None:
        self.room = room
        self.text: LiveText | None = None
        self._pending: list[Job] = []
        self._writing: list[Job] | None = None
        self._later: list[Frame] = []
        self._kicked: asyncio.Handle | None = None
        self._began = 0.0
        self._again: list[Again] = []

    @property
    def busy(self) -> bool:
        return bool(self._pending or self._later or self._writing is not None)

    def vector(self) -> bytes:
        return self.text.known.vector() if self.text is not None else b"\0"

    # --- judging -------------------------------------------------------------------------

    def hear(self, frame: Frame) -> None:
        if self.text is None or self._again:
            self._later.append(frame)
        elif not self._typed(frame, self.text):
            self._take(frame, self.text)

    def _typed(self, frame: Frame, text: LiveText) -> bool:
        """Take what only goes on with what its sender typed last, which is nearly all; False for anything else."""
        socket, _, data, answers = frame
        pen = socket.pen
        if pen is None or answers or socket.owed or not (count := pen.letters(data)):
            return False
        standing = socket.standing
        if not may(socket, pen.touches) or not text.typed(pen, count, data, standing.person):
            return False
        advances = {pen.client: (pen.clock - count, pen.clock)}
        entry = store.Entry(data, standing.person, standing.participant, advances, letters=True)
        self._pending.append(Job(frame, entry, pen.touches))
        self._kick()
        return True

    def _take(self, frame: Frame, text: LiveText) -> None:
        socket = frame.socket
        if frame.answers:
            socket.asked = False
        if text.torn.rows and self._comes_again(frame, text):
            return
        try:
            change = self._judged(socket, frame.data, text)
            if change is not None:
                self._queue(frame, change)
        except Gap as gap:
            self._gap(socket, gap)
        except Forged as problem:
            self._forged(frame, text, problem)
        except (Broken, Full, Unsure) as problem:
            refuse(socket, problem)
        if text.stale:
            self.room.soon("rebuild", self._rebuild)

    def _judged(self, socket: Socket, data: bytes, text: LiveText) -> Change | None:
        """What is taken of an update; None from who may not write."""
        change, found = text.known.check(data)
        if change.empty:
            return change
        text.claim(change, socket.person)
        if not may(socket, change.touches):
            REFUSED.labels("rights").inc()
            # Its receipts stop here, until it says again what was not taken.
            socket.owe({client: end for client, (_, end) in change.advances.items()})
            self.room.deny(socket)
            return None
        if change.touches - TEXT and (rest := righted(socket, text, change)) is not None:
            change, found = text.known.check(rest)
        if not change.empty:
            text.take(change, found, socket.person)
            socket.pen = text.known.pen(change.data) if change.plain else None
        return change

    def _comes_again(self, frame: Frame, text: LiveText) -> bool:
        """Whether it holds what a damaged row said; then it waits, with all that comes after it, until that is stored."""
        self._again += text.torn.find(frame.data, text.known)
        if self._again:
            self._later.append(frame)
            self.room.soon("mend", self._mend)
        return bool(self._again)

    def _forged(self, frame: Frame, text: LiveText, problem: Forged) -> None:
        """Others' words are not taken from anybody; where rows were damaged, who holds them has done no wrong."""
        own = without_others(frame.data, frame.socket.person, text.owners) if text.torn.rows else frame.data
        if own == frame.data:
            refuse(frame.socket, problem)
        else:
            self._take(frame._replace(data=own), text)

    def _gap(self, socket: Socket, gap: Gap) -> None:
        REFUSED.labels("gap").inc()
        socket.owe(gap.ends)
        if len(socket.owed) > OWED:
            socket.close(Close.BAD_UPDATE)
        if socket.denied or socket.asked:
            return  # what was written since we asked: it may all be in the answer
        socket.gaps += 1
        if socket.gaps <= GAPS:
            self.room.ask(socket)
        elif self.text is None or not self.text.torn.rows:
            socket.close(Close.BAD_UPDATE)

    def _queue(self, frame: Frame, change: Change) -> None:
        socket = frame.socket
        if socket.owed and self.text is not None:
            socket.settle(self.text.known.clocks, answered=frame.answers)
        if not socket.owed:
            socket.gaps = 0
        if change.empty:
            if self._pending or self._writing is not None:
                # What it repeats may be on its way still.
                self._pending.append(Job(frame, None, frozenset()))
                self._kick()
            else:
                self._settle([frame])
            return
        entry = store.Entry(change.data, socket.person, socket.participant, change.advances, letters=change.plain)
        self._pending.append(Job(frame, entry, change.touches))
        self._kick()

    def _settle(self, frames: Iterable[Frame]) -> None:
        """These are in durable storage: say so to who sent them."""
        for socket, number, *_ in frames:
            if not socket.owed and number > socket.saved:
                socket.saved = number
                self.room.hub.receipts.want(socket)
            if socket.righted:
                socket.tell_saved()
                socket.close(Close.RIGHTED)

    # --- storing -------------------------------------------------------------------------

    def _kick(self) -> None:
        """Store what waits: at once when idle; in a large hall what comes within two frames of a screen goes together."""
        if self._writing is not None or self._kicked is not None or not self._pending:
            return
        wait = self._began + self._pace() - monotonic()
        if wait > 0.0005:
            self._kicked = self.room.hub.loop.call_later(wait, self._ready)
        else:
            self.room.hub.post.want(self)

    def _pace(self) -> float:
        """Seconds between two frames of text: what one costs grows with the hall."""
        return min(FRAME, EACH * max(0, len(self.room.sockets) - SMALL))

    def _ready(self) -> None:
        self._kicked = None
        if self._writing is None and self._pending:
            self.room.hub.post.want(self)

    def batch(self) -> store.Batch | None:
        """What is to be stored now; None where there is nothing."""
        if self._writing is not None or not self._pending or self.text is None:
            return None
        jobs, self._pending = self._pending, []
        entries = []
        for frame, entry, touches in jobs:
            if entry is None:
                continue
            if not may(frame.socket, touches):
                # Rights were taken since; nobody was told of these words, so nobody's words hang on them.
                self.restart(jobs)
                return None
            entries.append(entry)
        self._writing, self._began = jobs, monotonic()
        if not entries:
            self._stored(self.text.head)
            return None
        return store.Batch(self.room.key, self.text.head, self.room.epoch, entries, self.room.log)

    def outcome(self, outcome: store.Outcome) -> None:
        """What became of the batch."""
        if isinstance(outcome, store.Stored):
            self._stored(outcome.head)
        elif isinstance(outcome, store.Behind):
            self._behind(outcome)
        elif isinstance(outcome, store.NoRoom):
            self.room.close_all(Close.NO_ROOM)
        elif isinstance(outcome, store.Claimed):
            self.restart(self._take_back())
        else:
            for job in self._take_back():
                job.frame.socket.close(Close.CANNOT_SAVE)
            self.restart([])

    def _stored(self, head: int) -> None:
        """It is durable: tell it, then say so to who wrote it."""
        assert self.text is not None
        jobs, self._writing = self._writing or [], None
        before, self.text.head = self.text.head, head
        updates = [job.entry.data for job in jobs if job.entry is not None]
        if updates:
            writers = {job.frame.socket for job in jobs if job.entry is not None}
            self._tell(updates, before, writers.pop() if len(writers) == 1 else None)
            self.room.hub.bus.hint(self.room, {"head": head})
        self._settle([job.frame for job in jobs])
        self._kick()

    def _tell(self, updates: list[bytes], before: int, author: Socket | None) -> None:
        """One frame for everyone but a writer who wrote all of it; `before` is the row that readers have."""
        assert self.text is not None
        self.text.keep(updates)
        self._send(document.merge(updates), before, author)

    def _send(self, update: bytes, before: int, author: Socket | None) -> None:
        """To everyone who reads along; what is new of who is where goes with it, so that both take one call."""
        text = protocol.framed(protocol.sync(Sync.UPDATE, update))
        try:
            along = self.room.presence_along()
        except Exception:  # the text goes out whatever is wrong with that
            log.exception("Who is where in room %s could not be told.", self.room.key)
            along = b""
        both = text + along
        for socket in self.room.sockets:
            if not socket.live:
                continue
            frame = along if socket is author else both
            if socket.lag is None and socket.code is None and socket.waiting() <= LOW:
                if frame:
                    socket.write(frame)
            elif socket is not author and not socket.send_text(text):
                socket.fall_behind(before)

    def _take_back(self) -> list[Job]:
        jobs, self._writing, self._pending = (self._writing or []) + self._pending, None, []
        return jobs

    # --- other processes -----------------------------------------------------------------

    def _behind(self, outcome: store.Behind) -> None:
        """Others were first: take theirs, then try again; after a change of rights, ask those first."""
        if outcome.log != self.room.log:
            self.room.close_all(Close.ANEW)
            return
        jobs = self._take_back()
        if outcome.epoch != self.room.epoch:
            # With the rights it may have changed whose words are whose; the rows come again with the next try.
            self._pending = jobs
            self.room.refresh()
            return
        if not self._take_rows(outcome.rows, outcome.owners):
            self.restart(jobs)
            return
        assert self.text is not None
        self.text.head = max(self.text.head, outcome.head)
        self._pending = jobs
        self._kick()

    def _take_rows(self, rows: list[store.Row], owners: dict[int, UUID]) -> bool:
        if self.text is None:
            return True
        before = self.text.head
        try:
            changes = self.text.foreign(rows, owners)
        except (Broken, Gap):
            return False
        if changes:
            self._tell([change.data for change in changes], before, None)
        if self.text.stale:
            self.room.soon("rebuild", self._rebuild)
        return True

    async def catch_up(self) -> None:
        """Another process has stored something; a hint or the poll said so."""
        text, run = self.text, self.room.hub.run
        if text is None or self._writing is not None:
            return  # a batch that is behind brings the rows with it
        rows = await run(store.rows_after, self.room.key, text.head)
        owners = await run(store.owners, self.room.key, rows) if rows else {}
        if self.text is text and self._writing is None and not self._take_rows(rows, owners):
            self.restart(self._take_back())

    def go_on(self) -> None:
        """Rights are known again."""
        self._kick()

    # --- starting over -------------------------------------------------------------------

    def fail(self) -> None:
        """After a fault of ours nobody can tell what of the room is true here: whoever comes again reads it anew."""
        log.exception("Room %s failed while its text was stored or told.", self.room.key)
        self._pending, self._later, self._writing = [], [], None
        self.room.close_all(Close.LATER)

    def restart(self, jobs: list[Job], again: Sequence[Again] = ()) -> None:
        """Read the room anew, then judge again what was not stored; nobody was told of that yet."""
        old, self.text = self.text, None
        self._later = [job.frame for job in jobs] + [job.frame for job in self._pending] + self._later
        self._pending = []
        self.room.hub.spawn(self._reload(old, again))

    async def _reload(self, old: LiveText | None, again: Sequence[Again]) -> None:
        try:
            await self.room.hub.run(store.bring_again, self.room.key, again)
            loaded, text, missed = await self.room.rereading.whole(old)
        except Exception:
            log.exception("Room %s could not be read again.", self.room.key)
            self.room.close_all(Close.LATER)
            return
        if loaded.log != self.room.log:
            self.room.close_all(Close.ANEW)
            return
        self.text = text
        if old is not None and (updates := [row.data for row in missed if row.number <= text.head]):
            self._send(document.merge(updates), old.head, None)
        later, self._later = self._later, []
        for frame in later:
            if not frame.socket.barred and frame.socket.code in (None, 1006):
                self.hear(frame)
        if text.torn.rows:
            self.room.ask_all()

    async def _mend(self) -> None:
        """Store what was damaged and has come again; then read the room anew, since more may rest on it."""
        while self._writing is not None:
            await asyncio.sleep(0.005)
        again, self._again = self._again, []
        if again and self.text is not None:
            self.restart(self._take_back(), again)

    async def _rebuild(self) -> None:
        """Make the copy for trying on anew, at most once a second."""
        await asyncio.sleep(REBUILD)
        text = self.text
        if text is None or not text.stale:
            return
        scratch, known, rows = await self.room.rereading.copy(text)
        # From the last look at the store to here nothing was awaited: what is not in it waits.
        waiting = (self._writing or []) + self._pending
        since = [row.data for row in rows] + [job.entry.data for job in waiting if job.entry is not None]
        if self.text is not text:
            return
        if cut_since(known, since):
            self.room.soon("rebuild", self._rebuild)
        else:
            text.renewed(scratch, since)
