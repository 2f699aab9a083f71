"""Going to a room's pages as somebody, and coming in by its door."""

from html.parser import HTMLParser
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


class _Forms(HTMLParser):
    """Reads of each form on a page where it goes, and what it would send as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, dict[str, str]]] = []
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name, value = told.get("name", ""), told.get("value", "on")
        if tag == "form":
            self.sent.append((told.get("action", ""), {}))
        elif tag == "textarea":
            self.area = name
            self.handle_data("")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in told or self.select not in self.sent[-1][1]):
            self.sent[-1][1][self.select] = value
        elif tag == "input" and name and (told.get("type") not in ("radio", "checkbox") or "checked" in told):
            self.sent[-1][1][name] = value if "value" in told or told.get("type") == "checkbox" else ""

    def handle_endtag(self, tag: str) -> None:
        self.area = "" if tag == "textarea" else self.area
        self.select = "" if tag == "select" else self.select

    def handle_data(self, data: str) -> None:
        if self.area:
            fields = self.sent[-1][1]
            fields[self.area] = fields.get(self.area, "") + data


def forms_in(answer: Any) -> list[tuple[str, dict[str, str]]]:
    """Of each form on a page where it goes, and what it would send as it stands."""
    reader = _Forms()
    reader.feed(answer.content.decode())
    return [(to, {k: v.removeprefix("\n") for k, v in fields.items()}) for to, fields in reader.sent]


def sent_again(answer: Any, address: str) -> dict[str, str]:
    """What the page's one form to `address` would send as it stands, without its token."""
    [fields] = [fields for to, fields in forms_in(answer) if to == address]
    return {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"}
