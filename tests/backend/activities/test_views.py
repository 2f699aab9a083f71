"""The pages of activities and outputs: readable by all, changed by who may, nothing typed is lost."""

from datetime import datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from backend.activities import actions
from backend.activities.models import Activity, Output
from tests.backend.activities.factories import Workshop, make_activity, make_commons, make_output
from tests.backend.base import pictures
from tests.factories import make_citizen, make_city, make_officer, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make_city("torino-test")


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


def address(name, thing=None, *more):
    city = thing.city if hasattr(thing, "city") else thing
    slug = [thing.slug] if hasattr(thing, "city") else []
    return reverse(f"activities:{name}", args=[city.slug, *slug, *more])


# -- Reading --------------------------------------------------------------------------------------


def test_the_list_shows_what_is_to_come_first_and_the_past_on_its_own(city, client):
    make_activity(city, title="Next week", days=7)
    make_activity(city, title="Tomorrow", days=1)
    make_activity(city, title="Last week", days=-7)
    page = client.get(address("list", city)).content.decode()
    assert page.index("Tomorrow") < page.index("Next week")
    assert "Last week" not in page
    past = client.get(address("list", city), {"when": "past"}).content.decode()
    assert "Last week" in past
    assert "Tomorrow" not in past


def test_the_list_can_be_narrowed_to_step_free(city, client):
    make_activity(city, title="With steps")
    make_activity(city, title="Level", access={"step_free": True})
    page = client.get(address("list", city), {"access": "step_free"}).content.decode()
    assert "Level" in page
    assert "With steps" not in page


def test_an_empty_list_says_what_one_can_do(city, client):
    assert "Nothing is planned" in client.get(address("list", city)).content.decode()
    assert "Nothing has taken place" in client.get(address("list", city), {"when": "past"}).content.decode()
    assert "Nothing is written down" in client.get(address("outputs", city)).content.decode()


def test_pages_take_the_same_few_queries_however_many_rows_there_are(city, client, count_queries, max_queries):
    shop = Workshop(city)
    make_activity(city, by=shop.maker, group=shop.makers, pact=shop.pact)
    actions.add_contributor(shop.output, by=shop.maker, person=shop.contact)
    pages = [address("list", city), address("outputs", city), address("ics", city), address("atom", city)]
    pages += [address("activity", shop.activity), address("output", shop.output)]
    for page in pages:
        client.get(page)
    before = [count_queries(lambda page=page: client.get(page)) for page in pages]
    for number in range(4):
        make_activity(city, by=shop.maker, group=shop.makers, pact=shop.pact, days=number + 4)
        make_output(city, by=shop.maker, activity=shop.activity, title=f"Bench {number}")
        actions.add_contributor(shop.output, by=shop.maker, person=make_citizen(city))
    for page, count in zip(pages, before, strict=True):
        with max_queries(12):
            assert client.get(page).status_code == 200
        assert count_queries(lambda page=page: client.get(page)) == count


def test_what_is_in_another_city_is_not_here(city, client):
    other = make_city("elsewhere-test")
    activity, output = make_activity(other), make_output(other)
    for name, thing in (("activity", activity), ("output", output)):
        assert client.get(address(name, thing)).status_code == 200
        assert client.get(reverse(f"activities:{name}", args=[city.slug, thing.slug])).status_code == 404
    assert client.get(reverse("activities:list", args=["no-such-city"])).status_code == 404


def test_a_called_off_activity_says_why(city, client):
    activity = make_activity(city)
    actions.cancel_activity(activity, by=activity.host, reason="Storm warning.")
    assert "Storm warning." in client.get(address("activity", activity)).content.decode()


def test_makers_without_their_yes_are_counted_but_not_named(city, client):
    shop, rosa = Workshop(city), make_citizen(city, "Rosa Quiet")
    part = actions.add_contributor(shop.output, by=shop.maker, person=rosa)
    page = client.get(address("output", shop.output)).content.decode()
    assert "Rosa Quiet" not in page
    assert "1 person" in page
    actions.credit_contributor(part, by=rosa)
    assert "Rosa Quiet" in client.get(address("output", shop.output)).content.decode()


