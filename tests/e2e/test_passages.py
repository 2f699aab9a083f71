"""Suggestions and comments in two browsers: one suggests on a desk, the other comments and the facilitator accepts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.people import editor, enter_room, open_page, select_words, show, sign_in, wait_until_saved, write_at_end
from tests.e2e.site import Site

pytestmark = pytest.mark.e2e


def _text(site: Site) -> str:
    return str(site.get_text(f"/api/v1/rooms/{site.demo_room()['id']}/document/?as=text"))


def _enter_as_lead(page: Page, site: Site) -> None:
    sign_in(page, site.url, "facilitator@torino.example")
    page.goto(f"{site.url}/torino/rooms/demo/")
    if "/join/" in page.url:
        enter_room(page, site.url, site.demo_room()["code"], "Giulia")
    expect(editor(page)).to_have_attribute("contenteditable", "true")


def test_one_suggests_another_comments_and_the_facilitator_decides(
    site: Site, first_browser: Browser, second_browser: Browser, looks_right: Callable[[Page], None]
) -> None:
    code = site.demo_room()["code"]
    desk, faults = open_page(first_browser, DESK, "en-GB")
    phone, phone_faults = open_page(second_browser, {**PHONE, "viewport": {"width": 320, "height": 640}}, "en-GB")
    _enter_as_lead(desk, site)
    enter_room(phone, site.url, code, "Amal")
    write_at_end(desk, "We want seven steel benches here.", delay=5)
    wait_until_saved(desk)
    expect(editor(phone)).to_contain_text("seven steel benches")

    # Amal suggests on a phone, by the tool that is loaded when it is first pressed.
    show(phone, "draft")
    phone.get_by_role("button", name="Suggest changes").click()
    expect(phone.locator('[data-part="suggesting"]')).to_be_visible()
    select_words(phone, "steel")
    phone.keyboard.type("wooden", delay=15)
    expect(phone.locator(".ProseMirror del", has_text="steel")).to_be_visible()
    expect(phone.locator(".ProseMirror ins", has_text="wooden")).to_be_visible()
    wait_until_saved(phone)
    card = desk.locator('[data-passage][data-state="open"]').filter(has_text="wooden")
    expect(card).to_contain_text("Amal")
    assert "seven steel benches" in _text(site), "what is only suggested is not in the text"
    assert "wooden" not in _text(site)
    looks_right(phone)

    # The facilitator answers on the card by keyboard, and Amal reads it.
    card.locator("summary").first.focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    expect(card.locator("textarea").first).to_be_focused()
    desk.keyboard.type("Wood needs care.")
    desk.keyboard.press("Tab")
    expect(card.locator("select[name=for]").first, "their own words, or somebody's without a device").to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    mine = phone.locator("[data-passage]").filter(has_text="wooden")
    expect(mine).to_contain_text("Wood needs care.")
    expect(mine.get_by_role("button", name="Take it back")).to_be_visible()
    expect(mine.get_by_role("button", name="Accept", exact=True)).to_have_count(0)

    # A comment of the facilitator's on some words; it survives a change before it and a split.
    select_words(desk, "We want")
    desk.keyboard.press("Control+Alt+m")
    expect(desk.locator("#comment-text")).to_be_focused()
    desk.keyboard.type("Who is we?")
    desk.locator('[data-part="comment-form"] button').first.click()
    expect(desk.locator(".ProseMirror mark.said", has_text="We want")).to_be_visible()
    comment = phone.locator("[data-passage]").filter(has_text="Who is we?")
    expect(comment).to_contain_text("We want")

    # From the words to their card and back, without a mouse.
    select_words(desk, "steel")
    desk.keyboard.press("F6")
    expect(desk.locator("[data-passage]:focus")).to_contain_text("wooden")
    looks_right(desk)
    desk.keyboard.press("Escape")
    expect(editor(desk)).to_be_focused()

    card.get_by_role("button", name="Accept", exact=True).click()
    expect(desk.locator(".ProseMirror")).to_contain_text("seven wooden benches")
    expect(phone.locator(".ProseMirror")).to_contain_text("seven wooden benches")
    expect(phone.locator(".ProseMirror ins", has_text="wooden")).to_have_count(0)
    assert "seven wooden benches" in _text(site)
    desk.locator('[data-passage][data-state="open"]').filter(has_text="Who is we?").get_by_role(
        "button", name="Settled"
    ).click()
    expect(phone.locator('[data-passage][data-state="open"]').filter(has_text="Who is we?")).to_have_count(0)
    assert not faults.found
    assert not phone_faults.found


def test_in_a_locked_room_a_participant_proposes_words_and_the_scribes_decide(
    site: Site, first_browser: Browser, second_browser: Browser
) -> None:
    code = site.demo_room()["code"]
    desk, faults = open_page(first_browser, DESK, "en-GB")
    other, other_faults = open_page(second_browser, DESK, "en-GB")
    _enter_as_lead(desk, site)
    enter_room(other, site.url, code, "Samira")
    write_at_end(desk, "A rota for watering in summer.", delay=5)
    wait_until_saved(desk)
    desk.evaluate(
        """async () => { await fetch(location.pathname + 'tools/moderation/lock/', { method: 'POST', body: new URLSearchParams({ reason: 'The scribes write.', csrfmiddlewaretoken: document.querySelector('[name=csrfmiddlewaretoken]').value }) }) }"""
    )
    try:
        expect(editor(other)).to_have_attribute("contenteditable", "false")
        expect(editor(other)).to_contain_text("A rota for watering in summer.")
        select_words(other, "rota")
        other.get_by_role("button", name="Suggest a change").click()
        field = other.locator("#reword-after")
        expect(field).to_have_value("A rota for watering in summer.")
        field.fill("A paid rota for watering in July.")
        other.get_by_role("button", name="Propose these words").click()
        expect(other.locator(".ProseMirror ins", has_text="paid")).to_be_visible()
        card = desk.locator('[data-passage][data-state="open"]').filter(has_text="July")
        expect(card).to_contain_text("Samira")
        card.get_by_role("button", name="Do not accept").click()
        expect(other.locator(".ProseMirror ins", has_text="paid")).to_have_count(0)
        expect(editor(other)).to_contain_text("A rota for watering in summer.")
    finally:
        desk.evaluate(
            """async () => { await fetch(location.pathname + 'tools/moderation/unlock/', { method: 'POST', body: new URLSearchParams({ csrfmiddlewaretoken: document.querySelector('[name=csrfmiddlewaretoken]').value }) }) }"""
        )
    assert not faults.found
    assert not other_faults.found


def test_without_script_a_paragraph_is_commented_on_and_reworded(site: Site, first_browser: Browser) -> None:
    page, _ = open_page(first_browser, {**PHONE, "java_script_enabled": False}, "en-GB")
    code = site.demo_room()["code"]
    page.goto(f"{site.url}/join/")
    page.locator("#id_code").fill(code)
    page.locator("#id_name").fill("Gianni")
    page.locator("form.join button.btn--live").click()
    page.wait_for_url(lambda address: "/rooms/" in address)
    page.goto(f"{site.url}/torino/rooms/demo/#draft")
    page.locator("#passages details.passages__list-all summary").click()
    link = page.locator("#passages ol a").last
    words = link.inner_text()
    link.click()
    page.locator("form:has(input[value=comment]) textarea").fill("I like this paragraph.")
    page.locator("form:has(input[value=comment]) button").click()
    expect(page.locator("#passages")).to_contain_text("I like this paragraph.")
    page.locator("#passages details.passages__list-all summary").click()
    page.locator("#passages ol a").last.click()
    page.locator("form:has(input[value=suggest]) textarea").fill(f"{words} And more.")
    page.locator("form:has(input[value=suggest]) button").click()
    expect(page.locator(".paper ins").last).to_contain_text("more")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".paper ins", has_text="And more")).to_have_count(0)
    answer = page.goto(f"{site.url}/torino/rooms/demo/follow/")
    assert answer is not None
    assert answer.header_value("refresh") == "20"
    expect(page.locator(".doc")).to_contain_text(words[:20])
