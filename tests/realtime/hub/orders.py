"""What a test does behind the room's back while people are on their lines."""

from typing import Any

from asgiref.sync import sync_to_async
from django.db import transaction
from django.db.models import F

from backend.people.models import Person
from realtime import document, store, tools
from realtime.models import Participant, Room
from tests.realtime.factories import leader


async def by_lead(room: Room, tool: str, command: str, **args: Any) -> None:
    lead = await sync_to_async(leader)(room)
    await sync_to_async(tools.do)(room=room, tool=tool, command=command, by=lead.person, args=args)


def rows_of(room: Room) -> list[bytes]:
    return store.updates_of(room.pk)[0]


def store_elsewhere(who: Participant, person: Person, update: bytes) -> store.Stored | store.Behind:
    """What another process stores of who is on a line there; `person` is who they are by now."""
    room, known = Room.objects.across_cities().get(pk=who.room_id), document.Known()
    for row in rows_of(room):
        known.take(row)
    change = known.take(update)
    entry = store.Entry(change.data, person.pk, who.pk, change.advances)
    with transaction.atomic():
        return store.append(store.Batch(room.pk, room.head, room.epoch, [entry], room.log))


def store_epoch(room: Room) -> None:
    Room.objects.across_cities().filter(pk=room.pk).update(epoch=F("epoch") + 1)
