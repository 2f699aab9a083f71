"""Going to a room's pages, and coming in by its door."""

from typing import Any

from django.test import Client
from django.urls import reverse

from realtime.models import Room


def page(room: Room, name: str = "room", *args: Any) -> str:
    return reverse(f"realtime:{name}", args=[room.city.slug, room.slug, *args])


def enter(client: Client, room: Room, name: str = "Amal", **fields: str) -> Any:
    return client.post(reverse("realtime:join"), {"code": room.code, "name": name, "place": "hall", **fields})