def test_what_people_wrote_is_shown_as_text(city, client):
    activity = make_activity(city, title="<b>Care</b>", story="<script>alert(1)</script>\n\nTwo")
    for page in (address("activity", activity), address("list", city)):
        text = client.get(page).content.decode()
        assert "<script>alert" not in text
        assert "<b>Care</b>" not in text


# -- The calendar ---------------------------------------------------------------------------------


def test_the_calendar_and_the_feed_have_their_types(city, client):
    make_activity(city)
    ics, atom = client.get(address("ics", city)), client.get(address("atom", city))
    assert ics.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert atom.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert f"URL:http://testserver/{city.slug}/activities/care-day/" in ics.content.decode()


# -- Coming ---------------------------------------------------------------------------------------


def test_one_puts_ones_name_down_and_takes_it_off(city, client):
    activity, person = make_activity(city), make_citizen(city)
    client.force_login(person)
    page = client.post(address("come", activity), follow=True).content.decode()
    assert "You are on the list" in page
    client.post(address("leave", activity))
    assert activity.attendances.count() == 0


def test_a_full_activity_is_a_kind_no(city, client):
    activity = make_activity(city, places=1)
    actions.come(activity, by=make_citizen(city))
    client.force_login(make_citizen(city))
    page = client.post(address("come", activity), follow=True).content.decode()
    assert "All places are taken." in page


def test_who_is_nobody_yet_signs_in_first(city, client):
    activity, output = make_activity(city), make_output(city)
    for name, thing in (
        *((name, activity) for name in ("come", "leave", "cancel", "done", "record")),
        ("photo", output),
    ):
        answer = client.post(address(name, thing))
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("account_login"))
    assert client.get(address("plan", city)).status_code == 302


def test_buttons_are_pressed_never_followed(city, client):
    activity = make_activity(city)
    for name in ("come", "leave", "cancel", "done"):
        assert client.get(address(name, activity)).status_code == 405


# -- Planning -------------------------------------------------------------------------------------

FORM = {"title": "Care day", "day": "2030-03-30", "starts": "10:00", "ends": "12:00"}


def test_a_wall_time_becomes_the_right_moment_in_summer_and_winter(city, client):
    client.force_login(make_citizen(city))
    for day, hour in (("2030-03-30", 9), ("2030-03-31", 8)):
        client.post(address("plan", city), {**FORM, "day": day, "title": day})
        assert Activity.objects.in_city(city).get(title=day).starts_at.hour == hour


def test_an_hour_that_the_clocks_skip_or_repeat_is_asked_again(city, client):
    client.force_login(make_citizen(city))
    for day in ("2030-03-31", "2030-10-27"):
        answer = client.post(address("plan", city), {**FORM, "day": day, "starts": "02:30", "ends": "05:00"})
        assert answer.status_code == 422
        assert "The clocks change at this hour" in answer.content.decode()


