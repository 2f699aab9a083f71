"""What a browser is told about content, over real pages: nothing inline, and no page that is broken.

Walks every link that it meets, as a visitor, as a neighbour, as a facilitator and as an officer.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from tests.access.world import World
from tests.backend.people.factories import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.once]
MOST = 400
START = ("/", "/how/", "/privacy/", "/accessibility/", "/join/", "/account/login/", "/account/signup/", "/torino/")
# What is no page, ends the walk, or is the pattern of a link that a script fills in.
LEFT_OUT = re.compile(r"^/(static|media|ws|account/logout)|^/api/v1/docs/|\{")


class Page(HTMLParser):
    """What of a page matters here: its links, its forms' targets, and anything inline."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        where = f"<{tag} id={facts.get('id')} class={facts.get('class')}>"
        self.inline += [f"{where} {name}" for name in facts if name == "style" or name.startswith("on")]
        if tag == "style":
            self.inline.append(where)
        if (
            tag == "script"
            and "src" not in facts
            and facts.get("type") not in ("application/json", "application/ld+json")
        ):
            self.inline.append(where)
        if any((value or "").strip().lower().startswith("javascript:") for value in facts.values()):
            self.inline.append(f"{where} javascript:")
        if tag == "a" and facts.get("href"):
            self.links.append(str(facts["href"]))


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def policy(header: str) -> dict[str, list[str]]:
    parts = [part.split() for part in header.split(";") if part.strip()]
    return {words[0]: words[1:] for words in parts}


def check_policy(header: str) -> None:
    told = policy(header)
    assert told["default-src"] == ["'none'"]
    assert told["script-src"] == told["style-src"] == ["'self'"]
    assert told["frame-ancestors"] == told["base-uri"] == told["object-src"] == ["'none'"]
    assert "unsafe" not in header


def inner_address(link: str) -> str:
    """The path and query of a link of this site; empty for others."""
    bare = link.split("#", maxsplit=1)[0]
    return bare if bare.startswith("/") and not bare.startswith("//") and not LEFT_OUT.search(bare) else ""


def shape(path: str) -> str:
    """Pages of one kind are looked at a few times, not for each row."""
    bare = path.split("?", maxsplit=1)[0]
    return re.sub(r"[0-9a-f-]{36}|[A-Z]+-[A-Z0-9]+-[0-9-]+|[\w-]*\d+[\w-]*", "…", bare) + ("?" if "?" in path else "")


@pytest.mark.parametrize(
    "name", ["anonymous", "participant", "facilitator", "officer", "maker", "researcher", "moderator"]
)
def test_no_page_holds_anything_inline(world: World, name: str) -> None:
    client = Client()
    if (person := world.people[name]) is not None:
        sign_in(client, person)
    waiting = [(path, "") for path in (*START, *own_pages(name))]
    seen, shapes = set[str](), dict[str, int]()
    wrong = []
    while waiting and len(seen) < MOST:
        path, before = waiting.pop(0)
        if path in seen or shapes.get(shape(path), 0) >= 3:
            continue
        seen.add(path)
        shapes[shape(path)] = shapes.get(shape(path), 0) + 1
        answer = client.get(path)
        if answer.status_code >= 500 or (answer.status_code == 404 and before):
            wrong.append(f"{path}: {answer.status_code}, linked on {before}")
        if answer.streaming:
            answer.getvalue()  # a file is closed by whoever reads it to the end
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        if "attachment" in answer.headers.get("Content-Disposition", ""):
            assert "sandbox" in answer.headers["Content-Security-Policy"]  # a file to take along runs nothing
            continue
        check_policy(answer.headers["Content-Security-Policy"])
        page = Page()
        page.feed(answer.content.decode())
        wrong += [f"{path}: {each}" for each in page.inline]
        waiting += [(link, path) for link in map(inner_address, page.links) if link]
    assert len(seen) > 15
    assert not wrong, "\n" + "\n".join(sorted(set(wrong)))


def own_pages(name: str) -> list[str]:
    """Every page with a name and nothing to fill in."""
    found = []
    for key in get_resolver().reverse_dict:
        if isinstance(key, str):
            try:
                found.append(reverse(key))
            except NoReverseMatch:
                continue
    own = ["account", "display", "consents", "notifications", "export", "leave"]
    safe = [path for path in found if not LEFT_OUT.search(path) and not path.startswith(("/api/", "/ogc/"))]
    return [*safe, *(reverse(f"people:{each}") for each in own)]


def test_pages_of_errors_are_no_exception(client: Client) -> None:
    answer = client.get("/nowhere/at/all/")
    assert answer.status_code == 404
    check_policy(answer.headers["Content-Security-Policy"])


def test_headers_of_every_page(client: Client) -> None:
    headers = client.get("/how/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_cookies_are_for_the_server_only(client: Client) -> None:
    client.get("/account/login/")
    assert client.cookies["csrftoken"]["httponly"]
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"


@pytest.mark.parametrize("page", ["/join/?code=7KQ4XW2B", "/account/password/reset/"])
def test_pages_with_a_secret_tell_other_sites_nothing_and_their_forms_are_still_taken(page: str) -> None:
    """Under no-referrer a browser sends `Origin: null` with the page's own form, which is refused."""
    client = Client(enforce_csrf_checks=True)
    shown = client.get(page)
    assert shown["Referrer-Policy"] == "same-origin"
    [token, *_others] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown.content.decode())
    sent = {"csrfmiddlewaretoken": token, "code": "x", "email": "nobody@example.org"}
    own = client.post(page, sent, headers={"origin": "http://testserver"})
    assert own.status_code != 403
    assert client.post(page, sent, headers={"origin": "null"}).status_code == 403
