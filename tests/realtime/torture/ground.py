"""What the tortures stand on: real servers, a crowd in Node, and what they say of what they did."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection

from realtime.models import Participant, Room
from realtime.permissions import ticket_for
from tests.realtime.factories import join, make_room
from tests.realtime.nodes import Node, node
from tests.realtime.served import Server

CROWD = "torture/crowd.mjs"


class Ground(NamedTuple):
    """A folder for the servers' logs, the crowd, and where to say how far it is."""

    folder: Path
    crowd: Node
    say: Any


@contextmanager
def ground(folder: Path, say: Any = lambda *words: None) -> Iterator[Ground]:
    with node(CROWD) as crowd:
        yield Ground(folder, crowd, say)


@contextmanager
def served(folder: Path, **options: Any) -> Iterator[Server]:
    folder.mkdir(parents=True, exist_ok=True)
    server = Server(folder, **options)
    try:
        yield server
    finally:
        server.kill()


def company(count: int, room: Room | None = None) -> list[Participant]:
    """A room with `count` people in it."""
    room = room or make_room()
    return [join(room, f"Guest {place}") for place in range(count)]


def url(server: Server, who: Participant) -> str:
    return server.url(who, ticket_for(who))


def enter(ground: Ground, server: Server, people: Sequence[Participant], names: Sequence[str], client: int = 0) -> None:
    for place, (who, name) in enumerate(zip(people, names, strict=True)):
        ground.crowd.call("join", name=name, url=url(server, who), client=client and client + place)
    assert ground.crowd.call("here", names=list(names), patience=30_000) is not None, "not everyone came in"


def come_back(ground: Ground, server: Server, people: Sequence[Participant], names: Sequence[str]) -> None:
    for who, name in zip(people, names, strict=True):
        ground.crowd.call("reopen", name=name, url=url(server, who))


def hang_up() -> None:
    """Let go of the database, so that nothing is held over a long wait."""
    connection.close()
