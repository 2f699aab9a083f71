"""Forms that write: a version, the proposal that the text becomes, and the end of the room."""

import pytest
from django.test import Client
from django.urls import reverse

from realtime import document, store, tools
from realtime.actions import write_turns
from realtime.choices import RoomState
from realtime.models import Participant, Room
from tests.factories import make_group, make_person
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import browser, enter, messages_of, page

pytestmark = pytest.mark.django_db


def passed_on(room: Room) -> Participant:
    """Somebody with an account and no office leads this room now."""
    nadia = join(room, person=make_person("Nadia"))
    tools.do(room=room, tool="leading", command="pass", by=leader(room).person, args={"id": str(nadia.pk)})
    return nadia


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


def test_a_refused_passage_keeps_its_words(client: Client) -> None:
    room = make_room()
    enter(client, room)
    lead = leader(room)
    tools.do(room=room, tool="moderation", command="lock", by=lead.person, args={"reason": "The scribes write."})
    answer = client.post(page(room, "passage"), {"text": "A long thought that I typed."})
    assert answer.status_code == 422
    assert "A long thought that I typed." in answer.content.decode()


def test_whoever_was_given_the_lead_hands_the_text_in_and_closes_the_room() -> None:
    room = make_room()
    write_turns(room=room, turns=[(join(room).person, "paragraph", "Six benches with backs.")])
    nadia = browser(passed_on(room))
    shown = nadia.get(page(room)).content.decode()
    assert page(room, "submit") in shown
    assert nadia.get(page(room, "submit")).status_code == 200
    nadia.post(page(room, "submit"), {"title": "Benches", "summary": "Six."})
    room.refresh_from_db()
    assert room.proposal is not None
    assert page(room, "close") in shown
    nadia.post(page(room, "close"), {"reason": "Done"})
    room.refresh_from_db()
    assert room.state == RoomState.CLOSED


def test_in_the_name_of_a_group_only_who_acts_for_it_hands_the_text_in() -> None:
    keeper = make_person("Carla")
    room = make_room()
    room.group = make_group(room.city, "Neighbours of the square", steward=keeper)
    room.save(update_fields=["group"])
    write_turns(room=room, turns=[(join(room).person, "paragraph", "Six benches with backs.")])
    nadia = browser(passed_on(room))
    answer = nadia.get(page(room, "submit"))
    assert answer.status_code == 302
    assert "Ask someone who acts for the group" in messages_of(answer)
    nadia.post(page(room, "submit"), {"title": "Benches"})
    room.refresh_from_db()
    assert room.proposal is None
    browser(join(room, person=keeper)).post(page(room, "submit"), {"title": "Benches"})
    room.refresh_from_db()
    assert room.proposal is not None


def test_the_page_says_what_has_to_be_over_before_the_room_closes() -> None:
    room = make_room()
    amal, lead = join(room), leader(room)
    tools.do(room=room, tool="board", command="silence", by=lead.person, args={})
    tools.do(room=room, tool="board", command="add_note", by=amal.person, args={"column": "c1", "text": "Shade"})
    answer = browser(lead).post(page(room, "close"), {"reason": "Done"}, follow=True)
    assert "Show all ideas first, then close the room." in answer.content.decode()
    room.refresh_from_db()
    assert room.state == RoomState.OPEN
