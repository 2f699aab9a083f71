"""The one update that people send all day, letters after one's own last letter, recognised without taking it apart.

What is recognised here the full check would judge the same; everything else is left to it.
"""

from typing import Final

from realtime.document.places import CONTENT, GONE, ROOT_OF, TEXT, Place
from realtime.document.update import CLOCK_LIMIT, STRING
from realtime.protocol import write_uint

LONGEST: Final = 160  # bytes; what is longer is seldom, and checking it is not what costs
_AFTER, _BETWEEN = 0x84, 0xC4  # a string with a left neighbour, or with both

MOST: Final = 0x7F  # letters of which one byte tells how many there are

Letters = tuple[int, int, int, tuple[int, int] | None]
_ROOTS: Final = {kind: frozenset({root}) for kind, root in ROOT_OF.items()}


def letters(data: bytes) -> Letters | None:
    """Client, first clock, how many, right neighbour; None for whatever is not such an update."""
    size = len(data)
    if not 10 <= size <= LONGEST or data[0] != 1 or data[1] != 1 or data[-1] != 0:
        return None
    try:
        client, at = _uint(data, 2)
        clock, at = _uint(data, at)
        info = data[at]
        if info not in (_AFTER, _BETWEEN):
            return None
        origin, at = _uint(data, at + 1)
        before, at = _uint(data, at)
        if origin != client or before != clock - 1:
            return None
        right = None
        if info == _BETWEEN:
            right_client, at = _uint(data, at)
            right_clock, at = _uint(data, at)
            right = (right_client, right_clock)
        count, end = data[at], size - 1
        if not 0 < count == end - at - 1 <= MOST or not data[at + 1 : end].isascii():
            return None
    except IndexError:
        return None
    return client, clock, count, right


def _uint(data: bytes, at: int) -> tuple[int, int]:
    """A number of up to 49 bits; longer ones end far behind the update, where it is none of this kind any more."""
    byte = data[at]
    if byte < 0x80:
        return byte, at + 1
    value, shift = byte & 0x7F, 7
    while True:
        at += 1
        byte = data[at]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (value, at + 1) if shift < 49 else (-1, LONGEST)
        shift += 7


def fits(place: Place, clock: int, count: int) -> bool:
    """Whether such letters may stand in a place at all."""
    known = place.kind != GONE and place.sub is None and STRING in CONTENT.get((place.kind, False), ())
    return known and clock + count <= CLOCK_LIMIT


def written(place: Place, client: int, count: int) -> dict[int, int]:
    return {client: count} if place.kind == TEXT else {}


class Pen:
    """Somebody's hand between two letters: what their next update is if they only type on.

    Places and neighbours of a document's structure never change once they are known, so whatever was
    judged of the last letter holds for the next, until `clock` is not its client's any more in what `of` stands for.
    """

    __slots__ = ("_after", "_right", "_start", "client", "clock", "of", "touches", "writes")

    def __init__(self, of: object, found: Letters, place: Place) -> None:
        client, clock, count, right = found
        number = write_uint(client)
        self.of = of  # what is known of one document: read anew, it is another
        self.client, self.clock = client, clock + count
        self.touches = roots(place)
        self.writes = place.kind == TEXT
        self._start = b"\x01\x01" + number
        self._after = bytes((_AFTER if right is None else _BETWEEN,)) + number
        self._right = b"" if right is None else write_uint(right[0]) + write_uint(right[1])

    def letters(self, data: bytes) -> int:
        """How many letters `data` writes after the last one; 0 for anything else."""
        clock, size = self.clock, len(data)
        start = b"".join((self._start, write_uint(clock), self._after, write_uint(clock - 1), self._right))
        at = len(start)
        if not at + 2 < size <= LONGEST or not data.startswith(start) or data[-1] != 0:
            return 0
        count = data[at]
        if count != size - at - 2 or count > MOST or not data[at + 1 :].isascii() or clock + count > CLOCK_LIMIT:
            return 0
        return count


def roots(place: Place) -> frozenset[str]:
    """Where what is written in a place is seen."""
    return _ROOTS[place.kind]
