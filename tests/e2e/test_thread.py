"""The whole thread in two browsers: from a sentence in a room to a euro in the fund."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.people import (
    Faults,
    editor,
    enter_room,
    go_behind_the_first_line,
    open_page,
    show,
    sign_in,
    wait_until_saved,
    write_at_end,
)
from tests.e2e.site import Site

pytestmark = pytest.mark.e2e
Look = Callable[[Page], None]


@dataclass
class Stage:
    """The people of the journey, each with a device, and what they have made so far."""

    site: Site
    look: Look
    phone: Page  # Zsófi: a guest, in Hungarian, on a small phone
    desk: Page  # whoever is signed in at the desk
    faults: list[Faults]

    @property
    def url(self) -> str:
        return self.site.url

    def as_(self, role: str) -> Page:
        """The desk, with this person of Torino signed in."""
        self.desk.context.clear_cookies()
        sign_in(self.desk, self.url, f"{role}@torino.example")
        return self.desk


@pytest.fixture
def stage(site: Site, first_browser: Browser, second_browser: Browser, looks_right: Look) -> Stage:
    phone, first = open_page(first_browser, PHONE, "hu-HU")
    desk, second = open_page(second_browser, DESK, "en-GB")
    return Stage(site, looks_right, phone, desk, [first, second])


def test_a_sentence_in_a_room_becomes_a_euro_in_the_fund(stage: Stage) -> None:
    sentence = "Egy hosszú asztal tizenkét embernek, lámpával."
    _someone_comes_in_with_a_code(stage)
    _two_write_at_the_same_moment(stage, sentence)
    _ideas_chat_and_a_raised_hand(stage)
    title = "A long table for twelve"
    reference = _the_text_becomes_a_proposal(stage, title, sentence)
    _neighbours_support_and_comment(stage, reference)
    pact = _the_city_says_yes(stage, reference)
    _the_parties_agree_and_sign(stage, pact)
    output = _an_activity_makes_something(stage, pact)
    listing = _it_is_offered(stage, output)
    _a_neighbour_orders_and_both_confirm(stage, listing)
    _the_share_stands_in_the_fund(stage, reference, pact, listing)
    _it_is_counted_and_told(stage)
    for faults in stage.faults:
        assert faults.found == []


def _someone_comes_in_with_a_code(stage: Stage) -> None:
    page = stage.phone
    page.goto(f"{stage.url}/torino/")
    expect(page.locator("html")).to_have_attribute("lang", "hu")
    stage.look(page)
    page.goto(f"{stage.url}/join/")
    stage.look(page)
    page.locator("#id_code").fill("ZZZZ-ZZZZ")
    page.locator("#id_name").fill("Zsófi")
    page.locator("form.join button.btn--live").click()
    expect(page.locator("#code-error")).to_be_visible()
    expect(page.locator("#id_name")).to_have_value("Zsófi")
    enter_room(page, stage.url, stage.site.demo_room()["code"], "Zsófi")


def _two_write_at_the_same_moment(stage: Stage, sentence: str) -> None:
    phone, desk = stage.phone, stage.as_("facilitator")
    desk.goto(f"{stage.url}/torino/rooms/demo/")
    expect(editor(desk)).to_have_attribute("contenteditable", "true")
    stage.look(desk)
    write_at_end(phone, sentence)
    editor(desk).click()
    go_behind_the_first_line(desk)
    desk.keyboard.type(" e con chi passa", delay=15)
    for page in (phone, desk):
        expect(editor(page)).to_contain_text(sentence)
        expect(editor(page)).to_contain_text("e con chi passa")
        wait_until_saved(page)
    expect(desk.locator('.caret[data-name="Zsófi"]')).to_be_attached()


def _ideas_chat_and_a_raised_hand(stage: Stage) -> None:
    phone, desk = stage.phone, stage.desk
    show(phone, "ideas")
    phone.locator("#idea").fill("Lámpás pad")
    phone.locator("#idea").press("Enter")
    # What others add does not move what one reads: it waits behind a button.
    desk.locator('[data-part="lane-new"]:visible').first.click()
    expect(desk.locator(".board")).to_contain_text("Lámpás pad")
    stage.look(phone)
    show(phone, "chat")
    phone.locator("#message").fill("Sziasztok!")
    phone.locator("#message").press("Enter")
    expect(desk.locator("#chat")).to_contain_text("Sziasztok!")
    stage.look(phone)
    show(phone, "talk")
    phone.locator('[data-do="raise"]').first.click()
    expect(desk.locator("#talk")).to_contain_text("Zsófi")
    stage.look(phone)


def _the_text_becomes_a_proposal(stage: Stage, title: str, sentence: str) -> str:
    desk = stage.desk
    desk.locator("#version-title").fill("After the second evening")
    desk.locator("form[action$='/demo/freeze/'] button").click()
    expect(desk.locator('[data-part="versions"]')).to_contain_text("After the second evening")
    desk.goto(f"{stage.url}/torino/rooms/demo/submit/")
    stage.look(desk)
    desk.locator("#id_title").fill(title)
    desk.locator("#id_summary").fill("A table where people eat together on Sundays.")
    desk.get_by_role("button", name="Submit the proposal").click()
    desk.wait_for_url(re.compile(r"/torino/proposals/P-TO-\d+/"))
    expect(desk.locator("main")).to_contain_text(sentence)
    stage.look(desk)
    return desk.url.rstrip("/").rsplit("/", 1)[-1]


def _neighbours_support_and_comment(stage: Stage, reference: str) -> None:
    desk = stage.as_("maker")
    desk.goto(f"{stage.url}/torino/proposals/{reference}/")
    desk.get_by_role("button", name="I support it").first.click()
    expect(desk.locator("body")).to_contain_text("Your support counts")
    comment = desk.locator("form[action$='/comment/']").last
    comment.locator("textarea").fill("Can the table stand near the bowls court?")
    comment.locator("button").click()
    expect(desk.locator("main")).to_contain_text("near the bowls court")
    stage.phone.goto(f"{stage.url}/torino/proposals/{reference}/")
    stage.look(stage.phone)


def _take_step(page: Page, name: str, reason: str) -> None:
    """One of the steps that open with a reason."""
    step = page.locator(f"#step-{name}")
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    step.locator("textarea[name=reason]").fill(reason)
    step.locator("form button").click()


def _the_city_says_yes(stage: Stage, reference: str) -> str:
    desk = stage.as_("officer")
    desk.goto(f"{stage.url}/torino/proposals/{reference}/")
    stage.look(desk)
    _take_step(desk, "review", "It is small, and the place is known.")
    expect(desk.locator("body")).to_contain_text("The review has begun")
    _take_step(desk, "admit", "It fits the Regulation, and the place is the City’s.")
    expect(desk.locator("body")).to_contain_text("The City said yes")
    desk.get_by_role("link", name="Go to pact").first.click()
    desk.wait_for_url(re.compile(r"/torino/pacts/TO-\d{4}-\d+/"))
    stage.look(desk)
    return desk.url.rstrip("/").rsplit("/", 1)[-1]


def _the_parties_agree_and_sign(stage: Stage, pact: str) -> None:
    address = f"{stage.url}/torino/pacts/{pact}/"
    for role in ("officer", "citizen"):
        desk = stage.as_(role)
        desk.goto(address)
        desk.get_by_role("button", name="We say yes to this text").click()
        expect(desk.locator("body")).to_contain_text("Your party said yes to this text")
    desk = stage.as_("officer")
    desk.goto(address)
    desk.get_by_role("button", name="Freeze the text and open the signing").click()
    for role, name in (("officer", "Paola G."), ("citizen", "Nadia B.")):
        desk = stage.as_(role)
        desk.goto(address)
        desk.get_by_role("link", name="Read and sign").click()
        stage.look(desk)
        desk.locator("input[name$=written_name]").fill(name)
        desk.locator("input[name$=capacity]").fill("Contact person")
        desk.locator("input[name$=sure]").check()
        desk.get_by_role("button", name="Sign", exact=True).click()
    expect(desk.locator("main")).to_contain_text("In force")
    stage.look(desk)
    stage.phone.goto(f"{stage.url}/torino/pacts/")
    expect(stage.phone.locator("main")).to_contain_text(pact)
    stage.look(stage.phone)


def _an_activity_makes_something(stage: Stage, pact: str) -> str:
    desk = stage.as_("citizen")
    desk.goto(f"{stage.url}/torino/activities/new/")
    desk.locator("#id_title").fill("Building the long table")
    desk.locator("#id_day").fill((datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d"))
    desk.locator("#id_starts").fill("10:00")
    desk.locator("#id_ends").fill("12:30")
    desk.locator("#id_place").fill("At the gate")
    desk.locator("#id_group").select_option(label="Comitato Giardini Taranto")
    option = desk.locator("#id_pact option", has_text=pact)
    desk.locator("#id_pact").select_option(value=option.get_attribute("value"))
    stage.look(desk)
    desk.locator("main form button.btn").first.click()
    desk.wait_for_url(re.compile(r"/torino/activities/(?!new)[^/]+/$"))
    stage.look(desk)
    _open(desk, "It took place")
    desk.locator("form[action$='/done/'] input[name=people_count]").fill("9")
    desk.locator("form[action$='/done/'] button").click()
    expect(desk.locator("main")).to_contain_text("9 people came")
    desk.get_by_role("link", name="Write down what it made").first.click()
    desk.locator("#id_title").fill("Long table for twelve")
    desk.locator("#id_kind").select_option("furniture")
    desk.locator("#id_licence").select_option("CC-BY-SA-4.0")
    desk.locator("input[name=owner]").first.check()
    desk.locator("#id_credit").fill("sanding and oil")
    stage.look(desk)
    desk.locator("main form button.btn").first.click()
    desk.wait_for_url(re.compile(r"/torino/outputs/[^/]+/$"))
    _open(desk, "Add a picture")
    desk.locator("input[type=file]").set_input_files(
        {"name": "table.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    desk.locator("#id_alt").fill("A long table of larch under two trees")
    desk.get_by_role("button", name="Add the picture").click()
    expect(desk.locator("main img[alt='A long table of larch under two trees']").first).to_be_attached()
    stage.look(desk)
    return desk.url


def _open(page: Page, summary: str) -> None:
    """Unfold what stands behind a question, where it is folded."""
    box = page.locator("details", has=page.locator("summary", has_text=summary)).first
    if box.count() and box.get_attribute("open") is None:
        box.locator("summary").first.click()


def _it_is_offered(stage: Stage, output: str) -> str:
    desk = stage.desk
    desk.goto(output)
    desk.get_by_role("link", name="Offer it in the market").first.click()
    desk.locator("#mode-sale").check()
    desk.locator("#id_sale_price_minor").fill("-1")
    desk.locator("#id_sale_stock").fill("2")
    desk.locator("#mode-gift").check()
    desk.locator("#id_gift_stock").fill("1")
    desk.locator("#id_pickup").fill("At the gate, Sundays from 10 to 12")
    desk.locator("main form button.btn--big").click()
    expect(desk.locator("main")).to_contain_text("A price can not be below zero")
    stage.look(desk)
    desk.locator("#id_sale_price_minor").fill("120")
    desk.locator("main form button.btn--big").click()
    desk.wait_for_url(re.compile(r"/torino/market/(?!new)[^/]+/"))
    stage.look(desk)
    return desk.url


def _a_neighbour_orders_and_both_confirm(stage: Stage, listing: str) -> None:
    desk = stage.as_("maker")
    desk.goto(listing)
    stage.look(desk)
    desk.get_by_role("button", name="Reserve it").first.click()
    desk.wait_for_url(re.compile(r"/torino/orders/O-TO-\d+/"))
    order = desk.url
    stage.look(desk)
    desk.get_by_role("button", name="I have it").click()
    expect(desk.locator("body")).to_contain_text("Received on")
    desk = stage.as_("citizen")
    desk.goto(order)
    desk.get_by_role("button", name="I have handed it over").click()
    expect(desk.locator("main")).to_contain_text("It has changed hands")
    expect(desk.locator("main")).to_contain_text("€18")
    stage.look(desk)


def _the_share_stands_in_the_fund(stage: Stage, reference: str, pact: str, listing: str) -> None:
    page = stage.phone
    page.goto(f"{stage.url}/torino/pacts/{pact}/")
    stage.look(page)
    page.locator("a[href*='/torino/funds/']").first.click()
    expect(page.locator("main")).to_contain_text(re.compile(r"18\xa0(€|EUR)"))  # as Hungarian writes it
    stage.look(page)
    page.goto(listing)
    thread = page.locator(".thread").first
    for part in (reference, pact, "Building the long table"):
        expect(thread).to_contain_text(part)
    thread.locator("a[href*='/versions/']").first.click()
    expect(page.locator("main")).to_contain_text("tizenkét embernek")
    stage.look(page)
    page.goto(f"{stage.url}/torino/market/")
    stage.look(page)


def _it_is_counted_and_told(stage: Stage) -> None:
    desk = stage.as_("citizen")
    desk.goto(f"{stage.url}/torino/impact/")
    stage.look(desk)
    desk.locator("#id_text").fill("On Sunday twelve people sat at the table, and two had never met.")
    desk.locator("input[name=consent][value=research_and_public]").check()
    desk.get_by_role("button", name="Keep my note").click()
    expect(desk.locator("main")).to_contain_text("two had never met")


def picture() -> bytes:
    """A photo as a phone would send it."""
    file = BytesIO()
    Image.effect_mandelbrot((800, 600), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(file, "JPEG")
    return file.getvalue()
