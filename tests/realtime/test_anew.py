"""Words that were taken out of a room do not come back, whoever was away meanwhile; with Yjs people and a real server."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from realtime.actions import agree_erasure, ask_erasure
from realtime.actions.erasing import take_words_out
from realtime.models import Participant, Room, Update
from realtime.permissions import ticket_for
from realtime.protocol import Close
from tests.realtime.factories import join, leader, make_room
from tests.realtime.nodes import Node, node
from tests.realtime.served import Server, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "My address is Via Po 3, second floor."


@pytest.fixture
def people() -> Iterator[Node]:
    with node("yjs_client.mjs") as running:
        yield running


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with ExitStack() as held:
        running = Server(tmp_path)
        held.callback(running.kill)
        yield running


def ticket_of(participant: Participant) -> str:
    """As a page that is loaded now would have it."""
    return ticket_for(Participant.objects.in_city(participant.city_id).select_related("room").get(pk=participant.pk))


def _closed(people: Node, name: str, code: int) -> bool:
    return bool(people.call("report", name=name)["code"] == code)


def enter(people: Node, server: Server, participant: Participant, name: str) -> None:
    people.call("join", name=name, url=server.url(participant, ticket_of(participant)))
    wait_for(lambda: people.call("report", name=name)["synced"])


def stored(room: Room) -> str:
    rows = Update.objects.filter(room=room).values_list("data", flat=True)
    return b"".join(map(bytes, rows)).decode("utf-8", "replace")


def test_nothing_comes_back_with_who_was_away(people: Node, server: Server) -> None:
    room = make_room()
    lead, amal, bo, cleo = leader(room), join(room, "Amal"), join(room, "Bo"), join(room, "Cleo")
    for name, who in (("amal", amal), ("bo", bo), ("cleo", cleo)):
        enter(people, server, who, name)
    people.call("paragraph", name="amal", text=SECRET)
    wait_for(lambda: SECRET in people.call("report", name="bo")["text"])
    people.call("paragraph", name="bo", text="We need benches.")
    people.call("note", name="amal", id="n1", text="Ring me at Via Po 3")
    wait_for(lambda: people.call("report", name="cleo")["board"])
    wait_for(lambda: "benches" in people.call("report", name="cleo")["text"])
    # Cleo loses the line, and goes on in the middle of Amal's paragraph.
    people.call("kill", name="cleo")
    people.call("enter", name="cleo", at=10)
    old = {name: server.url(who, ticket_of(who)) for name, who in (("bo", bo), ("cleo", cleo))}

    erasure = ask_erasure(room=room, person=amal.person, by=amal.person)
    agree_erasure(erasure=erasure, by=lead.person, reason="Of course.")
    take_words_out.call(str(erasure.pk))

    # Who is in the room is told to begin anew, within the second that a hint may take.
    for name in ("amal", "bo"):
        wait_for(partial(_closed, people, name, Close.ANEW), 8)
    # An old ticket is of the old text.
    people.call("reopen", name="cleo", url=old["cleo"])
    wait_for(partial(_closed, people, "cleo", Close.ANEW))
    # A program that knows nothing of that takes a new ticket, and sends what it has.
    for name, who in (("cleo", cleo), ("bo", bo), ("amal", amal)):
        people.call("reopen", name=name, url=server.url(who, ticket_of(who)))
        wait_for(partial(_closed, people, name, Close.BAD_UPDATE))
    # So does a device that kept the text, under a name that nobody has used yet.
    people.call("revive", name="device", url=server.url(cleo, ticket_of(cleo)), **{"from": "cleo"}, at=5)
    wait_for(partial(_closed, people, "device", Close.BAD_UPDATE))

    enter(people, server, bo, "bo again")
    people.call("paragraph", name="bo again", text="And shade.")
    enter(people, server, cleo, "newcomer")
    report = people.call("report", name="newcomer")
    wait_for(lambda: "And shade." in people.call("report", name="newcomer")["text"])
    for name in ("bo again", "newcomer"):  # who comes back tells of no deletion that the log does not know
        assert people.call("report", name=name)["code"] != 4409
    assert "We need benches." in report["text"]
    assert not report["pending"]
    for text in (report["text"], str(report["board"]), stored(room)):
        assert "Via Po" not in text
        assert "address" not in text
