"""How a hall is steered: a refusal at the door, look here, dots on ideas, groups by lot and by choice, and a room that nobody leads."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.crowd import Lead
from tests.e2e.people import (
    Faults,
    editor,
    enter_room,
    let_in,
    open_page,
    press,
    show,
    sign_in,
    unfold,
    until,
    wait_until_saved,
    write_at_end,
)
from tests.e2e.site import Site

pytestmark = pytest.mark.e2e
SHOTS = os.environ.get("SHOTS", "")


# A page that stops hearing what the board's rules are, once `deaf` is set.
DEAF = """
  const way = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  Object.defineProperty(WebSocket.prototype, "onmessage", { ...way, set(hear) {
    way.set.call(this, (event) => {
      const words = new TextDecoder().decode(event.data);
      if (!window.deaf || !/"tool":\\s*"board"/.test(words)) hear(event);
    });
  } });
"""


def picture(page: Page, name: str) -> None:
    if SHOTS:
        page.wait_for_timeout(400)
        page.screenshot(path=str(Path(SHOTS) / f"steering-{name}.png"))


class Hall:
    """Who leads at a desk with the hall's screen, Ada at a second desk, Noor on a phone."""

    def __init__(self, site: Site, first: Browser, second: Browser) -> None:
        self.site = site
        self.desk, one = open_page(first, DESK, "en-GB")
        self.phone, two = open_page(second, PHONE, "en-GB")
        self.ada, three = open_page(second, DESK, "en-GB")
        self.faults = [one, two, three]
        self.ada.add_init_script(DEAF)
        sign_in(self.desk, site.url, "facilitator@torino.example")
        self.desk.goto(f"{site.url}/torino/rooms/new/")
        self.desk.locator("#id_title").fill("The square, steered")
        self.desk.locator("#id_agenda").select_option("drafting")
        self.desk.locator("#id_access").select_option("code")
        press(self.desk.get_by_role("button", name="Open the room"))
        self.desk.wait_for_url(re.compile(r"/torino/rooms/(?!new)[^/]+/$"))
        expect(editor(self.desk)).to_have_attribute("contenteditable", "true")
        self.page = self.desk.url
        self.code = self.desk.locator(".room__code .code").inner_text()
        self.short = re.sub(r"\s", "", str(self.desk.locator('[data-part="short-code"]').text_content()))
        self.room = str(self.desk.locator(".room").get_attribute("data-room"))
        self.lead = Lead(site.url, self.room, self.desk.context.cookies())
        state = self.desk.context.storage_state()
        self.screen = first.new_context(
            viewport={"width": 1280, "height": 720}, locale="en-GB", storage_state=state
        ).new_page()
        self.faults.append(Faults(self.screen))
        self.screen.goto(f"{self.page}projector/")

    def told(self, page: Page, tool: str) -> Any:
        """What the server tells the person of this page."""
        return Lead(self.site.url, self.room, page.context.cookies()).see(tool)

    def come_back(self, page: Page) -> None:
        page.goto(self.page)
        expect(editor(page)).to_have_attribute("contenteditable", "true")


def test_a_hall_is_steered(
    site: Site, first_browser: Browser, second_browser: Browser, looks_right: Callable[[Page], None]
) -> None:
    hall = Hall(site, first_browser, second_browser)
    _refused_at_the_door_and_let_back_in(hall, looks_right)
    enter_room(hall.ada, site.url, hall.code, "Ada")
    _all_look_here(hall, looks_right)
    _dots_on_ideas(hall, looks_right)
    _a_page_that_does_not_hear_of_a_lock_is_put_right(hall, looks_right)
    _groups_by_lot_and_by_choice(hall, looks_right)
    _nobody_leads_and_an_officer_steps_in(hall, second_browser, looks_right)
    for faults in hall.faults:
        assert faults.found == []


