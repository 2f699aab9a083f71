"""A room's text at any moment: worked out once from its rows, kept in a cache, and a few rooms' in memory."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID
from zlib import crc32

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from realtime.document import Moment, Timeline, adopting, keeping
from realtime.document.adopting import STANDS_FOR, Said
from realtime.models import Brought, ClientClock, Participant, Room, Update
from realtime.models import Timeline as Kept

log = logging.getLogger(__name__)

PAUSE: Final = timedelta(minutes=30)  # after this long without a word a new sitting begins
KEEP_EVERY: Final = 300  # updates that are worked out again rather than kept
HELD: Final = 200_000  # parts of texts in the memory of a process, about 70 MB
ROOMS: Final = 16
BLOCK: Final = 40  # bytes that an update with a new block has at least
FAR: Final = 20_000  # updates that are worked out by the worker rather than while a page waits: about a second


@dataclass
class Past:
    """What is known of a room's text up to now. `floor` is the number before its first update."""

    room: UUID
    log: int
    floor: int
    timeline: Timeline
    sittings: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def head(self) -> int:
        return max(self.timeline.number, self.floor)

    def read(self, at: int, *, without: Collection[int] = (), sign: str = "") -> Moment:
        with self.lock:
            return self.timeline.read(at, without=without, sign=sign)

    def written(self) -> dict[int, int]:
        with self.lock:
            return self.timeline.written()


class Voice(NamedTuple):
    """Someone who wrote here: an account stands for the guest that it was."""

    person: UUID
    name: str
    colour: int


_past: OrderedDict[UUID, Past] = OrderedDict()
_lock = threading.Lock()


def past(room: Room) -> Past:
    """The past of a room, up to its newest update."""
    with _lock:
        held = _past.get(room.pk)
        if held is not None:
            _past.move_to_end(room.pk)
    if held is None or (held.log, held.floor) != (room.log, room.log_after):
        held = _kept(room)
    before = held.head
    with held.lock:
        _go_on(held)
    with _lock:
        _past[room.pk] = held
        _past.move_to_end(room.pk)
        while len(_past) > 1 and (len(_past) > ROOMS or sum(each.timeline.count for each in _past.values()) > HELD):
            _past.popitem(last=False)
    if held.head - before >= KEEP_EVERY:
        _keep(held)
    return held


def missing(room: Room) -> int:
    """How many updates would have to be worked out before anything of the past can be told."""
    with _lock:
        held = _past.get(room.pk)
    if held is not None and (held.log, held.floor) == (room.log, room.log_after):
        return room.head - held.head
    kept = Kept.objects.filter(room=room.pk, number__gt=room.log_after, number__lte=room.head)
    number = kept.values_list("number", flat=True).first()
    return room.head - (room.log_after if number is None else number)


def forget(room: UUID) -> None:
    """What was worked out of a room's text is not so any more."""
    with _lock:
        _past.pop(room, None)
    Kept.objects.filter(room=room).delete()


def _kept(room: Room) -> Past:
    row = Kept.objects.filter(room=room.pk, number__gt=room.log_after, number__lte=room.head).first()
    timeline = None
    if row is not None and crc32(data := bytes(row.data)) == row.checksum:
        timeline = keeping.load(data)
    if row is None or timeline is None:
        return Past(room.pk, room.log, room.log_after, Timeline())
    return Past(room.pk, room.log, room.log_after, timeline, row.sittings)


def _go_on(held: Past) -> None:
    """Take what was stored since."""
    rows = Update.objects.filter(room=held.room, log=held.log, number__gt=held.head).order_by("number")
    fields = ("number", "data", "checksum", "participant_id", "at")
    groups = Groups(held.room)
    for number, stored, checksum, participant, at in rows.values_list(*fields).iterator():
        data = bytes(stored)
        if crc32(data) == checksum:
            for _row, taken in held.timeline.coming(number, data):
                adopting.adopt_ideas(held.timeline, taken)
                groups.give_back(held.timeline, taken)
        else:
            held.timeline.damaged.append(number)
            held.timeline.number = number
        _sit(held.sittings, number, participant, at)


def _sit(sittings: list[dict[str, Any]], number: int, participant: UUID | None, at: datetime) -> None:
    last = sittings[-1] if sittings else None
    if last is None or at - _time(last["to"]) > PAUSE:
        last = {"first": number, "from": at.isoformat(), "who": [], "updates": 0}
        sittings.append(last)
    last["last"], last["to"] = number, at.isoformat()
    last["updates"] += 1
    if participant is not None and (key := participant.hex) not in last["who"]:
        last["who"].append(key)


def _time(text: str) -> datetime:
    at = parse_datetime(text)
    assert at is not None
    return at


