"""The door for real: sixty honest people from one address, thousands of guesses, phones that come back."""

from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from backend.base.limits import Counter, _digest
from backend.base.problems import Conflict
from realtime import permissions
from realtime.actions import join_room
from realtime.actions.door import FROM_ALL, FROM_ONE, refuse, remove
from realtime.choices import Access, ParticipantState, Place, RoomRole
from realtime.models import Participant
from tests.realtime.factories import join, make_room
from tests.together import at_once

HALL = "198.51.100.7"


@pytest.mark.django_db(transaction=True)
def test_sixty_people_join_at_once_from_one_address_with_a_pin() -> None:
    room = make_room(pin="4711")
    got = at_once(
        *(partial(join_room, code=room.code, name=f"Guest {place}", pin="4711", address=HALL) for place in range(60))
    )
    assert [each for each in got if not isinstance(each, Participant)] == []
    assert len({each.pk for each in got}) == 60
    keys = ("room.join:" + HALL, "room.join.long", f"room.pin:{room.pk}")
    left = dict(Counter.objects.filter(count__gt=0).values_list("key", "count"))
    assert {key: left.get(_digest(key), 0) for key in keys} == dict.fromkeys(keys, 0)


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_also_when_all_come_at_once() -> None:
    room = make_room(most=10)
    got = at_once(*(partial(join_room, code=room.code, name=f"Guest {place}", address=HALL) for place in range(30)))
    let_in = [each for each in got if isinstance(each, Participant)]
    assert len(let_in) == 9  # and who leads
    assert {each.code for each in got if isinstance(each, Conflict)} == {"room_full"}


@pytest.mark.once  # it takes a while; and where Redis counts there are no rows to look at
@pytest.mark.django_db
def test_ten_thousand_guesses_get_nowhere_and_the_picture_in_the_hall_still_leads_in() -> None:
    room = make_room()
    looked = 0
    for place in range(10_000):
        address = f"203.0.113.{place % 50}"
        code = f"{place:06d}" if f"{place:06d}" != room.short_code else "999999"
        with suppress(ValidationError, Conflict):
            join_room(code=code, name="Guest", address=address)
            looked += 1
    assert looked == 0
    assert not Participant.objects.across_cities().filter(room=room, person__kind="guest").exists()
    # No more than so many were compared at all, whatever address they came from.
    assert 0 < max(Counter.objects.values_list("count", flat=True)) <= max(FROM_ALL.values())
    with pytest.raises(Conflict):
        join_room(code=room.short_code, name="Amal", address=HALL)
    assert join_room(token=permissions.token_of(room), name="Amal", address="203.0.113.1").pk
    assert join_room(code=room.code, name="Gianni", address=HALL).pk


@pytest.mark.django_db
def test_one_address_has_so_many_wrong_tries_and_others_go_on() -> None:
    room = make_room()
    for _try in range(FROM_ONE):
        with pytest.raises(ValidationError):
            join_room(code="00000000", name="Guest", address="203.0.113.9")
    with pytest.raises(Conflict):
        join_room(code=room.code, name="Guest", address="203.0.113.9")
    assert join_room(code=room.code, name="Amal", address=HALL).state == ParticipantState.ADMITTED


@pytest.mark.django_db
def test_after_twenty_wrong_pins_only_the_picture_leads_in() -> None:
    room = make_room(pin="4711")
    for _try in range(20):
        with pytest.raises(ValidationError, match="not right"):
            join_room(code=room.code, name="Guest", pin="0000", address=HALL)
    with pytest.raises(ValidationError, match="too many"):
        join_room(code=room.code, name="Amal", pin="4711", address=HALL)
    assert join_room(token=permissions.token_of(room), name="Amal", address=HALL).pk


def enter(client: Client, room: Any, name: str, **more: str) -> Any:
    return client.post(reverse("realtime:join"), {"code": room.code, "name": name, **more})


@pytest.mark.django_db
def test_the_same_phone_and_name_is_the_same_person_and_another_name_is_another() -> None:
    room, phone = make_room(), Client()
    people = Participant.objects.in_city(room.city_id).filter(room=room, person__kind="guest")
    for name in ("Amal", "amal", "Gianni"):
        assert enter(phone, room, name).status_code == 302
    assert sorted(people.values_list("person__name", flat=True)) == ["Amal", "Gianni"]


@pytest.mark.django_db
def test_who_was_asked_to_leave_does_not_come_back_under_another_name() -> None:
    room, phone = make_room(), Client()
    enter(phone, room, "Amal")
    amal = Participant.objects.in_city(room.city_id).get(room=room, person__name="Amal")
    remove(participant=amal, by=room.made_by, reason="A test.")
    answer = enter(phone, room, "Somebody else")
    assert answer.url == reverse("realtime:room", args=[room.city.slug, room.slug])
    assert phone.get(answer.url).status_code == 403
    assert Participant.objects.in_city(room.city_id).filter(room=room).count() == 2


@pytest.mark.django_db
def test_who_waited_and_was_refused_is_told_so() -> None:
    room = make_room(asks_before_admitting=True)
    waits = join(room, "Fatou")
    refuse(participant=waits, by=room.made_by, reason="Members only tonight.")
    with pytest.raises(PermissionDenied, match=r"did not let you in\. The reason: Members only tonight\."):
        join_room(code=room.code, name="Fatou", address=HALL, known=lambda _room: waits_again(waits))


def waits_again(participant: Participant) -> Participant:
    participant.refresh_from_db()
    return participant


@pytest.mark.django_db
def test_a_full_room_offers_to_wait_and_to_watch_on_its_page() -> None:
    room, phone = make_room(most=2), Client()
    join(room, "Amal")
    answer = enter(phone, room, "Gianni")
    assert answer.status_code == 400
    assert 'name="wait"' in answer.content.decode()
    assert enter(phone, room, "Gianni", wait="true").status_code == 302
    watcher = Client()
    assert enter(watcher, room, "Ana", role=RoomRole.OBSERVER).status_code == 302
    states = Participant.objects.in_city(room.city_id).filter(room=room)
    assert states.get(person__name="Gianni").state == ParticipantState.WAITING
    assert states.get(person__name="Ana").role == RoomRole.OBSERVER


@pytest.mark.django_db
def test_nobody_chooses_to_lead_or_to_be_on_the_telephone() -> None:
    room, phone = make_room(), Client()
    assert enter(phone, room, "Amal", role=RoomRole.FACILITATOR).status_code == 400
    assert enter(phone, room, "Amal", place=Place.PHONE).status_code == 400
    body = {"code": room.code, "name": "Amal", "role": "facilitator"}
    assert phone.post("/api/v1/rooms/join/", body, content_type="application/json").status_code == 400


@pytest.mark.django_db
def test_an_open_room_may_be_closed_to_watchers_from_the_start() -> None:
    room = make_room(lets_watch=False, access=Access.PUBLIC)
    with pytest.raises(ValidationError):
        join(room, "Ana", role=RoomRole.OBSERVER)


@pytest.mark.django_db
def test_a_guest_is_shown_the_way_to_keep_what_they_do_and_an_account_is_not() -> None:
    room, phone, desk = make_room(), Client(headers={"accept-language": "en"}), Client()
    enter(phone, room, "Amal")
    page = reverse("realtime:room", args=[room.city.slug, room.slug])
    way = f'href="{reverse("account_signup")}?next={page}"'
    assert way in phone.get(page).content.decode()
    desk.force_login(room.made_by)
    assert way not in desk.get(page).content.decode()
