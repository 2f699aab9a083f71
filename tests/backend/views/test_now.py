"""A city's front page tells what happens now, counts each thing once, and asks seldom."""

import pytest

from backend.activities.models import Activity, Attendance
from tests.backend.full import fill, make_room
from tests.backend.pacts.factories import make_torino
from tests.factories import make_citizen, make_city, make_facilitator, make_officer, make_person

pytestmark = pytest.mark.django_db


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
