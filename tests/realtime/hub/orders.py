"""What a test does behind the room's back while people are on their lines."""

from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import F

from realtime import store, tools
from realtime.models import Room
from tests.realtime.factories import leader


async def by_lead(room: Room, tool: str, command: str, **args: Any) -> None:
    lead = await sync_to_async(leader)(room)
    await sync_to_async(tools.do)(room=room, tool=tool, command=command, by=lead.person, args=args)


def rows_of(room: Room) -> list[bytes]:
    return store.updates_of(room.pk)[0]


def store_epoch(room: Room) -> None:
    Room.objects.across_cities().filter(pk=room.pk).update(epoch=F("epoch") + 1)
