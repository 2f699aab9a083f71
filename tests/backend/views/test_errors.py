"""What a person sees when something is not as usual."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory

from backend.cities.models import City
from backend.views import broken, forbidden
from tests.factories import make_city, make_person

pytestmark = pytest.mark.django_db


def test_a_page_that_is_not_there_says_so_kindly(client):
    answer = client.get("/nothing/here/?lang=en")
    assert answer.status_code == 404
    assert "We cannot find this page" in answer.content.decode()


def test_the_api_answers_errors_as_problems(client):
    answer = client.get("/api/v1/nothing/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


def _request(path: str = "/") -> HttpRequest:
    request = RequestFactory().get(path)
    request.id = "abcdef1234567890"
    request.cities = City.objects.filter(is_open=True)
    return request


def test_a_broken_page_names_a_number_and_asks_the_database_for_nothing(max_queries):
    with max_queries(0):
        answer = broken(_request())
    assert answer.status_code == 500
    assert "ef1234567890" in answer.content.decode()


def test_a_no_says_why():
    answer = forbidden(_request(), PermissionDenied("Only officers do this."))
    assert "Only officers do this." in answer.content.decode()


def test_a_form_that_was_open_for_too_long_is_offered_again():
    make_city("town")
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_person())
    facts = {"name": "Bocce & Co", "kind": "informal"}
    answer = client.post("/town/groups/new/", facts, headers={"origin": "http://testserver"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert 'value="Bocce &amp; Co"' in page
    assert 'action="/town/groups/new/"' in page


def test_a_form_from_elsewhere_is_not_offered_again():
    make_city("town")
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/town/groups/new/", {"name": "Bocce"}, headers={"origin": "http://evil.example"})
    assert "Bocce" not in answer.content.decode()
