"""Rooms and who is in them, made as the site makes them."""

from typing import Any

from django.db import connection

from backend.people.models import Person
from realtime.actions import join_room, open_room
from realtime.choices import Access
from realtime.models import Participant, Room, Update
from tests.factories import make_city, make_facilitator


def make_room(by: Person | None = None, **fields: Any) -> Room:
    """An open room in a city of its own, led by `by`."""
    city = fields.pop("city", None) or make_city()
    fields.setdefault("title", "The gardens of the street")
    fields.setdefault("access", Access.CODE)
    return open_room(by=by or make_facilitator(city, "Irene"), city=city, **fields)


def join(room: Room, name: str = "Amal", **fields: Any) -> Participant:
    """Someone who comes in with the room's code."""
    return join_room(code=room.code, name=name, address="192.0.2.1", **fields)


def leader(room: Room) -> Participant:
    rows = Participant.objects.in_city(room.city_id).select_related("person")
    found: Participant = rows.get(room=room, person=room.made_by_id)
    found.room = room
    return found


def damage(room: Room, number: int, data: bytes | None) -> None:
    """What a failing disk does to a row of the log, and no statement can: other bytes, or None for none at all."""
    guards: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'realtime_update'"
            )
            guards = cursor.fetchall()
            for name, _ in guards:
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks that wait takes no change
            cursor.execute("ALTER TABLE realtime_update DISABLE TRIGGER USER")
        rows = Update.objects.filter(room=room, number=number)
        assert rows.delete()[0] if data is None else rows.update(data=data)
        for _, guard in guards:
            cursor.execute(guard)
        if connection.vendor != "sqlite":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE realtime_update ENABLE TRIGGER USER")
