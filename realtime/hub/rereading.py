"""What a live room reads of itself once more, while people go on writing in it."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from realtime import document, store
from realtime.document import Broken, Gap, Known, Scratch
from realtime.hub.text import LiveText, Prepared

if TYPE_CHECKING:
    from realtime.hub.room import Room


class Gone(Exception):
    """This is not the live room of its key any more: whoever comes again gets another one."""


class Rereading:
    """Of one room. What is stored and told during a look at the store is looked for again, until nothing is missed."""

    def __init__(self, room: "Room") -> None:
        self.room = room
        self._base: asyncio.Task[None] | None = None

    async def whole(self, old: LiveText | None) -> tuple[store.Loaded, LiveText, list[store.Row]]:
        """What is stored, and what of it readers of `old` lack. Whose words are whose, and who is who now, are of one
        moment: a guest may just have taken an account."""
        room, run = self.room, self.room.hub.run
        while True:
            loaded = await run(store.load, room.key)
            text = await run(LiveText, loaded)
            missed = await run(store.rows_after, room.key, old.head) if old is not None else []
            if loaded.epoch == room.epoch:
                return loaded, text, missed
            await room.read_rights()

    async def copy(self, text: LiveText) -> tuple[Scratch, Known, list[store.Row]]:
        """A new copy for trying on, what it knows, and the rows that have to be added to it before anything is awaited."""
        run = self.room.hub.run
        updates, number, _ = await run(store.updates_of, self.room.key)
        scratch, known, _ = await run(document.load, updates)
        return scratch, known, await self._rows(text, number)

    async def prepared(self) -> LiveText:
        """The text with stored bytes to serve from, read once for all who wait. Raises Gone."""
        while self.room.hub.rooms.get(self.room.key) is self.room:
            text = self.room.intake.text
            if text is not None and text.prepared is not None:
                return text
            if self._base is None or self._base.done():
                self._base = self.room.hub.spawn(self._read_base())
            await asyncio.shield(self._base)
        raise Gone

    async def _read_base(self) -> None:
        if self.room.intake.text is None:
            await asyncio.sleep(0.02)  # it is being read anew
            return
        updates, number, _ = await self.room.hub.run(store.updates_of, self.room.key)
        merged = await self.room.hub.run(document.merge, updates)
        text = self.room.intake.text
        if text is not None and text.prepared is None:
            rows = await self._rows(text, number)
            if text.prepared is None:
                text.prepare(Prepared.of(merged, number, [row.data for row in rows]))

    async def _rows(self, text: LiveText, number: int) -> list[store.Row]:
        """What is stored after `number`, with all that is told: nothing is between the last look and what the caller
        does before it waits for anything."""
        rows: list[store.Row] = []
        while True:
            told = text.head  # this much is stored, so the look finds it
            rows += await self.room.hub.run(store.rows_after, self.room.key, number)
            number = rows[-1].number if rows else number
            if text.head <= max(told, number):
                return rows


def cut_since(known: Known, since: Sequence[bytes]) -> bool:
    """Whether these updates cut characters in two that a copy with what is `known` may hold as a whole; it would read
    otherwise than browsers, and has to be made once more when they are stored."""
    before = len(known.splits)
    for update in since:
        with contextlib.suppress(Broken, Gap):  # it rests on a damaged row
            known.take(update, limit=len(update))
    return len(known.splits) > before
