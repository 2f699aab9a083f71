"""The list with its map, one place, telling about a place."""

import json

import pytest

from backend.cities.actions import load_city
from backend.commons.models import Commons
from tests.backend.commons.factories import make_place
from tests.factories import make_city, make_facilitator, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def torino():
    return load_city(slug="torino")


def test_the_list_and_the_map_have_the_same_numbers(client, torino):
    make_place(torino, "Alfa", state="pact_in_force")
    make_place(torino, "Beta", lat=45.10)
    page = client.get("/torino/commons/?lang=en").content.decode()
    for number, name in ((1, "Alfa"), (2, "Beta")):
        assert f'id="place-{number}"' in page
        assert f'<a href="#place-{number}" aria-label="{number}. {name}">' in page
    assert "style=" not in page


def test_the_list_asks_the_same_for_one_and_for_many_places(client, torino, count_queries, max_queries):
    make_place(torino, "Alfa")
    client.get("/torino/commons/")  # the ground of the map is drawn once
    one = count_queries(lambda: client.get("/torino/commons/"))
    for number in range(5):
        make_place(torino, f"Beta {number}")
    with max_queries(one):
        client.get("/torino/commons/")
    assert one <= 8


def test_the_list_is_filtered_and_keeps_what_was_asked(client, torino):
    make_place(torino, "Alfa", kind="park", access={"step_free": True})
    make_place(torino, "Beta")
    page = client.get("/torino/commons/?q=alf&kind=park&step_free=on&lang=en").content.decode()
    assert "Alfa" in page
    assert "Beta" not in page
    assert 'value="alf"' in page
    assert '<option value="park" selected>' in page


def test_nonsense_in_the_address_is_not_asked(client, torino):
    make_place(torino, "Alfa")
    answer = client.get("/torino/commons/?kind=castle&state=%00&page=minus&quarter=zzz")
    assert answer.status_code == 200
    assert "Alfa" in answer.content.decode()


def test_where_no_place_fits_one_thing_to_do_is_offered(client, torino):
    page = client.get("/torino/commons/?q=zzz&lang=en").content.decode()
    assert "No place fits" in page
    assert "/torino/commons/new/" in page


def test_a_place_tells_in_the_readers_language_and_marks_another(client, torino, max_queries):
    place = make_place(torino, "Orto", text={"it": "Undici orti", "en": "Eleven plots"}, access={"seats": True})
    with max_queries(14):
        page = client.get(f"/torino/commons/{place.slug}/?lang=en").content.decode()
    assert "Eleven plots" in page
    assert '<span lang="it" dir="auto">Orto</span>' in page
    assert "Seats: yes" in page


def test_a_place_of_another_city_is_not_here(client, torino):
    place = make_place(make_city("town"))
    assert client.get(f"/torino/commons/{place.slug}/").status_code == 404


def test_telling_about_a_place_without_a_point_puts_it_in_the_middle_of_its_quarter(client, torino):
    client.force_login(make_person(language="it"))
    facts = {"name": "Orto", "kind": "garden", "quarter": "aurora", "owner": "unknown", "access": ["water"]}
    answer = client.post("/torino/commons/new/", facts)
    place = Commons.objects.in_city(torino).get()
    assert answer.url == f"/torino/commons/{place.slug}/"
    assert (place.lat, place.lng) == (45.0815, 7.6860)
    assert place.name["it"]["text"] == "Orto"
    assert place.offers == ["water"]


def test_a_wrong_point_is_told_at_its_field_and_nothing_is_lost(client, torino):
    client.force_login(make_person())
    facts = {"name": "Orto bello", "kind": "garden", "quarter": "aurora", "owner": "city", "lat": "10", "lng": "10"}
    answer = client.post("/torino/commons/new/", facts)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This point is not in Turin." in page
    assert 'value="Orto bello"' in page
    assert 'id="id_lat_error"' in page


def test_changing_a_place_keeps_its_other_languages(client, torino):
    place = make_place(torino, "Orto", text={"it": "Undici orti", "en": "Eleven plots"})
    client.force_login(make_facilitator(torino, language="en"))
    facts = {"name": "Plots", "kind": "garden", "quarter": "aurora", "owner": "city", "text": "Twelve plots"}
    client.post(f"/torino/commons/{place.slug}/edit/", facts)
    place.refresh_from_db()
    assert {code: entry["text"] for code, entry in place.text.items()} == {"it": "Undici orti", "en": "Twelve plots"}
    assert {code: entry["text"] for code, entry in place.name.items()} == {"it": "Orto", "en": "Plots"}


def test_a_stranger_changes_nothing(client, torino):
    place = make_place(torino)
    client.force_login(make_person())
    assert client.get(f"/torino/commons/{place.slug}/edit/").status_code == 403
    assert client.post(f"/torino/commons/{place.slug}/state/", {"to": "looking"}).status_code == 403


def test_a_facilitator_moves_the_state(client, torino):
    place = make_place(torino)
    client.force_login(make_facilitator(torino))
    client.post(f"/torino/commons/{place.slug}/state/", {"to": "looking", "reason": "Empty"})
    place.refresh_from_db()
    assert place.state == "looking"
    answer = client.post(f"/torino/commons/{place.slug}/state/", {"to": "looking"}, follow=True)
    assert "moved on" in answer.content.decode()


def test_the_places_as_geojson(client, torino):
    make_place(torino, "Alfa", state="looking")
    answer = client.get("/torino/commons.geojson?state=looking&lang=en")
    body = json.loads(answer.content)
    assert answer["Content-Type"] == "application/geo+json"
    assert body["features"][0]["geometry"]["coordinates"] == [7.69, 45.07]
    assert body["features"][0]["properties"]["state_label"] == "Looking for people"
