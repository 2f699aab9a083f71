"""The eyes that see a state of a room in its languages, in light and in dark: axe, the width, what the console says."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.axe import COLOURS, WORDS, too_wide, twice, violations
from tests.e2e.lively import Evening
from tests.e2e.people import Faults, editor

LANGUAGES: Final = tuple(os.environ.get("LOOKS_IN", "en it pl hu ro").split())
# Everything in every language and theme. Otherwise, so that it fits beside the other tests, both take turns:
# each page is opened in one language, and each state seen in light or in dark.
LONG: Final = os.environ.get("LOOKS") == "all"

NARROW: Final[dict[str, Any]] = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
WIDE: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 860}}
Act = Callable[[Page], object]


class Pages:
    """The same page open in several languages, for one person."""

    def __init__(self, browser: Browser, device: dict[str, Any], languages: Iterable[str], **context: Any) -> None:
        self.faults: list[Faults] = []
        self.each: dict[str, Page] = {}
        for language in languages:
            page = browser.new_context(**device, locale=language, reduced_motion="reduce", **context).new_page()
            page.set_default_timeout(20_000)
            self.faults.append(Faults(page))
            self.each[language] = page

    @property
    def one(self) -> Page:
        return next(iter(self.each.values()))

    @property
    def last(self) -> Page:
        return list(self.each.values())[-1]

    def with_cookie(self, url: str, cookie: str) -> "Pages":
        name, _equals, value = cookie.partition("=")
        for page in self.each.values():
            page.context.add_cookies([{"name": name, "value": value, "url": url}])
        return self

    def go(self, address: str, status: int = 200) -> "Pages":
        """To the page that is meant, and not to one that says why it is not there."""
        for language, page in self.each.items():
            found = page.goto(_said_in(address, language))
            assert found is not None, f"{address} is this page already"
            assert found.status == status, f"{address} ({language}): {found.status}"
        return self

    def part(self, name: str) -> None:
        """On a phone one part of the room stands at a time."""
        for page in self.each.values():
            page.evaluate("(name) => { location.hash = name }", name)

    def do(self, act: Act) -> "Pages":
        for page in self.each.values():
            act(page)
        return self

    def close(self) -> None:
        for page in self.each.values():
            page.context.close()


class Eyes:
    """Sees one state after the other; what is wrong is told together at the end."""

    def __init__(self, turn: int = 0, *, both: bool = LONG) -> None:
        self.turn = turn
        self.both = both  # themes at every look
        self.seen: list[str] = []
        self.ugly: list[str] = []

    def languages(self) -> tuple[str, ...]:
        """Those whose turn it is: all, or the next one."""
        if LONG:
            return LANGUAGES
        self.turn += 1
        return (LANGUAGES[(self.turn - 1) % len(LANGUAGES)],)

    def see(self, name: str, pages: Pages, act: Act | None = None, *, colours: bool = True) -> None:
        """In every language that is open; `act` brings each page into the state."""
        whole = list(pages.each)[len(self.seen) % len(pages.each)]
        self.seen.append(name)
        for language, page in pages.each.items():
            if act is not None:
                act(page)
            self._check(name, language, page, whole=colours and (LONG or language == whole))

    def _themes(self) -> tuple[str, ...]:
        return ("light", "dark") if self.both else (("light", "dark")[len(self.seen) % 2],)

    def _check(self, name: str, language: str, page: Page, *, whole: bool) -> None:
        said = page.locator("html").get_attribute("lang")
        wrong = [] if said == language else [f"the page says that it is in {said}"]
        if (wide := too_wide(page)) > 0:
            wrong.append(f"scrolls sideways by {wide} px")
        wrong += [f"the id {each} stands here twice" for each in twice(page)]
        wrong += violations(page, WORDS)
        for theme in self._themes() if whole else ():
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            wrong += [f"{theme}: {each}" for each in violations(page, COLOURS, theme)]
        if whole:
            page.emulate_media(color_scheme="light")
        self.ugly += [f"{name} ({language}) {page.url}: {each}" for each in wrong]


@contextmanager
def opened(
    browser: Browser, device: dict[str, Any], eyes: Eyes, languages: Iterable[str] = (), **context: Any
) -> Iterator[Pages]:
    """Pages for a while; what their console complains of counts as well."""
    pages = Pages(browser, device, languages or eyes.languages(), **context)
    try:
        yield pages
    finally:
        eyes.ugly += [f"console: {line}" for faults in pages.faults for line in faults.found]
        pages.close()


def without_script(page: Page) -> None:
    """As a browser with no script shows its pages; axe, which is a script itself, still finds its way in."""

    def plain(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace("<noscript>", "").replace("</noscript>", "")
        route.fulfill(response=answer, body=re.sub(r'<meta http-equiv="refresh"[^>]*>', "", body))

    page.route(lambda url: "/static/" not in url, plain)
    page.route("**/*.js", lambda route: route.abort())


# --- What brings a page into a state -------------------------------------------------------


def unfold_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details:not([open])').forEach((box) => { box.open = true })")


def fold_all(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details[open]').forEach((box) => { box.open = false })")


def in_turn(*acts: Act) -> Act:
    def act(page: Page) -> None:
        for each in acts:
            each(page)

    return act


def clicking(selector: str) -> Act:
    return lambda page: page.locator(selector).first.click()


def submitting(selector: str) -> Act:
    """As a page without script sends a form: nothing looks at it before."""

    def act(page: Page) -> None:
        language = page.locator("html").get_attribute("lang")

        def ask(route: Route) -> None:
            """Whoever has an account reads what comes after a form in their own language; here, in the page's."""
            if route.request.method != "POST":
                return route.fallback()
            answer = route.fetch(url=_said_in(route.request.url, language), max_redirects=0)
            headers = dict(answer.headers)
            if "location" in headers:
                headers["location"] = _said_in(headers["location"], language)
            return route.fulfill(response=answer, headers=headers)

        page.route("**/*", ask)
        with page.expect_navigation():
            page.eval_on_selector(selector, "(form) => form.submit()")
        page.unroute("**/*", ask)

    return act


