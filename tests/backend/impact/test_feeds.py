"""The data package: every file in its code book, nothing that a spreadsheet would run."""

import csv
import io
import json
import zipfile

import pytest

from backend.impact import actions
from backend.impact.feeds import package
from tests.backend.activities.factories import make_pact
from tests.backend.impact.factories import make_indicator, make_observation, make_study
from tests.factories import make_city, make_group, make_person, make_researcher

pytestmark = pytest.mark.django_db


def opened(study):
    return zipfile.ZipFile(io.BytesIO(package(study)))


def rows(packed, name):
    return list(csv.DictReader(io.StringIO(packed.read(f"{name}.csv").decode())))


def test_every_file_is_in_the_code_book_with_all_its_columns():
    packed = opened(make_study(make_city()))
    book = json.loads(packed.read("datapackage.json"))
    assert book["profile"] == "tabular-data-package"
    assert {resource["path"] for resource in book["resources"]} | {"datapackage.json"} == set(packed.namelist())
    for resource in book["resources"]:
        head = packed.read(resource["path"]).decode().splitlines()[0].split(",")
        assert head == [field["name"] for field in resource["schema"]["fields"]]
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_the_numbers_of_the_pact_come_along_with_their_margins():
    city = make_city()
    pact = make_pact(city, make_group(city))
    study = make_study(city, pact=pact)
    make_indicator(city, pact=pact, unit="%", people=True, before=(38, 174), now=(44, 186))
    make_indicator(city, key="elsewhere", before=(1, 9))
    values = rows(opened(study), "measurements")
    assert [(row["value"], row["baseline"], row["margin"]) for row in values] == [
        ("38.0", "true", "7.21"),
        ("44.0", "false", "7.13"),
    ]


def test_one_person_is_one_letter_and_number_and_another_person_another():
    city = make_city()
    study, once, twice = make_study(city), make_person("Samira"), make_person("Gianni")
    for by in (twice, once, twice):
        make_observation(city, by=by, study=study, consent="research")
    assert sorted(row["person"] for row in rows(opened(study), "observations")) in (
        ["P1", "P1", "P2"],
        ["P1", "P2", "P2"],
    )


@pytest.mark.parametrize("first", ["=", "+", "-", "@"])
def test_no_cell_is_a_formula(first):
    city = make_city()
    study = make_study(city)
    make_observation(city, f"{first}HYPERLINK(1)", study=study, consent="research")
    assert rows(opened(study), "observations")[0]["text"] == f"'{first}HYPERLINK(1)"


def test_questions_stand_in_every_language_they_were_asked_in():
    city = make_city()
    researcher = make_researcher(city)
    study = make_study(city, by=researcher)
    items = [{"key": "safe", "scale": [1, 5], "text": {"it": "Mi sento al sicuro.", "en": "I feel safe."}}]
    actions.add_instrument(by=researcher, study=study, key="survey", items=items)
    assert {(row["language"], row["scale"]) for row in rows(opened(study), "items")} == {("it", "1-5"), ("en", "1-5")}
