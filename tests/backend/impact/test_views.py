"""The impact page: findings, numbers, charts without inline style, field notes and the form."""

import html
import re

import pytest
from django.test import Client

from backend.impact import actions
from backend.impact.models import Export, Observation
from realtime.actions import open_room
from tests.backend.activities.factories import make_pact
from tests.backend.impact.factories import make_indicator, make_observation, make_study
from tests.factories import make_citizen, make_city, make_facilitator, make_group, make_researcher

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def city():
    return make_city("torino")


@pytest.fixture
def pact(city):
    return make_pact(city, make_group(city))


def fill(city, pact):
    researcher = make_researcher(city)
    facts = {"title": "Gardens", "question": "Is it better?", "finding": "Cooler: yes."}
    make_study(city, by=researcher, pact=pact, **facts)
    for key in ("sat", "safe", "knows"):
        make_indicator(city, by=researcher, key=key, pact=pact, unit="%", people=True, before=(17, 174), now=(58, 186))
    make_indicator(city, by=researcher, key="hours", pact=pact, unit="h", before=(1, 4), now=(2, 4))


def test_an_empty_city_says_so_and_offers_a_way_in(client, city):
    page = client.get("/torino/impact/").content.decode()
    assert "Nobody has written here yet" in page
    assert "Sign in" in page


def test_the_finding_stands_before_the_numbers(client, city, pact):
    fill(city, pact)
    page = client.get("/torino/impact/").content.decode()
    assert page.index("Is it better?") < page.index("Cooler: yes.") < page.index("58%")
    assert "3 of 3 answers got better" in page
    assert pact.reference in page


def test_charts_carry_no_style_and_have_their_numbers_as_a_table(client, city, pact):
    fill(city, pact)
    page = client.get("/torino/impact/").content.decode()
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert page.count("Show the numbers") >= 1
    assert "<caption" in page


def test_numbers_of_a_drawing_keep_their_point_in_every_language(client, city, pact):
    fill(city, pact)
    page = client.get("/torino/impact/?lang=it").content.decode()
    drawn = re.findall(r' (?:cx|cy|x|y|d)="([^"]*)"', page)
    assert drawn
    assert not [each for each in drawn if re.search(r"\d,\d", each)]


def test_the_page_asks_at_most_twelve_questions_with_one_and_with_many_rows(client, city, pact, count_queries):
    fill(city, pact)
    client.force_login(make_citizen(city))
    make_observation(city)
    client.get("/torino/impact/")
    one = count_queries(lambda: client.get("/torino/impact/"))
    for number in range(9):
        make_observation(city, f"Number {number}")
        make_indicator(city, key=f"more-{number}", pact=pact, before=(1, 9), now=(2, 9))
    assert count_queries(lambda: client.get("/torino/impact/")) == one
    assert one <= 12


