"""The front pages, the pages about Copact, errors, uploaded pictures."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from backend.activities.models import Activity, Attendance
from backend.cities.models import City
from backend.conversations.models import Thread
from backend.pacts.models import Pact, Party, Proposal
from backend.views import broken, forbidden
from realtime.models import Room
from tests.backend.pacts.factories import make_commons, make_torino
from tests.factories import make_citizen, make_city, make_facilitator, make_group, make_officer, make_person

pytestmark = pytest.mark.django_db


def make_room(city, number: int = 1, **fields):
    facts = {"title": f"Ombra {number}", "access": "public", "place": "via Agliè", **fields}
    thread = Thread.objects.create(city=city)
    return Room.objects.create(
        city=city, slug=f"room-{number}", code=f"ABCD234{number}", language="it", thread=thread, made_by=make_person(),
        **facts,
    )  # fmt: skip


def fill(city, count: int) -> None:
    """`count` of everything that a city's front page shows."""
    now, host = timezone.now(), make_person()
    for number in range(count):
        make_room(city, number)
        Activity.objects.create(
            city=city, slug=f"a{number}", title="Cura", language="it", host=host,
            starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=2),
        )  # fmt: skip
        Proposal.objects.create(
            city=city, reference=f"P-{number}", title="Luci", language="it", state="published", submitted_by=host,
            supports_needed=10, thread=Thread.objects.create(city=city), commons=make_commons(city),
        )  # fmt: skip
        pact = Pact.objects.create(
            city=city, reference=f"TO-{number}", title="Cura condivisa", language="it", state="active",
            regulation=city.regulation_rows.first(), thread=Thread.objects.create(city=city), signed_at=now,
        )  # fmt: skip
        for _party in range(2):
            group = make_group(city)
            Party.objects.create(city=city, pact=pact, kind="group", group=group, name=group.name)


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


def test_a_city_page_tells_what_happens_now(client):
    city = make_torino()
    fill(city, 1)
    page = client.get(f"/{city.slug}/?lang=en").content.decode()
    for words in ("Ombra 0", "ABCD2340", "Cura", "Luci", "Cura condivisa", "In force", "€0"):
        assert words in page


@pytest.mark.parametrize("who", [None, make_citizen, make_person, make_facilitator, make_officer])
def test_a_city_page_asks_at_most_twelve_times_with_one_and_with_many(client, count_queries, max_queries, who):
    city = make_torino()
    fill(city, 1)
    if who is not None:
        client.force_login(who() if who is make_person else who(city))
    one = count_queries(lambda: client.get(f"/{city.slug}/"))
    for number in range(2, 6):
        make_room(city, number)
    with max_queries(one):
        client.get(f"/{city.slug}/")
    assert one <= 12


def test_a_city_page_counts_each_thing_once(client):
    city = make_torino()
    fill(city, 3)
    fill_other = make_city()
    make_room(fill_other, 9)
    for activity in Activity.objects.in_city(city):
        for _ in range(2):
            Attendance.objects.create(city=city, activity=activity, person=make_person())
    context = client.get(f"/{city.slug}/").context
    assert [context[f"{name}_count"] for name in ("activities", "proposals", "pacts")] == [3, 3, 3]
    assert (context["fund"], context["made"]) == (0, 0)
    assert [activity.coming for activity in context["activities"]] == [2, 2, 2]
    empty = client.get(f"/{fill_other.slug}/").context
    assert [empty[name] for name in ("activities_count", "proposals_count", "pacts_count", "fund", "made")] == [0] * 5


def test_an_empty_city_offers_a_way_on(client):
    make_city("town")
    page = client.get("/town/?lang=en").content.decode()
    for words in ("No room is open at this moment.", "No proposal is open", "Nothing is planned"):
        assert words in page


@pytest.mark.parametrize("fields", [{"access": "code"}, {"access": "invited"}, {"state": "closed"}])
def test_a_room_that_is_not_open_to_all_is_not_told(client, fields):
    city = make_city("town")
    make_room(city, **fields)
    assert "Ombra 1" not in client.get("/town/").content.decode()


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


def test_a_page_that_is_not_there_says_so_kindly(client):
    answer = client.get("/nothing/here/?lang=en")
    assert answer.status_code == 404
    assert "We cannot find this page" in answer.content.decode()


def test_the_api_answers_errors_as_problems(client):
    answer = client.get("/api/v1/nothing/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


def _request(path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.id = "abcdef1234567890"
    request.cities = City.objects.filter(is_open=True)
    return request


def test_a_broken_page_names_a_number_and_asks_the_database_for_nothing(max_queries):
    with max_queries(0):
        answer = broken(_request())
    assert answer.status_code == 500
    assert "ef1234567890" in answer.content.decode()


def test_a_no_says_why():
    answer = forbidden(_request(), PermissionDenied("Only officers do this."))
    assert "Only officers do this." in answer.content.decode()


def test_a_form_that_was_open_for_too_long_is_offered_again():
    make_city("town")
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person())
    facts = {"name": "Bocce & Co", "kind": "informal"}
    answer = client.post("/town/groups/new/", facts, headers={"origin": "http://testserver"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'value="Bocce &amp; Co"' in page
    assert 'action="/town/groups/new/"' in page


def test_a_form_from_elsewhere_is_not_offered_again():
    make_city("town")
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/town/groups/new/", {"name": "Bocce"}, headers={"origin": "http://evil.example"})
    assert "Bocce" not in answer.content.decode()


def test_only_pictures_of_the_public_folder_are_served(client, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    folder = tmp_path / "public" / "photos"
    folder.mkdir(parents=True)
    (folder / "640.webp").write_bytes(b"RIFF")
    (folder / "page.html").write_text("<script>")
    (tmp_path / "secret.webp").write_bytes(b"no")
    for path in ("photos/page.html", "photos/1.webp", "../secret.webp", "photos"):
        assert client.get(f"/media/{path}").status_code == 404
    answer = client.get("/media/photos/640.webp")
    assert b"".join(answer) == b"RIFF"
    assert "immutable" in answer["Cache-Control"]


def test_the_style_sheet_of_every_page_is_built():
    assert (Path(settings.BASE_DIR) / "frontend_templates/static/build/site.css").stat().st_size > 10_000


def test_someone_new_is_asked_whether_this_is_their_city_and_then_no_more(client):
    make_city("town")
    client.force_login(make_person())
    assert "Is this your city?" in client.get("/town/?lang=en").content.decode()
    answer = client.post("/town/belonging/", {"kind": "citizen"}, follow=True)
    assert "Is this your city?" not in answer.content.decode()
    assert "You belong to" in answer.content.decode()