def _refused_at_the_door_and_let_back_in(hall: Hall, looks_right: Callable[[Page], None]) -> None:
    desk, phone = hall.desk, hall.phone
    phone.goto(f"{hall.site.url}/join/")
    phone.locator("#id_code").fill(hall.short)
    phone.locator("#id_name").fill("Noor")
    phone.locator("form.join button.btn--live").click()
    expect(phone.locator("h1")).to_have_text("The facilitator lets you in soon")
    row = desk.locator('[data-part="waiting"] li', has_text="Noor")
    press(row.locator("summary"))
    row.get_by_label("Why?").fill("Tell us first who you are.")
    picture(desk, "door")
    looks_right(desk)
    row.get_by_label("Why?").press("Enter")
    expect(phone.locator("h1")).to_have_text("The facilitator did not let you in")
    expect(phone.locator("main")).to_contain_text("Tell us first who you are.")
    picture(phone, "refused")
    looks_right(phone)
    phone.locator("#ask-again").fill("I am Noor from number 7.")
    phone.get_by_role("button", name="Ask for a second look").click()
    expect(phone.locator(".room-log")).to_contain_text("Waits for an answer")
    box = desk.locator('[data-part="removed-box"]')
    expect(box).to_be_visible()
    unfold(box)
    box.get_by_label("Reason").fill("Welcome, Noor.")
    press(box.get_by_role("button", name="Let Noor come back"))
    expect(box).to_be_hidden()
    hall.come_back(phone)


def _all_look_here(hall: Hall, looks_right: Callable[[Page], None]) -> None:
    desk, phone, screen = hall.desk, hall.phone, hall.screen
    show(phone, "ideas")
    for words in ("Lamps with sensors", "A drinking fountain"):
        phone.locator("#idea").fill(words)
        phone.locator("#idea").press("Enter")
        expect(phone.locator(".board")).to_contain_text(words)
    editor(desk).click()
    for line in range(12):
        desk.keyboard.type(f"Line {line + 1} of the draft.")
        desk.keyboard.press("Enter")
    wait_until_saved(desk)
    box = desk.locator("#lead details", has=desk.locator("#look-target")).last
    unfold(box)
    target = desk.locator("#look-target")
    target.focus()
    target.select_option(label="Line 2 of the draft.")
    press(box.get_by_role("button", name="Look here", exact=True))
    marked = screen.locator(".beam__text .is-looked-at")
    expect(marked).to_have_text("Line 2 of the draft.")
    expect(marked).to_be_in_viewport()
    expect(screen.locator('[data-part="look"]')).to_contain_text("Look here")
    picture(screen, "look-text")
    looks_right(screen)
    bar = phone.locator('[data-bar="look"]')
    expect(bar).to_contain_text("Line 2 of the draft.")
    assert not phone.url.endswith("#draft"), "nobody is moved who did not ask for it"
    bar.get_by_role("button", name="Show me").click()
    expect(editor(phone).get_by_text("Line 2 of the draft.")).to_be_in_viewport()
    target.focus()
    target.select_option(label="Lamps with sensors")
    press(box.get_by_role("button", name="Look here", exact=True))
    expect(screen.locator(".beam__notes .is-looked-at")).to_contain_text("Lamps with sensors")
    picture(screen, "look-idea")
    press(box.get_by_role("button", name="Take down"))
    expect(screen.locator(".is-looked-at")).to_have_count(0)
    expect(screen.locator('[data-part="look"]')).to_be_hidden()
    expect(phone.locator('[data-bar="look"]')).to_have_count(0)


