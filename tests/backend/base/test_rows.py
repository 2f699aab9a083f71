"""Rows find a free slug, also when two take the same one at once, and are checked before they are kept."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from backend.base import rows
from backend.base.rows import add_under_slug, check, free_slug
from backend.cities.models import Group
from tests.factories import make_city

pytestmark = pytest.mark.django_db


def group(city, name="Lane"):
    return Group(city=city, name=name, language="en")


def groups(city):
    return Group.objects.in_city(city)


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Care day", "care-day"),
        ("Łódź & Győr!", "lodz-gyor"),
        ("مقعد", "thing"),
        ("New", "new-2"),
        ("x" * 200, "x" * 70),
    ],
)
def test_a_slug_is_plain_letters_of_the_words(words, slug):
    assert free_slug(groups(make_city()), words, "thing") == slug


def test_the_next_free_number_is_taken():
    city = make_city()
    for expected in ("lane", "lane-2", "lane-3"):
        made = group(city)
        add_under_slug(made, groups(city), "Lane")
        assert made.slug == expected


def test_another_city_has_its_own_slugs():
    first, second = make_city(), make_city()
    for city in (first, second):
        made = group(city)
        add_under_slug(made, groups(city), "Lane")
        assert made.slug == "lane"


def test_a_fault_that_is_no_slug_is_raised():
    with pytest.raises(IntegrityError):
        add_under_slug(Group(name="Lane", language="en"), groups(make_city()), "Lane")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_one_slug_at_once_the_second_gets_the_next(monkeypatch):
    city, gate = make_city(), threading.Barrier(4)
    plain, first = rows.free_slug, threading.local()

    def together(*args):
        slug = plain(*args)
        if not getattr(first, "done", False):
            first.done = True
            connection.close()
            gate.wait(timeout=20)
        return slug

    monkeypatch.setattr(rows, "free_slug", together)
    made: list[str] = []

    def work() -> None:
        one = group(city)
        add_under_slug(one, groups(city), "Lane")
        made.append(one.slug)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == ["lane", "lane-2", "lane-3", "lane-4"]


def test_plain_fields_are_checked_and_relations_are_not():
    with pytest.raises(ValidationError) as refused:
        check(Group(name="x" * 121, language="en", kind="gang", slug="x"))
    assert set(refused.value.error_dict) == {"name", "kind"}
