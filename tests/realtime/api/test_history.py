"""A room's past over the API: any moment, what leads from one version to another, and words to be taken out."""

from typing import Any

import pytest
from django.test import Client

from realtime.actions import freeze_version, submit_proposal, write_turns
from realtime.models import Erasure, Participant, Room
from realtime.store import past
from tests.factories import make_officer
from tests.realtime.factories import join, leader, make_room
from tests.realtime.pasts import fresh, said
from tests.realtime.visits import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def amal(db: None) -> Participant:
    """Somebody who wrote after its leader did; the text of before is a version."""
    room = make_room()
    amal = join(room)
    write_turns(room=room, turns=[(leader(room).person, "paragraph", "Six benches.")])
    freeze_version(room=fresh(room), by=leader(room).person, title="First")
    write_turns(room=room, turns=[(amal.person, "paragraph", "Shade for all.")])
    amal.room = fresh(room)
    return amal


def at(room: Room, path: str) -> str:
    return f"/api/v1/rooms/{room.pk}/{path}"


def post(client: Client, room: Room, path: str, **body: Any) -> Any:
    return client.post(at(room, path), body, content_type="application/json")


@pytest.mark.parametrize(("asked", "number"), [("", "last"), ("?at=1", 1), ("?at=999", "last"), ("?at=x", "last")])
def test_a_moment_near_the_one_that_was_asked_for_is_told(amal: Participant, asked: str, number: Any) -> None:
    told = browser(amal).get(at(amal.room, f"history/{asked}")).json()
    assert told["number"] == (told["last"] if number == "last" else number)
    assert ("Shade for all." in told["html"]) == (number == "last")


def test_shares_of_the_text_are_told_by_the_alphabet(amal: Participant) -> None:
    told = browser(amal).get(at(amal.room, "history/")).json()
    assert [each["name"] for each in told["people"]] == ["Amal", "Irene"]
    assert sum(each["now"] for each in told["people"]) == 100


@pytest.mark.parametrize("page", ["1", "0", "x", "99999999999"])
def test_sittings_have_pages_and_odd_ones_are_the_nearest(amal: Participant, page: str) -> None:
    told = browser(amal).get(at(amal.room, f"history/sittings/?page={page}")).json()
    assert (told["count"], told["more"]) == (1, False)
    assert len(told["sittings"]) == (0 if page.startswith("99") else 1)


def test_two_versions_are_compared_and_one_that_is_not_there_is_not_found(amal: Participant) -> None:
    client = browser(amal)
    told = client.get(at(amal.room, "compare/?from=1&to=now")).json()
    assert "Shade for all." in str(told["changes"])
    assert client.get(at(amal.room, "compare/?from=9")).status_code == 404


def test_a_version_is_public_once_it_was_handed_in(amal: Participant) -> None:
    assert Client().get(at(amal.room, "versions/1/document/")).status_code == 404
    assert "Six benches." in browser(amal).get(at(amal.room, "versions/1/document/?as=text")).content.decode()
    assert browser(amal).get(at(amal.room, "versions/1/document/?as=exe")).status_code == 404
    submit_proposal(room=amal.room, by=leader(amal.room).person, title="Benches")
    assert Client().get(at(amal.room, "versions/2/document/?as=prosemirror")).json()["type"] == "doc"


def test_a_version_is_put_back_by_who_leads(amal: Participant) -> None:
    path = "versions/1/restore/"
    assert post(browser(amal), amal.room, path, reason="As before.").status_code == 403
    assert post(browser(leader(amal.room)), amal.room, "versions/9/restore/", reason="x").status_code == 404
    answer = post(browser(leader(amal.room)), amal.room, path, reason="As before.")
    assert (answer.status_code, said(amal.room)) == (200, ["Six benches."])
    assert answer.json()["number"] == fresh(amal.room).head


def test_one_asks_for_ones_own_words_and_the_citys_staff_for_anybodys_who_was_there(amal: Participant) -> None:
    assert post(Client(), amal.room, "erasures/", reason="x").status_code == 404
    made = post(
        browser(amal), amal.room, "erasures/", reason="My name is in it.", person=str(leader(amal.room).person_id)
    )
    assert made.status_code == 403, "nobody asks for another's"
    made = post(browser(amal), amal.room, "erasures/", reason="My name is in it.")
    assert (made.status_code, made.json()["state"]) == (201, "asked")
    officer = Client()
    officer.force_login(make_officer(amal.room.city))
    other = post(officer, amal.room, "erasures/", person=str(leader(amal.room).person_id), reason="They rang us.")
    assert other.status_code == 201
    nobody = join(make_room(), "Elsewhere").person_id
    assert post(officer, amal.room, "erasures/", person=str(nobody), reason="x").status_code == 404


def test_a_refusal_needs_a_reason_and_is_not_the_askers(amal: Participant) -> None:
    post(browser(amal), amal.room, "erasures/", reason="My name is in it.")
    key = Erasure.objects.in_city(amal.room.city_id).get().pk
    lead = browser(leader(amal.room))
    assert post(browser(amal), amal.room, f"erasures/{key}/", agree=True, reason="Yes").status_code == 403
    assert post(lead, amal.room, f"erasures/{key}/", agree=False, reason="").status_code == 400
    assert post(lead, amal.room, f"erasures/{key}/", agree=False, reason="We agreed.").json()["state"] == "refused"


def test_a_long_past_is_said_to_be_on_its_way(amal: Participant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(past, "FAR", 0)
    past.forget(amal.room_id)
    answer = browser(amal).get(at(amal.room, "history/"))
    assert (answer.status_code, answer.json()["code"]) == (409, "preparing")
