"""Cities are read from their folders, at any time again."""

import json
import tomllib

import pytest
from django.core.management import call_command

from backend.base.journal import JournalEntry
from backend.cities.actions import CITIES, load_city
from backend.cities.actions.data import DATA
from backend.cities.choices import GroupKind
from backend.cities.models import City, Group, Regulation

pytestmark = pytest.mark.django_db


def test_a_city_comes_from_its_folder_with_office_and_regulation():
    city = load_city(slug="torino")
    assert (city.currency, city.language, city.reference_prefix) == ("EUR", "it", "TO")
    assert city.map["boundary"][0] == city.map["boundary"][-1]
    assert Group.objects.in_city(city).office().name == "Città di Torino"
    assert Regulation.objects.in_city(city).present().version == 1


def test_loading_again_changes_nothing():
    load_city(slug="gdansk")
    lines = JournalEntry.objects.count()
    city = load_city(slug="gdansk")
    assert Regulation.objects.in_city(city).count() == 1
    assert Group.objects.in_city(city).filter(kind=GroupKind.OFFICE).count() == 1
    assert JournalEntry.objects.count() == lines


def test_a_changed_regulation_becomes_a_new_version():
    city = load_city(slug="budapest")
    Regulation.objects.in_city(city).update(digest="of an older text")
    load_city(slug="budapest")
    assert [row.version for row in Regulation.objects.in_city(city)] == [2, 1]


def test_the_command_loads_all_cities():
    call_command("load_cities", verbosity=0)
    assert set(City.objects.values_list("slug", flat=True)) == set(CITIES)


@pytest.mark.parametrize("slug", CITIES)
def test_every_city_is_complete(slug: str):
    facts = tomllib.loads((DATA / slug / "city.toml").read_text("utf-8"))
    rules = tomllib.loads((DATA / slug / "regulation.toml").read_text("utf-8"))
    ring = json.loads((DATA / slug / "boundary.geojson").read_text("utf-8"))["geometry"]["coordinates"][0]
    languages = {"en", "it", "pl", "hu", "ro"}
    assert facts["key"] == slug
    assert set(facts["name"]) == set(facts["office"]["name"]) == languages
    assert ring[0] == ring[-1]
    assert all(set(row["name"]) == languages for row in (*rules["forms"], *rules["clauses"]))
    assert [clause["number"] for clause in rules["clauses"]] == list(range(1, 22))
    articles = {article["number"] for article in rules["articles"]}
    assert {form["article"] for form in rules["forms"]} <= articles
    assert set(rules["mandatory"]) == {form["key"] for form in rules["forms"]} | {"if_any"}
