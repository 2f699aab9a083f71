"""Pages for who has no script: one paragraph with what hangs on it, a text to follow, and the text by ETag."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from backend.base import prose
from realtime import document, store
from realtime.actions import add_assisted, post_passage
from realtime.models import Participant, Passage, Room
from tests.realtime.factories import leader, make_room
from tests.realtime.visits import browser, enter, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> Room:
    made = make_room()
    post_passage(room=made, by=leader(made).person, text="Six steel benches")
    return made


def block(room: Room) -> prose.Piece:
    return prose.blocks(document.read(store.updates_of(room.pk)[0]).content)[0]


def paragraph(room: Room, name: str) -> str:
    return reverse("realtime:paragraph", args=[room.city.slug, room.slug, name])


def test_a_paragraph_is_commented_on_and_reworded_without_script(client: Client, room: Room) -> None:
    enter(client, room)
    here = paragraph(room, block(room).id)
    assert "Six steel benches" in client.get(here).content.decode()
    client.post(here, {"do": "comment", "text": "Too hot."})
    client.post(
        here, {"do": "suggest", "before": "Six steel benches", "after": "Six wooden benches", "text": "Cooler."}
    )
    kinds = Passage.objects.in_city(room.city_id).order_by("id").values_list("kind", "quote", "words")
    assert list(kinds) == [("comment", "Six steel benches", ""), ("suggestion", "steel", "wooden")]
    shown = client.get(page(room)).content.decode()
    assert "<ins" in shown
    assert "Too hot." in shown
    assert "tools/passages/reject/" in shown


def test_the_two_forms_of_a_paragraph_have_names_of_their_own(client: Client, room: Room) -> None:
    enter(client, room)
    names = re.findall(r' id="([^"]+)"', client.get(paragraph(room, block(room).id)).content.decode())
    assert len(names) == len(set(names))
    assert {"id_text", "reword_text"} <= set(names)


def test_what_was_typed_stays_when_the_paragraph_changed_meanwhile(client: Client, room: Room) -> None:
    enter(client, room)
    answer = client.post(
        paragraph(room, block(room).id), {"do": "suggest", "before": "Five benches", "after": "Mine, all typed out"}
    )
    assert answer.status_code == 422
    assert "Mine, all typed out" in answer.content.decode()
    assert Passage.objects.in_city(room.city_id).count() == 0


def test_strangers_do_not_find_a_paragraph(client: Client, room: Room) -> None:
    assert client.get(paragraph(room, block(room).id)).status_code == 404
    enter(client, room)
    assert client.get(paragraph(room, "nowhere")).status_code == 404


def test_who_reads_along_chooses_it_and_can_stop_it(client: Client, room: Room) -> None:
    enter(client, room)
    here = block(room)
    client.post(paragraph(room, here.id), {"do": "suggest", "before": here.text, "after": "Six wooden benches"})
    follow = page(room, "follow")
    answer = client.get(follow)
    shown = answer.content.decode()
    assert answer["Refresh"]
    assert "Six steel benches" in shown
    assert "wooden" not in shown
    assert "Refresh" not in client.get(follow + "?paused")
    assert "Refresh" not in client.get(page(room))


def test_the_text_is_sent_again_only_when_it_is_newer(client: Client, room: Room) -> None:
    enter(client, room)
    address = f"/api/v1/rooms/{room.pk}/document/?as=html"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    here = block(room)
    client.post(paragraph(room, here.id), {"do": "suggest", "before": here.text, "after": "Six wooden benches"})
    newer = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert newer.status_code == 200
    assert "wooden" not in newer.content.decode(), "what is proposed is not the text"
    assert "wooden" in client.get(address + "&suggestions=marked").content.decode()
    for kind in ("text", "markdown", "json", "prosemirror"):
        assert "wooden" not in client.get(address.replace("html", kind)).content.decode()


def test_a_version_that_is_kept_says_what_is_not_in_it(client: Client, room: Room) -> None:
    enter(client, room)
    here = block(room)
    client.post(paragraph(room, here.id), {"do": "suggest", "before": here.text, "after": "Six wooden benches"})
    lead = Client()
    lead.force_login(room.made_by)
    answer = lead.post(page(room, "freeze"), {"title": "First"}, follow=True)
    assert "1 proposed change is not decided" in answer.content.decode()
    assert Participant.objects.in_city(room.city_id).filter(room=room).count() == 2


def test_who_leads_comments_and_proposes_for_somebody_without_a_device(client: Client, room: Room) -> None:
    enter(client, room)
    here = paragraph(room, block(room).id)
    assert 'name="for"' not in client.get(here).content.decode()
    lead = browser(leader(room))
    assert 'name="for"' not in lead.get(here).content.decode()
    pina = add_assisted(room=room, name="Nonna Pina", by=leader(room).person)
    assert lead.get(here).content.decode().count('name="for"') == 2
    theirs = {"for": str(pina.pk)}
    lead.post(here, {"do": "comment", "text": "Too low for me.", **theirs})
    lead.post(here, {"do": "suggest", "before": "Six steel benches", "after": "Six wooden benches", **theirs})
    made = Passage.objects.in_city(room.city_id).order_by("id").values_list("kind", "by__name")
    assert list(made) == [("comment", "Nonna Pina"), ("suggestion", "Nonna Pina")]
    shown = lead.get(page(room)).content.decode()
    assert shown.count("without a device") >= 2
    assert 'id="reply-' in shown
    client.post(here, {"do": "comment", "text": "As if I were her.", **theirs})
    assert Passage.objects.in_city(room.city_id).latest("id").by.name == "Amal"
    assert lead.post(here, {"do": "comment", "text": "x", "for": "nobody"}).status_code == 422
