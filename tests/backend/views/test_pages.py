"""The front page, the pages about Copact, and the choice of a language."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.backend.full import make_room
from tests.factories import make_city, make_person

pytestmark = pytest.mark.django_db


def test_the_front_page_names_the_cities_and_what_is_open_there(client):
    city = make_city("town", name={"en": "Town", "it": "Città"})
    make_room(city)
    page = client.get("/?lang=en").content.decode()
    assert "Town" in page
    assert "1 room is open now" in page


def test_the_front_page_asks_the_same_for_one_and_for_several_cities(client, max_queries):
    for _ in range(3):
        make_room(make_city(), number=_)
    with max_queries(5):
        client.get("/")


@pytest.mark.parametrize("path", ["/how/", "/privacy/", "/accessibility/"])
def test_pages_about_copact(client, path):
    make_city("town", contact={"phone": "011", "email": "a@b.example", "line": {"it": "Chiamaci."}})
    page = client.get(path).content.decode()
    assert page.count("<h1") == 1
    assert "style=" not in page


def test_choosing_a_language_holds_for_browser_and_person(client):
    nadia = make_person(language="en")
    client.force_login(nadia)
    answer = client.post("/language/", {"language": "pl", "next": "/how/?lang=it&a=b"})
    assert answer.url == "/how/?a=b"
    assert client.cookies["django_language"].value == "pl"
    nadia.refresh_from_db()
    assert nadia.language == "pl"


def test_a_language_that_is_none_and_a_way_elsewhere_are_not_taken(client):
    answer = client.post("/language/", {"language": "xx", "next": "https://evil.example/"})
    assert answer.url == "/"
    assert "django_language" not in client.cookies


def test_the_style_sheet_of_every_page_is_built():
    assert (Path(settings.BASE_DIR) / "frontend_templates/static/build/site.css").stat().st_size > 10_000


def test_someone_new_is_asked_whether_this_is_their_city_and_then_no_more(client):
    make_city("town")
    client.force_login(make_person())
    assert "Is this your city?" in client.get("/town/?lang=en").content.decode()
    answer = client.post("/town/belonging/", {"kind": "citizen"}, follow=True)
    assert "Is this your city?" not in answer.content.decode()
    assert "You belong to" in answer.content.decode()
