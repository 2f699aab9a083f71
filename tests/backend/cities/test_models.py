"""Cities, memberships, groups, invitations and regulations as rows."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from backend.cities.choices import RESERVED_SLUGS, GroupKind
from backend.cities.models import City, Membership
from tests.factories import make_city, make_group, make_office, make_person

pytestmark = pytest.mark.django_db


def test_a_city_is_named_in_the_readers_language_else_its_own():
    city = make_city(name={"it": "Torino", "en": "Turin"})
    assert str(city) == "Turin"
    with translation.override("pl"):
        assert city.label == "Torino"


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS - {"robots.txt"}))
def test_a_word_of_the_sites_addresses_is_no_city(slug):
    with pytest.raises(ValidationError):
        City(slug=slug, name={}, country="IT", currency="EUR", time_zone="UTC", languages=[]).clean_fields(
            exclude=["name", "languages", "map", "contact", "reference_prefix"]
        )


def test_someone_belongs_to_a_city_once():
    city, nadia = make_city(), make_person()
    Membership.objects.create(city=city, person=nadia)
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(city=city, person=nadia)


def test_a_city_has_one_office_and_many_groups():
    city = make_city()
    make_group(city)
    make_group(city)
    make_office(city)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_group(city, kind=GroupKind.OFFICE)


def test_a_group_tells_of_itself_in_other_languages_where_someone_translated():
    group = make_group(make_city(), "Bocce", language="it", translations={"en": {"name": {"text": "Bowls"}}})
    assert group.said("name", "en").text == "Bowls"
    assert group.said("name", "hu") == ("Bocce", "it", "original")
