"""Words are taken out of a room for good while a phone is away: its own new words are kept for its person, and the old ones do not come back."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.line import Line
from tests.e2e.people import (
    editor,
    enter_room,
    go_behind,
    open_page,
    show,
    sign_in,
    until,
    wait_until_kept,
    wait_until_saved,
    write_at_end,
)
from tests.e2e.site import Site, demo_site

pytestmark = pytest.mark.e2e

SECRET = "My address is Via Po 3."


@pytest.fixture(scope="module")
def place() -> Iterator[Site]:
    with demo_site(server="uvicorn") as running:
        yield running


@pytest.fixture
def line(place: Site) -> Iterator[Line]:
    made = Line(urlsplit(place.url).port or 80)
    yield made
    made.cut()


def _text(site: Site) -> str:
    return str(site.get_text(f"/api/v1/rooms/{site.demo_room()['id']}/document/?as=text"))


def _offline(page: Page) -> None:
    expect(page.locator('[data-part="save"]')).to_have_attribute("data-sign", "device", timeout=40_000)


def _ask(page: Page, site: Site) -> None:
    """Whoever wrote here asks for their words to go."""
    page.goto(f"{site.url}/torino/rooms/demo/erasure/")
    page.get_by_role("button", name="Ask to take my words out").click()
    expect(page.locator("#h-mine ~ p")).to_contain_text("You asked for this")


def _agree(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/torino/rooms/demo/erasure/")
    page.get_by_label("Why you decide so").first.fill("Of course.")
    page.get_by_role("button", name="Take the words out for good").first.click()
    until(page, lambda: SECRET not in _text(site), "the worker takes the words out")


def _held(page: Page) -> str:
    """Everything that this device keeps, as letters."""
    return str(
        page.evaluate(
            """async () => {
              const request = indexedDB.open("copact", 1);
              const base = await new Promise((done) => (request.onsuccess = () => done(request.result)));
              const rows = base.transaction("updates").objectStore("updates").getAll();
              const all = await new Promise((done) => (rows.onsuccess = () => done(rows.result)));
              base.close();
              return all.map((row) => new TextDecoder("latin1").decode(row.update)).join("\\n");
            }"""
        )
    )


@pytest.mark.parametrize("closed", [False, True], ids=["its page stays open", "its page was closed"])
def test_a_phone_that_was_away_keeps_its_own_new_words_and_brings_back_no_others(
    place: Site, line: Line, first_browser: Browser, second_browser: Browser, closed: bool
) -> None:
    code = place.demo_room()["code"]
    sign = "B" if closed else "A"
    phone, faults = open_page(first_browser, PHONE, "en-GB")
    desk, _ = open_page(second_browser, DESK, "en-GB")
    enter_room(phone, line.url, code, f"Ioana {sign}")
    enter_room(desk, place.url, code, f"Amal {sign}")
    write_at_end(desk, f"{SECRET} {sign}")
    wait_until_saved(desk)
    expect(editor(phone)).to_contain_text(f"{SECRET} {sign}")
    write_at_end(phone, f"Benches by the river, {sign}.")
    wait_until_saved(phone)

    line.cut()
    write_at_end(phone, f"Written in the tunnel, {sign}: dogs 🐕 too.", delay=5)
    show(phone, "draft")
    go_behind(phone, f"{SECRET} {sign}")
    phone.keyboard.type(f" And my own words behind it, {sign}.", delay=5)
    _offline(phone)
    wait_until_kept(phone)
    context = phone.context
    if closed:
        phone.close()

    _ask(desk, place)
    lead = desk.context.browser.new_context(**DESK, locale="en-GB").new_page()  # type: ignore[union-attr]
    sign_in(lead, place.url, "facilitator@torino.example")
    _agree(lead, place)

    line.mend()
    if closed:
        phone = context.new_page()
        phone.goto(f"{line.url}/torino/rooms/demo/#draft")
    bar = phone.locator('[data-bar="rescued"]')
    expect(bar).to_contain_text(f"Written in the tunnel, {sign}: dogs 🐕 too.", timeout=40_000)
    expect(bar).to_contain_text(f"And my own words behind it, {sign}.")
    expect(bar).not_to_contain_text("Via Po")
    expect(bar).not_to_contain_text("Benches")
    expect(editor(phone)).to_contain_text(f"Benches by the river, {sign}.")
    expect(editor(phone)).not_to_contain_text("Via Po")
    write_at_end(phone, f"And on it goes, {sign}.")
    wait_until_saved(phone)
    said = _text(place)
    assert f"And on it goes, {sign}." in said
    assert f"Benches by the river, {sign}." in said
    assert SECRET not in said
    assert "tunnel" not in said, "nothing of the old text comes along by itself"
    until(phone, lambda: "Via Po" not in _held(phone), "the device lets go of the old text, too")

    # The words wait until their person says that they are not needed.
    phone.reload()
    expect(bar).to_contain_text("Written in the tunnel")
    bar.get_by_role("button", name="I do not need them").click()
    expect(bar).to_have_count(0)
    phone.reload()
    expect(editor(phone)).to_contain_text(f"And on it goes, {sign}.")
    expect(bar).to_have_count(0)
    assert not faults.found