def _keep(held: Past) -> None:
    """For other processes, and for the day after."""
    with held.lock:
        data = keeping.dump(held.timeline)
        fields = {
            "number": held.head,
            "data": data,
            "checksum": crc32(data),
            "sittings": held.sittings,
            "at": timezone.now(),
        }
        # Waits for who takes words out of the text at this moment, and then keeps nothing of the old one.
        mine = Room.objects.across_cities().filter(pk=held.room, log=held.log)
        try:
            with transaction.atomic():
                if mine.update(told=F("told")):
                    Kept.objects.update_or_create(room_id=held.room, defaults=fields)
        except DatabaseError:
            log.warning("The past of room %s could not be kept.", held.room, exc_info=True)


# --- Words that came out of groups -------------------------------------------------------


class Groups:
    """The groups whose texts came into a room: their words stay those of who wrote them there.

    In the timeline of the room, these are clients of their own: from STANDS_FOR on, by the row of their clock.
    """

    def __init__(self, room: UUID) -> None:
        self.room = room
        self._rows: list[Brought] | None = None

    def give_back(self, timeline: Timeline, data: bytes) -> None:
        """After the update `data`, which may have brought such words."""
        if len(data) < BLOCK:
            return
        if self._rows is None:
            self._rows = list(Brought.objects.filter(room=self.room).select_related("group__room"))
        for row in self._rows:
            if any(key not in timeline.adopted and key.encode() in data for key in row.blocks):
                adopting.adopt(timeline, _spoken(row))


def _spoken(row: Brought) -> dict[str, Said]:
    """Block of the main text -> what it said in the group when it was brought, and whose words they were."""
    group = row.group.room
    if group is None:
        return {}
    rows = Update.objects.filter(room=group, log=group.log, at__lte=row.at).order_by("-number")
    number = rows.values_list("number", flat=True).first() or group.log_after
    clocks = dict(ClientClock.objects.filter(room=group, log=group.log).values_list("client", "pk"))
    held = past(group)
    with held.lock:
        said = adopting.spoken(held.timeline, number)
    found = {}
    for key, origin in row.blocks.items():
        text, owned = said.get(origin, ("", []))
        found[key] = text, [(length, STANDS_FOR + clocks.get(author, 0)) for length, author in owned]
    return found


def _lent(room: Room) -> Any:
    """Who wrote in groups of a room, by client: also of their older logs, which the room's past may tell of."""
    groups = Brought.objects.filter(room=room.pk).values("group__room")
    return ClientClock.objects.filter(room__in=groups)


# --- Who and when ------------------------------------------------------------------------


class Step(NamedTuple):
    """One update: when it came, and by whose hand."""

    number: int
    at: datetime
    participant: UUID | None


def step(room: Room, number: int) -> Step | None:
    """The last update up to `number`."""
    rows = Update.objects.filter(room=room.pk, log=room.log, number__lte=number).order_by("-number")
    found = rows.values_list("number", "at", "participant_id").first()
    return Step(*found) if found else None


def voices(room: Room) -> dict[int, Voice]:
    """Client ids of the present text, and of what came out of groups, and who they are."""
    mine = ClientClock.objects.filter(room=room.pk, log=room.log)
    clocks = {clock.client: clock for clock in mine.select_related("person__merged_into")}
    clocks |= {STANDS_FOR + clock.pk: clock for clock in _lent(room).select_related("person__merged_into")}
    rows = Participant.objects.in_city(room.city_id).filter(room=room.pk)
    colours = dict(rows.values_list("person_id", "colour"))
    found = {}
    for client, clock in clocks.items():
        person = clock.person.merged_into or clock.person
        colour = colours.get(person.pk) or colours.get(clock.person_id) or 1
        found[client] = Voice(person.pk, person.shown_name, colour)
    return found


def clients_of(room: Room, people: Collection[UUID]) -> set[int]:
    """The clients of some persons in a room's past, those in what came out of groups among them."""
    mine = ClientClock.objects.filter(room=room.pk, log=room.log, person__in=people)
    lent = _lent(room).filter(person__in=people)
    return {*mine.values_list("client", flat=True), *(STANDS_FOR + key for key in lent.values_list("pk", flat=True))}


def by_person(credit: Mapping[int, int], voices: Mapping[int, Voice]) -> dict[UUID, int]:
    """Letters of clients as letters of persons; of who is not known, of nobody in particular."""
    total: dict[UUID, int] = {}
    for client, letters in credit.items():
        person = voices[client].person if client in voices else UUID(int=0)
        if letters:
            total[person] = total.get(person, 0) + letters
    return total


def shares(letters: Mapping[UUID, int]) -> dict[UUID, int]:
    """Whole per cents that make one hundred: the largest remainders are rounded up."""
    whole = sum(letters.values())
    if not whole:
        return {}
    exact = {key: (count * 100 // whole, count * 100 % whole) for key, count in letters.items()}
    missing = 100 - sum(floor for floor, _ in exact.values())
    up = sorted(exact, key=lambda key: (-exact[key][1], str(key)))[:missing]
    return {key: floor + (key in up) for key, (floor, _) in exact.items()}
