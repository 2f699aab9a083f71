"""Between an empty data folder and an open door."""

from typing import Any

import pytest
from django.core.management import call_command

from backend.cities.models import City
from backend.people.models import Person


@pytest.mark.django_db
def test_tables_and_cities_are_there_and_no_demo_outside_the_demo(settings: Any):
    call_command("prepare")
    assert set(City.objects.values_list("slug", flat=True)) == {"torino", "gdansk", "budapest", "cluj-napoca"}
    assert not Person.objects.filter(email__endswith=".example").exists()
    assert settings.STATIC_ROOT.is_dir()


@pytest.mark.django_db
def test_a_second_time_changes_nothing():
    call_command("prepare")
    before = list(City.objects.values_list("pk", "slug"))
    call_command("prepare")
    assert list(City.objects.values_list("pk", "slug")) == before
