"""The cities' folders are read by a command, one by one or all."""

import io

import pytest
from django.core.management import call_command

from backend.cities.actions import CITIES
from backend.cities.models import City

pytestmark = pytest.mark.django_db


def loaded(*names: str) -> list[str]:
    said = io.StringIO()
    call_command("load_cities", *names, stdout=said)
    return said.getvalue().splitlines()


def test_one_city_is_read_at_any_time_again() -> None:
    assert loaded("torino") == loaded("torino") == ["torino: 1 version(s) of the regulation"]
    assert City.objects.get().slug == "torino"


def test_without_a_name_all_are_read() -> None:
    assert [line.split(":")[0] for line in loaded()] == list(CITIES)
