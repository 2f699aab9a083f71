"""Rights, exhaustively: every kind of person before every operation of the API.

A new operation is one line in `tests/access/table.py`; one that is not listed fails here.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from realtime.permissions import remember
from realtime.tools import TOOLS, answer
from tests.access.commands import COMMANDS, Told
from tests.access.table import PRINCIPALS, ROWS, Row, said
from tests.access.world import World

pytestmark = pytest.mark.django_db
GUESTS = ("room_guest", "waiting_guest", "removed_guest")
SERVED = range(200, 300)


@cache
def operations() -> dict[str, tuple[str, str]]:
    """Operation -> (method, path with its parts in braces), as the OpenAPI schema tells them."""
    schema: Any = SchemaGenerator().get_schema(request=None, public=True)
    return {
        found["operationId"]: (method, path)
        for path, methods in schema["paths"].items()
        for method, found in methods.items()
    }


class Doors(World):
    """The world, and a browser for each who stands before its doors."""

    def __init__(self) -> None:
        super().__init__()
        self.browsers = {name: browser_of(self, name) for name in PRINCIPALS}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Doors]:
    """Built once; each call is rolled back, so every cell of the table finds it as it was."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Doors()
        transaction.set_rollback(True)


def browser_of(world: World, name: str) -> Client:
    client = Client()
    if name in GUESTS:
        response = HttpResponse()
        remember(response, world.participants[name])
        client.cookies.update(response.cookies)
    elif (person := world.people[name]) is not None:
        client.force_login(person)
    return client


def signed_in(world: World, name: str) -> bool:
    return name != "anonymous" and name not in GUESTS


def address(world: World, row: Row) -> tuple[str, str]:
    method, path = operations()[row.operation]
    given = row.at(world) if row.at else ()
    parts = iter(given if isinstance(given, tuple) else (given,))
    return method, re.sub(r"\{\w+\}", lambda _: str(next(parts)), path)


def call(world: Doors, row: Row, name: str) -> Any:
    """What `name` is answered; the world is as before afterwards."""
    with transaction.atomic():
        method, path = address(world, row)
        body = row.body(world) if row.body else {}
        query = {"city": world.city.slug} if row.note == "?city=" else {}
        client, cookies = world.browsers[name], world.browsers[name].cookies.copy()
        if method == "get":
            answer = client.get(path, query)
        elif row.form == "multipart":
            answer = client.post(path, body)
        else:
            answer = getattr(client, method)(path, body, content_type="application/json")
        if answer.streaming:
            answer.getvalue()  # a file is closed by whoever reads it to the end
        client.cookies = cookies
        transaction.set_rollback(True)
    return answer


def test_every_operation_of_the_api_is_in_the_table() -> None:
    assert {row.operation for row in ROWS} == set(operations()) - {"schema_retrieve"}
    assert len({row.id for row in ROWS}) == len(ROWS)


def test_the_table_names_people_that_there_are() -> None:
    assert {name for row in ROWS for name in row.may.split()} <= set(PRINCIPALS)


@pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
def test_who_may(world: Doors, row: Row) -> None:
    wrong = []
    for name in PRINCIPALS:
        answer = call(world, row, name)
        may = name in row.may.split()
        refused = (404,) if row.hidden and signed_in(world, name) else (401, 403, 404)
        if row.lacks and signed_in(world, name):
            refused = (row.lacks,)
        if (answer.status_code in SERVED) != may or (not may and answer.status_code not in refused):
            wrong.append(
                f"{name}: {'may' if may else 'may not'}, answered {answer.status_code} {answer.content[:300]!r}"
            )
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("told", COMMANDS, ids=[f"{told.tool} {told.command}" for told in COMMANDS])
def test_who_may_tell_a_tool(world: Doors, told: Told) -> None:
    """Rights are asked before the words of a command: who may is refused at most for those."""
    row = Row("rooms_tool_command", told.may, said(), lambda w: (w.room.pk, told.tool, told.command))
    wrong = []
    for name in PRINCIPALS:
        status, may = call(world, row, name).status_code, name in told.may.split()
        inside = name in world.participants and world.participants[name].room_id == world.room.pk
        if may != (status in (200, 400, 409)) or (not may and status != 403 and (inside or status != 404)):
            wrong.append(f"{name}: answered {status}")
        if inside:
            with transaction.atomic():
                heard = answer(world.room.pk, world.participants[name].pk, told.tool, told.command, {})
                transaction.set_rollback(True)
            if may == (heard is not None and heard["code"] == "permission_denied"):
                wrong.append(f"{name}: heard {heard} by socket")
    assert not wrong


def test_every_command_of_a_tool_is_in_the_table() -> None:
    there_are = {(tool.name, command) for tool in TOOLS.values() for command in tool.commands}
    assert {(told.tool, told.command) for told in COMMANDS} == there_are
