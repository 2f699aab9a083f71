"""Work behind the rooms: snapshots, and what a guest did when they became an account."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from backend.base.tasks import task
from backend.people.models import Person
from realtime import store
from realtime.broadcast import rights_on_commit
from realtime.choices import ParticipantState
from realtime.models import Ballot, ClientClock, Participant, Room, Version


@task
def make_snapshot(room: str) -> bool:
    """Merge the room's rows into one cached row; safe to run at any time and twice."""
    return store.snapshot(UUID(room))


def move_to_account(*, guest: Person, into: Person) -> None:
    """Everything that `guest` did in rooms is `into`'s from now on; a part of merging the two."""
    with transaction.atomic():
        ClientClock.objects.filter(person=guest).update(person=into)
        Version.objects.across_cities().filter(by=guest).update(by=into)
        Room.objects.across_cities().filter(made_by=guest).update(made_by=into)
        voted = Ballot.objects.filter(person=into).values_list("room", "tool", "item")
        for ballot in Ballot.objects.filter(person=guest):
            if (ballot.room_id, ballot.tool, ballot.item) in set(voted):
                ballot.delete()
            else:
                Ballot.objects.filter(pk=ballot.pk).update(person=into)
        for participant in Participant.objects.across_cities().filter(person=guest).select_related("room"):
            _move(participant, into)
            rights_on_commit(participant.room)


def _move(participant: Participant, into: Person) -> None:
    rows: Any = Participant.objects.across_cities()
    if rows.filter(room=participant.room, person=into).exists():
        rows.filter(pk=participant.pk).update(state=ParticipantState.REMOVED, epoch=F("epoch") + 1)
    else:
        rows.filter(pk=participant.pk).update(person=into)