def _dots_on_ideas(hall: Hall, looks_right: Callable[[Page], None]) -> None:
    desk, phone, ada = hall.desk, hall.phone, hall.ada
    hall.lead.do("polls", "draft", kind="board", question="What comes first?", budget=3, open=True)
    show(phone, "ideas")
    expect(phone.locator('[data-part="board-dots"]')).to_contain_text("3 dots left to give")
    lamps = phone.locator(".note", has_text="Lamps with sensors")
    more = lamps.get_by_role("button", name="Give a dot: Lamps with sensors")
    expect(more).to_be_visible()
    box = more.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 44, "large enough for a thumb"
    more.tap()
    more.tap()
    expect(lamps.locator('[data-part="dot-count"]')).to_have_text("2 dots")
    expect(phone.locator('[data-part="board-dots-left"]')).to_have_text("1 dot left to give")
    picture(phone, "dots-phone")
    looks_right(phone)
    for page, times in ((ada, 3), (desk, 2)):
        note = page.locator(".note", has_text="Lamps with sensors")
        let_in(page, note)
        expect(note.locator('[data-part="dot-count"]')).to_have_text("0 dots")
        note.focus()
        for _time in range(times):
            page.keyboard.press("+")
        page.keyboard.press("-")
        expect(note.locator('[data-part="dot-count"]')).to_have_text(re.compile(rf"^{times - 1} dots?$"))
    for page, dots in ((phone, 2), (ada, 2), (desk, 1)):
        _wait_for_dots(hall, page, dots)
    poll = hall.lead.see("polls")["polls"][0]
    assert poll["turnout"]["voted"] == 3
    picture(desk, "dots-desk")
    hall.lead.do("door", "add", name="Nonna Pina")
    [pina] = hall.lead.see("polls")["polls"][0]["assisted"]
    option = next(each["id"] for each in poll["options"] if each["text"] == "A drinking fountain")
    hall.lead.do("polls", "vote", poll=poll["id"], value={option: 3}, **{"for": pina["id"]})
    hall.lead.do("polls", "close", poll=poll["id"])
    for page in (desk, phone):
        expect(page.locator(".note", has_text="Lamps with sensors").locator(".note__count")).to_have_text("5 dots")
        expect(page.locator(".note", has_text="A drinking fountain").locator(".note__count")).to_have_text("3 dots")
    hall.lead.do("projector", "show", mode="board")
    # The hall's screen speaks the language of the room.
    expect(hall.screen.locator(".beam__notes .note", has_text="Lamps with sensors")).to_contain_text("5 punti")
    picture(hall.screen, "dots-screen")
    looks_right(hall.screen)


def _wait_for_dots(hall: Hall, page: Page, dots: int) -> None:
    """Until the server has so many of this page's person."""

    def given() -> int:
        return sum(each["mine"] for each in hall.told(page, "polls")["polls"][0]["options"])

    until(page, lambda: given() == dots, f"{dots} dots have come")


def _a_page_that_does_not_hear_of_a_lock_is_put_right(hall: Hall, looks_right: Callable[[Page], None]) -> None:
    """It moves an idea out of a locked column: the server does not, says why, and what was written beside it stays."""
    phone, ada = hall.phone, hall.ada
    ada.evaluate("window.deaf = true")
    column = ada.locator(".lane", has_text="Lamps with sensors").get_attribute("data-column")
    hall.lead.do("board", "lock_column", id=column, reason="We go on with the others.")
    expect(phone.locator(".lane .tag", has_text="Locked")).to_be_attached()
    lamps = phone.locator(".note", has_text="Lamps with sensors")
    press(lamps.locator('[data-part="note-more"]'))
    expect(phone.locator('.note__menu [data-move="column"]')).to_have_count(0)
    phone.keyboard.press("Escape")
    note = ada.locator(".note", has_text="Lamps with sensors")
    note.focus()
    for key in (" ", "ArrowRight", " "):
        ada.keyboard.press(key)
    expect(ada.locator('[data-bar="righted"]')).to_contain_text("This column is locked.")
    picture(ada, "righted")
    looks_right(ada)
    for page in (ada, phone):
        expect(page.locator(f'[data-column="{column}"]')).to_contain_text("Lamps with sensors")
    hall.lead.do("board", "unlock_column", id=column)


