"""What everybody decides in the session's journey: dots, a poll, and a consent check; the server dies in two of them."""

import threading
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.crowd import Guest
from tests.e2e.people import (
    editor,
    press,
    show,
    unfold,
)
from tests.e2e.session import ASSISTED, EVERYBODY, GUESTS, Session


def everybody_gives_dots_and_the_server_dies(session: Session, screen: Page) -> None:
    """Each of them 5 dots; whoever had an answer before the power went is counted, and nobody twice."""
    desk, phone, crowd = session.desk, session.phone, session.crowd
    unfold(desk.locator('[data-part="new-poll"]'))
    form = desk.locator('form[data-tool="polls"][data-do="draft"]')
    form.locator("[name=question]").fill("Where do we begin?")
    form.locator("[name=kind]").select_option("dots")
    form.locator("[name=options]").fill("Benches\nShade\nWater")
    form.locator("[name=open]").check()
    session.fits(desk)
    press(form.locator("button").last)
    show(phone, "decide")
    poll = phone.locator("[data-poll]", has_text="Where do we begin?")
    for place in (0, 0, 1):
        press(poll.locator('[data-dots="1"]').nth(place))
    press(poll.locator('[data-part="vote-form"] button').last)
    expect(poll.locator('[data-part="mine"]')).to_be_visible()
    session.fits(phone)
    session.fits(desk)
    session.fits(screen)

    now = session.lead.see("polls")["polls"][0]
    benches, shade, water = (each["id"] for each in now["options"])
    answered: list[Any] = []

    async def vote(number: int, guest: Guest) -> Any:
        await session.think(number)
        refused = await guest.do("polls", "vote", poll=now["id"], value={benches: 2, (shade, water)[number % 2]: 3})
        answered.append(number)
        return refused

    def enter() -> None:
        for who in session.assisted:
            session.lead.do("polls", "vote", poll=now["id"], value={water: 5}, **{"for": who})

    session.dead.clear()
    given, entered = crowd.begin(vote, crowd.guests), threading.Thread(target=enter)
    entered.start()
    session.die_in_the_middle(answered, 8, lambda: session.lead.see("polls")["polls"][0]["turnout"]["voted"])
    assert given.result(120) == [None] * GUESTS
    entered.join(60)
    own = desk.locator("[data-poll]", has_text="Where do we begin?")
    press(own.locator('[data-dots="1"]').first)
    press(own.locator('[data-part="vote-form"] button').last)
    expect(own.locator('[data-part="mine"]')).to_be_visible()
    expect(poll.locator('[data-part="mine"]')).to_be_visible()
    assert all(guest.breaks for guest in crowd.guests), "every line was broken"

    turnout = session.lead.see("polls")["polls"][0]["turnout"]
    assert turnout == {"eligible": EVERYBODY, "voted": EVERYBODY, "assisted": ASSISTED}
    press(own.locator('[data-do="close"]'))
    expect(poll.locator('[data-part="result"]')).to_contain_text("Water")
    found = session.lead.get(f"polls/{now['number']}/")
    counted = {each["text"]: each["count"] for each in found["rows"]}
    assert counted == {
        "Benches": 2 * GUESTS + 2 + 1,
        "Shade": 3 * GUESTS // 2 + 1,
        "Water": 3 * GUESTS // 2 + 5 * ASSISTED,
    }
    expect(screen.locator('[data-part="decide"]')).to_contain_text("Where do we begin?")
    session.fits(screen)
    session.fits(phone)
    session.fits(desk)


def a_poll(session: Session) -> None:
    phone, crowd, lead = session.phone, session.crowd, session.lead
    lead.do("polls", "draft", kind="yes_no", question="Do we meet again on Sunday?", open=True)
    poll = phone.locator("[data-poll]", has_text="Sunday")
    poll.locator("label.choice input").first.check()
    press(poll.locator('[data-part="vote-form"] button').last)
    expect(poll.locator('[data-part="mine"]')).to_be_visible()
    now = next(each for each in lead.see("polls")["polls"] if each["state"] == "open")
    yes, no = (each["id"] for each in now["options"])
    crowd.each("polls", "vote", crowd.guests, poll=now["id"], value=yes)
    for who in session.assisted:
        lead.do("polls", "vote", poll=now["id"], value=no, **{"for": who})
    lead.do("polls", "vote", poll=now["id"], value=yes)
    lead.do("polls", "close", poll=now["id"])
    late = crowd.begin(lambda _number, guest: guest.do("polls", "vote", poll=now["id"], value=no), crowd.guests[:1])
    assert late.result(30)[0]["code"], "nobody votes after the close"
    found = lead.get(f"polls/{now['number']}/")
    assert [each["count"] for each in found["rows"]] == [GUESTS + 2, ASSISTED]


