"""Two who go: a guest who keeps what they did by making an account, and a facilitator who leaves nobody to lead."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.crowd import Lead
from tests.e2e.people import editor, enter_room, open_page, show, sign_in, wait_until_saved, write_at_end
from tests.e2e.site import Site

pytestmark = pytest.mark.e2e
CITY = "budapest"


def _open_room(site: Site, desk: Page) -> str:
    """A room of their own; its code."""
    sign_in(desk, site.url, f"facilitator@{CITY}.example")
    desk.goto(f"{site.url}/{CITY}/rooms/new/")
    desk.locator("#id_title").fill("Who comes and goes")
    desk.get_by_role("button", name="Open the room").click()
    expect(editor(desk)).to_have_attribute("contenteditable", "true")
    return desk.locator(".room__code .code").inner_text()


def _lead_of(site: Site, desk: Page) -> Lead:
    return Lead(site.url, str(desk.locator(".room").get_attribute("data-room")), desk.context.cookies())


def test_a_guest_keeps_what_they_did(site: Site, first_browser: Browser, second_browser: Browser) -> None:
    desk, desk_faults = open_page(first_browser, DESK, "en-GB")
    code = _open_room(site, desk)
    lead = _lead_of(site, desk)
    lead.do("polls", "draft", kind="yes_no", question="Shall Ofelia plant a tree?", open=True)
    phone, phone_faults = open_page(second_browser, PHONE, "en-GB")
    enter_room(phone, site.url, code, "Ofelia")

    # She has an idea, writes, says something and votes.
    show(phone, "ideas")
    phone.locator("#idea").fill("A lemon tree by the gate")
    phone.locator("#idea").press("Enter")
    expect(phone.locator(".note", has_text="A lemon tree by the gate")).to_be_visible()
    write_at_end(phone, "Ofelia waters it in August.")
    wait_until_saved(phone)
    show(phone, "chat")
    phone.locator("#message").fill("I live next door.")
    phone.get_by_role("button", name="Send").click()
    expect(desk.locator("[data-message]", has_text="I live next door.")).to_contain_text("Ofelia")
    show(phone, "decide")
    poll = phone.locator("[data-poll]", has_text="Shall Ofelia plant a tree?")
    poll.locator("input[name=choice]").first.check()
    poll.get_by_role("button", name="Send my vote").click()
    expect(poll.locator("[data-part=mine]")).to_be_visible()
    address = phone.url.split("#")[0]
    before = _people(lead, "Ofelia")

    # The link in the room, the account, the question whether it was her, and back in the room.
    show(phone, "talk")
    phone.get_by_role("link", name="Make an account, and keep what you do here").click()
    expect(phone.locator("main")).to_contain_text("Ofelia")
    phone.locator("input[name=name]").fill("Ofelia Neri")
    phone.locator("input[name=email]").fill(f"ofelia-{uuid4().hex[:8]}@example.org")
    phone.locator("input[name=password1]").fill("lemon tree august")
    phone.get_by_role("button", name="Make my account").click()
    phone.get_by_role("button", name="Yes, take it along").click()
    phone.wait_for_url(re.compile(re.escape(address)))
    expect(editor(phone)).to_have_attribute("contenteditable", "true")

    # It is hers: one person, her vote, her idea to change, her message, her words in the text.
    [now] = _people(lead, "Ofelia")
    assert (now["kind"], len(before)) == ("account", 1)
    show(phone, "decide")
    expect(poll.locator("[data-part=mine]")).to_be_visible()
    show(phone, "ideas")
    note = phone.locator(".note", has_text="A lemon tree by the gate")
    expect(note).to_contain_text("Ofelia")
    note.locator("[data-part=note-more]").click()
    expect(phone.locator('.note__menu [data-move="edit"]')).to_be_visible()
    expect(desk.locator("[data-message]", has_text="I live next door.")).to_contain_text("Ofelia Neri")
    phone.goto(f"{address}history/")
    expect(phone.locator("main")).to_contain_text("Ofelia Neri")
    assert desk_faults.found == phone_faults.found == []


def test_a_facilitator_who_leaves_is_asked_who_leads_then(
    site: Site, first_browser: Browser, second_browser: Browser, looks_right: Callable[[Page], None]
) -> None:
    desk, desk_faults = open_page(first_browser, DESK, "en-GB")
    code = _open_room(site, desk)
    address = desk.url.split("#")[0]
    phone, phone_faults = open_page(second_browser, PHONE, "en-GB")
    enter_room(phone, site.url, code, "Tamas")
    other, other_faults = open_page(second_browser, DESK, "en-GB")
    sign_in(other, site.url, f"citizen@{CITY}.example")
    enter_room(other, site.url, code, "")
    leave = re.compile("Leave and forget me")

    # There is somebody who can lead: the lead goes to them, and the facilitator goes.
    desk.locator('[data-part="leave"]').click()
    expect(desk.locator("main")).to_contain_text("Nobody would lead the room then.")
    expect(desk.locator("#leave-to option")).to_have_count(1)
    looks_right(desk)
    desk.get_by_role("button", name="Pass the lead on, and go").click()
    desk.wait_for_url(re.compile(f"/{CITY}/$"))
    expect(other.locator("#lead")).to_be_visible()
    expect(phone.locator('[data-bar="alone"]')).to_have_count(0)

    # Who leads now has nobody to give it to, and goes all the same: the room says so, and an officer steps in.
    desk.context.clear_cookies()
    sign_in(desk, site.url, f"officer@{CITY}.example")
    other.get_by_role("button", name=leave).click()
    expect(other.locator("main")).to_contain_text("Nobody else in the room has an account.")
    other.get_by_role("button", name="Leave all the same").click()
    other.wait_for_url(re.compile(f"/{CITY}/$"))
    expect(phone.locator('[data-bar="alone"]')).to_contain_text("Nobody leads now.")
    looks_right(phone)
    desk.goto(f"{site.url}/account/me/news/")
    desk.locator(f'a[href*="{address.removeprefix(site.url)}"]').first.click()
    desk.get_by_role("button", name="Step in and lead").click()
    expect(editor(desk)).to_have_attribute("contenteditable", "true")
    expect(phone.locator('[data-bar="alone"]')).to_have_count(0)
    assert desk_faults.found == phone_faults.found == other_faults.found == []


def _people(lead: Lead, name: str) -> list[dict[str, str]]:
    return [each for each in lead.see("door")["people"] if each["name"].startswith(name)]
