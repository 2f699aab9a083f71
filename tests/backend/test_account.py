"""Pages about oneself that reach into every app."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from backend.people.models import Person
from realtime import broadcast
from realtime.hub import Hub
from realtime.permissions import remember
from realtime.protocol import Close
from tests.backend.lives import make_proposal, make_room, take_part
from tests.backend.people.factories import make_account, sign_in
from tests.factories import PASSWORD, make_city, make_guest, make_person
from tests.realtime import factories as rooms
from tests.realtime.scripted import Wire, enter, refused, until

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["export", "leave"])
def test_an_old_session_is_asked_again_and_what_was_sent_goes_through_then(client: Client, name: str) -> None:
    person = make_account("Ana")
    sign_in(client, person, seconds_ago=3600)
    page = reverse(f"people:{name}")
    assert client.get(page).status_code == 200
    answer: Any = client.post(page, {"sure": "on", "form": "json"})
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert Person.objects.get().is_active
    finished: Any = client.post(answer.url, {"password": PASSWORD})
    assert Person.objects.get().is_active == (name == "export")
    assert finished.status_code == (200 if name == "export" else 302)


@pytest.mark.parametrize(("form", "kind"), [("zip", "application/zip"), ("json", "application/json")])
def test_ones_data_come_as_a_file(client: Client, form: str, kind: str) -> None:
    sign_in(client, make_account())
    answer = client.post(reverse("people:export"), {"form": form})
    assert answer["Content-Type"] == kind
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


def test_five_times_a_day_is_enough(client: Client) -> None:
    sign_in(client, make_account())
    answers = [client.post(reverse("people:export")).status_code for _ in range(6)]
    assert answers == [200] * 5 + [302]


def test_leaving_is_asked_twice_and_ends_the_session(client: Client) -> None:
    person = make_account("Ana")
    sign_in(client, person)
    page = reverse("people:leave")
    assert client.post(page).status_code == 400
    assert client.post(page, {"sure": "on"}).status_code == 302
    person.refresh_from_db()
    assert not person.is_active
    assert client.get(reverse("people:account")).status_code == 302
    assert client.post(reverse("account_login"), {"login": "x", "password": PASSWORD}).status_code == 200


def come_as_guest(client: Client, name: str = "Ana") -> tuple[Person, Any]:
    """Through the door of a room, with the cookie that it sets."""
    city = make_city()
    host, guest = make_person(), make_guest(name)
    traces = take_part(guest, make_room(city, host), make_proposal(city, host))
    response = HttpResponse()
    remember(response, traces["participant"])
    client.cookies.update(response.cookies)
    return guest, traces


@pytest.mark.parametrize("next_page", ["", "/how/"])
def test_whoever_signs_in_is_asked_about_the_guest_of_this_browser(client: Client, next_page: str) -> None:
    guest, traces = come_as_guest(client)
    account = make_account("Ana Rossi")
    fields = {"login": account.email, "password": PASSWORD, "next": next_page}
    answer: Any = client.post(reverse("account_login"), fields)
    onward = next_page or reverse("people:account")
    assert answer.url == f"{reverse('people:guest')}?{urlencode({'next': onward})}"
    assert "Ana" in client.get(answer.url).content.decode()
    answer = client.post(answer.url, {"guest": guest.pk, "next": onward})
    assert answer.url == onward
    traces["post"].refresh_from_db()
    assert traces["post"].by == account
    answer = client.get(reverse("people:guest"))
    assert answer.url == reverse("people:account")


def test_a_guest_sees_who_they_are_and_how_to_keep_it(client: Client) -> None:
    come_as_guest(client, "Ana Guest")
    page = client.get(reverse("people:account"))
    assert page.status_code == 200
    assert reverse("account_signup") in page.content.decode()
    assert client.post(reverse("people:account"), {"name": "X"}).status_code == 302
    for name in ("account_signup", "account_login"):
        assert "Ana Guest" in client.get(reverse(name)).content.decode()


def test_a_new_account_is_asked_too(client: Client, settings: Any) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "optional"
    come_as_guest(client)
    fields = {"name": "Ana", "email": "ana@example.org", "password1": "a-very-good-password"}
    answer: Any = client.post(reverse("account_signup"), fields)
    assert answer.url.startswith(reverse("people:guest"))


def test_guests_of_two_rooms_are_asked_about_one_after_the_other(client: Client) -> None:
    come_as_guest(client, "Ana")
    second, _traces = come_as_guest(client, "Bea")
    sign_in(client, make_account())
    answer: Any = client.post(reverse("people:guest"), {"guest": second.pk, "next": "/how/"})
    if answer.url.startswith(reverse("people:guest")) and Person.objects.filter(pk=second.pk, is_active=True).exists():
        answer = client.post(answer.url, {"guest": client.get(answer.url).context["guest"].pk, "next": "/how/"})
    assert answer.url.startswith(reverse("people:guest"))
    assert Person.objects.filter(kind="guest", is_active=True).count() == 1


def test_another_guest_than_the_one_shown_is_not_taken_in(client: Client) -> None:
    come_as_guest(client)
    sign_in(client, make_account())
    stranger = make_guest()
    client.post(reverse("people:guest"), {"guest": stranger.pk})
    assert not Person.objects.exclude(merged_into=None).exists()


def test_without_a_guest_of_this_browser_there_is_nothing_to_take_in(client: Client) -> None:
    make_guest()
    sign_in(client, make_account())
    answer: Any = client.get(reverse("people:guest") + "?next=/torino/")
    assert answer.url == "/torino/"
    answer = client.get(reverse("people:guest") + "?next=https://evil.example/")
    assert answer.url == reverse("people:account")
    assert client.post(reverse("people:guest")).status_code == 404


NEW_PASSWORD = {"oldpassword": PASSWORD, "password1": "another-very-good-one", "password2": "another-very-good-one"}
WAYS_OUT = (("account_logout", {}), ("account_change_password", NEW_PASSWORD), ("people:leave", {"sure": "on"}))


def in_two_rooms(client: Client) -> list[Any]:
    person = make_account("Ana")
    sign_in(client, person)
    return [rooms.join(rooms.make_room(), person=person) for _ in range(2)]


@pytest.mark.parametrize(("page", "fields"), WAYS_OUT, ids=[page for page, _ in WAYS_OUT])
@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "in another process"])
async def test_who_signs_out_is_out_of_every_room(
    hub: Hub, client: Client, page: str, fields: dict[str, str], elsewhere: bool
) -> None:
    places = await sync_to_async(in_two_rooms)(client)
    other = await enter(await sync_to_async(rooms.join)(places[0].room, "Gianni"))
    wires: list[Wire] = [await enter(place) for place in places]
    if elsewhere:  # the worst case: no hint comes through
        broadcast.detach(hub._told)
    answer = await sync_to_async(client.post)(reverse(page), fields)
    assert answer.status_code == 302
    await until(lambda: all(wire.code is not None for wire in wires))
    assert [wire.code for wire in wires] == [Close.SIGNED_OUT] * 2
    assert other.code is None
    for place, wire in zip(places, wires, strict=True):
        assert await refused(place.room_id, wire.ticket) == Close.SIGNED_OUT
