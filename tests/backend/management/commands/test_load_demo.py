"""The command that loads the demo: only where it is wanted, and with a word about what is missing."""

import pytest
from django.core.management import CommandError, call_command

from backend.people.models import Person

pytestmark = pytest.mark.django_db


def test_without_the_switch_nothing_is_loaded(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo")
    assert not Person.objects.exists()


def test_without_the_cities_it_says_what_to_do_first(settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="load_cities"):
        call_command("load_demo")
