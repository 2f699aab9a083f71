"""Constraints that hold what a race could break."""

import pytest
from django.db import IntegrityError, transaction

from realtime.models import ClientClock, Participant, Update
from tests.realtime.factories import join, make_room


@pytest.mark.django_db
def test_numbers_claims_and_places_are_given_once() -> None:
    room = make_room()
    amal = join(room)
    Update.objects.create(room=room, number=1, data=b"", checksum=0)
    ClientClock.objects.create(room=room, client=5, person=amal.person)
    again = (
        lambda: Update.objects.create(room=room, number=1, data=b"", checksum=0),
        lambda: ClientClock.objects.create(room=room, client=5, person=room.made_by),
        lambda: Participant.objects.create(city=room.city, room=room, person=amal.person),
    )
    for make in again:
        with pytest.raises(IntegrityError), transaction.atomic():
            make()


@pytest.mark.django_db
def test_a_place_is_called_as_its_person() -> None:
    assert join(make_room(), "Fatou").name == "Fatou"
