"""Cities and groups over the API."""

import pytest
from rest_framework.test import APIClient

from backend.cities.actions import load_city
from backend.cities.models import Group, Membership
from backend.people.choices import Role
from backend.people.models import RoleGrant
from tests.factories import make_admin, make_city, make_group, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def api() -> APIClient:
    return APIClient()


def as_(api: APIClient, person) -> APIClient:
    api.force_authenticate(person)
    return api


def test_cities_and_their_rules_are_open(api):
    load_city(slug="torino")
    rows = api.get("/api/v1/cities/").json()["results"]
    assert [row["slug"] for row in rows] == ["torino"]
    assert rows[0]["centre"] == [45.0735, 7.676]
    rules = api.get("/api/v1/cities/torino/regulation/").json()
    assert (rules["city"], rules["version"]) == ("torino", 1)


def test_groups_are_listed_by_city_with_a_fixed_number_of_queries(api, count_queries, max_queries):
    city, other = make_city("town"), make_city("other")
    make_group(city, "Here")
    make_group(other, "There")
    one = count_queries(lambda: api.get("/api/v1/groups/?city=town"))
    for _ in range(3):
        make_group(city)
    with max_queries(one):
        rows = api.get("/api/v1/groups/?city=town").json()["results"]
    assert len(rows) == 4
    assert {row["city"] for row in rows} == {"town"}
    assert api.get("/api/v1/groups/?city=nowhere").status_code == 404


def test_founding_changing_and_leaving_a_group(api):
    make_city("town")
    nadia = make_person()
    made = as_(api, nadia).post("/api/v1/groups/", {"city": "town", "name": "Bocce"})
    assert made.status_code == 201
    key = made.json()["id"]
    assert api.patch(f"/api/v1/groups/{key}/", {"about": "Thursdays"}).json()["about"] == "Thursdays"
    assert api.post(f"/api/v1/groups/{key}/invitations/", {"email": "a@example.org"}).status_code == 204
    left = api.post(f"/api/v1/groups/{key}/leave/")
    assert (left.status_code, left.json()["code"]) == (409, "last_keeper")
    assert as_(api, make_person()).patch(f"/api/v1/groups/{key}/", {"about": "x"}).status_code == 403
    assert Group.objects.across_cities().get().about == "Thursdays"


def test_a_visitor_changes_nothing(api):
    make_city("town")
    assert api.post("/api/v1/groups/", {"city": "town", "name": "Bocce"}).status_code in {401, 403}
    assert api.post("/api/v1/cities/town/membership/", {"kind": "citizen"}).status_code in {401, 403}
    assert api.post("/api/v1/cities/town/roles/", {}).status_code in {401, 403}


def test_an_error_stands_at_its_field(api):
    make_city("town")
    answer = as_(api, make_person()).post("/api/v1/groups/", {"city": "town", "name": "a\u202eb"})
    assert answer.status_code == 400
    assert answer.json()["errors"]["name"][0]["code"] == "control_characters"


def test_belonging(api):
    city = make_city("town")
    as_(api, make_person()).post("/api/v1/cities/town/membership/", {"kind": "maker"})
    assert Membership.objects.in_city(city).count() == 1
    assert api.delete("/api/v1/cities/town/membership/").status_code == 204
    assert Membership.objects.in_city(city).count() == 0


def test_roles(api):
    city = make_city("town")
    boss, nadia = make_admin(city), make_person()
    given = as_(api, boss).post("/api/v1/cities/town/roles/", {"person": str(nadia.pk), "role": Role.OFFICER})
    assert given.status_code == 201
    path = f"/api/v1/cities/town/roles/{given.json()['id']}/revoke/"
    assert as_(api, nadia).post(path, {"reason": "x"}).status_code == 403
    assert as_(api, boss).post(path, {"reason": "Ended"}).status_code == 204
    assert not RoleGrant.objects.active().filter(person=nadia).exists()


def test_someone_without_the_right_learns_nothing_about_persons(api):
    make_city("town")
    answer = as_(api, make_person()).post(
        "/api/v1/cities/town/roles/", {"person": "01890000-0000-7000-8000-000000000000", "role": Role.OFFICER}
    )
    assert answer.status_code == 403
