"""What the API takes and tells."""

import pytest

from backend.impact.indicators import Scope, readings
from backend.impact.models import Export
from backend.impact.serializers import ExportRow, Observed, ReadingRow
from tests.backend.impact.factories import make_indicator, make_study
from tests.factories import make_city

pytestmark = pytest.mark.django_db


def test_an_observation_needs_words_a_city_and_consent():
    asked = Observed(data={})
    assert not asked.is_valid()
    assert set(asked.errors) == {"city", "text", "consent"}


def test_a_reading_without_numbers_is_told_as_such():
    city = make_city()
    make_indicator(city)
    row = ReadingRow(readings(Scope(city))[0]).data
    assert (row["baseline"], row["latest"], row["verdict"], row["pact"]) == (None, None, "new", None)


def test_a_file_has_an_address_only_when_it_is_there():
    study = make_study(make_city())
    row = Export(city=study.city, study=study, by=study.by)
    assert ExportRow(row).data["file"] is None
    row.file = "exports/x.zip"
    assert ExportRow(row).data["file"] == f"/api/v1/studies/{study.pk}/exports/{row.pk}/file/"
