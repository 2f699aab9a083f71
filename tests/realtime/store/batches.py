"""What somebody typed, as the hub hands it to the store."""

from realtime.models import Participant
from realtime.store import Batch, Entry
from tests.realtime.updates import typed


def entries(who: Participant, client: int, text: str, start: int = 0) -> list[Entry]:
    return [
        Entry(data, who.person_id, who.pk, {client: (place, place + 1)})
        for place, data in enumerate(typed(client, text))
        if place >= start
    ]


def batch(who: Participant, found: list[Entry], head: int = 0, epoch: int = 1) -> Batch:
    return Batch(who.room_id, head, epoch, found)
