"""What every page of a room asks first, and how a refused form is told."""

from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest
from django.test import RequestFactory

from backend.base.problems import Conflict
from realtime.actions import remove
from realtime.choices import Access
from realtime.models import Room
from realtime.views.asked import add_errors, back, person_of, room_of, say_problem, to_join
from tests.factories import make_citizen, make_city
from tests.realtime.factories import join, leader, make_room

pytestmark = pytest.mark.django_db


class Words(forms.Form):
    text = forms.CharField(required=False)


@pytest.fixture
def room(db: None) -> Room:
    return make_room()


def asked(room: Room, person: Any = None, **fields: Any) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = person or AnonymousUser()
    request.city = fields.get("city", room.city)  # type: ignore[attr-defined]
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def test_a_room_of_another_city_or_of_none_is_not_found(room: Room) -> None:
    for city in (make_city(), None):
        with pytest.raises(Http404):
            room_of(asked(room, room.made_by, city=city), room.slug)
    with pytest.raises(Http404):
        room_of(asked(room, room.made_by), "nowhere")


def test_a_room_that_is_none_of_ones_business_is_not_found(room: Room) -> None:
    with pytest.raises(Http404):
        room_of(asked(room, make_citizen(room.city)), room.slug)
    with pytest.raises(Http404):
        room_of(asked(room), room.slug)


def test_who_is_in_it_is_found_with_their_place(room: Room) -> None:
    found, participant = room_of(asked(room, room.made_by), room.slug)
    assert (found, participant) == (room, leader(room))
    assert participant is not None
    assert participant.room is found


def test_who_was_removed_is_still_told_so(room: Room) -> None:
    person = make_citizen(room.city)
    remove(participant=join(room, person=person), by=room.made_by, reason="Shouting.")
    _found, participant = room_of(asked(room, person), room.slug)
    assert participant is not None
    assert participant.state == "removed"


def test_the_account_goes_before_the_guest_of_the_cookie(room: Room) -> None:
    guest, account = join(room), make_citizen(room.city)
    assert person_of(asked(room, account), guest) == account
    assert person_of(asked(room), guest) == guest.person
    assert person_of(asked(room)) is None


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (ValidationError({"text": ["One."], "by": ["Two."]}), ["One.", "Two."]),
        (Conflict("led", "Someone leads."), ["Someone leads."]),
        (PermissionDenied("Only the lead."), ["Only the lead."]),
        (PermissionDenied(), ["You may not do this."]),
    ],
)
def test_why_a_form_was_refused_is_said_on_the_next_page(room: Room, problem: Exception, said: list[str]) -> None:
    request = asked(room)
    say_problem(request, problem)
    assert [str(message) for message in get_messages(request)] == said


@pytest.mark.parametrize(
    ("problem", "field"),
    [
        (ValidationError({"text": "Too long."}), "text"),
        (ValidationError({"elsewhere": "Not here."}), "__all__"),
        (ValidationError("Not now."), "__all__"),
        (Conflict("busy", "Try again."), "__all__"),
        (PermissionDenied(), "__all__"),
    ],
)
def test_a_refusal_stands_at_the_forms_own_field_or_above_it(problem: Exception, field: str) -> None:
    form = Words({"text": "x"})
    form.full_clean()
    add_errors(form, problem)
    assert list(form.errors) == [field]


def test_the_ways_back_and_to_the_door(room: Room) -> None:
    assert back(asked(room), room, "board")["Location"].endswith(f"/{room.slug}/#board")
    public = make_room(access=Access.PUBLIC)
    assert to_join(public)["Location"].endswith(f"?code={public.code}")
