"""A whole session with sixty-two people, from the door to agreed minutes; the server is killed in a vote and in a check."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import segno
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import DESK, PHONE
from tests.e2e.crowd import Crowd, Guest, Lead, ask
from tests.e2e.people import (
    Faults,
    editor,
    let_in,
    open_page,
    press,
    select_words,
    show,
    sign_in,
    unfold,
    wait_until_saved,
    write_at_end,
)
from tests.e2e.session import ASSISTED, EVERYBODY, GUESTS, Look, Session
from tests.e2e.site import demo_site, free_port
from tests.e2e.votes import a_poll, everybody_gives_dots_and_the_server_dies, the_text_is_agreed_and_the_server_dies
from tests.servers import postgres, valkey

pytestmark = pytest.mark.e2e


@pytest.fixture(params=["sqlite", "postgres"])
def session(request: Any, first_browser: Browser, second_browser: Browser, looks_right: Look) -> Iterator[Session]:
    """On SQLite with one process; on PostgreSQL and Valkey with two, and each browser at another one."""
    with ExitStack() as stack:
        environment, looks = {}, looks_right
        if request.param == "postgres":
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copact-servers-")))
            environment = {
                "DATABASE_URL": stack.enter_context(postgres(folder)),
                "REDIS_URL": stack.enter_context(valkey(folder)),
            }
            looks = _glance
        site = stack.enter_context(demo_site(server="uvicorn", environment=environment))
        urls = [site.url]
        if request.param == "postgres":
            other = free_port()
            site.start(other)
            urls.append(f"http://127.0.0.1:{other}")
        crowd = Crowd(urls)
        stack.callback(crowd.leave)
        desk, first = open_page(first_browser, DESK, "en-GB")
        phone, second = open_page(second_browser, PHONE, "hu-HU")
        yield Session(site, urls, looks, desk, phone, crowd, [first, second])


def _glance(page: Page) -> None:
    """The pages are the same with every database; what axe says of them is heard on SQLite."""


def test_a_session_from_the_door_to_agreed_minutes(session: Session) -> None:
    _a_room_is_opened(session)
    screen = _the_screen_shows_the_way_in(session)
    _everybody_comes_in(session)
    _the_agenda_begins(session)
    _ideas_in_silence_and_one_into_the_text(session)
    _two_write_suggest_and_comment(session)
    _hands_and_a_round(session)
    everybody_gives_dots_and_the_server_dies(session, screen)
    a_poll(session)
    _groups_go_and_come_back(session)
    the_text_is_agreed_and_the_server_dies(session, screen)
    _the_minutes_are_agreed(session)
    for faults in session.faults:
        assert faults.found == []


def _a_room_is_opened(session: Session) -> None:
    desk = session.desk
    sign_in(desk, session.urls[0], "facilitator@torino.example")
    desk.goto(f"{session.urls[0]}/torino/rooms/new/")
    desk.locator("#id_title").fill("A table for the garden")
    desk.locator("#id_question").fill("What does the garden need?")
    desk.locator("#id_agenda").select_option("drafting")
    desk.locator("#id_access").select_option("code")
    session.look(desk)
    press(desk.get_by_role("button", name="Open the room"))
    desk.wait_for_url(re.compile(r"/torino/rooms/(?!new)[^/]+/$"))
    expect(editor(desk)).to_have_attribute("contenteditable", "true")
    session.address = re.sub(r"^http://[^/]+", "", desk.url)
    session.room = str(desk.locator(".room").get_attribute("data-room"))
    session.code = desk.locator(".room__code .code").inner_text()
    session.short = re.sub(r"\s", "", str(desk.locator('[data-part="short-code"]').text_content()))
    session.lead = Lead(session.urls[0], session.room, desk.context.cookies())
    session.look(desk)


def _the_screen_shows_the_way_in(session: Session) -> Page:
    """On the projector stand the code and the QR code, which holds the token."""
    browser = session.desk.context.browser
    assert browser
    # The machine at the beamer; a second tab of the desk would put the desk to sleep.
    desk: dict[str, Any] = DESK
    screen = browser.new_context(**desk, locale="en-GB", storage_state=session.desk.context.storage_state()).new_page()
    session.faults.append(Faults(screen))
    screen.goto(f"{session.urls[0]}{session.address}projector/")
    expect(screen.locator(".bigcode")).to_contain_text(session.code[:4])
    seen = screen.locator(".qr").inner_html()
    assert any(_drawn(f"{session.urls[0]}/join/#{session.token(ago)}") in seen for ago in (0, 600))
    session.look(screen)
    return screen


def _drawn(address: str) -> str:
    code = segno.make(address, error="m", micro=False)
    path = re.search(r' d="([^"]+)"', code.svg_inline(border=2, omitsize=True))
    assert path is not None
    return path[1]


def _everybody_comes_in(session: Session) -> None:
    """By QR code, by the code, by the short one through the waiting room; and those without a device by who leads."""
    phone, desk, crowd = session.phone, session.desk, session.crowd
    phone.goto(f"{session.urls[-1]}/join/#{session.token()}")
    expect(phone.locator("html")).to_have_attribute("lang", "hu")
    expect(phone.locator('[data-part="code-field"]')).to_be_hidden()
    expect(phone).not_to_have_url(re.compile("#"))  # the token leaves the address
    session.look(phone)
    phone.locator("#id_name").fill("Zsófi")
    phone.locator("#id_name").press("Enter")
    phone.wait_for_url(lambda address: session.address in address)
    expect(editor(phone)).to_have_attribute("contenteditable", "true")

    doors = [{"code": session.code} if number % 2 else {"token": session.token()} for number in range(GUESTS)]
    doors[-1] = {"code": session.short}
    assert crowd.come(doors) < 60  # the bench holds the figure
    assert [guest.waits for guest in crowd.guests] == [False] * (GUESTS - 1) + [True]
    waiting = desk.locator('[data-part="waiting"]')
    expect(waiting).to_contain_text(f"Guest {GUESTS}")
    session.fits(desk)
    press(waiting.get_by_role("button", name=f"Admit Guest {GUESTS}"))
    expect(waiting.locator("li")).to_have_count(0)
    crowd.sit()

    box = desk.locator("details", has=desk.locator("#h-helped"))
    unfold(box)
    desk.locator("#helped-name").fill("Person 1")
    desk.locator("#helped-name").press("Enter")
    expect(desk.locator("#helped-for option")).to_have_count(1)
    for number in range(2, ASSISTED + 1):
        session.lead.do("door", "add", name=f"Person {number}", place="phone" if number % 5 == 0 else "hall")
    people = session.lead.see("door")["people"]
    session.assisted = [each["id"] for each in people if each["kind"] == "assisted"]
    assert (len(people), len(session.assisted)) == (EVERYBODY, ASSISTED)
    expect(desk.locator("#helped-for option")).to_have_count(ASSISTED)
    session.fits(desk)
    press(box.locator("summary").first)


def _the_agenda_begins(session: Session) -> None:
    desk, phone = session.desk, session.phone
    press(desk.locator('#agenda [data-do="next"]'))
    expect(phone.locator('[data-part="step-name"]')).to_contain_text("1")
    press(desk.locator('#agenda [data-do="extend"]'))
    press(desk.locator('#agenda [data-do="next"]'))
    # No link to where one is already.
    expect(phone.locator('[data-part="suggest"]')).to_be_hidden()
    show(phone, "talk")
    expect(phone.locator('[data-part="suggest"]')).to_be_visible()
    expect(phone.locator('[data-suggest="board"]')).to_be_visible()
    session.fits(phone)
    show(phone, "ideas")


def _ideas_in_silence_and_one_into_the_text(session: Session) -> None:
    desk, phone = session.desk, session.phone
    press(desk.locator('[data-do="silence"]'))
    expect(phone.locator('[data-part="silence"]')).to_be_visible()
    show(phone, "ideas")
    phone.locator("#idea").fill("Lámpás pad")
    phone.locator("#idea").press("Enter")
    expect(phone.locator('[data-part="silence-mine"]')).to_contain_text("Lámpás pad")

    async def think(number: int, guest: Guest) -> Any:
        return await guest.do("board", "add_note", column="c1", text=f"Idea {number + 1}")

    thinkers = session.crowd.guests[:8]
    assert session.crowd.begin(think, thinkers).result(30) == [None] * len(thinkers)
    for number, who in enumerate(session.assisted[:2]):
        session.lead.do("board", "add_note", column="c1", text=f"Spoken idea {number + 1}", **{"for": who})
    expect(desk.locator('[data-part="silence-count"]')).to_contain_text("11")
    expect(desk.locator(".board")).not_to_contain_text("Lámpás pad")
    session.fits(desk)
    session.fits(phone)
    press(desk.locator('[data-do="reveal"]'))
    for words in ("Lámpás pad", "Idea 8", "Spoken idea 2"):
        for page in (desk, phone):
            let_in(page, page.locator(".note", has_text=words))
            expect(page.locator(".board")).to_contain_text(words)

    # Who leads puts one into the text, and it says where it came from.
    note = desk.locator(".note", has_text="Lámpás pad")
    press(note.locator('[data-part="note-more"]'))
    press(desk.locator('.note__menu [data-move="text"]'))
    for page in (desk, phone):
        expect(editor(page)).to_contain_text("Lámpás pad")
    session.fits(desk)
    session.fits(phone)


def _two_write_suggest_and_comment(session: Session) -> None:
    desk, phone = session.desk, session.phone
    press(desk.locator('#agenda [data-do="next"]'))
    write_at_end(phone, "Szeretnénk hét acél padot a kapuhoz.", delay=5)
    wait_until_saved(phone)
    write_at_end(desk, "We water in turns.", delay=5)
    wait_until_saved(desk)
    for page in (desk, phone):
        expect(editor(page)).to_contain_text("Szeretnénk hét acél padot a kapuhoz.")
        expect(editor(page)).to_contain_text("We water in turns.")

    phone.locator('[data-command="suggest"]').click()
    expect(phone.locator('[data-part="suggesting"]')).to_be_visible()
    select_words(phone, "acél")
    phone.keyboard.type("fa", delay=15)
    expect(phone.locator(".ProseMirror ins")).to_have_text("fa")
    wait_until_saved(phone)
    card = desk.locator('[data-passage][data-state="open"]').filter(has_text="acél")
    expect(card).to_contain_text("Zsófi")
    session.fits(desk)
    press(card.get_by_role("button", name="Accept", exact=True))
    expect(editor(phone)).to_contain_text("hét fa padot")
    expect(phone.locator(".ProseMirror ins, .ProseMirror del")).to_have_count(0)

    select_words(desk, "in turns")
    desk.keyboard.press("Control+Alt+m")
    expect(desk.locator("#comment-text")).to_be_focused()
    desk.keyboard.type("Who begins?")
    press(desk.locator('[data-part="comment-form"] button').first)
    said = phone.locator('[data-passage][data-state="open"]').filter(has_text="Who begins?")
    expect(said).to_contain_text("in turns")
    session.fits(phone)
    press(
        desk.locator('[data-passage][data-state="open"]')
        .filter(has_text="Who begins?")
        .get_by_role("button", name="Settled")
    )
    expect(said).to_have_count(0)


def _hands_and_a_round(session: Session) -> None:
    desk, phone, crowd = session.desk, session.phone, session.crowd
    show(phone, "talk")
    press(phone.locator('[data-part="hand-up"]'))
    expect(desk.locator('[data-part="queue"]')).to_contain_text("Zsófi")
    crowd.each("speaking", "raise", crowd.guests[:3])
    session.lead.do("speaking", "raise", **{"for": session.assisted[0]})
    expect(desk.locator('[data-part="queue"] li')).to_have_count(5)
    press(desk.locator('#talk [data-do="next"]'))
    expect(phone.locator('[data-part="my-turn"]')).to_be_visible()
    session.fits(phone)
    session.fits(desk)
    press(phone.locator('[data-part="my-turn"]'))
    expect(phone.locator('[data-part="my-turn"]')).to_be_hidden()
    press(desk.locator('#talk [data-do="next"]'))
    expect(phone.locator('[data-part="spoken-text"]')).to_contain_text(str(EVERYBODY))
    session.wait(lambda: bool(session.lead.see("speaking")["current"]), "the next one speaks")

    session.lead.do("speaking", "round")
    expect(phone.locator('[data-part="round"]')).to_be_visible()
    expect(phone.locator('[data-part="round-order"] li')).to_have_count(EVERYBODY - 1)
    for _turn in range(2):
        session.lead.do("speaking", "next")
    expect(phone.locator('[data-part="pass"]')).to_be_visible()
    press(phone.locator('[data-part="pass"]'))
    expect(phone.locator('[data-part="pass"]')).to_be_hidden()
    session.fits(phone)
    press(desk.locator('#talk [data-do="end_round"]'))
    expect(phone.locator('[data-part="round"]')).to_be_hidden()


def _groups_go_and_come_back(session: Session) -> None:
    phone, lead = session.phone, session.lead
    lead.do(
        "breakouts",
        "make",
        count=6,
        choosing="mixed",
        late="smallest",
        minutes=10,
        question="What first?",
        everyone="1",
    )
    groups = lead.do("breakouts", "send")["groups"]
    assert sum(each["people"] for each in groups) == EVERYBODY - 1
    mine = next(each for each in groups if "Zsófi" in each["names"])
    phone.goto(f"{session.urls[-1]}{mine['url']}")
    expect(editor(phone)).to_have_attribute("contenteditable", "true")
    write_at_end(phone, "A csoportunk a kaput választja.", delay=5)
    wait_until_saved(phone)
    session.fits(phone)
    lead.do("breakouts", "call_back")
    lead.do("breakouts", "bring", group=mine["number"])
    lead.do("breakouts", "end")
    expect(editor(session.desk)).to_contain_text("A csoportunk a kaput választja.")
    phone.goto(f"{session.urls[-1]}{session.address}")
    expect(editor(phone)).to_have_attribute("contenteditable", "true")
    show(phone, "draft")
    expect(editor(phone)).to_contain_text("A csoportunk a kaput választja.")


def _the_minutes_are_agreed(session: Session) -> None:
    desk, phone, crowd, lead = session.desk, session.phone, session.crowd, session.lead
    desk.goto(f"{session.urls[0]}{session.address}minutes/")
    main = desk.locator("main")
    for words in ("Where do we begin?", "Lámpás pad", "After the evening"):
        expect(main).to_contain_text(words)
    expect(main).not_to_contain_text("Zsófi")
    session.fits(desk)
    desk.locator("#propose-time").select_option("10")
    desk.locator("#propose-audience").select_option("public")
    press(desk.get_by_role("button", name="Lay them before the group"))
    expect(desk.get_by_role("button", name="I agree")).to_be_visible()

    show(phone, "chat")
    phone.goto(f"{session.urls[-1]}{session.address}minutes/")
    with phone.expect_navigation():
        press(phone.locator('#answer button[value="agree"]'))
    session.fits(phone)
    crowd.each("minutes", "agree", crowd.guests)
    for who in session.assisted:
        lead.do("minutes", "agree", **{"for": who})
    desk.reload()
    expect(desk.locator("#answer")).to_contain_text(f"{EVERYBODY - 1} agree, 0 object, of {EVERYBODY}")
    session.fits(desk)
    press(desk.locator('#answer button[value="agree"]'))
    expect(main).to_contain_text("Agreed and published")
    session.fits(desk)

    # Published for everyone: somebody who was not there reads them, and takes the paper home.
    browser = phone.context.browser
    assert browser
    stranger = browser.new_context().new_page()
    stranger.goto(f"{session.urls[-1]}{session.address}minutes/")
    expect(stranger.locator("main")).to_contain_text("Lámpás pad")
    paper = stranger.request.get(f"{session.urls[-1]}{session.address}minutes/minutes.pdf")
    assert paper.ok
    assert paper.body().startswith(b"%PDF")
    assert ask(f"{session.urls[0]}/api/v1/rooms/{session.room}/minutes/")[0]["state"]["agreed"] is True
