"""Rooms with people in them for a measurement: python -m bench.realtime.seed ROOMS PEOPLE prints the sockets as JSON.

Prints a list of rooms, each a list of the addresses with tickets under which its people join.
"""

import json
import sys

import django


def main(rooms: int, people: int) -> None:
    django.setup()
    from backend.cities.actions import load_city
    from backend.cities.models import City
    from backend.people.actions import grant_role, make_guest
    from backend.people.choices import Role, Scope
    from backend.people.models import Person
    from realtime.actions import open_room, seat
    from realtime.permissions import ticket_for, websocket_path

    load_city(slug="torino")
    city = City.objects.get(slug="torino")
    admin = Person.objects.create_superuser("admin@bench.example", None, name="Admin")
    grant_role(person=admin, role=Role.ADMIN, scope_kind=Scope.SITE, scope_id=None, by=None)
    grant_role(person=admin, role=Role.FACILITATOR, scope_kind=Scope.CITY, scope_id=city.pk, by=admin)
    found = []
    for number in range(rooms):
        room = open_room(by=admin, city=city, title=f"Room {number}")
        addresses = []
        for place in range(people):
            guest = make_guest(name=f"Guest {place}", language="it")
            participant = seat(room=room, person=guest, by=admin)
            addresses.append(websocket_path(participant, ticket_for(participant)))
        found.append(addresses)
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
