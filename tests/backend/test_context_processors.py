"""What every template knows."""

import pytest

from backend.people.choices import Role
from tests.factories import make_city, make_facilitator, make_person

pytestmark = pytest.mark.django_db


def test_a_city_has_six_ways_and_the_present_one_is_marked(client):
    make_city("town")
    nav = client.get("/town/commons/?lang=en").context["nav"]
    assert [item["label"] for item in nav] == ["Now", "Commons", "Proposals", "Pacts", "Market", "Impact"]
    assert [item["current"] for item in nav] == ["", "page", "", "", "", ""]


def test_below_a_list_its_way_stays_marked(client):
    make_city("town")
    nav = client.get("/town/groups/").context["nav"]
    assert [item["current"] for item in nav] == ["", "true", "", "", "", ""]


def test_above_the_cities_the_cities_are_the_ways(client):
    make_city("town")
    assert [item["url"] for item in client.get("/how/").context["nav"]] == ["/town/"]


def test_colours_and_size_are_the_persons_or_the_browsers(client):
    client.cookies["copact_theme"] = "dark"
    client.cookies["copact_text"] = "enormous"
    page = client.get("/how/")
    assert page.context["display"] == {"theme": "dark", "text": "normal", "easy": ""}
    assert 'data-theme="dark"' in page.content.decode()
    client.force_login(make_person(theme="light", text_size="larger"))
    page = client.get("/how/")
    assert page.context["display"] == {"theme": "light", "text": "larger", "easy": ""}
    assert 'data-text="larger"' in page.content.decode()


def test_the_header_offers_the_citys_own_language_else_english(client):
    make_city("town")
    assert client.get("/town/?lang=en").context["other_language"] == ("it", "Italiano")
    assert client.get("/town/?lang=it").context["other_language"] == ("en", "English")
    assert client.get("/how/?lang=en").context["other_language"] is None


def test_roles_of_the_city_are_known_to_its_pages(client):
    city, other = make_city("town"), make_city("other")
    client.force_login(make_facilitator(city))
    assert set(client.get("/town/").context["nav_city_roles"]) == {Role.FACILITATOR}
    assert set(client.get(f"/{other.slug}/").context["nav_city_roles"]) == set()


def test_no_page_asks_for_more_than_it_shows(client, max_queries):
    make_city("town")
    with max_queries(1):
        client.get("/how/")
