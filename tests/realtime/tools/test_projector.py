"""What the hall sees is the facilitator's choice, and in two languages where the room has them."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from realtime.models import Room
from tests.realtime.tools.conftest import Session


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


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None]) -> None:
    at_most("projector", 2)
