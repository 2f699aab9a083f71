"""Words to be taken out: asked for on a page, answered there with what would go, and told with a reason."""

from typing import Any

import pytest
from django.test import Client

from realtime.actions import ask_erasure
from realtime.actions.erasing import take_words_out
from realtime.models import Erasure
from tests.factories import make_officer
from tests.realtime.factories import leader
from tests.realtime.visits import ENGLISH, at, browser, messages_of

pytestmark = pytest.mark.django_db


def test_one_asks_for_ones_own_words_and_the_lead_sees_what_would_go(recorded: Any) -> None:
    room, amal = recorded
    asked = browser(amal).post(at(room, "erasure/"), {"reason": "My name is in it."})
    assert "asked for" in messages_of(asked)
    assert "Who leads the room decides" in browser(amal).get(at(room, "erasure/")).content.decode()
    html = browser(leader(room)).get(at(room, "erasure/")).content.decode()
    assert "7 letters of the text" in html
    assert "My name is in it." in html
    key = Erasure.objects.in_city(room.city_id).get().pk
    assert browser(amal).post(at(room, f"erasure/{key}/"), {"answer": "agree", "reason": "x"}).status_code == 404
    done = browser(leader(room)).post(at(room, f"erasure/{key}/"), {"answer": "agree", "reason": "Of course."})
    assert "are being taken out now" in messages_of(done)
    state = at(room, "erasure/?part=state")
    assert "waits for its turn" in browser(amal).get(state).content.decode()
    take_words_out.call(str(key))
    assert "out of the room for good" in browser(amal).get(state).content.decode()
    html = browser(leader(room)).get(at(room, "erasure/")).content.decode()
    assert "7 letters of the text" in html[html.index("What was decided") :]
    assert "Benches" not in browser(leader(room)).get(at(room, "history/")).content.decode()
    assert "You have written nothing here" not in browser(amal).get(at(room, "erasure/")).content.decode()


def test_the_citys_staff_asks_for_somebody_who_rang(recorded: Any) -> None:
    room, amal = recorded
    officer = Client(headers=ENGLISH)
    officer.force_login(make_officer(room.city))
    assert "Amal" in officer.get(at(room, "erasure/")).content.decode()
    officer.post(at(room, "erasure/"), {"person": str(amal.person_id), "reason": "They rang us."})
    assert Erasure.objects.in_city(room.city_id).get().person_id == amal.person_id
    assert officer.post(at(room, "erasure/"), {"person": "nobody"}).status_code == 404


def test_a_refusal_is_told_with_its_reason(recorded: Any) -> None:
    room, amal = recorded
    erasure = ask_erasure(room=room, person=amal.person, by=amal.person)
    answer = {"answer": "refuse", "reason": "All of us agreed to it."}
    browser(leader(room)).post(at(room, f"erasure/{erasure.pk}/"), answer)
    html = browser(amal).get(at(room, "erasure/")).content.decode()
    assert "All of us agreed to it." in html
    assert "You can turn to the City" in html
