"""Log lines: enough to find a fault, nothing that tells of a person."""

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from backend.logs import AccessLog, JsonFormatter, pseudonym, short_address
from tests.backend.people.factories import make_account
from tests.factories import PASSWORD, make_city

CANARIES = ("Ana Rossi", "canary@example.org", PASSWORD, "203.0.113.77", "s3cret-query", "203.0.113")


class Written(logging.Handler):
    """Keeps every line as it would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.formatter = JsonFormatter()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[Any]:
    handler = Written()
    logging.getLogger().addHandler(handler)
    yield lambda: handler.lines
    logging.getLogger().removeHandler(handler)


def last(lines: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads([line for line in lines() if '"copact.access"' in line][-1])
    return found


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_route_and_not_its_address(client: Client, lines: Any) -> None:
    city = make_city("torino")
    answer = client.get("/torino/?q=s3cret-query", REMOTE_ADDR="203.0.113.77")
    line = last(lines)
    assert line["city"] == city.slug
    assert (line["method"], line["status"]) == ("GET", answer.status_code)
    assert line["route"] == "<slug:city>/"
    assert line["request"] == answer["X-Request-ID"]
    assert isinstance(line["ms"], int)


@pytest.mark.django_db
def test_no_line_tells_who_it_was(client: Client, lines: Any) -> None:
    person = make_account("Ana Rossi", email="canary@example.org")
    facts: dict[str, Any] = {"REMOTE_ADDR": "203.0.113.77"}
    client.post("/account/login/", {"login": person.email, "password": "wrong"}, **facts)
    client.post("/account/login/", {"login": person.email, "password": PASSWORD}, **facts)
    client.get("/account/me/", {"q": "s3cret-query"}, **facts)
    client.get("/nowhere/canary@example.org/", **facts)
    client.post("/api/v1/auth/token/", {"email": person.email, "password": "x"}, "application/json", **facts)
    written = "\n".join(lines())
    assert "copact.access" in written
    for word in (*CANARIES, str(person.pk)):
        assert word not in written


@pytest.mark.django_db
def test_the_lines_of_one_person_can_be_put_side_by_side(client: Client, lines: Any) -> None:
    person = make_account()
    client.force_login(person)
    client.get("/account/me/")
    assert last(lines)["principal"] == pseudonym(person.pk) != pseudonym("other")


@pytest.mark.django_db
def test_machines_that_ask_whether_all_is_well_leave_no_lines(client: Client, lines: Any) -> None:
    client.get("/healthz")
    assert not [line for line in lines() if "copact.access" in line]


def test_pseudonyms_differ_from_site_to_site(settings: Any) -> None:
    before = pseudonym("x")
    settings.SECRET_KEY = "another" * 10
    assert pseudonym("x") != before


def test_a_trace_tells_where_and_not_what() -> None:
    try:
        raise ValueError("Ana Rossi typed this")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "It broke", None, sys.exc_info())
    line = JsonFormatter().format(record)
    assert "Ana" not in line
    assert json.loads(line)["error"] == "ValueError"
    assert "test_logs.py" in json.loads(line)["trace"][0]


def test_sentences_of_servers_are_told_without_what_fills_them() -> None:
    record = logging.LogRecord("django.request", 30, __file__, 1, "%s: %s", ("Not Found", "/join/SECRET/"), None)
    assert "SECRET" not in JsonFormatter().format(record)
    own = logging.LogRecord("backend.x", 20, __file__, 1, "%d rooms", (3,), None)
    assert json.loads(JsonFormatter().format(own))["message"] == "3 rooms"


def test_an_error_passes_through_and_the_id_is_forgotten() -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        AccessLog(broken)(RequestFactory().get("/"))
    assert "request" not in json.loads(
        JsonFormatter().format(logging.LogRecord("x", 20, __file__, 1, "after", None, None))
    )


def test_addresses_are_told_by_their_neighbourhood() -> None:
    assert short_address("203.0.113.77") == "203.0.113.0"
    assert short_address("2001:db8:1:2::5") == "2001:db8:1::"
    assert short_address("unix") == ""
