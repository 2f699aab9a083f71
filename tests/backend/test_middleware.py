"""What every request gets beside its view."""

import gzip
import re

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from backend.middleware import KEPT, Compressed, fields_of, known, language_of, page_before
from tests.factories import make_city, make_person

pytestmark = pytest.mark.django_db


def test_each_answer_has_a_number_and_safe_headers(client):
    answer = client.get("/how/")
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])
    assert "camera=(self)" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_a_number_from_the_proxy_is_kept_where_it_is_one(client):
    assert client.get("/how/", headers={"x-request-id": "abcDEF-12345"})["X-Request-ID"] == "abcDEF-12345"
    assert client.get("/how/", headers={"x-request-id": "a b\n"})["X-Request-ID"] != "a b\n"


@pytest.mark.parametrize("address", ["/?q=%00", "/join/?code=a%00b", "/torino/commons/?q=%00orto&quarter=%00"])
def test_a_nul_in_an_address_is_passed_over(client, address):
    make_city(slug="torino")
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(("given", "found"), [("it", "it"), ("PL-pl", "pl"), ("de", None), ("", None), (None, None)])
def test_only_the_languages_of_the_site_are_known(given, found):
    assert known(given) == found


def language(path="/", *, accept="", cookie="", person=None, city=None) -> str:
    request = RequestFactory().get(path, headers={"accept-language": accept} if accept else {})
    if cookie:
        request.COOKIES["django_language"] = cookie
    if person:
        request.user = person
    request.city = city
    return language_of(request)


def test_the_order_of_languages():
    nadia, city = make_person(language="hu"), make_city()
    assert language() == "en"
    assert language(city=city) == "it"
    assert language(city=city, accept="de, pl;q=0.8, ro;q=0.5") == "pl"
    assert language(city=city, accept="pl", cookie="ro") == "ro"
    assert language(city=city, accept="pl", cookie="ro", person=nadia) == "hu"
    assert language("/?lang=en", accept="pl", cookie="ro", person=nadia) == "en"
    assert language("/?lang=xx", accept="pl") == "pl"


def test_the_page_speaks_the_language_it_says(client):
    answer = client.get("/how/?lang=pl")
    assert answer["Content-Language"] == "pl"
    assert '<html lang="pl"' in answer.content.decode()
    assert {"Accept-Language", "Cookie"} <= set(answer["Vary"].replace(" ", "").split(","))


def test_the_city_of_the_address_is_there_and_others_are_not_found(client):
    make_city("town")
    assert client.get("/town/").context["city"].slug == "town"
    assert client.get("/nowhere/").status_code == 404
    assert client.get("/how/").context["city"] is None


def test_a_closed_city_is_not_found(client):
    make_city("town", is_open=False)
    assert client.get("/town/").status_code == 404


def test_times_are_told_in_the_citys_zone(client):
    make_city("town", time_zone="Europe/Bucharest")
    now = client.get("/town/?lang=en").context["now"]
    assert now.tzinfo is not None


SEND = {"headers": {"referer": "http://testserver/town/groups/new/"}}


def test_a_form_sent_after_the_session_ended_is_kept_and_offered_again(client):
    make_city("town")
    nadia = make_person()
    answer = client.post("/town/groups/new/", {"name": "Bocce", "kind": "informal", "password": "x"}, **SEND)
    assert answer.url == "/account/login/?next=%2Ftown%2Fgroups%2Fnew%2F"
    client.force_login(nadia)
    page = client.get("/town/groups/new/?lang=en").content.decode()
    assert "What you wrote is kept." not in page  # another address than the form stood on
    page = client.get("/town/groups/new/").content.decode()
    assert 'name="name" value="Bocce"' in page
    assert 'name="password"' not in page
    client.post("/town/groups/new/", {"name": "Bocce", "kind": "informal", "kept": "1"})
    assert KEPT not in client.session


def test_a_kept_form_can_be_thrown_away(client):
    make_city("town")
    client.post("/town/groups/new/", {"name": "Bocce", "kind": "informal"}, **SEND)
    client.force_login(make_person())
    client.post("/language/forget/")
    assert KEPT not in client.session


def test_secrets_and_floods_are_not_kept():
    request = RequestFactory().post("/", {"password": "x", "code": "1", "text": "a"})
    assert fields_of(request) == [("text", "a")]
    assert fields_of(RequestFactory().post("/", {"text": "a" * 70_000})) == []


def test_the_page_before_is_of_this_site():
    make = RequestFactory()
    assert page_before(make.get("/", headers={"referer": "http://testserver/a/?b=c"})) == "/a/?b=c"
    assert page_before(make.get("/", headers={"referer": "http://evil.example/a/"})) == "/"
    assert page_before(make.get("/")) == "/"


def test_a_page_leaves_compressed_for_whom_can_read_that(client):
    plain, packed = client.get("/how/"), client.get("/how/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content).startswith(b"<!doctype html>")
    assert len(packed.content) < len(plain.content) / 2
    assert all("Accept-Encoding" in answer["Vary"] for answer in (plain, packed))


@pytest.mark.parametrize(("kind", "status"), [("image/webp", 200), ("application/zip", 200), ("text/css", 206)])
def test_what_is_small_already_or_a_part_stays_as_it_is(kind, status):
    answer = HttpResponse(b"x" * 2000, content_type=kind, status=status)
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in Compressed(lambda _request: answer)(request)


def test_a_style_sheet_that_is_known_is_not_sent_again():
    def sheet(request):
        is_known = request.META.get("HTTP_IF_NONE_MATCH") == '"1"'
        headers = {"ETag": '"1"', "Content-Type": "text/css"}
        return HttpResponse(status=304, headers=headers) if is_known else HttpResponse(b"x" * 2000, headers=headers)

    first = Compressed(sheet)(RequestFactory().get("/", headers={"accept-encoding": "gzip"}))
    assert (first["Content-Encoding"], first["ETag"]) == ("gzip", 'W/"1"')
    again = RequestFactory().get("/", headers={"accept-encoding": "gzip", "if-none-match": first["ETag"]})
    assert Compressed(sheet)(again).status_code == 304


def test_each_page_names_where_its_source_code_is_if_the_site_says_so(client, settings):
    assert "Source code" not in client.get("/how/").content.decode()
    settings.SOURCE_URL = "https://code.example/copact"
    assert '<a href="https://code.example/copact">Source code</a>' in client.get("/how/").content.decode()
