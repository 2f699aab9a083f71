"""A session by keyboard alone, from the door to agreed minutes: who leads at a desk, and one other on a small screen."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import DESK
from tests.e2e.crowd import Crowd, Guest, Lead
from tests.e2e.keyboard import LISTEN, Keys, Two
from tests.e2e.people import PASSWORD, editor, go_to_end, open_page, until, wait_until_saved
from tests.e2e.site import Site

pytestmark = pytest.mark.e2e
SMALL: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}


@pytest.fixture
def two(site: Site, first_browser: Browser, second_browser: Browser) -> Two:
    desk, first = open_page(first_browser, DESK, "en-GB")
    small, second = open_page(second_browser, SMALL, "en-GB")
    return Two(site, Keys(desk, "who leads"), Keys(small, "who takes part"), [first, second])


def test_a_session_by_keyboard_alone(two: Two) -> None:
    _a_room_is_opened(two)
    _somebody_comes_in(two)
    _ideas(two)
    _writing(two)
    _speaking(two)
    _a_vote(two)
    _a_check(two)
    _steering(two)
    _groups(two)
    _every_stop(two)
    _the_minutes(two)
    _words_taken_out(two)
    wrong = sorted(set(two.lead.wrong + two.other.wrong))
    assert wrong == [], "\n".join(wrong)
    assert [line for each in two.faults for line in each.found] == []


def _a_room_is_opened(two: Two) -> None:
    lead, page = two.lead, two.lead.page
    page.goto(f"{two.site.url}/account/login/?lang=en")
    lead.fill(page.locator("input[name=login]"), "facilitator@torino.example")
    lead.fill(page.locator("input[name=password]"), PASSWORD)
    lead.press("Enter")
    page.wait_for_url(lambda address: "/login/" not in address)
    lead.follow(page.locator('#language button[value="en"]'))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{two.site.url}/torino/rooms/new/")
    lead.fill(page.locator("#id_title"), "A table for the garden")
    lead.fill(page.locator("#id_question"), "What does the garden need?")
    lead.choose(page.locator("#id_agenda"), "drafting")
    lead.choose(page.locator("#id_access"), "code")
    lead.follow(page.get_by_role("button", name="Open the room"))
    page.wait_for_url(re.compile(r"/torino/rooms/(?!new)[^/]+/$"))
    expect(editor(page)).to_have_attribute("contenteditable", "true")
    two.address = page.url
    lead.press("?")
    expect(page.locator('[data-part="keys-dialog"]')).to_be_visible()
    lead.press("Escape")
    expect(page.locator('[data-part="keys-dialog"]')).to_be_hidden()


def _somebody_comes_in(two: Two) -> None:
    """By the short code, and so through the waiting room."""
    lead, other, desk, page = two.lead, two.other, two.lead.page, two.other.page
    short = re.sub(r"\s", "", str(desk.locator('[data-part="short-code"]').text_content()))
    page.goto(f"{two.site.url}/join/")
    other.fill(page.locator("#id_code"), short)
    other.fill(page.locator("#id_name"), "Nadia")
    other.enter(page.locator("form.join button.btn--live"))
    expect(page.locator('[data-module="waiting"]')).to_be_visible()
    lead.enter(desk.get_by_role("button", name="Admit Nadia"))
    expect(editor(page)).to_have_attribute("contenteditable", "true", timeout=30_000)
    lead.kept_focus()
    lead.enter(desk.locator('#agenda [data-do="next"]'), back=True)
    expect(page.locator('[data-part="step-name"]')).to_contain_text("1")
    lead.enter(desk.locator('#agenda [data-do="extend"]'))


def _part(keys: Keys, name: str) -> None:
    """On a small screen, by its tabs."""
    keys.enter(keys.page.locator(f'nav.tabs a[href="#{name}"]'), back=True)
    expect(keys.page.locator(f"#{name}")).to_be_visible()


def _ideas(two: Two) -> None:
    lead, other, desk, page = two.lead, two.other, two.lead.page, two.other.page
    lead.press("Alt+Shift+I")
    lead.fill(desk.locator("#column-title"), "Later")
    lead.press("Enter")
    lead.enter(desk.locator('[data-do="silence"]'))
    expect(page.locator('[data-part="silence"]')).to_be_visible()
    _part(other, "ideas")
    for words in ("A bench with a lamp", "Rain barrels"):
        other.fill(page.locator("#idea"), words)
        other.press("Enter")
        expect(page.locator('[data-part="silence-mine"]')).to_contain_text(words)
    lead.press("Alt+Shift+I")
    lead.enter(desk.locator('[data-do="reveal"]'))
    note = desk.locator(".note", has_text="A bench with a lamp")
    expect(note).to_be_visible()
    lead.kept_focus()
    # Lifted, moved to the other column, dropped: the focus goes with it.
    lead.press("Alt+Shift+I")
    lead.to(note).press("Space")
    for _column in range(3):
        lead.press("ArrowRight")
    lead.press("Space")
    expect(desk.locator(".lane", has_text="Later").locator(".note", has_text="A bench with a lamp")).to_be_visible()
    expect(note).to_be_focused()
    lead.enter(note.locator('[data-part="note-more"]'))
    lead.enter(desk.locator('.note__menu [data-move="text"]'))
    expect(editor(page)).to_contain_text("A bench with a lamp")
    lead.kept_focus()


def _writing(two: Two) -> None:
    lead, other, desk, page = two.lead, two.other, two.lead.page, two.other.page
    _part(other, "draft")
    other.to(editor(page))
    go_to_end(page)
    other.press("Enter")
    other.type("We want seven steel benches here.")
    expect(editor(desk)).to_contain_text("seven steel benches")
    # To the tools, along them by the arrows, and back to the text.
    other.press("Alt+F10")
    for _press in range(20):
        if page.locator('[data-command="suggest"]').evaluate("(each) => each === document.activeElement"):
            break
        other.press("ArrowRight")
    other.where()
    other.press("Enter")
    expect(page.locator('[data-part="suggesting"]')).to_be_visible()
    if not editor(page).evaluate("(each) => each.contains(document.activeElement)"):
        other.press("Escape")
    expect(editor(page)).to_be_focused()
    go_to_end(page)
    for _press in range(len(" benches here.")):
        other.press("ArrowLeft")
    other.mark("steel")
    other.type("wooden")
    expect(page.locator(".ProseMirror ins")).to_have_text("wooden")
    wait_until_saved(page)
    card = desk.locator('[data-passage][data-state="open"]').filter(has_text="wooden")
    expect(card).to_be_visible()
    lead.press("Alt+Shift+D")
    lead.enter(card.get_by_role("button", name="Accept", exact=True))
    expect(editor(page)).to_contain_text("seven wooden benches")
    lead.kept_focus()
    # A comment on the last words.
    lead.press("Alt+Shift+D")
    lead.to(editor(desk))
    go_to_end(desk)
    lead.mark("here.")
    lead.press("Control+Alt+m")
    expect(desk.locator("#comment-text")).to_be_focused()
    lead.type("Where exactly?")
    lead.enter(desk.locator('[data-part="comment-form"] button').first)
    said = page.locator('[data-passage][data-state="open"]').filter(has_text="Where exactly?")
    expect(said).to_be_visible()
    lead.kept_focus()
    card = desk.locator('[data-passage][data-state="open"]').filter(has_text="Where exactly?")
    lead.enter(card.get_by_role("button", name="Settled"))
    expect(said).to_have_count(0)
    lead.kept_focus()


def _speaking(two: Two) -> None:
    lead, other, desk, page = two.lead, two.other, two.lead.page, two.other.page
    _part(other, "talk")
    other.enter(page.locator('[data-part="hand-up"]'))
    expect(desk.locator('[data-part="queue"]')).to_contain_text("Nadia")
    other.kept_focus()
    lead.press("Alt+Shift+S")
    lead.enter(desk.locator('#talk [data-do="next"]'))
    expect(page.locator('[data-part="my-turn"]')).to_be_visible()
    other.enter(page.locator('[data-part="my-turn"]'))
    expect(page.locator('[data-part="my-turn"]')).to_be_hidden()
    other.kept_focus()
    _part(other, "chat")
    other.fill(page.locator("#message"), "Who waters in August?")
    other.press("Enter")
    lead.press("Alt+Shift+C")
    asked = desk.locator("[data-message]", has_text="Who waters in August?")
    lead.unfold(asked.locator("summary").first)
    lead.enter(asked.get_by_role("button", name="Pin", exact=True))
    expect(page.locator("[data-part=pinned]")).to_contain_text("Who waters")
    lead.kept_focus()


def _a_vote(two: Two) -> None:
    lead, other, desk, page = two.lead, two.other, two.lead.page, two.other.page
    lead.press("Alt+Shift+V")
    form = desk.locator('form[data-tool="polls"][data-do="draft"]')
    lead.unfold(desk.locator('[data-part="new-poll"] > summary'))
    lead.choose(form.locator("[name=kind]"), "dots")
    lead.fill(form.locator("[name=question]"), "Where do we begin?", back=True)
    lead.fill(form.locator("[name=options]"), "Benches\nShade\nWater")
    lead.to(form.locator("[name=open]")).press("Space")
    lead.enter(form.locator("button").last)
    _part(other, "decide")
    poll = page.locator("[data-poll]", has_text="Where do we begin?")
    other.enter(poll.locator('[data-dots="1"]').nth(1))
    other.press("Enter")
    other.enter(poll.locator('[data-part="vote-form"] button').last)
    expect(poll.locator('[data-part="mine"]')).to_be_visible()
    other.kept_focus()
    own = desk.locator("[data-poll]", has_text="Where do we begin?")
    lead.press("Alt+Shift+V")
    lead.enter(own.locator('[data-do="close"]'))
    expect(poll.locator('[data-part="result"]')).to_be_visible()
    lead.kept_focus()


def _a_check(two: Two) -> None:
    lead, other, desk, page = two.lead, two.other, two.lead.page, two.other.page
    lead.press("Alt+Shift+L")
    lead.fill(desk.locator("#version-title"), "After the evening")
    with desk.expect_navigation():
        lead.press("Enter")
    expect(desk.locator('[data-part="versions"]')).to_contain_text("After the evening")
    expect(editor(desk)).to_have_attribute("contenteditable", "true")
    lead.press("Alt+Shift+V")
    form = desk.locator('form[data-tool="consent"][data-do="prepare"]')
    lead.unfold(desk.locator('[data-part="new-check"] > summary'))
    lead.to(form.locator("[name=open]")).press("Space")
    lead.enter(form.locator("button").last)
    mine = page.locator("[data-check]").first
    expect(mine).to_be_visible()
    _part(other, "decide")
    other.pick(mine.locator(".agree"), "concern")
    other.fill(mine.locator('[data-part="concern-words"]'), "It is dark at the gate.")
    other.enter(mine.locator('[data-part="answer-form"] button').last)
    expect(mine.locator('[data-part="mine"]')).to_be_visible()
    other.kept_focus()
    concern = desk.locator("[data-concern]", has_text="It is dark")
    expect(concern).to_be_visible()
    lead.press("Alt+Shift+V")
    lead.unfold(concern.locator("summary").first)
    lead.fill(concern.locator("textarea"), "We hang a lamp.")
    lead.enter(concern.locator("form button").last)
    expect(page.locator("[data-concern]")).to_contain_text("We hang a lamp.")
    lead.kept_focus()
    other.pick(mine.locator(".agree"), "agree")
    other.enter(mine.locator('[data-part="answer-form"] button').last)
    told = Lead(two.site.url, str(page.locator(".room").get_attribute("data-room")), page.context.cookies())
    until(page, lambda: told.see("consent")["checks"][0]["mine"] == "agree", "the concern became a yes")
    check = desk.locator("[data-check]").first
    lead.press("Alt+Shift+V")
    lead.pick(check.locator(".agree"), "agree")
    lead.enter(check.locator('[data-part="answer-form"] button').last)
    expect(check.locator('[data-part="mine"]')).to_be_visible()
    lead.enter(check.locator('[data-do="close"]'))
    expect(page.locator("[data-check] .seal").first).to_be_visible()
    lead.kept_focus()


def _steering(two: Two) -> None:
    lead, desk, page = two.lead, two.lead.page, two.other.page
    lead.press("Alt+Shift+L")
    switch = desk.locator('form[data-switch="locked"] [role=switch]')
    lead.enter(switch).press("Enter")  # the reason that stands there will do
    expect(page.locator('[data-bar="locked"]')).to_be_visible()
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(switch).to_be_focused()
    lead.kept_focus()
    lead.enter(switch)
    expect(page.locator('[data-bar="locked"]')).to_have_count(0)
    person = desk.locator("[data-person]", has_text="Nadia")
    lead.unfold(person.locator("summary"))
    lead.fill(person.locator('[name="reason"]'), "Too loud.")
    lead.enter(person.get_by_role("button", name="Nadia may not write in the chat"))
    _part(two.other, "chat")
    expect(page.locator("[data-part=chat-muted]")).to_be_visible()
    lead.kept_focus()
    lead.enter(person.get_by_role("button", name="Nadia may write in the chat again"))
    expect(page.locator("[data-part=chat-muted]")).to_be_hidden()


def _groups(two: Two) -> None:
    lead, other, desk, page = two.lead, two.other, two.lead.page, two.other.page
    lead.press("Alt+Shift+L")
    lead.unfold(desk.locator("#groups summary"))
    lead.to(desk.locator("#groups-count")).press("Control+a")
    lead.type("1")
    lead.enter(desk.get_by_role("button", name="Make groups"))
    send = desk.get_by_role("button", name="Send everyone to their group")
    expect(send).to_be_visible()
    lead.enter(send)
    expect(page.locator("[data-part=group-go]")).to_be_visible()
    other.follow(page.locator("[data-part=group-go]"))
    expect(editor(page)).to_have_attribute("contenteditable", "true")
    _part(other, "draft")
    other.to(editor(page))
    go_to_end(page)
    other.type("Ferns in the shade.")
    wait_until_saved(page)
    lead.enter(desk.get_by_role("button", name="Call everyone back"))
    other.follow(page.locator("[data-part=group-back]"), back=True)
    expect(editor(page)).to_have_attribute("contenteditable", "true")
    lead.follow(desk.get_by_role("link", name="Read the groups’ texts side by side"))
    lead.follow(desk.get_by_role("button", name="Bring into the main text"))
    expect(desk.locator(".group-text")).to_contain_text("In the main text")
    lead.follow(desk.get_by_role("link", name="Back to the room"))
    expect(editor(desk)).to_contain_text("Ferns in the shade.")
    expect(editor(desk)).to_have_attribute("contenteditable", "true")
    lead.enter(desk.get_by_role("button", name="End the groups"))
    expect(desk.locator("[data-part=groups-make]")).to_be_visible()


def _every_stop(two: Two) -> None:
    """The whole page, there and back: with a bar on top, and each part on the small screen."""
    assert two.lead.sweep("the room") > 60
    for part in ("ideas", "draft", "talk", "decide", "chat"):
        two.other.page.evaluate("(name) => { location.hash = name }", part)
        expect(two.other.page.locator(f"#{part}")).to_be_visible()
        assert two.other.sweep(part) > 8


def _the_minutes(two: Two) -> None:
    lead, other, desk, page = two.lead, two.other, two.lead.page, two.other.page
    lead.press("Alt+Shift+C")
    lead.follow(desk.locator("#minutes a"))
    desk.wait_for_url(re.compile("/minutes/"))
    lead.choose(desk.locator("#propose-time"), "10")
    lead.choose(desk.locator("#propose-audience"), "public")
    lead.follow(desk.get_by_role("button", name="Lay them before the group"))
    expect(desk.locator('#answer button[value="agree"]')).to_be_visible()
    page.goto(f"{two.address}minutes/")
    other.follow(page.locator('#answer button[value="agree"]'))
    desk.reload()
    lead.follow(desk.locator('#answer button[value="agree"]'))
    expect(desk.locator("main")).to_contain_text("Agreed and published")
    lead.sweep("the minutes")


def _words_taken_out(two: Two) -> None:
    lead, other, desk, page = two.lead, two.other, two.lead.page, two.other.page
    page.goto(f"{two.address}history/")
    other.follow(page.locator('section[aria-labelledby="h-erasure"] a'))
    other.follow(page.get_by_role("button", name="Ask to take my words out"))
    expect(page.locator("main")).to_contain_text("You asked for this")
    desk.goto(page.url)
    lead.fill(desk.locator("article [name=reason]"), "It was asked for.")
    lead.follow(desk.get_by_role("button", name="Take the words out for good"))
    expect(desk.locator("main")).to_contain_text("The words are out of the room for good.", timeout=60_000)
    desk.goto(two.address)
    expect(editor(desk)).to_have_attribute("contenteditable", "true")
    expect(editor(desk)).not_to_contain_text("Ferns in the shade.")


# --- What a screen reader says while sixty others work --------------------------------------


def test_a_busy_minute_of_sixty_people_is_quiet_for_a_screen_reader(two: Two, request: Any) -> None:
    """Who neither asked nor was asked hears almost nothing of what the others do."""
    _a_room_is_opened(two)
    _somebody_comes_in(two)
    desk, page = two.lead.page, two.other.page
    lead = Lead(two.site.url, str(desk.locator(".room").get_attribute("data-room")), desk.context.cookies())
    crowd = Crowd([two.site.url])
    request.addfinalizer(crowd.leave)
    code = desk.locator(".room__code .code").inner_text()
    crowd.come([{"code": code} for _each in range(58)])
    crowd.sit()
    lead.do("polls", "draft", kind="yes_no", question="Do we meet on Sunday?", open=True)
    vote = lead.see("polls")["polls"][0]
    page.wait_for_timeout(2500)
    for each in (page, desk):
        each.evaluate(LISTEN)
    began = time.monotonic()

    async def work(number: int, guest: Guest) -> list[Any]:
        return [
            await guest.do("board", "add_note", column="c1", text=f"Idea {number}"),
            await guest.do("speaking", "raise"),
            await guest.do("chat", "post", text=f"Word {number}", question="1" if number % 5 == 0 else ""),
            await guest.do("polls", "vote", poll=vote["id"], value=vote["options"][number % 2]["id"]),
            await guest.do("speaking", "lower"),
        ]

    assert crowd.begin(work, crowd.guests).result(120) == [[None] * 5] * 58
    page.wait_for_timeout(2500)
    heard = {"takes part": page.evaluate("heard"), "leads": desk.evaluate("heard")}
    minutes = max(1.0, (time.monotonic() - began) / 60)
    assert len(heard["takes part"]) <= 3 * minutes, heard
    assert len(heard["leads"]) <= 6 * minutes, heard
