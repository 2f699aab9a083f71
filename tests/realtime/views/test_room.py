"""The room as a page: everything that works without a script."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from backend.people.choices import Role
from realtime import document, store, tools
from realtime.actions import freeze_version, remove, set_asking, submit_proposal, write_notes, write_turns
from realtime.choices import Access
from realtime.models import Participant, Room
from tests.backend.commons.factories import make_place
from tests.factories import grant, make_citizen, make_facilitator, make_group
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import enter, page

pytestmark = pytest.mark.django_db

# A page with one list asks at most twelve times. The room's page shows eighteen tools: each asks for rows of its own
# once, and what several look at (the people, the kept states) is read once for all of them. Who leads sees more tools.
ROOM, LEADING, SCREEN = 24, 29, 24


def test_a_guest_joins_with_code_and_name_and_is_in_the_room(client: Client) -> None:
    room = make_room()
    answer = enter(client, room)
    assert answer.status_code == 302
    assert answer.url == page(room)
    shown = client.get(page(room))
    assert shown.status_code == 200
    assert shown.context["participant"].name == "Amal"
    assert shown.context["websocket"].startswith(f"/ws/rooms/{room.pk}/?ticket=")
    assert set(shown.context["tools"]) == set(tools.TOOLS)
    assert "no-store" in shown["Cache-Control"]


def test_a_guest_comes_back_as_the_same_person(client: Client) -> None:
    room = make_room()
    enter(client, room)
    client.get(page(room))
    client.get(page(room))
    assert Participant.objects.in_city(room.city).filter(room=room).count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "WRONG123"}, "code"),
        ({"code": ""}, "code"),
        ({"name": ""}, "name"),
        ({"name": "a\x07b"}, "name"),
        ({"name": "x" * 400}, "name"),
    ],
)
def test_odd_input_is_answered_at_its_field_and_kept(client: Client, fields: dict[str, str], field: str) -> None:
    room = make_room()
    answer = enter(client, room, **{"name": "Amal", **fields})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    kept = fields.get("code", room.code)
    assert answer.context["form"]["code"].value() == kept


def test_a_room_with_a_pin_asks_for_it(client: Client) -> None:
    room = make_room(pin="1234")
    assert enter(client, room).context["asks_pin"] is True
    assert enter(client, room, pin="1234").status_code == 302


def test_strangers_do_not_learn_that_a_room_exists(client: Client) -> None:
    room = make_room()
    for name in ("room", "projector", "text", "submit"):
        assert client.get(page(room, name)).status_code == 404
    for name in ("passage", "freeze", "close", "leave", "enter"):
        assert client.post(page(room, name)).status_code == 404
    client.force_login(make_citizen(room.city))
    assert client.get(page(room)).status_code == 404


def test_a_public_room_shows_the_way_to_its_door(client: Client) -> None:
    room = make_room(access=Access.PUBLIC)
    answer = client.get(page(room))
    assert answer.status_code == 302
    assert room.code in answer.url
    assert room.title in client.get(reverse("realtime:rooms", args=[room.city.slug])).content.decode()


def test_who_waits_sees_how_long_and_who_was_removed_sees_why(client: Client) -> None:
    room = make_room()
    set_asking(room=room, by=room.made_by, asks=True)
    enter(client, room)
    waiting = client.get(page(room))
    assert waiting.templates[0].name == "realtime/waiting.html"
    assert waiting.context["place"] == 1
    [amal] = Participant.objects.in_city(room.city).filter(room=room, person__name="Amal")
    lead = leader(room)
    client.force_login(lead.person)
    client.post(page(room, "tool", "door", "admit"), {"id": str(amal.pk)})
    client.post(page(room, "tool", "moderation", "remove"), {"id": str(amal.pk), "reason": "Shouting."})
    amal.refresh_from_db()
    guest = Client()
    other = make_room()
    enter(guest, other, "Other")
    assert amal.state == "removed"


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
    assert shown.context["tools"]["chat"]["messages"][0]["text"] == "Ciao"
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


def test_the_text_is_taken_along_in_three_forms(client: Client) -> None:
    room = make_room()
    enter(client, room)
    write_turns(room=room, turns=[(room.made_by, "heading", "Why <not>"), (room.made_by, "list_item", "one")])
    assert client.get(page(room, "text") + "?as=markdown").content.decode() == "## Why \\<not\\>\n\n- one\n"
    assert "<h2" in client.get(page(room, "text") + "?as=html").content.decode()
    assert client.get(page(room, "text")).content.decode() == "Why <not>\n\n- one\n"
    assert client.get(page(room, "text") + "?as=exe").status_code == 404


def test_from_a_room_to_a_proposal_by_forms(client: Client) -> None:
    room = make_room()
    write_turns(room=room, turns=[(join(room).person, "paragraph", "Six benches with backs.")])
    client.force_login(room.made_by)
    assert client.post(page(room, "freeze"), {"title": "First"}).status_code == 302
    assert client.get(page(room, "version", 1)).status_code == 200
    looked = client.get(page(room, "submit"))
    assert looked.context["form"].initial["summary"] == "Six benches with backs."
    answer = client.post(page(room, "submit"), {"title": "Benches", "summary": "Six."})
    room.refresh_from_db()
    assert room.proposal is not None
    assert answer.url == reverse("pacts:proposal", args=[room.city.slug, room.proposal.reference])
    assert client.post(page(room, "close"), {"reason": "Done"}).status_code == 302
    assert document.read(store.updates_of(room.pk)[0]).content["content"]


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


@pytest.mark.parametrize("language", ["it", "hu"])
def test_a_version_without_a_name_is_called_so_in_the_language_of_its_room(language: str) -> None:
    room = make_room(language=language)
    write_turns(room=room, turns=[(room.made_by, "paragraph", "Sei panchine.")])
    with translation.override(language):
        called = gettext("Version %(number)d") % {"number": 1}
    assert freeze_version(room=room, by=room.made_by).title == called


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


def test_a_facilitator_opens_a_room_and_a_citizen_does_not(client: Client) -> None:
    room = make_room()
    address = reverse("realtime:new", args=[room.city.slug])
    assert client.get(address).status_code == 302
    client.force_login(make_citizen(room.city))
    assert client.get(address).status_code == 403
    client.force_login(make_facilitator(room.city))
    assert client.get(address).status_code == 200
    made = client.post(address, {"title": "Second evening", "agenda": "ideas", "access": "public"})
    assert made.status_code == 302
    assert client.post(address, {"title": "", "agenda": "x", "access": "y"}).status_code == 400


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


def test_leaving_leaves_nothing_on_a_shared_device(client: Client) -> None:
    room = make_room()
    enter(client, room)
    client.post(page(room, "leave"))
    assert client.get(page(room)).status_code == 404
