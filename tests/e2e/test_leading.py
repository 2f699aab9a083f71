"""A facilitator leads: signs and questions, a word to all, look here, groups and back, a second look, the lead passed on."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK
from tests.e2e.people import editor, enter_room, open_page, show, sign_in, wait_until_saved, write_at_end
from tests.e2e.site import Site

pytestmark = pytest.mark.e2e
NARROW = {"viewport": {"width": 320, "height": 700}, "has_touch": True, "is_mobile": True, "device_scale_factor": 1}
SHOTS = os.environ.get("SHOTS", "")


def picture(page: Page, name: str) -> None:
    if SHOTS:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.wait_for_timeout(300)
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{scheme}.png"))
        page.emulate_media(color_scheme="light")


def open_box(page: Page, words: str) -> Any:
    box = page.locator("#lead details", has=page.locator("summary", has_text=words)).last
    if box.get_attribute("open") is None:
        box.locator("summary").first.click()
    return box


def test_a_facilitator_leads_groups_and_a_person_is_heard(
    site: Site, first_browser: Browser, second_browser: Browser, looks_right: Callable[[Page], None]
) -> None:
    room = site.demo_room()
    desk, desk_faults = open_page(first_browser, DESK, "en-GB")
    sign_in(desk, site.url, f"facilitator@{room['city']}.example")
    enter_room(desk, site.url, room["code"], "")
    phone, phone_faults = open_page(second_browser, NARROW, "en-GB")
    enter_room(phone, site.url, room["code"], "Quentin")

    # Chat: a question that is asked by two, pinned and answered; a sign.
    show(phone, "chat")
    phone.locator("#message").fill("Who waters in August?")
    phone.get_by_label("This is a question").check()
    phone.get_by_role("button", name="Send").click()
    asked = desk.locator("[data-message]", has_text="Who waters in August?")
    asked.locator("summary").first.click()
    asked.get_by_role("button", name="I agree").click()
    expect(phone.locator("[data-message]", has_text="Who waters in August?").locator(".said__signs")).to_contain_text(
        "1"
    )
    desk.locator("[data-part=questions-box] summary").click()
    desk.locator("[data-question]", has_text="Who waters").get_by_role(
        "button", name=re.compile("I ask this too")
    ).click()
    expect(phone.locator("[data-part=questions-count]")).not_to_have_text("0")
    asked.get_by_role("button", name="Pin", exact=True).click()
    expect(phone.locator("[data-part=pinned]")).to_contain_text("Who waters in August?")
    looks_right(phone)
    picture(phone, "320-chat")
    picture(desk, "1280-chat")

    # A word to all, and look here.
    box = open_box(desk, "A message to all")
    box.locator("textarea").fill("Coffee in five minutes.")
    box.get_by_role("button", name="Say it to all").click()
    expect(phone.locator('[data-bar="message"]')).to_contain_text("Coffee in five minutes.")
    expect(phone.locator("#say-now")).to_contain_text("Coffee in five minutes.")
    picture(phone, "320-message")
    looks_right(phone)
    phone.locator('[data-bar="message"]').get_by_role("button", name="Close this line").click()
    expect(phone.locator('[data-bar="message"]')).to_have_count(0)
    box = open_box(desk, "Look here")
    box.locator("select").select_option("part:decide")
    box.get_by_role("button", name="Look here").click()
    phone.locator('[data-bar="look"]').get_by_role("button", name="Show me").click()
    expect(phone).to_have_url(re.compile("#decide$"))
    box.get_by_role("button", name="Take down").click()

    # Mute, the reason, a second look.
    person = desk.locator("[data-person]", has_text="Quentin")
    person.locator("summary").click()
    person.get_by_label("Reason").fill("Too loud.")
    person.get_by_role("button", name="Quentin may not write in the chat").click()
    show(phone, "chat")
    expect(phone.locator("[data-part=chat-muted]")).to_be_visible()
    phone.get_by_role("link", name="Read why, and what you can do").click()
    expect(phone.locator(".room-log")).to_contain_text("Too loud.")
    looks_right(phone)
    picture(phone, "320-log")
    act = phone.locator(".room-log > li", has_text="Too loud.")
    act.locator("summary").click()
    act.locator("textarea").fill("I asked one question.")
    act.get_by_role("button", name="Ask for a second look").click()
    expect(phone.locator(".room-log")).to_contain_text("Waits for an answer")
    expect(desk.locator("[data-part=appeals]")).to_contain_text("Quentin")
    picture(desk, "1280-lead")
    phone.goto(room_page(desk))
    expect(editor(phone)).to_have_attribute("contenteditable", "true")

    # Groups: made, sent, at work, called back, brought.
    box = open_box(desk, "Groups")
    box.get_by_label("How many groups").fill("1")
    box.get_by_label("The question for the groups").fill("What grows in shade?")
    box.get_by_role("button", name="Make groups").click()
    expect(desk.locator("[data-part=group-list]")).to_contain_text("Quentin")
    looks_right(desk)
    desk.get_by_role("button", name="Send everyone to their group").click()
    go = phone.locator("[data-part=group-go]")
    expect(go).to_be_visible()
    picture(phone, "320-my-group")
    picture(desk, "1280-groups")
    go.click()
    expect(editor(phone)).to_have_attribute("contenteditable", "true")
    expect(editor(phone)).to_contain_text("What grows in shade?")
    write_at_end(phone, "Ferns and ivy.")
    wait_until_saved(phone)
    phone.locator("[data-part=group-help]").click()
    expect(desk.locator("[data-part=group-list]")).to_contain_text("asks for you")
    looks_right(phone)
    picture(phone, "320-in-group")
    desk.get_by_role("button", name="Call everyone back").click()
    expect(phone.locator("[data-part=my-group-text]")).to_contain_text("calls everyone back")
    phone.locator("[data-part=group-back]").click()
    expect(editor(phone)).to_have_attribute("contenteditable", "true")
    desk.get_by_role("link", name="Read the groups’ texts side by side").click()
    expect(desk.locator(".group-text")).to_contain_text("Ferns and ivy.")
    looks_right(desk)
    picture(desk, "1280-compare")
    desk.get_by_role("button", name="Bring into the main text").click()
    expect(desk.locator(".group-text")).to_contain_text("In the main text")
    show(phone, "draft")
    expect(editor(phone)).to_contain_text("Ferns and ivy.")
    desk.get_by_role("link", name="Back to the room").click()
    expect(editor(desk)).to_have_attribute("contenteditable", "true")
    desk.get_by_role("button", name="End the groups").click()

    # Notes keep themselves; nobody else has them.
    box = open_box(desk, "Notes for who leads")
    box.locator("textarea").fill("Quentin is shy; ask her first.")
    expect(box.locator("[data-part=notes-state]")).to_have_text("Kept.")
    looks_right(desk)
    picture(desk, "1280-notes")
    assert "Quentin is shy" not in phone.content()

    # Removed, in another tab and by another name: one answer.
    desk.locator("[data-person]", has_text="Quentin").locator("summary").first.click()
    desk.get_by_role("button", name="Remove Quentin from the room").click()
    desk.locator("#remove-reason").fill("Shouting.")
    desk.get_by_role("button", name="Remove, with this reason", exact=True).last.click()
    expect(phone.locator('[data-bar="stop"]')).to_be_visible()
    other = phone.context.new_page()
    other.goto(room_page(desk))
    expect(other.locator("main")).to_contain_text("Shouting.")
    looks_right(other)
    picture(other, "320-removed")
    assert desk_faults.found == phone_faults.found == []


def room_page(page: Page) -> str:
    return page.url.split("#")[0]
