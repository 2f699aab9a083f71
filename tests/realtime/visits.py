"""Going to a room's pages as somebody, and coming in by its door."""

from typing import Any, Final

from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from realtime.models import Participant, Room
from realtime.permissions import remember

ENGLISH: Final = {"accept-language": "en"}


def browser(who: Participant) -> Client:
    """A browser that reads English, of somebody who is in the room: signed in, or with the room's cookie."""
    client = Client(headers=ENGLISH)
    if who.person.has_account:
        client.force_login(who.person)
    else:
        response = HttpResponse()
        remember(response, who)
        client.cookies.update(response.cookies)
    return client


def at(room: Room, path: str = "") -> str:
    return f"/{room.city.slug}/rooms/{room.slug}/{path}"


def page(room: Room, name: str = "room", *args: Any) -> str:
    return reverse(f"realtime:{name}", args=[room.city.slug, room.slug, *args])


def enter(client: Client, room: Room, name: str = "Amal", **fields: str) -> Any:
    return client.post(reverse("realtime:join"), {"code": room.code, "name": name, "place": "hall", **fields})


def messages_of(answer: Any) -> str:
    return " ".join(str(each) for each in get_messages(answer.wsgi_request))