def the_text_is_agreed_and_the_server_dies(session: Session, screen: Page) -> None:
    desk, phone, crowd, lead = session.desk, session.phone, session.crowd, session.lead
    desk.locator("#version-title").fill("After the evening")
    with desk.expect_navigation():
        desk.locator("#version-title").press("Enter")
    expect(desk.locator('[data-part="versions"]')).to_contain_text("After the evening")
    expect(editor(desk)).to_have_attribute("contenteditable", "true")
    unfold(desk.locator('[data-part="new-check"]'))
    form = desk.locator('form[data-tool="consent"][data-do="prepare"]')
    number = lead.get("versions/")["results"][0]["number"]
    form.locator("[name=version]").select_option(str(number))
    form.locator("[name=open]").check()
    press(form.locator("button").last)

    show(phone, "decide")
    mine = phone.locator("[data-check]").first
    mine.locator("input[value=concern]").check()
    mine.locator('[data-part="concern-words"]').fill("Este sötét van a kapunál.")
    press(mine.locator('[data-part="answer-form"] button').last)
    expect(mine.locator('[data-part="mine"]')).to_be_visible()
    session.fits(phone)
    session.fits(desk)
    session.fits(screen)

    def seen() -> Any:
        return lead.see("consent")["checks"][0]

    check = seen()
    answered: list[Any] = []

    async def agree(number: int, guest: Guest) -> Any:
        await session.think(number)
        refused = await guest.do("consent", "answer", check=check["id"], answer="agree")
        answered.append(number)
        return refused

    def enter() -> None:
        for who in session.assisted:
            lead.do("consent", "answer", check=check["id"], answer="agree", **{"for": who})

    session.dead.clear()
    given, entered = crowd.begin(agree, crowd.guests), threading.Thread(target=enter)
    entered.start()
    session.die_in_the_middle(answered, 8, lambda: seen()["turnout"]["answered"])
    assert given.result(120) == [None] * GUESTS
    entered.join(60)
    lead.do("consent", "answer", check=check["id"], answer="agree")
    told = seen()["turnout"]
    assert told == {
        "present": EVERYBODY,
        "answered": EVERYBODY,
        "agreed": EVERYBODY - 1,
        "concerns": 1,
        "blocks": 0,
        "assisted": ASSISTED,
        "waiting": 0,
    }

    # The concern is met, and who had it reads how.
    concern = desk.locator("[data-concern]", has_text="sötét")
    expect(concern).to_contain_text("Zsófi")
    unfold(concern.locator("details"))
    concern.locator("textarea").fill("We hang a lamp.")
    session.fits(desk)
    press(concern.locator("form button").last)
    expect(phone.locator("[data-concern]")).to_contain_text("We hang a lamp.")
    expect(phone.locator("[data-concern]")).not_to_contain_text("Zsófi")
    mine.locator("input[value=agree]").check()
    press(mine.locator('[data-part="answer-form"] button').last)
    session.wait(lambda: seen()["turnout"]["agreed"] == EVERYBODY, "the concern of the phone became a yes")
    press(desk.locator("[data-check]").first.locator('[data-do="close"]'))
    expect(phone.locator("[data-check] .seal").first).to_be_visible()

    [decided] = lead.get("decisions/")
    assert (decided["outcome"], decided["version"]["number"]) == ("agreed", number)
    assert decided["text_sha256"] == check["sha256"] == phone.locator("[data-check] .seal").first.inner_text()
    assert decided["turnout"] == {
        "present": EVERYBODY,
        "answered": EVERYBODY,
        "agreed": EVERYBODY,
        "concerns": 0,
        "blocks": 0,
        "assisted": ASSISTED,
    }
    assert [each["state"] for each in decided["concerns"]] == ["resolved"]
    lead.do("projector", "show", mode="decide")
    expect(screen.locator('[data-part="decide"]')).to_be_visible()
    session.fits(screen)
    session.fits(desk)
    session.fits(phone)
