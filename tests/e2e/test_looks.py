"""Every state of a room is looked at in five languages, in light and in dark, by axe; in turns, or with LOOKS=all in all of them."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, Playwright

from tests.e2e.conftest import launched
from tests.e2e.lively import Evening
from tests.e2e.looks import NARROW, WIDE, Eyes, Looking, Pages, looking_at
from tests.e2e.site import Site
from tests.e2e.states import door, leading, line, pages, votes, work

pytestmark = pytest.mark.e2e

# What a part shows, how many states that are at least, and whether there is a text and a board by then. Each has its own
# pages, in the languages of its turn; the room goes on from part to part, and each part also stands alone.
EMPTY: Final = {"door": ((door.the_door, door.an_empty_room), 20)}
PARTS: Final[dict[str, tuple[tuple[Callable[[Looking], None], ...], int]]] = {
    "writing": ((work.writing, work.ideas), 30),
    "talking": ((work.talking, work.the_agenda, work.captions), 20),
    "drafting": ((votes.drafting,), 8),
    "deciding": ((votes.deciding,), 40),
    "leading": ((leading.rules_of_the_house, leading.without_a_device, leading.the_lead), 20),
    "groups": ((leading.groups, leading.minutes), 14),
    "beside": ((pages.pages_beside, pages.taking_words_out, pages.keeping_what_i_did), 20),
    "displays": ((pages.displays,), 15),
    "lines": ((line.ends_of_the_line, line.broken_lines, line.the_end), 20),
}
ALL: Final = {**EMPTY, **PARTS}


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    yield from launched(playwright)


@pytest.fixture(scope="module")
def evening(site: Site, browser: Browser) -> Iterator[Evening]:
    desk: Any = browser.new_context(**WIDE, locale="en-GB").new_page()
    evening = Evening(site, desk)
    try:
        evening.come(6, 2)
        yield evening
    finally:
        evening.leave()


@pytest.mark.parametrize("part", ALL)
def test_nothing_is_wrong_in_any_state_of_a_room(evening: Evening, browser: Browser, part: str) -> None:
    if part not in EMPTY:
        evening.furnish()
    show, least = ALL[part]
    with looking_at(evening, browser, turn=list(ALL).index(part)) as looking:
        for each in show:
            each(looking)
    assert len(looking.eyes.seen) >= least


# --- The eyes themselves ---------------------------------------------------------------------


def _plant(html: str, css: str = "") -> Callable[[Page], object]:
    # A sheet that a script makes is no inline style: the page's own rules let it in.
    script = """([html, css]) => {
      document.querySelector("main").insertAdjacentHTML("beforeend", html);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      document.adoptedStyleSheets.push(sheet);
    }"""
    return lambda page: page.evaluate(script, [html, css])


PLANTED: Final = {
    "a picture with no words": (_plant('<img src="/static/build/room.js" width="40" height="40">'), "image-alt"),
    "a field with no name": (_plant('<input type="text">'), "label"),
    "the same id twice": (_plant('<p id="main">Here</p>'), "the id main stands here twice"),
    "a target too small for a thumb": (
        _plant(
            '<p><button class="tiny">a</button><button class="tiny">b</button></p>',
            ".tiny { all: unset; font-size: 8px }",
        ),
        "target-size",
    ),
    "grey on grey by day": (
        _plant("<p class='pale'>Hardly</p>", ".pale { color: #999; background: #aaa }"),
        "light: color-contrast",
    ),
    "grey on grey by night": (
        _plant(
            "<p class='pale'>Hardly</p>",
            "@media (prefers-color-scheme: dark) { .pale { color: #999; background: #aaa } }",
        ),
        "dark: color-contrast",
    ),
    "words that were there before turn grey": (
        _plant("", "#main .hint { color: #999 !important; background: #aaa !important }"),
        "light: color-contrast: <span",
    ),
    "too wide": (_plant("<p class='wide'>Long</p>", ".wide { inline-size: 200vw }"), "scrolls sideways"),
    "another language": (
        lambda page: page.evaluate("document.documentElement.lang = 'fr'"),
        "the page says that it is in",
    ),
}


@pytest.fixture(scope="module")
def door_page(site: Site, browser: Browser) -> Iterator[Pages]:
    opened = Pages(browser, NARROW, ("en",))
    yield opened.go(f"{site.url}/join/")
    opened.close()


@pytest.mark.parametrize("fault", PLANTED)
def test_eyes_find_what_is_planted(door_page: Pages, fault: str) -> None:
    plant, found = PLANTED[fault]
    eyes = Eyes(both=True)
    door_page.one.reload()
    eyes.see("before", door_page)
    assert eyes.ugly == []
    eyes.see("after", door_page, plant)
    assert [each for each in eyes.ugly if found in each], eyes.ugly