def _said_in(address: str, language: str | None) -> str:
    address, sign, part = address.partition("#")
    return f"{address}{'&' if '?' in address else '?'}lang={language}{sign}{part}"


# --- The room that is looked at ------------------------------------------------------------


@dataclass
class Looking:
    """The room, who leads it at a desk, and somebody with a small phone, each in the languages of the turn."""

    browser: Browser
    evening: Evening
    eyes: Eyes
    desk: Pages
    phone: Pages

    def do(self, tool: str, command: str, **args: Any) -> Any:
        """Who leads gives an order; every page has a moment to show it."""
        state = self.evening.lead.do(tool, command, **args)
        self.settle()
        return state

    def settle(self) -> None:
        self.evening.desk.wait_for_timeout(250)

    def see(self, name: str, part: str = "") -> None:
        """The desk; and the phone, where a part of the room is named."""
        self.eyes.see(f"desk: {name}", self.desk)
        if part:
            self.phone.part(part)
            self.eyes.see(f"phone: {name}", self.phone)

    def unfolded(self, name: str) -> None:
        """The desk with every box open."""
        self.eyes.see(f"desk: {name}, unfolded", self.desk, unfold_all)
        self.desk.do(fold_all)

    @contextmanager
    def phones(self, cookie: str = "", **context: Any) -> Iterator[Pages]:
        """Small phones of whoever holds the cookie, or of nobody whom the room knows."""
        with opened(self.browser, NARROW, self.eyes, **context) as pages:
            if cookie:
                pages.with_cookie(self.evening.site.url, cookie)
            yield pages

    def read(self, name: str, path: str, **context: Any) -> None:
        """A page beside the room, as who leads sees it, or whoever the context is."""
        context = context or {"storage_state": self.evening.as_lead}
        with opened(self.browser, WIDE, self.eyes, **context) as pages:
            address = path if path.startswith("http") else self.evening.url + path
            self.eyes.see(f"page: {name}", pages.go(address).do(unfold_all))

    def read_as(self, cookie: str, name: str, path: str, status: int = 200) -> None:
        """A page beside the room on the small phone of a guest."""
        with self.phones(cookie) as pages:
            self.eyes.see(f"phone: {name}", pages.go(self.evening.url + path, status).do(unfold_all))


@contextmanager
def looking_at(evening: Evening, browser: Browser, turn: int) -> Iterator[Looking]:
    """Two persons' pages of the room; at the end nothing that was seen was wrong."""
    eyes = Eyes(turn)
    with (
        opened(browser, WIDE, eyes, storage_state=evening.as_lead) as desk,
        opened(browser, NARROW, eyes) as phone,
    ):
        phone.with_cookie(evening.site.url, evening.me.cookie)
        for pages in (desk, phone):
            pages.go(evening.url).do(is_live)
        yield Looking(browser, evening, eyes, desk, phone)
    assert eyes.ugly == [], "\n".join(eyes.ugly)


def is_live(page: Page) -> None:
    expect(editor(page)).to_have_attribute("contenteditable", "true")
