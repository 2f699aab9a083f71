"""Browsers and a demo site for the journeys."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.e2e.axe import repaint, too_wide, violations
from tests.e2e.site import Site, demo_site, standing_site

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=40_000)  # two busy cores, or slow ones

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 1}
DESK = {"viewport": {"width": 1280, "height": 860}}


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Its own demo site; or, while a journey is being written, the one at COPACT_URL."""
    if address := os.environ.get("COPACT_URL"):
        yield standing_site(address)
        return
    with demo_site() as running:
        yield running


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


def launched(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


# Two processes of their own, as two people with two devices.
@pytest.fixture
def first_browser(playwright: Playwright) -> Iterator[Browser]:
    yield from launched(playwright)


@pytest.fixture
def second_browser(playwright: Playwright) -> Iterator[Browser]:
    yield from launched(playwright)


@pytest.fixture
def looks_right() -> Callable[[Page], None]:
    """axe finds nothing, in light and in dark, and nothing scrolls sideways."""

    def look(page: Page) -> None:
        for scheme in ("light", "dark"):
            repaint(page, scheme)
            problems = violations(page)
            assert not problems, f"{page.url} ({scheme}):\n" + "\n".join(problems)
        page.emulate_media(color_scheme="light")
        assert (wider := too_wide(page)) <= 0, f"{page.url} scrolls sideways by {wider} px"

    return look
