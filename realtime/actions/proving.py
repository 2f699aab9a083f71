"""What a new log is held against: the room's text as everybody reads it, read apart from what writes the log anew."""

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from backend.base import prose
from backend.base.problems import Conflict
from realtime import document, store
from realtime.document import Broken, Gap, Timeline
from realtime.models import ClientClock

log = logging.getLogger(__name__)

Clocks = Mapping[int, int]


class Proof:
    """Refuses a new log that lacks something of the old one, whose rows then go: nobody could bring it again.

    Three know how far each client had come, and all must say the same: the clock that was counted when the words were
    stored, the text that everybody reads (its snapshot also says what rows said that are damaged since), and the
    timeline that the new log is made from. Nobody is left out, nor who wants their words taken out: in their rows may
    stand what they carried or moved for others.
    """

    def __init__(self, room: UUID) -> None:
        self.room = room
        self.count()
        self._load()

    def count(self) -> None:
        """Has to come before rows are read: what is stored meanwhile is then among the rows."""
        rows = ClientClock.objects.filter(room=self.room, log=F("room__log"))
        self.counted: Clocks = dict(rows.values_list("client", "clock"))

    def _load(self) -> None:
        updates, self.number, _damaged = store.updates_of(self.room)
        self.scratch, self.known, _unread = document.load(updates)

    def _go_on(self, number: int) -> None:
        """Read on up to the update `number`."""
        rows = [row.data for row in store.rows_after(self.room, self.number) if row.number <= number]
        try:
            for data in rows:
                self.known.take(data, limit=len(data))
            if rows:
                self.scratch.apply(document.mended(document.merge(rows), self.known.splits))
            self.number = number
        except (Gap, Broken):
            self._load()  # one that waits for another, or for which others waited

    def hold(self, timeline: Timeline, taken: Clocks) -> None:
        """Whether everything is in the `timeline`, and its clocks have been `taken` over. Raises Conflict."""
        self._go_on(timeline.number)
        told = {client: timeline.clock(client) for client in timeline.clients()}
        for wanted, found in ((self.counted, told), (self.known.clocks, told), (told, taken)):
            if any(found.get(client, 0) < clock for client, clock in wanted.items()):
                raise torn(self.room)
        if words_of(self.scratch.content()) != words_of(timeline.read().content):
            raise other_words(self.room)


def torn(room: UUID) -> Conflict:
    log.error(
        "The words of room %s cannot be taken out: rows of its log are damaged, and others' words with them.", room
    )
    return Conflict(
        "torn",
        _(
            "It was not done: a part of this text is damaged where it is stored, and words of others would have been lost"
            " with it. Nothing was changed. Ask everyone who wrote here to open the room once: their devices bring back"
            " what is missing. Then try again; if that does not help, tell the people who run this site."
        ),
    )


def other_words(room: UUID) -> Conflict:
    log.error("The words of room %s cannot be taken out: the new text would say something else.", room)
    return Conflict("cannot", _("The words could not be taken out. Please tell the people who run this site."))


def words_of(content: Any) -> list[Any]:
    """What a text says, block by block."""
    return [(piece.id, piece.kind, piece.text) for piece in prose.blocks(content)]
