"""A phone on a weak line: it writes on without one, is closed, sleeps, and loses nothing.

In the suite the line is away for some seconds; `COPACT_OFFLINE_SECONDS=600` makes it ten minutes (make soak).
"""

import os
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.line import Line
from tests.e2e.people import (
    editor,
    enter_room,
    go_to_end,
    open_page,
    show,
    until,
    wait_until_kept,
    wait_until_saved,
    write_at_end,
)
from tests.e2e.site import Site, demo_site, standing_site

pytestmark = pytest.mark.e2e

AWAY = float(os.environ.get("COPACT_OFFLINE_SECONDS", "8"))


@pytest.fixture(scope="module")
def weak() -> Iterator[Site]:
    """A site of its own, served as in production; its room gets long."""
    if address := os.environ.get("COPACT_URL"):
        yield standing_site(address)
        return
    with demo_site(server="uvicorn") as running:
        yield running


@pytest.fixture
def line(weak: Site) -> Iterator[Line]:
    made = Line(urlsplit(weak.url).port or 80)
    yield made
    made.cut()


def _text(site: Site) -> str:
    return str(site.get_text(f"/api/v1/rooms/{site.demo_room()['id']}/document/?as=text"))


def _sign(page: Page, sign: str) -> None:
    expect(page.locator('[data-part="save"]')).to_have_attribute("data-sign", sign, timeout=40_000)


def test_a_phone_that_was_away_and_closed_meanwhile_merges_without_loss(
    weak: Site, line: Line, first_browser: Browser, second_browser: Browser
) -> None:
    code = weak.demo_room()["code"]
    phone, faults = open_page(first_browser, PHONE, "en-GB")
    desk, _ = open_page(second_browser, DESK, "en-GB")
    enter_room(phone, line.url, code, "Ioana")
    enter_room(desk, weak.url, code, "Luca")
    write_at_end(phone, "Written with a line.")
    wait_until_saved(phone)
    assert "Written with a line." in _text(weak), "what the page calls saved is on the server"

    line.cut()
    show(phone, "draft")
    editor(phone).click()
    go_to_end(phone)
    phone.keyboard.type(" Written in the tunnel.", delay=10)
    _sign(phone, "device")
    expect(phone.locator('[data-bar="offline"]')).to_contain_text("waits on this device")
    wait_until_kept(phone)
    context = phone.context
    phone.close()  # the battery, a call, a thumb

    rounds = max(1, int(AWAY // 8))
    for number in range(rounds):
        write_at_end(desk, f"Round {number}: " + "others write on and on, letter by letter. " * 8, delay=8)
        if number < rounds - 1:
            desk.wait_for_timeout(5000)
    wait_until_saved(desk)
    assert "Written in the tunnel." not in _text(weak)

    line.mend()
    again = context.new_page()
    again.goto(f"{line.url}/torino/rooms/demo/#draft")
    expect(editor(again)).to_contain_text("Written in the tunnel.")
    expect(editor(again)).to_contain_text(f"Round {rounds - 1}:")
    wait_until_saved(again)
    expect(editor(desk)).to_contain_text("Written in the tunnel.")
    until(desk, lambda: editor(again).inner_text() == editor(desk).inner_text(), "both read the same")
    said = _text(weak)
    for number in range(rounds):
        assert f"Round {number}: " + "others write on and on, letter by letter. " * 7 in said

    # And once more in the same tab: a tunnel without a closed tab.
    line.cut()
    _sign(again, "device")
    write_at_end(again, "A second tunnel.")
    expect(again.locator('[data-bar="offline"]')).to_be_visible()
    line.mend()
    expect(again.locator('[data-bar="back"]')).to_contain_text("with the others")  # a few seconds long
    wait_until_saved(again)
    expect(editor(desk)).to_contain_text("A second tunnel.")
    assert not faults.found


def test_more_than_a_frame_holds_goes_out_when_the_line_is_back(weak: Site, line: Line, first_browser: Browser) -> None:
    page, faults = open_page(first_browser, DESK, "en-GB")
    enter_room(page, line.url, weak.demo_room()["code"], "Marco")
    write_at_end(page, "A long evening.")
    wait_until_saved(page)
    line.cut()
    _sign(page, "device")
    for number in range(7):
        page.keyboard.insert_text(f" Part {number} " + "of what was written under the trees " * 1300)
    page.keyboard.insert_text(" The end of it.")
    line.mend()
    wait_until_saved(page)
    said = _text(weak)
    assert said.count("of what was written under the trees") == 7 * 1300
    assert "The end of it." in said
    assert page.locator('[data-bar="stop"]').count() == 0
    assert not faults.found


def test_a_ticket_that_has_run_out_costs_nothing(weak: Site, line: Line, first_browser: Browser) -> None:
    page, faults = open_page(first_browser, DESK, "en-GB")
    enter_room(page, line.url, weak.demo_room()["code"], "Sara")
    write_at_end(page, "Before.")
    wait_until_saved(page)
    page.evaluate(
        "document.querySelector('[data-module=room]').dataset.websocket = "
        "document.querySelector('[data-module=room]').dataset.websocket.replace(/ticket=.*/, 'ticket=stale')"
    )
    line.cut()
    page.keyboard.type(" After.", delay=10)
    line.mend()
    wait_until_saved(page)
    assert "Before. After." in _text(weak)
    assert not faults.found


def test_where_no_live_line_comes_through_the_text_is_fetched_and_written_by_form(
    weak: Site, first_browser: Browser, second_browser: Browser
) -> None:
    code = weak.demo_room()["code"]
    page, _ = open_page(first_browser, DESK, "en-GB")
    page.context.route_web_socket(re.compile(r"/ws/rooms/"), lambda socket: socket.close(code=1011))
    page.goto(f"{weak.url}/join/")
    page.locator("#id_code").fill(code)
    page.locator("#id_name").fill("Nadia")
    page.locator("form.join button.btn--live").click()
    expect(page.locator('[data-bar="blocked"], [data-bar="offline"]').first).to_be_visible()
    desk, _ = open_page(second_browser, DESK, "en-GB")
    enter_room(desk, weak.url, code, "Paolo")
    write_at_end(desk, "Seen without a socket.")
    wait_until_saved(desk)
    page.locator("#passage").fill("Written without a socket.")
    page.get_by_role("button", name="Add the passage").click()
    expect(editor(desk)).to_contain_text("Written without a socket.")
    expect(page.locator('[data-part="read"]')).to_contain_text("Seen without a socket.")
