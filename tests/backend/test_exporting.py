"""Taking one's data along: all of one's own, nothing of others."""

import io
import json
import zipfile

import pytest
from django.apps import apps

from backend.exporting import PARTS, as_json, as_zip
from backend.people.models import Person
from tests.backend.lives import make_listing, make_proposal, make_room, take_part
from tests.backend.people.factories import add_totp, make_account
from tests.factories import make_city, make_person


def test_every_column_that_names_a_person_is_told() -> None:
    named = {
        (model, field.name)
        for model in apps.get_models()
        if model.__module__.startswith(("backend.", "realtime", "marketplace"))
        for field in model._meta.local_fields
        if field.related_model is Person
    }
    assert named <= {(part.model, part.field) for part in PARTS}
    assert len({part.name for part in PARTS}) == len(PARTS)


@pytest.mark.django_db
def test_all_of_ones_own_and_nothing_of_others() -> None:
    city = make_city()
    person, other = (
        make_account("Ana Rossi", email="canary@example.org"),
        make_person("Other", email="other@example.org"),
    )
    room, proposal = make_room(city, other), make_proposal(city, other)
    own = take_part(person, room, proposal, make_listing(city))
    theirs = take_part(other, room, proposal)
    secret = add_totp(person)
    told = as_json(person)
    for word in (
        "canary@example.org",
        "Ana Rossi",
        own["post"].text,
        own["observation"].text,
        "Ring twice",
        "+39 011 555",
    ):
        assert word in told
    for word in ("other@example.org", theirs["post"].text, theirs["observation"].text, secret, person.password):
        assert word not in told
    facts = json.loads(told)
    assert facts["votes"][0]["value"] == own["ballot"].value
    assert facts["second_factors"][0]["type"] == "totp"


@pytest.mark.django_db
def test_the_zip_holds_the_same_and_a_word_on_what_it_is() -> None:
    with zipfile.ZipFile(io.BytesIO(as_zip(make_account("Ana")))) as package:
        assert sorted(package.namelist()) == ["README.txt", "copact.json"]
        assert json.loads(package.read("copact.json"))["person"]["name"] == "Ana"
