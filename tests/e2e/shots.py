"""The pictures of docs/, taken anew from a fresh demo; not a test: `make shots`."""

import os
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from playwright.sync_api import Page, sync_playwright

from backend.demo.people import PASSWORD
from tests.e2e.site import ROOT, Site

DOCS: Final = ROOT / "docs"
DESK, PHONE = (1280, 860), (390, 780)
SESSION: Final = "/torino/rooms/che-cosa-puo-diventare-la-casa-del-custode/"


class Shot(NamedTuple):
    name: str
    path: str
    who: str = ""
    size: tuple[int, int] = DESK


SHOTS: Final = (
    Shot("city", "/torino/"),
    Shot("pact", "/torino/pacts/TO-2026-018/"),
    Shot("listing", "/torino/market/"),
    Shot("minutes", f"{SESSION}minutes/"),
    Shot("room-desk", "/torino/rooms/demo/", "facilitator"),
    Shot("projector", "/torino/rooms/demo/projector/", "facilitator"),
    Shot("history", f"{SESSION}history/", "facilitator"),
    Shot("room-phone", "/torino/rooms/demo/", "facilitator", PHONE),
)


def sign_in(page: Page, url: str, who: str) -> None:
    page.goto(f"{url}/account/login/")
    page.fill("input[name=login]", f"{who}@torino.example")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_load_state()


def first_thing(page: Page, url: str) -> str:
    """The first thing in the market that has a page: its thread leads back to the room."""
    page.goto(f"{url}/torino/market/")
    return str(page.locator("main h2 a, main h3 a").first.get_attribute("href"))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        site = Site(Path(folder))
        site.prepare()
        site.start()
        browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])
        try:
            for shot in SHOTS:
                width, height = shot.size
                page = browser.new_page(viewport={"width": width, "height": height}, locale="en-GB")
                if shot.who:
                    sign_in(page, site.url, shot.who)
                path = first_thing(page, site.url) if shot.name == "listing" else shot.path
                page.goto(site.url + path)
                page.wait_for_timeout(2000)
                page.screenshot(path=DOCS / f"{shot.name}.png")
                page.close()
        finally:
            browser.close()
            site.stop()


if __name__ == "__main__":
    main()
