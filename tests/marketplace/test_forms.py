"""What people type in the market: each way brings its own fields."""

import pytest

from backend.cities.models import Group
from marketplace.forms import FundForm, ListingForm, OrderForm
from tests.backend.activities.factories import Workshop, make_output
from tests.factories import make_citizen, make_city, make_group, make_guest

pytestmark = pytest.mark.django_db

DATA = {"title": "Bench", "pickup": "Bagni", "sale_stock": "2", "gift_stock": "3"}


def form_of(output, groups=None, **data):
    rows = Group.objects.in_city(output.city) if groups is None else groups
    return ListingForm(DATA | data, output=output, groups=rows)


def test_only_the_chosen_ways_are_offered():
    output = make_output(make_city())
    form = form_of(output, modes=["gift"])
    assert form.is_valid(), form.errors
    assert form.offers() == [{"mode": "gift", "stock": 3}]
    both = form_of(output, modes=["sale", "gift"], sale_price_minor="12,50")
    assert both.is_valid()
    assert both.offers()[0] == {"mode": "sale", "price_minor": 1250, "stock": 2}


def test_without_a_way_there_is_no_offer():
    form = form_of(make_output(make_city()))
    assert form.errors["modes"] == ["Choose how people can have it."]


def test_the_price_is_in_the_currency_of_the_city():
    city = make_city(currency="HUF", languages=["hu", "en"])
    form = form_of(make_output(city), modes=["sale"], sale_price_minor="1900,50")
    assert form.errors.as_data()["sale_price_minor"][0].code == "fraction"


def test_what_a_group_owns_is_offered_in_its_name_at_first():
    shop = Workshop(make_city())
    form = ListingForm(output=shop.output, groups=Group.objects.in_city(shop.city))
    assert form.initial["on_behalf_of"] == shop.makers.slug
    assert [way["name"] for way in form.ways()] == ["sale", "gift"]


def test_who_has_no_mail_is_asked_how_to_be_reached():
    assert "contact" in OrderForm(person=make_guest()).fields
    assert "contact" not in OrderForm(person=make_citizen(make_city())).fields


def test_a_gift_to_the_fund_is_an_amount_of_its_currency():
    shop = Workshop(make_city(currency="HUF", languages=["hu", "en"]))
    assert make_group(shop.city)
    data = {"key": "0198c0de-0000-7000-8000-000000000001", "amount_minor": "1900,50", "note": "x"}
    assert FundForm(data, pact=shop.pact).errors.as_data()["amount_minor"][0].code == "fraction"
    assert FundForm(data | {"amount_minor": "1900"}, pact=shop.pact).is_valid()