def _groups_by_lot_and_by_choice(hall: Hall, looks_right: Callable[[Page], None]) -> None:
    """Two groups with somebody writing in each; their texts stand side by side and come back, both."""
    phone, ada, lead, desk = hall.phone, hall.ada, hall.lead, hall.desk
    lead.do(
        "breakouts", "make", count=3, choosing="mixed", late="smallest", minutes=10, question="Where?", everyone="1"
    )
    groups = lead.do("breakouts", "send")["groups"]
    assert [each["people"] for each in groups] == [1, 1, 1]
    for page, name in ((phone, "Noor"), (ada, "Ada")):
        mine = next(each for each in groups if name in each["names"])
        expect(page.locator('[data-part="group-go"]')).to_be_visible()
        page.goto(f"{hall.site.url}{mine['url']}")
        expect(editor(page)).to_have_attribute("contenteditable", "true")
        write_at_end(page, f"{name} would put it by the gate.", delay=0)
        wait_until_saved(page)
    lead.do("breakouts", "call_back")
    desk.goto(f"{hall.page}groups/")
    for name in ("Noor", "Ada"):
        expect(desk.locator(".group-text", has_text=f"{name} would put it")).to_be_visible()
    picture(desk, "side-by-side")
    looks_right(desk)
    for name in ("Noor", "Ada"):
        text = desk.locator(".group-text", has_text=f"{name} would put it")
        text.get_by_role("button", name="Bring into the main text").click()
        expect(text).to_contain_text("In the main text")
    expect(desk.locator(".group-text", has_text="In the main text")).to_have_count(2)
    lead.do("breakouts", "end")
    for page in (desk, phone, ada):
        hall.come_back(page)
        for name in ("Noor", "Ada"):
            expect(editor(page)).to_contain_text(f"{name} would put it by the gate.")

    groups = lead.do("breakouts", "make", count=2, choosing="free", late="wait", minutes=10, question="When?")["groups"]
    for page, at in ((phone, 1), (ada, 0)):
        show(page, "ideas")
        page.locator('[data-part="group-choices"] button').nth(at).click()
        expect(page.locator('[data-part="my-group-title"]')).to_contain_text(groups[at]["title"])
    picture(phone, "group-chosen")
    looks_right(phone)
    until(desk, lambda: _who_is_where(lead.see("breakouts")["groups"]), "both have chosen")
    groups = lead.do("breakouts", "send")["groups"]
    assert _who_is_where(groups)
    expect(phone.locator('[data-part="group-go"]')).to_be_visible()
    lead.do("breakouts", "call_back")
    lead.do("breakouts", "end")
    expect(phone.locator('[data-part="my-group"]')).to_be_hidden()


def _who_is_where(groups: list[dict[str, Any]]) -> bool:
    return all(name in each["names"] for name, each in zip(("Ada", "Noor"), groups, strict=True))


def _nobody_leads_and_an_officer_steps_in(hall: Hall, browser: Browser, looks_right: Callable[[Page], None]) -> None:
    desk, phone = hall.desk, hall.phone
    officer, faults = open_page(browser, DESK, "en-GB")
    hall.faults.append(faults)
    sign_in(officer, hall.site.url, "officer@torino.example")
    officer.goto(f"{hall.page}step-in/")
    expect(officer.locator("main")).to_contain_text("Someone leads this room")
    press(desk.locator('[data-part="leave-for-good"] button'))
    expect(desk.get_by_role("heading", name="Leave all the same")).to_be_visible()  # who leads alone is asked first
    looks_right(desk)
    press(desk.locator('main button[name="anyway"]'))
    desk.wait_for_url(re.compile(r"/torino/$"))
    bar = phone.locator('[data-bar="alone"]')
    expect(bar).to_contain_text("Nobody leads now.")
    expect(bar.get_by_role("button")).to_have_count(0)
    picture(phone, "alone")
    looks_right(phone)
    officer.goto(f"{hall.page}step-in/")
    looks_right(officer)
    press(officer.locator("main form button"))
    expect(officer.locator("#lead")).to_be_visible()
    expect(bar).to_have_count(0)

    # Back again, the first one leads beside the officer.
    hall.come_back(desk)
    expect(desk.locator("#lead")).to_be_visible()
    box = officer.locator("details", has=officer.locator("#h-leading"))
    unfold(box)
    picture(officer, "who-leads")
    expect(officer.locator("#lead")).to_be_visible()
