"""The pictures of docs/, taken anew from a fresh demo; not a test: `make shots`."""

import os
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.lively import Evening
from tests.e2e.people import sign_in
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
)


def keep(page: Page, name: str) -> None:
    """With as many colours as a drawing needs: a third of the bytes."""
    with Image.open(BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(128).save(DOCS / f"{name}.png", optimize=True)


def first_thing(page: Page, url: str) -> str:
    """The first thing in the market that has a page: its thread leads back to the room."""
    page.goto(f"{url}/torino/market/")
    return str(page.locator("main h2 a, main h3 a").first.get_attribute("href"))


def shoot_the_room(site: Site, browser: Browser) -> None:
    """Sixty people at work: who leads at a desk, the hall's screen, and somebody's phone."""
    desk = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-GB")
    evening = Evening(site, desk)
    try:
        evening.come()
        evening.write()
        evening.steps(2)
        evening.fill_the_board()
        evening.talk()
        evening.open_a_vote()
        desk.goto(evening.url)
        desk.wait_for_timeout(3000)
        keep(desk, "room-desk")
        evening.lead.do("projector", "show", mode="board")
        desk.set_viewport_size({"width": 1920, "height": 1080})
        desk.goto(f"{evening.url}projector/")
        desk.wait_for_timeout(2000)
        keep(desk, "projector")
        width, height = PHONE
        context = browser.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=2, locale="en-GB"
        )
        name, _equals, value = evening.crowd.guests[7].cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": site.url}])
        phone = context.new_page()
        phone.goto(evening.url)
        phone.wait_for_timeout(3000)
        keep(phone, "room-phone")
    finally:
        evening.leave()


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
                    sign_in(page, site.url, f"{shot.who}@torino.example")
                path = first_thing(page, site.url) if shot.name == "listing" else shot.path
                page.goto(site.url + path)
                page.wait_for_timeout(2000)
                keep(page, shot.name)
                page.close()
            shoot_the_room(site, browser)
        finally:
            browser.close()
            site.stop()


if __name__ == "__main__":
    main()
