"""OGC API Features: other programs read the places."""

import pytest

from tests.backend.commons.factories import make_place
from tests.factories import make_city

pytestmark = pytest.mark.django_db


def test_a_program_finds_its_way_from_the_landing_page_to_a_place(client):
    place = make_place(make_city("town"), "Alfa")
    landing = client.get("/ogc/").json()
    ways = {link["rel"]: link["href"].removeprefix("http://testserver") for link in landing["links"]}
    assert "core" in client.get(ways["conformance"]).json()["conformsTo"][0]
    row = client.get(ways["data"]).json()["collections"][0]
    items = next(link["href"] for link in row["links"] if link["rel"] == "items").removeprefix("http://testserver")
    found = client.get(items)
    assert found["Content-Type"] == "application/geo+json"
    assert (found.json()["numberMatched"], found.json()["features"][0]["id"]) == (1, str(place.pk))
    assert client.get(f"{items}/{place.pk}").json()["properties"]["city"] == "town"
    assert client.get(row["links"][0]["href"].removeprefix("http://testserver")).json()["id"] == "commons"


def test_places_come_by_box_city_and_page_with_a_fixed_number_of_queries(client, count_queries, max_queries):
    town = make_city("town")
    make_place(town, "Alfa")
    make_place(make_city("other"), "Gamma", lat=45.3)
    path = "/ogc/collections/commons/items"
    one = count_queries(lambda: client.get(f"{path}?city=town"))
    make_place(town, "Beta")
    with max_queries(one):
        assert client.get(f"{path}?city=town").json()["numberReturned"] == 2
    assert client.get(f"{path}?bbox=7,45.2,8,46").json()["numberMatched"] == 1
    page = client.get(f"{path}?limit=2").json()
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    assert len(client.get(following.removeprefix("http://testserver")).json()["features"]) == 1


@pytest.mark.parametrize("query", ["bbox=here", "limit=0", "limit=100000", "offset=-1", "kind=castle"])
def test_a_parameter_that_cannot_be_is_refused_with_its_name(client, query):
    answer = client.get(f"/ogc/collections/commons/items?{query}")
    assert answer.status_code == 400
    assert answer.json()["description"].startswith(query.split("=")[0])


def test_a_place_that_is_not_there(client):
    assert client.get("/ogc/collections/commons/items/01890000-0000-7000-8000-000000000000").status_code == 404
