"""Places over the API."""

import pytest
from rest_framework.test import APIClient

from tests.backend.commons.factories import make_place
from tests.factories import make_city, make_officer, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> APIClient:
    return APIClient()


def test_places_are_listed_by_city_words_and_box(api, count_queries, max_queries):
    city = make_city("town")
    make_place(city, "Alfa")
    make_place(make_city("other"), "Gamma")
    one = count_queries(lambda: api.get("/api/v1/commons/?city=town"))
    make_place(city, "Beta", lat=45.2)
    with max_queries(one):
        rows = api.get("/api/v1/commons/?city=town").json()["results"]
    assert [row["slug"] for row in rows] == ["alfa", "beta"]
    assert len(api.get("/api/v1/commons/").json()["results"]) == 3
    assert [row["slug"] for row in api.get("/api/v1/commons/?q=bet").json()["results"]] == ["beta"]
    assert [row["slug"] for row in api.get("/api/v1/commons/?bbox=7,45.1,8,46").json()["results"]] == ["beta"]


def test_a_box_that_is_none_is_told(api):
    answer = api.get("/api/v1/commons/?bbox=here")
    assert answer.status_code == 400
    assert "bbox" in answer.json()["errors"]


def test_adding_changing_and_moving_a_place(api):
    city = make_city("town")
    api.force_authenticate(make_person())
    facts = {"city": "town", "name": {"it": "Orto"}, "kind": "garden", "lat": 45.07, "lng": 7.69}
    made = api.post("/api/v1/commons/", {**facts, "access": {"seats": True}})
    assert made.status_code == 201
    assert made.json()["access"]["seats"] is True
    key = made.json()["id"]
    assert api.patch(f"/api/v1/commons/{key}/", {"address": "via Agliè 9"}).json()["address"] == "via Agliè 9"
    assert api.post(f"/api/v1/commons/{key}/state/", {"to": "looking"}).status_code == 403
    api.force_authenticate(make_officer(city))
    assert api.post(f"/api/v1/commons/{key}/state/", {"to": "looking"}).json()["state"] == "looking"
    again = api.post(f"/api/v1/commons/{key}/state/", {"to": "looking"})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_a_visitor_adds_nothing(api):
    make_city("town")
    assert api.post("/api/v1/commons/", {"city": "town"}).status_code in {401, 403}


def test_an_error_stands_at_its_field(api):
    make_city("town")
    api.force_authenticate(make_person())
    facts = {"city": "town", "name": {"it": "Orto"}, "kind": "garden", "lat": 10, "lng": 10}
    answer = api.post("/api/v1/commons/", facts)
    assert answer.json()["errors"]["lat"][0]["code"] == "far"
