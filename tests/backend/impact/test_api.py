"""Endpoints of impact: open to read, narrow to write, exports for researchers only."""

import csv
import io
import zipfile

import pytest
from django.test import Client

from backend.impact import actions
from backend.impact.models import Export
from tests.backend.activities.factories import make_pact
from tests.backend.impact.factories import make_indicator, make_observation, make_study
from tests.factories import make_citizen, make_city, make_group, make_researcher

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def city():
    return make_city("torino")


def test_indicators_tell_their_baseline_and_verdict(client, city):
    make_indicator(city, unit="%", people=True, before=(17, 174), now=(58, 186))
    row = client.get("/api/v1/indicators/?city=torino").json()["results"][0]
    assert (row["baseline"]["value"], row["latest"]["value"], row["verdict"]) == (17, 58, "better")
    assert client.get(f"/api/v1/indicators/{row['id']}/").json()["key"] == "sat-here"


def test_counted_figures_are_open_to_read(client, city):
    make_pact(city, make_group(city))
    rows = {row["key"]: row for row in client.get("/api/v1/indicators/counted/?city=torino").json()}
    assert rows["pacts"]["value"] == 1
    assert client.get("/api/v1/indicators/counted/?city=atlantis").status_code == 404


def test_a_researcher_writes_a_value_down_and_nobody_else(client, city):
    indicator = make_indicator(city)
    sent = {"day": "2026-07-01", "value": 58, "n": 186}
    address = f"/api/v1/indicators/{indicator.pk}/measurements/"
    assert client.post(address, sent, content_type="application/json").status_code in {401, 403}
    client.force_login(make_citizen(city))
    assert client.post(address, sent, content_type="application/json").status_code == 403
    client.force_login(make_researcher(city))
    assert client.post(address, sent, content_type="application/json").status_code == 201


def test_observations_are_told_as_far_as_they_may_go(client, city):
    make_observation(city, "For all.", consent="public")
    make_observation(city, "For research.", consent="research")
    texts = [row["text"] for row in client.get("/api/v1/observations/?city=torino").json()["results"]]
    assert texts == ["For all."]
    client.force_login(make_researcher(city))
    assert client.get("/api/v1/observations/?city=torino").json()["count"] == 2


def test_somebody_tells_what_they_saw_and_takes_it_back(client, city):
    client.force_login(make_citizen(city))
    sent = {"city": "torino", "text": "Seven people on the low wall.", "consent": "public"}
    row = client.post("/api/v1/observations/", sent, content_type="application/json")
    assert row.status_code == 201
    address = f"/api/v1/observations/{row.json()['id']}/consent/"
    back = client.post(address, {"consent": "private"}, content_type="application/json")
    assert back.json()["consent"] == "private"


def test_an_observation_without_consent_is_refused_at_its_field(client, city):
    client.force_login(make_citizen(city))
    answer = client.post("/api/v1/observations/", {"city": "torino", "text": "x"}, content_type="application/json")
    assert answer.status_code == 400
    assert "consent" in answer.json()["errors"]


def test_a_researcher_opens_a_study(client, city):
    client.force_login(make_researcher(city))
    sent = {"city": "torino", "title": "Evenings"}
    assert client.post("/api/v1/studies/", sent, content_type="application/json").status_code == 201
    assert client.get("/api/v1/studies/?city=torino").json()["results"][0]["slug"] == "evenings"


class TestExports:
    def filled(self, city):
        researcher = make_researcher(city, "Éva")
        study = make_study(city, by=researcher)
        indicator = make_indicator(
            city, by=researcher, study=study, unit="%", people=True, before=(17, 174), now=(75, 4)
        )
        neighbour = make_citizen(city, "Samira Kovács")
        for text, consent in (
            ("=SUM(A1) said my mother.", "research"),
            ("A secret.", "private"),
            ("For all.", "public"),
        ):
            make_observation(city, text, by=neighbour, study=study, consent=consent)
        actions.add_instrument(
            by=researcher,
            study=study,
            key="survey",
            items=[{"key": "a", "scale": [1, 5], "text": {"it": "Qui sto bene."}}],
        )
        return researcher, study, indicator

    def test_a_package_carries_what_people_agreed_to_and_no_name(self, client, city, settings, tmp_path):
        researcher, study, _indicator = self.filled(city)
        client.force_login(researcher)
        started = client.post(f"/api/v1/studies/{study.pk}/exports/")
        assert started.status_code == 202
        assert started.json()["state"] == "waiting"
        actions.make_export.call(str(Export.objects.in_city(city).get().pk))
        row = client.get(f"/api/v1/studies/{study.pk}/exports/{started.json()['id']}/").json()
        assert row["state"] == "ready"
        packed = zipfile.ZipFile(io.BytesIO(b"".join(client.get(row["file"]).streaming_content)))
        whole = "".join(packed.read(name).decode() for name in packed.namelist())
        assert "Samira" not in whole
        assert "A secret." not in whole
        assert "For all." not in whole
        rows = list(csv.DictReader(io.StringIO(packed.read("observations.csv").decode())))
        assert [(row["person"], row["text"]) for row in rows] == [("P1", "'=SUM(A1) said my mother.")]
        values = list(csv.DictReader(io.StringIO(packed.read("measurements.csv").decode())))
        assert [row["value"] for row in values] == ["17.0"]

    def test_made_twice_it_is_the_same_package(self, city):
        researcher, study, _indicator = self.filled(city)
        export = actions.start_export(by=researcher, study=study)
        actions.make_export.call(str(export.pk))
        export.refresh_from_db()
        first = export.file
        actions.make_export.call(str(export.pk))
        export.refresh_from_db()
        assert export.file == first

    def test_to_others_it_is_not_there(self, client, city):
        researcher, study, _indicator = self.filled(city)
        export = actions.start_export(by=researcher, study=study)
        client.force_login(make_researcher(make_city()))
        assert client.get(f"/api/v1/studies/{study.pk}/exports/{export.pk}/").status_code == 404
        assert client.post(f"/api/v1/studies/{study.pk}/exports/").status_code == 403
