"""Activities and outputs by JSON: the same rules, stable codes, nothing of who did not agree."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from backend.activities import actions
from backend.activities.models import Activity
from tests.backend.activities.factories import Workshop, make_activity, make_commons, make_output
from tests.backend.base import pictures
from tests.factories import make_citizen, make_city

pytestmark = pytest.mark.django_db

ACTIVITIES, OUTPUTS = "/api/v1/activities/", "/api/v1/outputs/"


@pytest.fixture
def city():
    return make_city("torino-test")


@pytest.fixture
def api():
    return APIClient(headers={"accept-language": "en"})


def as_(person) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(person)
    return client


def test_activities_are_listed_by_city_and_time(city, api):
    coming, past = make_activity(city, title="Coming"), make_activity(city, title="Past", days=-3)
    make_activity(make_city(), title="Elsewhere")
    listed = api.get(ACTIVITIES, {"city": city.slug}).json()["results"]
    assert [row["id"] for row in listed] == [str(coming.pk)]
    assert [row["id"] for row in api.get(ACTIVITIES, {"city": city.slug, "when": "past"}).json()["results"]] == [
        str(past.pk)
    ]
    assert api.get(ACTIVITIES).json()["count"] == 2


def test_an_activity_tells_its_wall_time_and_zone(city, api):
    activity = make_activity(city)
    told = api.get(f"{ACTIVITIES}{activity.pk}/").json()
    assert told["time_zone"] == "Europe/Rome"
    assert told["local_start"] == activity.starts_at.astimezone(city.zone).strftime("%Y-%m-%dT%H:%M")


def test_lists_take_the_same_few_queries(city, api, count_queries, max_queries):
    shop = Workshop(city)
    actions.add_contributor(shop.output, by=shop.maker, person=shop.contact)
    make_activity(city, by=shop.maker, group=shop.makers)
    before = {each: count_queries(lambda each=each: api.get(each)) for each in (ACTIVITIES, OUTPUTS)}
    for _ in range(4):
        make_activity(city, by=shop.maker, group=shop.makers)
        make_output(city, by=shop.maker, activity=shop.activity)
    for each, count in before.items():
        with max_queries(12):
            assert api.get(each).status_code == 200
        assert count_queries(lambda each=each: api.get(each)) == count


def test_nobody_writes_without_a_name(city, api):
    shop = Workshop(city)
    for address in (
        ACTIVITIES,
        *(f"{ACTIVITIES}{shop.activity.pk}/{verb}/" for verb in ("come", "leave", "cancel", "done", "outputs")),
        f"{OUTPUTS}{shop.output.pk}/photos/",
    ):
        assert api.post(address, {}).status_code in (401, 403)


def test_a_wall_time_without_an_offset_is_the_citys(city):
    given = {"city": city.slug, "title": "Care day", "starts_at": "2030-07-01T10:00", "ends_at": "2030-07-01T12:00"}
    answer = as_(make_citizen(city)).post(ACTIVITIES, given)
    assert answer.status_code == 201
    assert answer.json()["starts_at"] == "2030-07-01T08:00:00Z"
    given |= {"starts_at": "2030-07-01T10:00+00:00", "ends_at": "2030-07-01T12:00Z"}
    assert as_(make_citizen(city)).post(ACTIVITIES, given).json()["starts_at"] == "2030-07-01T10:00:00Z"


def test_bad_input_is_a_problem_at_its_field(city):
    client = as_(make_citizen(city))
    good = {"city": city.slug, "title": "Care day", "starts_at": "2030-07-01T10:00", "ends_at": "2030-07-01T12:00"}
    for change, field in (
        ({"city": "nowhere"}, "city"),
        ({"title": ""}, "title"),
        ({"ends_at": "2030-07-01T09:00"}, "ends_at"),
        ({"commons": "nothing"}, "commons"),
        ({"starts_at": "tomorrow"}, "starts_at"),
    ):
        answer = client.post(ACTIVITIES, good | change)
        assert answer.status_code == 400, change
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert field in answer.json()["errors"]
    assert not Activity.objects.in_city(city).exists()


def test_an_activity_is_planned_come_to_left_done_and_called_off(city):
    shop, neighbour = Workshop(city), make_citizen(city)
    commons = make_commons(city)
    given = {
        "city": city.slug,
        "title": "Care day",
        "starts_at": "2030-07-01T10:00",
        "ends_at": "2030-07-01T12:00",
        "group": shop.makers.slug,
        "pact": shop.pact.reference,
        "commons": commons.slug,
        "places": 1,
        "access": {"step_free": True, "nonsense": True},
    }
    made = as_(shop.maker).post(ACTIVITIES, given).json()
    assert made["access"] == {"step_free": True}
    assert (made["group"], made["pact"], made["commons"]) == (shop.makers.slug, shop.pact.reference, commons.slug)
    address = f"{ACTIVITIES}{made['id']}/"
    assert as_(neighbour).post(address + "come/").json()["coming"] == 1
    full = as_(make_citizen(city)).post(address + "come/")
    assert (full.status_code, full.json()["code"]) == (409, "full")
    assert as_(neighbour).post(address + "leave/").json()["coming"] == 0
    assert as_(neighbour).post(address + "cancel/", {"reason": "No."}).status_code == 403
    assert as_(shop.maker).post(address + "done/", {}).status_code == 400
    assert as_(shop.maker).post(address + "cancel/", {"reason": "Storm."}).json()["state"] == "cancelled"
    done = as_(shop.maker).post(f"{ACTIVITIES}{shop.activity.pk}/done/", {"people_count": 7}).json()
    assert (done["state"], done["people_count"]) == ("done", 7)


def test_an_output_is_recorded_and_its_makers_are_named_only_with_their_yes(city, api):
    shop, rosa = Workshop(city), make_citizen(city, "Rosa Quiet")
    given = {"title": "Sail bag", "kind": "textile", "licence": "CC-BY-4.0"}
    answer = as_(shop.maker).post(f"{ACTIVITIES}{shop.activity.pk}/outputs/", given)
    assert answer.status_code == 201
    address = f"{OUTPUTS}{answer.json()['id']}/"
    output = shop.activity.outputs.get(title="Sail bag")
    part = actions.add_contributor(output, by=shop.maker, person=rosa)
    told = api.get(address).json()
    assert (told["makers"], told["more_makers"], told["owner"]) == ([], 1, "Legno Vivo")
    assert as_(shop.maker).post(f"{address}contributions/{part.pk}/credit/", {"consented": True}).status_code == 403
    as_(rosa).post(f"{address}contributions/{part.pk}/credit/", {"consented": True})
    assert [maker["name"] for maker in api.get(address).json()["makers"]] == ["Rosa Quiet"]
    assert api.get(OUTPUTS, {"kind": "textile", "city": city.slug}).json()["count"] == 1
    mine = as_(shop.maker).post(f"{ACTIVITIES}{shop.activity.pk}/outputs/", given | {"mine": True}).json()
    assert mine["owner"] == "Marco"


def sent(data=None):
    return {
        "file": SimpleUploadedFile("x.png", data or pictures.picture("PNG", (500, 300))),
        "alt": "A bench",
    }


def test_a_picture_is_added_and_removed(city, api):
    shop = Workshop(city)
    address = f"{OUTPUTS}{shop.output.pk}/photos/"
    answer = as_(shop.maker).post(address, sent(), format="multipart")
    assert answer.status_code == 201
    told = answer.json()
    assert set(told["files"]) == {"400", "500"}
    assert told["files"]["400"]["webp"].startswith("/media/pictures/")
    assert as_(make_citizen(city)).delete(f"{address}{told['id']}/").status_code == 403
    assert as_(shop.maker).delete(f"{address}{told['id']}/").status_code == 204
    assert api.get(f"{OUTPUTS}{shop.output.pk}/").json()["photos"] == []


@pytest.mark.parametrize(
    ("data", "code"), [(b"<svg/>", "drawing"), (b"hello", "kind"), (pictures.png_header(8000, 5000), "large")]
)
def test_a_bad_picture_has_a_stable_code(city, data, code):
    shop = Workshop(city)
    answer = as_(shop.maker).post(f"{OUTPUTS}{shop.output.pk}/photos/", sent(data), format="multipart")
    assert answer.status_code == 400
    assert answer.json()["errors"]["file"][0]["code"] == code
