"""Words that a damaged row held, brought again by whoever in the room still has them."""

import logging
from collections.abc import Collection
from uuid import UUID

from realtime import store
from realtime.document import Broken, Gap, Known, sealing
from realtime.document.update import parse
from realtime.document.writing import Piece, write

log = logging.getLogger(__name__)

Again = tuple[store.Lost, bytes]


class Torn:
    """What a room's text lacks since rows of its log were damaged, as long as nobody has brought it."""

    def __init__(self, lost: Collection[store.Lost], known: Known) -> None:
        self.rows = [row for row in lost if store.lacks(row, known)]

    def find(self, data: bytes, known: Known) -> list[Again]:
        """The damaged rows that `data` says again, with their very words: no matter who sends it."""
        found: list[Again] = []
        for row in self.rows:
            again = sealing.found_again(row.seal, data)
            if again is None:
                continue
            try:
                known.check(again, limit=len(again))
            except (Broken, Gap):
                continue  # it rests on another one; that comes first
            found.append((row, again))
        return found


def without_others(data: bytes, person: UUID, owners: dict[int, UUID]) -> bytes:
    """`data` without what clients of others say in it: that cannot be proved to be theirs."""
    update = parse(data)
    own: list[Piece] = []
    for block in update.blocks:
        clock = block.clock
        for struct in block.structs:
            if owners.get(block.client, person) == person:
                own.append(Piece(block.client, clock, struct))
            clock += struct.length
    return write(data, own, update.deletes)
