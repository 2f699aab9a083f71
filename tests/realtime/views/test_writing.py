"""Forms that write: a version, the proposal that the text becomes, and the end of the room."""

import pytest
from django.test import Client
from django.urls import reverse

from realtime import document, store, tools
from realtime.actions import write_turns
from tests.realtime.factories import join, leader, make_room
from tests.realtime.visits import enter, page

pytestmark = pytest.mark.django_db


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
