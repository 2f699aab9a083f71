"""Whole servers with Yjs people: killed in mid-sentence, two at once, stopped politely, and a stock client."""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings

from backend.people.actions import revoke_role
from backend.people.models import RoleGrant
from realtime.models import Participant
from realtime.permissions import ticket_for
from realtime.protocol import Close
from tests.realtime.factories import join, leader, make_room
from tests.realtime.nodes import Node, node
from tests.realtime.served import Server, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> Iterator[Node]:
    with node("yjs_client.mjs") as running:
        yield running


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as held:
        yield held


def served(stack: ExitStack, folder: Path, **options: bool) -> Server:
    server = Server(folder, **options)
    stack.callback(server.kill)
    return server


def enter(people: Node, server: Server, participant: Participant, name: str, client: int = 0) -> None:
    people.call("join", name=name, url=server.url(participant, ticket_for(participant)), client=client)
    wait_for(lambda: people.call("report", name=name)["synced"])


def test_killed_in_mid_sentence_nothing_saved_or_seen_is_lost(people: Node, stack: ExitStack, tmp_path: Path) -> None:
    """Seeds are fixed, so that a failure can be looked at again."""
    room = make_room()
    guests = [join(room, f"Guest {number}") for number in range(4)]
    server = served(stack, tmp_path)
    for seed in range(2):
        dice = random.Random(seed)
        names = [f"{seed}-{place}" for place in range(len(guests))]
        for name, guest in zip(names, guests, strict=True):
            enter(people, server, guest, name)
        for _ in range(dice.randrange(40, 120)):
            people.call("plain", name=dice.choice(names), text=dice.choice("abcdé😀 "))
        server.kill()
        reports = [people.call("report", name=name) for name in names]
        server.start()
        reader = f"reader-{seed}"
        enter(people, server, guests[0], reader)
        found = people.call("report", name=reader)["clocks"]
        for report in reports:
            own = str(report["client"])
            acknowledged = report["saved"] - 1  # the answer to the server's question is the first frame
            assert found.get(own, 0) >= acknowledged, f"seed {seed}: acknowledged words are gone"
            for other in reports:
                seen = 0 if other is report else other["clocks"].get(own, 0)
                assert found.get(own, 0) >= seen, f"seed {seed}: words that others saw are gone"
        for name in [*names, reader]:
            people.call("leave", name=name)


def test_browsers_go_on_by_themselves_after_the_restart(people: Node, stack: ExitStack, tmp_path: Path) -> None:
    room = make_room()
    amal, gianni = join(room, "Amal"), join(room, "Gianni")
    server = served(stack, tmp_path)
    enter(people, server, amal, "a")
    enter(people, server, gianni, "b")
    people.call("plain", name="a", text="before ")
    wait_for(lambda: "before" in people.call("report", name="b")["plain"])
    server.kill()
    people.call("plain", name="a", text="meanwhile ")
    people.call("plain", name="b", text="both ")
    server.start()
    for name, who in (("a", amal), ("b", gianni)):
        people.call("reopen", name=name, url=server.url(who, ticket_for(who)))
    wait_for(lambda: people.call("report", name="a")["plain"] == people.call("report", name="b")["plain"])
    text = people.call("report", name="a")["plain"]
    assert all(word in text for word in ("before", "meanwhile", "both"))


def test_two_processes_carry_one_room(people: Node, stack: ExitStack, tmp_path: Path) -> None:
    room = make_room()
    lead, amal, gianni = leader(room), join(room, "Amal"), join(room, "Gianni")
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    one, two = served(stack, tmp_path / "1"), served(stack, tmp_path / "2")
    enter(people, one, amal, "a")
    enter(people, two, gianni, "b")
    enter(people, two, lead, "lead")
    for number in range(30):
        people.call("plain", name="ab"[number % 2], text=f"{number} ")
    patience = 6 if settings.REDIS_URL else 12

    def equal() -> bool:
        reports = [people.call("report", name=name) for name in ("a", "b", "lead")]
        whole = all(f"{number} " in reports[0]["plain"] for number in range(30))
        return whole and len({report["plain"] for report in reports}) == 1 and not any(r["pending"] for r in reports)

    wait_for(equal, patience)
    wait_for(lambda: all((r := people.call("report", name=name))["saved"] == r["sent"] for name in ("a", "b")))
    people.call("order", name="a", id="1", tool="speaking", what="raise")
    wait_for(lambda: people.call("report", name="b")["states"]["speaking"]["queue"] != [], patience)
    people.call(
        "order", name="lead", id="2", tool="moderation", what="remove", args={"id": str(amal.pk), "reason": "x"}
    )
    wait_for(lambda: people.call("report", name="a")["code"] == Close.FORBIDDEN, 15)


def test_a_role_of_the_city_that_is_taken_back_ends_the_line_in_every_process(
    people: Node, stack: ExitStack, tmp_path: Path
) -> None:
    """It is taken back in a third one, this one."""
    room = make_room()
    lead, amal = leader(room), join(room, "Amal")
    for name in "12":
        (tmp_path / name).mkdir()
        server = served(stack, tmp_path / name)
        enter(people, server, lead, f"lead {name}")
        enter(people, server, amal, f"amal {name}")
    [grant] = RoleGrant.objects.active().filter(person=lead.person)
    revoke_role(grant=grant, by=None)
    wait_for(lambda: all(people.call("report", name=f"lead {name}")["code"] == Close.SIGNED_OUT for name in "12"), 15)
    assert [people.call("report", name=f"amal {name}")["code"] for name in "12"] == [None, None]


@pytest.mark.servers
def test_presence_crosses_the_processes(people: Node, stack: ExitStack, tmp_path: Path) -> None:
    room = make_room()
    amal, gianni = join(room, "Amal"), join(room, "Gianni")
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    one, two = served(stack, tmp_path / "1"), served(stack, tmp_path / "2")
    enter(people, one, amal, "a")
    enter(people, two, gianni, "b")
    before = people.call("report", name="b")["presence"]
    people.call("presence", name="a", state={"cursor": {"anchor": 1}}, clock=1)
    wait_for(lambda: people.call("report", name="b")["presence"] > before)


@pytest.mark.parametrize("daphne", [False, True], ids=["uvicorn", "daphne"])
def test_a_polite_stop_stores_says_goodbye_and_ends(
    people: Node, stack: ExitStack, tmp_path: Path, daphne: bool
) -> None:
    amal = join(make_room())
    server = served(stack, tmp_path, daphne=daphne)
    enter(people, server, amal, "a")
    people.call("plain", name="a", text="the last words")
    assert server.stop() < 5
    wait_for(lambda: people.call("report", name="a")["code"] is not None)
    report = people.call("report", name="a")
    assert report["code"] == Close.RESTARTING
    assert report["saved"] == report["sent"]
