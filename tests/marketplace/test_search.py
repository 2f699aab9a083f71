"""The search finds beginnings of words, without accents, in every language and every field that tells of a listing."""

import pytest

from marketplace.models import Listing
from marketplace.search import index, matching, words
from tests.backend.activities.factories import make_output
from tests.factories import make_city
from tests.marketplace.factories import make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return make_city()


def offer(city, title, **given):
    translations = given.pop("translations", None)
    story = given.pop("story", "")
    return make_listing(make_output(city, title=title, story=story), title=title, translations=translations, **given)


def found(city, text):
    return sorted(matching(Listing.objects.in_city(city), text).values_list("title", flat=True))


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("Stół z Łodzi", "lodz"),
        ("Stół z Łodzi", "ŁÓDŹ"),
        ("Győri lekvár", "gyor"),
        ("Răsaduri de roșii", "rasad rosii"),
        ("Città di legno", "citta"),
        ("Straße", "strasse"),
        ("Ceramica di Torino", "cera"),
        ("مقعد خشبي", "مقعد"),
    ],
)
def test_accents_case_and_endings_do_not_matter(city, title, query):
    offer(city, title)
    offer(city, "Something else")
    assert found(city, query) == [title]


def test_every_word_must_be_there(city):
    offer(city, "Wooden bench")
    offer(city, "Wooden table")
    assert found(city, "wood") == ["Wooden bench", "Wooden table"]
    assert found(city, "wood bench") == ["Wooden bench"]
    assert found(city, "ench") == []


def test_text_story_place_and_translations_are_searched(city):
    listing = offer(
        city,
        "Panca",
        text="Larice oliato",
        story="Una panca da cui ci si alza",
        pickup="Bagni di via Agliè",
        translations={"en": {"title": {"text": "Bench", "source": "human"}}},
    )
    for query in ("larice", "alza", "aglie", "bench"):
        assert found(city, query) == [listing.title]


@pytest.mark.parametrize(
    "query", ['"', "a OR b", "NEAR(a b)", "x*", "(", "'; DROP TABLE x", "&|!", ":*", "-x", "\\", "%", "_", "^a", "{a}"]
)
def test_signs_of_a_query_language_are_only_words(city, query):
    offer(city, "Wooden bench")
    found(city, query)


def test_a_query_without_a_word_narrows_nothing(city):
    offer(city, "Wooden bench")
    assert found(city, " !? ") == ["Wooden bench"]
    assert words("a b a") == ["a", "b"]
    assert len(words(" ".join(map(str, range(50))))) == 8


def test_what_changed_is_found_as_it_is_now_and_what_is_gone_is_not(city):
    listing = offer(city, "Wooden bench")
    listing.title = "Iron bench"
    index(listing)
    assert matching(Listing.objects.in_city(city), "wooden").count() == 0
    assert matching(Listing.objects.in_city(city), "iron").count() == 1
    listing.search_doc.delete()
    assert matching(Listing.objects.in_city(city), "iron").count() == 0


def test_the_city_still_narrows(city):
    offer(city, "Wooden bench")
    assert matching(Listing.objects.in_city(make_city()), "bench").count() == 0