def test_what_was_typed_stays_when_something_is_wrong(city, client):
    client.force_login(make_citizen(city))
    answer = client.post(address("plan", city), {**FORM, "title": "Kept words", "ends": "09:00"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "It ends before it starts." in page
    assert "Kept words" in page
    assert not Activity.objects.in_city(city).exists()


def test_who_does_not_belong_to_the_city_is_told(city, client):
    client.force_login(make_person())
    assert client.get(address("plan", city)).status_code == 403
    assert client.post(address("plan", city), FORM).status_code == 403


def test_a_group_a_place_and_a_pact_are_chosen_by_name(city, client):
    shop = Workshop(city)
    commons = make_commons(city, "Bagni")
    client.force_login(shop.maker)
    client.post(
        address("plan", city),
        {
            **FORM,
            "group": shop.makers.slug,
            "pact": shop.pact.reference,
            "commons": commons.slug,
            "access": ["step_free", "seats"],
            "places": "12",
        },
    )
    made = Activity.objects.in_city(city).get(title="Care day", starts_at__year=2030)
    assert (made.group, made.pact, made.commons, made.places) == (shop.makers, shop.pact, commons, 12)
    assert made.access == {"step_free": True, "seats": True}


def test_a_host_calls_off_and_says_it_took_place(city, client):
    coming, past = make_activity(city), make_activity(city, days=-1)
    client.force_login(make_officer(city))
    assert client.post(address("cancel", coming), {"reason": ""}).status_code == 422
    client.post(address("cancel", coming), {"reason": "Rain."})
    client.post(address("done", past), {"people_count": "12"})
    coming.refresh_from_db()
    past.refresh_from_db()
    assert (coming.state, past.state, past.people_count) == ("cancelled", "done", 12)
    assert client.post(address("done", past), {}, follow=True).status_code == 200


def test_strangers_may_not_press_the_hosts_buttons(city, client):
    activity = make_activity(city)
    client.force_login(make_citizen(city))
    assert client.post(address("cancel", activity), {"reason": "No."}).status_code == 403
    assert client.post(address("done", activity)).status_code == 403
    assert client.get(address("record", activity)).status_code == 403


# -- Outputs --------------------------------------------------------------------------------------


def test_what_was_made_is_written_down_with_its_makers(city, client):
    shop, helper = Workshop(city), make_citizen(city, "Lia")
    activity = make_activity(city, by=shop.maker, group=shop.makers)
    actions.come(activity, by=helper)
    client.force_login(shop.maker)
    assert "Lia" in client.get(address("record", activity)).content.decode()
    client.post(
        address("record", activity),
        {
            "title": "Sail bag",
            "kind": "textile",
            "licence": "CC-BY-4.0",
            "owner": "group",
            "makers": [str(shop.maker.pk), str(helper.pk)],
            "credit": "sewing",
        },
    )
    output = Output.objects.in_city(city).get(title="Sail bag")
    assert output.owner_group == shop.makers
    told = {part.person.name: (part.consented, part.credit) for part in output.contributions.all()}
    assert told == {"Marco": (True, "sewing"), "Lia": (False, "")}


def test_a_maker_agrees_and_takes_the_name_back(city, client):
    shop, rosa = Workshop(city), make_citizen(city, "Rosa")
    part = actions.add_contributor(shop.output, by=shop.maker, person=rosa)
    client.force_login(rosa)
    page = client.get(address("output", shop.output)).content.decode()
    assert "Yes, show the name" in page
    for answer, named in (("1", True), ("0", False)):
        client.post(address("credit", shop.output, part.pk), {"yes": answer})
        part.refresh_from_db()
        assert part.consented is named
    client.force_login(make_citizen(city))
    assert client.post(address("credit", shop.output, part.pk), {"yes": "1"}).status_code == 403


def picture(name="bench.jpg", data=None):
    return SimpleUploadedFile(name, data or pictures.picture(size=(900, 600)), content_type="image/jpeg")


def test_a_picture_is_added_shown_and_removed(city, client):
    shop = Workshop(city)
    client.force_login(shop.maker)
    answer = client.post(address("photo", shop.output), {"file": picture(), "alt": "A bench in the sun"}, follow=True)
    page = answer.content.decode()
    assert 'alt="A bench in the sun"' in page
    assert "Show the photo, " in page
    photo = shop.output.photos.get()
    assert photo.url in page
    assert default_storage.exists(photo.picture.names[0])
    client.post(address("remove_photo", shop.output, photo.pk))
    assert shop.output.photos.count() == 0


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Drawings in SVG"),
        (pictures.picture()[:300], "cut off or damaged"),
        (pictures.png_header(8000, 5000), "25 million dots"),
        (pictures.png_header(13_000, 13_000), "25 million dots"),
        (b"hello", "not a picture we can show"),
    ],
)
def test_a_bad_picture_is_refused_and_its_words_stay(city, client, data, sentence):
    shop = Workshop(city)
    client.force_login(shop.maker)
    answer = client.post(address("photo", shop.output), {"file": picture(data=data), "alt": "Kept words"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "Kept words" in page
    assert shop.output.photos.count() == 0


def test_times_are_told_in_the_wall_time_of_the_city(client):
    city = make_city("far-away-test", time_zone="America/New_York")
    start = datetime(2030, 7, 1, 10, 0, tzinfo=city.zone)
    activity = make_activity(city, starts_at=start, ends_at=start + timedelta(hours=2))
    assert "10:00 to 12:00" in client.get(address("activity", activity)).content.decode()
