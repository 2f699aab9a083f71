"""The room as a page: everything that works without a script."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from backend.people.choices import Role
from realtime import document, store, tools
from realtime.actions import (
    acts_of,
    add_assisted,
    close_room,
    freeze_version,
    remove,
    submit_proposal,
    write_notes,
    write_turns,
)
from realtime.choices import Access, Audience, MinutesState
from realtime.models import Minutes, Participant, Room
from tests.backend.commons.factories import make_place
from tests.factories import grant, make_citizen, make_group
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import browser, enter, page

pytestmark = pytest.mark.django_db

# A page with one list asks at most twelve times. The room's page shows eighteen tools: each asks for rows of its own
# once, and what several look at (the people, the kept states) is read once for all of them. Who leads sees more tools.
ROOM, LEADING, SCREEN = 21, 27, 22


def test_strangers_do_not_learn_that_a_room_exists(client: Client) -> None:
    room = make_room()
    for name in ("room", "projector", "text", "submit"):
        assert client.get(page(room, name)).status_code == 404
    for name in ("passage", "freeze", "close", "leave", "enter"):
        assert client.post(page(room, name)).status_code == 404
    client.force_login(make_citizen(room.city))
    assert client.get(page(room)).status_code == 404


def test_the_page_without_script_writes_raises_a_hand_and_puts_a_note(client: Client) -> None:
    room = make_room()
    enter(client, room)
    client.post(page(room, "passage"), {"text": "Six benches."})
    client.post(page(room, "tool", "speaking", "raise"))
    client.post(page(room, "tool", "chat", "post"), {"text": "Ciao"})
    client.post(page(room, "tool", "board", "add_note"), {"column": "c1", "text": "Shade"})
    shown = client.get(page(room))
    assert "Six benches." in shown.context["document_html"]
    assert shown.context["tools"]["speaking"]["queue"][0]["mine"]
    [message] = shown.context["tools"]["chat"]["messages"]
    assert message["text"] == "Ciao"
    assert re.search(rf'datetime="{re.escape(message["at"])}">\d\d:\d\d</time>', shown.content.decode())
    [note] = shown.context["tools"]["board"]["columns"][0]["notes"]
    assert (note["text"], note["name"]) == ("Shade", "Amal")


def test_a_refused_form_says_why_on_the_next_page(client: Client) -> None:
    room = make_room()
    enter(client, room)
    answer = client.post(page(room, "tool", "agenda", "next"), follow=True)
    assert [str(message) for message in answer.context["messages"]] != []
    answer = client.post(page(room, "passage"), {"text": " "}, follow=True)
    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_the_projector_names_nobody_and_shows_the_way_in(client: Client) -> None:
    room = make_room()
    join(room, "Fatou")
    client.force_login(room.made_by)
    shown = client.get(page(room, "projector"))
    assert shown.status_code == 200
    assert "<svg" in shown.context["qr_svg"]
    assert "Fatou" not in shown.content.decode()
    assert shown.context["tools"]["door"]["people"] == []


def test_who_was_removed_takes_their_ideas_and_messages_along(client: Client) -> None:
    room = make_room()
    amal, other = join(room, "Amal"), join(room, "Gianni")
    column = tools.show(room, tools.viewer_of(amal))["board"]["columns"][0]["id"]
    write_notes(room=room, notes=[(amal.person, column, "A tap", 1), (other.person, column, "A roof", 2)])
    for each, text in ((amal, "Good evening"), (other, "Hello")):
        tools.do(room=room, tool="chat", command="post", by=each.person, args={"text": text})
    remove(participant=amal, by=room.made_by, reason="Too loud.")
    client.force_login(amal.person)
    answer = client.get(page(room))
    assert answer.status_code == 403
    assert answer.context["written"] == "A tap\n\nGood evening"


def test_the_pattern_of_a_link_for_the_script_is_no_link(client: Client) -> None:
    room = make_room()
    write_turns(room=room, turns=[(room.made_by, "paragraph", "Six benches.")])
    freeze_version(room=room, by=room.made_by)
    client.force_login(room.made_by)
    shown = client.get(page(room)).content.decode()
    assert f'href="{page(room, "version", 1)}"' in shown
    assert re.search(r'data-href="[^"]*/versions/\{number\}/"', shown)
    assert not re.search(r'\shref="[^"]*\{', shown)


def test_a_version_is_public_once_it_was_handed_in(client: Client) -> None:
    room = make_room()
    write_turns(room=room, turns=[(room.made_by, "paragraph", "Six benches.")])
    freeze_version(room=room, by=room.made_by, title="Ours")
    submit_proposal(room=room, by=room.made_by)
    assert client.get(page(room, "version", 1)).status_code == 404
    assert client.get(page(room, "version", 2)).status_code == 200


def test_a_closed_room_does_not_ask_anybody_in(client: Client) -> None:
    room = make_room()
    enter(client, room)
    assert room.code in client.get(page(room)).content.decode()
    close_room(room=room, by=leader(room).person, reason="It is late")
    shown = client.get(page(room))
    assert shown.status_code == 200
    assert room.code not in shown.content.decode()


def use_every_tool(room: Room, number: int) -> None:
    """One more row of all that the page of a room shows."""
    lead = leader(room)

    def do(who: Participant, tool: str, command: str, **args: Any) -> None:
        tools.do(room=room, tool=tool, command=command, by=who.person, args=args)

    amal = join(room, f"Person {number}")
    write_turns(room=room, turns=[(amal.person, "paragraph", f"Bench {number}.")])
    [block] = [each["attrs"]["id"] for each in document.read(store.updates_of(room.pk)[0]).content["content"]][-1:]
    do(amal, "chat", "post", text=f"{number}")
    do(amal, "chat", "post", text=f"Why {number}?", question="1")
    do(amal, "speaking", "raise")
    do(amal, "board", "add_note", column="c1", text="Shade")
    do(amal, "passages", "open", block=block, text="Which ones?")
    do(lead, "captions", "name", id=str(amal.pk))
    do(amal, "captions", "write", text="And now.")
    do(lead, "polls", "draft", kind="single", question="Which?", options=["One", "Two"])
    do(lead, "moderation", "mute", id=str(amal.pk), reason="Too loud.")
    freeze_version(room=room, by=lead.person)
    if number == 1:
        do(lead, "polls", "draft", kind="single", question="Where?", options=["Here", "There"], open="1")
        do(lead, "consent", "prepare", question="Can you live with it?", open="1")
        do(lead, "breakouts", "make", count="1", minutes="10", everyone="1")


def test_pages_ask_the_database_seldom(
    client: Client,
    max_queries: Callable[[int], AbstractContextManager[Any]],
    count_queries: Callable[[Callable[[], object]], int],
) -> None:
    room = make_room(access=Access.PUBLIC)
    enter(client, room)
    for number in range(1, 4):
        use_every_tool(room, number)
    lead = Client()
    lead.force_login(room.made_by)
    looks = [(client, page(room), ROOM), (lead, page(room), LEADING), (lead, page(room, "projector"), SCREEN)]
    for who, at, _most in looks:
        who.get(at)  # what is kept between requests is read now
    few = [count_queries(lambda who=who, at=at: who.get(at)) for who, at, _most in looks]
    for number in range(4, 7):
        use_every_tool(room, number)
    for (who, at, most), count in zip(looks, few, strict=True):
        with max_queries(most):
            assert who.get(at).status_code == 200
        assert count_queries(lambda who=who, at=at: who.get(at)) == count
    rooms = reverse("realtime:rooms", args=[room.city.slug])
    few = count_queries(lambda: client.get(rooms))
    for _ in range(3):
        make_room(room.made_by, city=room.city, access=Access.PUBLIC)
    with max_queries(12):
        assert client.get(rooms).status_code == 200
    assert count_queries(lambda: client.get(rooms)) == few


def test_pages_of_who_is_signed_in_ask_as_seldom(
    client: Client,
    max_queries: Callable[[int], AbstractContextManager[Any]],
    count_queries: Callable[[Callable[[], object]], int],
) -> None:
    room = make_room(access=Access.PUBLIC)
    lead = room.made_by
    new = reverse("realtime:new", args=[room.city.slug])
    for name in ("Amal", "Bea", "Carla", "Dario", "Elsa"):  # among fewer nothing is said of shares
        write_turns(room=room, turns=[(join(room, name).person, "paragraph", "Six benches.")])
    freeze_version(room=room, by=lead)
    client.force_login(lead)
    make_place(room.city)
    grant(lead, Role.CONTACT, make_group(room.city))
    every = [page(room), page(room, "projector"), new]
    few = [count_queries(lambda each=each: client.get(each)) for each in every]
    for number in range(4):
        write_turns(room=room, turns=[(join(room, f"Person {number}").person, "paragraph", "One more.")])
        freeze_version(room=room, by=lead)
        make_place(room.city)
        grant(lead, Role.CONTACT, make_group(room.city))
    for each, count, most in zip(every, few, (LEADING, SCREEN, 12), strict=True):
        with max_queries(most):
            assert client.get(each).status_code == 200
        assert count_queries(lambda each=each: client.get(each)) <= count


def test_the_address_of_a_closed_room_leads_a_visitor_to_its_public_minutes(client: Client) -> None:
    room = make_room(access=Access.PUBLIC)
    address = reverse("realtime:room", args=[room.city.slug, room.slug])
    minutes = Minutes.objects.create(city=room.city, room=room, state=MinutesState.PUBLISHED, audience=Audience.PUBLIC)
    assert client.get(address).headers["Location"].startswith(reverse("realtime:join"))
    close_room(room=room, by=leader(room).person, reason="It is late")
    assert client.get(address).headers["Location"] == reverse("realtime:minutes", args=[room.city.slug, room.slug])
    Minutes.objects.in_city(room.city_id).filter(pk=minutes.pk).update(audience=Audience.ROOM)
    assert client.get(address).headers["Location"].startswith(reverse("realtime:join"))


def test_acts_of_who_leads_have_their_reason_in_plain_forms(client: Client) -> None:
    room = make_room()
    amal = join(room)
    tools.do(room=room, tool="speaking", command="raise", by=amal.person, args={})
    client.force_login(leader(room).person)
    shown = client.get(page(room)).content.decode()
    acts = [("speaking", "drop", {"id": str(amal.pk)}), ("board", "close", {}), ("board", "lock_column", {"id": "c1"})]
    for tool, command, args in acts:
        address = page(room, "tool", tool, command)
        form = re.search(rf'<form[^>]*action="{address}".*?</form>', shown, re.DOTALL)
        assert form, command
        [reason] = re.findall(r'name="reason"[^>]* value="([^"]+)"', form[0])
        client.post(address, {**args, "reason": reason})
    assert {act.act for act in acts_of(room)} == {"lower", "close_board", "lock_column"}
    seen = browser(amal).get(page(room)).content.decode()
    assert "The board is closed for the moment." in seen
    assert "We go on with the other columns." in seen
    assert "We come back to this later." in seen


def test_a_message_of_somebody_without_a_device_says_so(client: Client) -> None:
    room = make_room()
    lead = leader(room)
    pina = add_assisted(room=room, name="Nonna Pina", by=lead.person)
    args = {"text": "I can give water.", "for": str(pina.pk), "question": "1"}
    tools.do(room=room, tool="chat", command="post", by=lead.person, args=args)
    enter(client, room)
    shown = client.get(page(room)).content.decode()
    page_of_messages = client.get(page(room, "messages")).content.decode()
    lists = [shown.split(f'data-part="{name}"')[1] for name in ("messages", "questions")]
    for part in (*lists, page_of_messages.split('class="stack said-list"')[1]):
        assert "without a device" in part.split("</li>")[0]