@pytest.mark.parametrize("query", ["about=city", "period=90", "period=nonsense", "notes=99999", "notes=-1", "notes=x"])
def test_every_way_of_looking_is_answered(client, city, pact, query):
    fill(city, pact)
    assert client.get(f"/torino/impact/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["about=no-such-study", "pact=TO-1999-001"])
def test_what_is_not_there_is_not_found(client, city, query):
    assert client.get(f"/torino/impact/?{query}").status_code == 404


def test_no_such_city_is_not_found(client):
    assert client.get("/atlantis/impact/").status_code == 404


def test_a_neighbour_tells_what_they_saw(client, city):
    client.force_login(make_citizen(city, "Samira"))
    sent = {
        "text": "My mother comes by herself now.",
        "kind": "story",
        "consent": "public",
        "tags": "ties, older people",
    }
    answer = client.post("/torino/impact/observations/", sent)
    assert answer.status_code == 302
    page = client.get("/torino/impact/").content.decode()
    assert "My mother comes by herself now." in page
    assert "older people" in page


@pytest.mark.parametrize("seen_from", ["study", "pact", "city", "nothing"])
@pytest.mark.parametrize("consent", ["private", "public"])
def test_who_wrote_a_note_is_led_to_it_in_the_view_they_wrote_it_from(client, city, pact, seen_from, consent):
    other = make_study(city, by=make_researcher(city), pact=make_pact(city, make_group(city)), title="Another")
    fill(city, pact)
    if seen_from == "pact":
        query = f"?pact={pact.reference}"
    else:
        query = {"study": f"?about={other.slug}&period=90", "city": "?about=city", "nothing": ""}[seen_from]
    client.force_login(make_citizen(city, "Samira"))
    shown = client.get(f"/torino/impact/{query}").content.decode()
    target = html.unescape(re.search(r'action="(/torino/impact/observations/[^"]*)"', shown)[1])
    answer = client.post(target, {"text": "It is cooler here.", "kind": "observation", "consent": consent})
    note = Observation.objects.in_city(city).get()
    address, _mark, place = answer.url.partition("#")
    assert place == f"note-{note.pk}"
    after = client.get(address)
    assert f'id="{place}"' in after.content.decode()
    assert "It is cooler here." in after.content.decode()
    assert note.study == after.context["look"].study == client.get(f"/torino/impact/{query}").context["look"].study


def test_what_was_typed_stays_when_something_is_missing(client, city):
    client.force_login(make_citizen(city))
    answer = client.post("/torino/impact/observations/", {"text": "Nine over 65.", "kind": "observation"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nine over 65." in page
    assert "Say how far your words may go." in page


def test_who_is_not_here_is_asked_to_sign_in(client, city):
    answer = client.post("/torino/impact/observations/", {"text": "x"})
    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]


@pytest.mark.parametrize(
    ("consent", "seen"), [("public", True), ("research_and_public", True), ("research", False), ("private", False)]
)
def test_words_go_as_far_as_their_author_said(client, city, consent, seen):
    author = make_citizen(city)
    make_observation(city, "A quiet word.", by=author, consent=consent)
    assert ("A quiet word." in client.get("/torino/impact/").content.decode()) is seen
    client.force_login(author)
    assert "A quiet word." in client.get("/torino/impact/").content.decode()
    client.force_login(make_researcher(city))
    assert "A quiet word." in client.get("/torino/impact/").content.decode()


def test_older_notes_are_a_page_further(client, city):
    for number in range(10):
        make_observation(city, f"Note number {number}.")
    assert "Note number 0." not in client.get("/torino/impact/").content.decode()
    assert "Note number 0." in client.get("/torino/impact/?notes=2").content.decode()


def test_a_researcher_asks_for_the_data_and_gets_it(client, city, pact, max_queries):
    fill(city, pact)
    client.force_login(make_researcher(city))
    assert "Make the file" in client.get("/torino/impact/").content.decode()
    client.post("/torino/impact/exports/", {"study": "gardens"})
    assert "being made" in client.get("/torino/impact/").content.decode()
    actions.make_export.call(str(Export.objects.in_city(city).get().pk))
    with max_queries(12):
        page = client.get("/torino/impact/").content.decode()
    assert "Data and code book" in page
    address = re.search(r'href="(/api/v1/studies/[^"]+/file/)"', page).group(1)
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.getvalue().startswith(b"PK")  # a file is closed by whoever reads it to the end


def test_nobody_else_is_offered_the_data(client, city, pact):
    fill(city, pact)
    client.force_login(make_citizen(city))
    assert "Export with consent" not in client.get("/torino/impact/").content.decode()
    assert client.post("/torino/impact/exports/", {"study": "gardens"}).status_code == 403


def test_a_guest_of_a_room_tells_what_they_saw(client, city):
    room = open_room(by=make_facilitator(city), city=city, title="Shade")
    sent = {"code": room.code, "name": "Amal"}
    assert client.post("/api/v1/rooms/join/", sent, content_type="application/json").status_code == 201
    answer = client.post(
        "/torino/impact/observations/", {"text": "All in the shade.", "kind": "observation", "consent": "public"}
    )
    assert answer.status_code == 302
    assert "Amal" in client.get("/torino/impact/").content.decode()


def test_words_can_be_taken_back_by_their_author_alone(client, city):
    author = make_citizen(city)
    note = make_observation(city, "A word too many.", by=author, consent="public")
    address = f"/torino/impact/observations/{note.pk}/take-back/"
    client.force_login(make_citizen(city))
    assert "Take it back" not in client.get("/torino/impact/").content.decode()
    assert client.post(address).status_code == 404
    client.force_login(author)
    assert address in client.get("/torino/impact/").content.decode()
    assert client.post(address).status_code == 302
    client.logout()
    assert "A word too many." not in client.get("/torino/impact/").content.decode()
    assert client.post(address).status_code == 404
