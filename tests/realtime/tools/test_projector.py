"""What the hall sees is the facilitator's choice, and in two languages where the room has them."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from realtime import document, store
from realtime.models import Room
from tests.realtime.sessions import Session


def test_the_facilitator_chooses_what_the_screen_shows(session: Session) -> None:
    assert session.see(None, "projector")["mode"] == "auto"
    session.do(session.lead, "projector", "show", mode="board")
    assert session.see(None, "projector")["mode"] == "board"
    with pytest.raises(ValidationError):
        session.do(session.lead, "projector", "show", mode="cat")
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "projector", "show", mode="text")


def test_a_second_language_shows_the_rooms_words_in_it(session: Session) -> None:
    other = "pl" if session.room.language != "pl" else "it"
    words = {other: {"title": {"text": "Ogrody ulicy", "source": "human"}}}
    Room.objects.in_city(session.room.city_id).filter(pk=session.room.pk).update(translations=words)
    session.do(session.lead, "projector", "second", language=other)
    seen = session.see(None, "projector")
    assert (seen["second"], seen["title"], seen["question"]) == (other, "Ogrody ulicy", "")
    session.do(session.lead, "projector", "second", language=session.room.language)
    assert session.see(None, "projector")["second"] == ""
    with pytest.raises(ValidationError):
        session.do(session.lead, "projector", "second", language="xx")


def test_what_is_chosen_after_a_look_here_stands_over_it(session: Session) -> None:
    session.do(session.lead, "moderation", "look", kind="part", target="draft")
    look = session.see(None, "moderation")["look"]
    assert session.see(None, "projector")["past_look"] == ""
    session.do(session.lead, "projector", "show", mode="agenda")
    assert session.see(None, "projector")["past_look"] == look["id"]
    session.do(session.lead, "moderation", "look", kind="part", target="draft")
    assert session.see(None, "moderation")["look"]["id"] != session.see(None, "projector")["past_look"]


def test_the_hall_is_told_the_passage_and_nothing_of_persons(session: Session, client: Client) -> None:
    session.do(session.amal, "board", "add_note", column="c1", text="Shade sails")
    board = document.read(store.updates_of(session.room.pk)[0]).board
    session.do(session.lead, "moderation", "look", kind="note", target=next(iter(board)))
    assert set(session.see(None, "moderation")["look"]) == {"id", "kind", "target", "words"}
    client.force_login(session.lead.person)
    address = reverse("realtime:projector", args=[session.room.city.slug, session.room.slug])
    line = '<p class="beam__look h2" data-part="look">'
    assert line in client.get(address).content.decode()
    assert '<q dir="auto">Shade sails</q>' in client.get(address).content.decode()
    session.do(session.lead, "moderation", "look_away")
    assert line not in client.get(address).content.decode()


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("projector", 2)
