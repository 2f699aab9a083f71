"""The eyes that see a state of the room in five languages, in light and in dark: axe, the width, what the console says."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.lively import Evening
from tests.e2e.people import Faults, editor

LANGUAGES: Final = tuple(os.environ.get("LOOKS_IN", "en it pl hu ro").split())
# Everything in every language and theme. Otherwise, so that it fits beside the other tests, the languages take turns:
# each state is seen whole in one and for its colours in the dark, and in the next one without what hangs on colours.
LONG: Final = os.environ.get("LOOKS") == "all"

TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL: Final = {"runOnly": TAGS, "rules": {"target-size": {"enabled": True}}}
COLOURS: Final = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
WORDS: Final = {
    "runOnly": TAGS,
    "rules": {
        "target-size": {"enabled": True},
        "color-contrast": {"enabled": False},
        "link-in-text-block": {"enabled": False},
    },
}
FIND = """async (options) => (await axe.run(document, {resultTypes: ["violations"], ...options})).violations.flatMap(
  (each) => each.nodes.map((node) => `${each.id}: ${node.html.slice(0, 160)} ${(node.failureSummary || "").slice(0, 200)}`))"""
NARROW: Final[dict[str, Any]] = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
WIDE: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 860}}
Act = Callable[[Page], object]


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text()


def violations(page: Page, options: Mapping[str, Any] = ALL) -> list[str]:
    """What axe finds in the page as it stands."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(_axe())
    found: list[str] = page.evaluate(FIND, options)
    return found


def too_wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


class Pages:
    """The same page open in each of the languages, for one person."""

    def __init__(
        self, browser: Browser, device: dict[str, Any], *, languages: Iterable[str] = LANGUAGES, **context: Any
    ) -> None:
        self.faults: list[Faults] = []
        self.each: dict[str, Page] = {}
        for language in languages:
            page = browser.new_context(**device, locale=language, reduced_motion="reduce", **context).new_page()
            page.set_default_timeout(20_000)
            self.faults.append(Faults(page))
            self.each[language] = page

    def with_cookie(self, url: str, cookie: str) -> "Pages":
        name, _equals, value = cookie.partition("=")
        for page in self.each.values():
            page.context.add_cookies([{"name": name, "value": value, "url": url}])
        return self

    def go(self, address: str) -> "Pages":
        address, _sign, part = address.partition("#")
        for language, page in self.each.items():
            page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}{'#' * bool(part)}{part}")
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

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.ugly: list[str] = []

    def see(self, name: str, pages: Pages, act: Act | None = None, *, colours: bool = True) -> None:
        """In every language; `act` brings each page into the state."""
        turn, names = len(self.seen), list(pages.each)
        first, second = names[turn % len(names)], names[(turn + 1) % len(names)]
        self.seen.append(name)
        for language, page in pages.each.items():
            if act is not None:
                act(page)
            if LONG or language in (first, second):
                self._check(name, language, page, whole=colours and (LONG or language == first))

    def _check(self, name: str, language: str, page: Page, *, whole: bool) -> None:
        said = page.locator("html").get_attribute("lang")
        wrong = [] if said == language else [f"the page says that it is in {said}"]
        if (wide := too_wide(page)) > 0:
            wrong.append(f"scrolls sideways by {wide} px")
        wrong += violations(page, ALL if whole else WORDS)
        if whole:
            page.emulate_media(color_scheme="dark")
            wrong += [f"dark: {each}" for each in violations(page, ALL if LONG else COLOURS)]
            page.emulate_media(color_scheme="light")
        self.ugly += [f"{name} ({language}) {page.url}: {each}" for each in wrong]


@contextmanager
def opened(browser: Browser, device: dict[str, Any], eyes: Eyes, **context: Any) -> Iterator[Pages]:
    """Pages for a while; what their console complains of counts as well."""
    pages = Pages(browser, device, **context)
    yield pages
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


# --- The room that is looked at ------------------------------------------------------------


@dataclass
class Looking:
    """The room, who leads it at a desk, and somebody with a small phone, each in five languages."""

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

    def read(self, name: str, path: str, **context: Any) -> None:
        """A page beside the room, as who leads sees it, or whoever the context is."""
        context = context or {"storage_state": self.evening.desk.context.storage_state()}
        with opened(self.browser, WIDE, self.eyes, **context) as pages:
            address = path if path.startswith("http") else self.evening.url + path
            self.eyes.see(f"page: {name}", pages.go(address).do(unfold_all))


def is_live(page: Page) -> None:
    expect(editor(page)).to_have_attribute("contenteditable", "true")
