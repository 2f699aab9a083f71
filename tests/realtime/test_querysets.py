"""Which rooms somebody sees, and who counts as present."""

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.cities.querysets import Unscoped
from realtime.actions import add_assisted, close_room, go_home, leave_room
from realtime.choices import Access
from realtime.models import Participant, Room
from realtime.querysets import stays
from tests.realtime.factories import join, make_room


@pytest.mark.django_db
def test_a_visitor_sees_public_rooms_and_a_guest_their_own_too() -> None:
    room = make_room(title="Public", access=Access.PUBLIC)
    hidden = make_room(room.made_by, title="Hidden", city=room.city)
    amal = join(hidden)
    rows = Room.objects.in_city(room.city)
    assert list(rows.visible_to(None)) == [room]
    assert set(rows.visible_to(amal.person)) == {room, hidden}
    close_room(room=room, by=room.made_by)
    assert list(rows.open()) == [hidden]
    assert rows.for_list().get(pk=hidden.pk).people == 2


@pytest.mark.django_db
def test_rooms_of_no_city_in_particular_are_refused() -> None:
    with pytest.raises(Unscoped):
        list(Room.objects.all())


@pytest.mark.django_db
def test_presence_fades_after_a_minute() -> None:
    amal = join(make_room())
    rows = Participant.objects.in_city(amal.city_id).filter(pk=amal.pk)
    rows.update(seen_at=timezone.now())
    assert rows.online().exists()
    rows.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert not rows.online().exists()


def test_who_sleeps_stays_and_who_went_is_back_where_seen_later() -> None:
    now = timezone.now()
    assert stays(now - timedelta(hours=2), None)
    assert not stays(now, now)
    assert stays(now, now - timedelta(seconds=1))


@pytest.mark.django_db
def test_those_who_went_are_neither_here_nor_do_they_take_places() -> None:
    room = make_room()
    amal, bea = join(room, "Amal"), join(room, "Bea")
    pina = add_assisted(room=room, name="Pina", by=room.made_by)
    rows = Participant.objects.in_city(room.city_id).filter(room=room)
    rows.filter(pk=bea.pk).update(seen_at=timezone.now())
    assert set(rows.here()) == {bea, pina}
    assert rows.taking_places().count() == 4
    leave_room(participant=bea)
    go_home(participant=pina, by=room.made_by)
    assert not rows.here().exists()
    assert set(rows.staying().values_list("pk", flat=True)) == set(rows.taking_places().values_list("pk", flat=True))
    assert rows.staying().filter(pk=amal.pk).exists()
