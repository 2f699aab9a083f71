"""Numbers of updates and versions, and the ids that clients write with, are given once in a room."""

import pytest

from realtime.models import ClientClock, Participant, Snapshot, Update, Version
from tests.realtime.factories import join, make_room
from tests.refusing import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def amal(db: None) -> Participant:
    return join(make_room())


def test_a_number_of_the_log_is_given_once_whatever_log_it_is_of(amal: Participant) -> None:
    Update.objects.create(room=amal.room, number=1, data=b"", checksum=0)
    refused(
        lambda: Update.objects.create(room=amal.room, number=1, data=b"", checksum=0),
        lambda: Update.objects.create(room=amal.room, number=1, log=2, data=b"", checksum=0),
    )
    Update.objects.create(room=make_room(), number=1, data=b"", checksum=0)


def test_a_client_belongs_to_one_person_in_a_room_also_after_a_new_log(amal: Participant) -> None:
    ClientClock.objects.create(room=amal.room, client=5, person=amal.person)
    other = amal.room.made_by
    refused(
        lambda: ClientClock.objects.create(room=amal.room, client=5, person=other),
        lambda: ClientClock.objects.create(room=amal.room, client=5, person=other, log=2),
    )


def test_a_room_has_one_snapshot(amal: Participant) -> None:
    Snapshot.objects.create(room=amal.room, number=1, data=b"", checksum=0)
    refused(lambda: Snapshot.objects.create(room=amal.room, number=2, data=b"", checksum=0))


def test_versions_are_numbered_once(amal: Participant) -> None:
    facts = {"city": amal.room.city, "room": amal.room, "number": 1, "update_number": 0, "content": {}, "sha256": "x"}
    Version.objects.create(**facts, by=amal.person)
    refused(lambda: Version.objects.create(**facts, by=amal.room.made_by))
