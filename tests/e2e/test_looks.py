"""Every state of a room is looked at in five languages, in light and in dark, by axe: LOOKS=all leaves nothing to turns."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.crowd import ask
from tests.e2e.lively import Evening
from tests.e2e.looks import (
    LANGUAGES,
    NARROW,
    WIDE,
    Eyes,
    Looking,
    clicking,
    fold_all,
    in_turn,
    is_live,
    opened,
    unfold_all,
    without_script,
)
from tests.e2e.people import editor, select_words, sign_in, wait_until_saved, write_at_end
from tests.e2e.site import Site

pytestmark = pytest.mark.e2e


@pytest.fixture
def looking(site: Site, first_browser: Browser) -> Iterator[Looking]:
    context: Any = first_browser.new_context(**WIDE, locale="en-GB")
    evening, eyes = Evening(site, context.new_page()), Eyes()
    state = evening.desk.context.storage_state()
    with (
        opened(first_browser, WIDE, eyes, storage_state=state) as desk,
        opened(first_browser, NARROW, eyes) as phone,
    ):
        yield Looking(first_browser, evening, eyes, desk.go(evening.url).do(is_live), phone)
    evening.leave()


def test_nothing_is_wrong_in_any_state_of_a_room(looking: Looking) -> None:
    _the_door(looking)
    _an_empty_room(looking)
    looking.evening.write()
    looking.evening.fill_the_board(12)
    _writing(looking)
    _ideas(looking)
    _talking(looking)
    _deciding(looking)
    _groups(looking)
    _minutes(looking)
    _pages_beside(looking)
    _displays(looking)
    _rules_of_the_house(looking)
    _broken_lines(looking)
    _the_end(looking)
    assert looking.eyes.ugly == [], "\n".join(looking.eyes.ugly)
    assert len(looking.eyes.seen) > 90


def _the_door(looking: Looking) -> None:
    site, evening = looking.evening.site, looking.evening
    with opened(looking.browser, NARROW, looking.eyes) as door:
        looking.eyes.see("door: with a code", door.go(f"{site.url}/join/"))

        def wrong(page: Page) -> None:
            page.locator("#id_code").fill("ZZZZZZZ9")
            page.locator("#id_name").fill("Anna")
            page.locator("form.join button.btn--live").click()
            page.wait_for_selector(".error, [role=alert], .callout--stop")

        looking.eyes.see("door: a wrong code", door, wrong)
    evening.lead.do("moderation", "ask")
    _waits, cookie = ask(f"{site.url}/api/v1/rooms/join/", {"code": evening.code, "name": "Amal"})
    looking.settle()
    with opened(looking.browser, NARROW, looking.eyes) as waiting:
        looking.eyes.see("door: waiting", waiting.with_cookie(site.url, cookie).go(evening.url))
    looking.see("somebody waits at the door")
    evening.lead.do("moderation", "let_in")
    evening.lead.do("door", "admit_all")
    evening.lead.do("door", "limit", most=2)
    with opened(looking.browser, NARROW, looking.eyes) as full:

        def knock(page: Page) -> None:
            page.locator("#id_code").fill(evening.code)
            page.locator("#id_name").fill("Zoe")
            page.locator("form.join button.btn--live").click()
            page.wait_for_load_state()

        looking.eyes.see("door: a full room", full.go(f"{site.url}/join/"), knock)
    evening.lead.do("door", "limit", most=80)
    evening.come(6, 2)
    guest = evening.crowd.guests[1]
    looking.phone.with_cookie(site.url, guest.cookie).go(f"{evening.url}").do(is_live)


def _an_empty_room(looking: Looking) -> None:
    for part in ("ideas", "draft", "talk", "decide", "chat"):
        looking.phone.part(part)
        looking.eyes.see(f"phone: empty, {part}", looking.phone)
    looking.eyes.see("desk: empty, all unfolded", looking.desk, unfold_all)
    looking.desk.do(fold_all)
    with opened(
        looking.browser, NARROW, looking.eyes, storage_state=looking.evening.desk.context.storage_state()
    ) as lead:
        lead.go(f"{looking.evening.url}#lead").do(is_live)
        looking.eyes.see("phone: who leads", lead)
        looking.eyes.see("phone: who leads, all unfolded", lead, unfold_all)


def _writing(looking: Looking) -> None:
    looking.see("a comment", "draft")

    def selected(page: Page) -> None:
        select_words(page, "benches with backs")

    def comment(page: Page) -> None:
        selected(page)
        page.keyboard.press("Control+Alt+m")
        expect(page.locator("#comment-text")).to_be_focused()

    looking.eyes.see("phone: writing a comment", looking.phone, comment)
    looking.phone.do(clicking('[data-part="comment-cancel"]'))
    looking.eyes.see("phone: suggesting", looking.phone, clicking('[data-command="suggest"]'))
    first = looking.phone.each[LANGUAGES[0]]
    select_words(first, "Six")
    first.keyboard.type("Seven")
    expect(looking.desk.each[LANGUAGES[-1]].locator(".ProseMirror ins")).to_have_text("Seven")
    looking.see("a suggestion", "draft")
    looking.phone.do(clicking('[data-command="suggest"]'))
    looking.eyes.see("desk: a link is made", looking.desk, in_turn(selected, clicking('[data-command="link"]')))
    looking.desk.do(lambda page: page.keyboard.press("Escape"))
    looking.eyes.see("desk: who is where", looking.desk, clicking('[data-part="where-button"]'))
    looking.desk.do(clicking('[data-part="where-button"]'))
    looking.eyes.see("desk: only the draft", looking.desk, clicking('[data-view="draft"]'))
    looking.eyes.see("desk: only the board", looking.desk, clicking('[data-view="board"]'))
    looking.desk.do(clicking('[data-view="both"]'))
    looking.eyes.see("desk: keys", looking.desk, clicking('[data-part="keys-open"]'))
    looking.desk.do(lambda page: page.keyboard.press("Escape"))


def _ideas(looking: Looking) -> None:
    looking.see("ideas", "ideas")
    more = clicking('.note [data-part="note-more"]')
    for pages, name in ((looking.desk, "desk"), (looking.phone, "phone")):
        looking.eyes.see(f"{name}: the menu of an idea", pages, in_turn(more, unfold_all))
        pages.do(fold_all).do(lambda page: page.keyboard.press("Escape"))

    def lift(page: Page) -> None:
        page.locator(".note").first.focus()
        page.keyboard.press("Space")

    looking.eyes.see("desk: an idea is lifted", looking.desk, lift)
    looking.desk.do(lambda page: page.keyboard.press("Escape"))
    columns = looking.evening.lead.see("board")["columns"]
    looking.do("board", "lock_column", id=columns[0]["id"])
    looking.eyes.see("desk: a locked column, unfolded", looking.desk, unfold_all)
    looking.desk.do(fold_all)
    looking.do("board", "silence")
    looking.do("board", "add_note", column=columns[1]["id"], text="A lamp at the gate")
    looking.see("writing in silence", "ideas")
    looking.do("board", "reveal")
    looking.do("board", "close")
    looking.see("a closed board", "ideas")
    looking.do("board", "open")


def _talking(looking: Looking) -> None:
    evening, me = looking.evening, looking.evening.crowd.guests[1]
    evening.talk()
    looking.settle()
    looking.see("hands are up", "talk")
    looking.do("speaking", "next")
    looking.see("my turn", "talk")
    looking.do("speaking", "round")
    looking.see("a round", "talk")
    looking.do("speaking", "end_round")
    looking.see("messages and questions", "chat")
    looking.eyes.see("phone: chat unfolded", looking.phone, unfold_all)
    looking.phone.do(fold_all)
    looking.do("agenda", "next")
    looking.see("the first step", "talk")
    looking.do("agenda", "next")
    looking.do("captions", "name", id=me.id)
    evening.crowd.each("captions", "write", [me], text="We hear Gianni now.")
    looking.settle()
    looking.eyes.see("phone: captions", looking.phone, unfold_all)
    looking.phone.do(fold_all)
    looking.do("captions", "name", id="")


def _deciding(looking: Looking) -> None:
    evening = looking.evening
    guests = evening.crowd.guests
    state = evening.desk.context.storage_state()
    with opened(looking.browser, WIDE, looking.eyes, languages=("it",), storage_state=state) as screen:  # as the room
        screen.go(f"{evening.url}projector/").do(lambda page: expect(page.locator(".bigcode")).to_be_visible())
        looking.do("polls", "draft", kind="multiple", question="Which days?", options=["Monday", "Friday"], most=2)
        looking.see("a vote that is not open yet", "decide")
        looking.do("polls", "open", poll=evening.lead.see("polls")["polls"][0]["id"])
        looking.see("several answers", "decide")
        for kind, options in (
            ("single", ["Yes, gladly", "No"]),
            ("ranking", ["Shade", "Seats", "Water"]),
            ("scale", []),
        ):
            looking.do("polls", "close", poll=evening.lead.see("polls")["polls"][0]["id"])
            looking.do("polls", "draft", kind=kind, question=f"What about {kind}?", options=options, open=True)
            looking.see(f"a vote: {kind}", "decide")
        looking.do("polls", "close", poll=evening.lead.see("polls")["polls"][0]["id"])
        vote = evening.open_a_vote(answered=5)
        looking.see("dots", "decide")
        looking.eyes.see("screen: a vote is open", screen)
        looking.do("polls", "close", poll=vote["id"])
        looking.see("a result", "decide")
        looking.eyes.see("screen: a result", screen)
        check = evening.open_a_check(answered=1)
        looking.settle()
        looking.see("a check of consent", "decide")
        looking.eyes.see("screen: a check", screen)
        looking.eyes.see("desk: concerns, unfolded", looking.desk, unfold_all)
        looking.desk.do(fold_all)
        for each in evening.lead.see("consent")["checks"][0]["concerns"]:
            evening.lead.do("consent", "show", concern=each["id"])
        looking.settle()
        looking.see("concerns are shown", "decide")
        evening.crowd.each("consent", "answer", guests, check=check["id"], answer="agree")
        looking.do("consent", "close", check=check["id"])
        looking.see("a decision", "decide")
        for mode in ("text", "board", "decide", "agenda", "question", "code"):
            looking.do("projector", "show", mode=mode)
            looking.eyes.see(f"screen: {mode}", screen)
        looking.do("projector", "second", language="pl")
        looking.eyes.see("screen: a second language", screen)
        looking.do("projector", "show", mode="auto")


def _groups(looking: Looking) -> None:
    evening = looking.evening
    looking.do("breakouts", "make", count=2, choosing="mixed", late="smallest", minutes=10, question="What first?")
    looking.eyes.see("desk: groups are made", looking.desk, unfold_all)
    groups = looking.do("breakouts", "send")["groups"]
    looking.see("groups are at work", "draft")
    mine = next(each for each in groups if "Gianni" in each["names"])
    with opened(looking.browser, NARROW, looking.eyes) as inside:
        inside.with_cookie(evening.site.url, evening.crowd.guests[1].cookie)
        inside.go(f"{evening.site.url}{mine['url']}").do(is_live)
        write_at_end(inside.each[LANGUAGES[0]], "Ferns and ivy.", delay=1)
        wait_until_saved(inside.each[LANGUAGES[0]])
        looking.eyes.see("phone: in a group", inside)
        looking.do("breakouts", "call_back")
        looking.eyes.see("phone: called back", inside)
    looking.do("breakouts", "bring", group=mine["number"])
    looking.read("groups side by side", "groups/")
    looking.do("breakouts", "end")
    looking.desk.do(fold_all)


def _minutes(looking: Looking) -> None:
    evening = looking.evening
    looking.read("minutes, a draft", "minutes/")
    evening.lead.do("minutes", "propose", time=10, rule="nobody", audience="public")
    looking.read("minutes, laid before the group", "minutes/")
    with opened(looking.browser, NARROW, looking.eyes) as answering:
        answering.with_cookie(evening.site.url, evening.crowd.guests[1].cookie).go(f"{evening.url}minutes/")
        looking.eyes.see("phone: minutes wait for my answer", answering)
    evening.crowd.each("minutes", "agree", evening.crowd.guests)
    for who in evening.assisted:
        evening.lead.do("minutes", "agree", participant=who)
    looking.settle()
    looking.read("minutes, answered", "minutes/")


def _pages_beside(looking: Looking) -> None:
    evening = looking.evening
    version = evening.lead.get("versions/")["results"][0]["number"]
    for name, path in (
        ("history", "history/"),
        ("compare", f"history/compare/?from={version}&to=now"),
        ("a version", f"versions/{version}/"),
        ("erasure", "erasure/"),
        ("log", "log/"),
        ("decisions", "decide/"),
        ("a vote", "decide/1/"),
        ("chat", "chat/"),
        ("reading along", "follow/"),
        ("hand over", "submit/"),
        ("rooms", f"{evening.site.url}/torino/rooms/"),
        ("a new room", f"{evening.site.url}/torino/rooms/new/"),
    ):
        looking.read(name, path)
    officer = looking.browser.new_context(locale="en-GB").new_page()
    sign_in(officer, evening.site.url, "officer@torino.example")
    looking.read("stepping in", "step-in/", storage_state=officer.context.storage_state())
    officer.context.close()


def _displays(looking: Looking) -> None:
    """Easy to read, larger letters, high contrast, with motion, without script."""
    evening = looking.evening
    url, cookie = evening.site.url, evening.crowd.guests[1].cookie
    for name, more in (("easy to read", "easy=yes"), ("large letters", "text=larger")):
        with opened(looking.browser, NARROW, looking.eyes) as pages:
            pages.with_cookie(url, cookie).with_cookie(url, f"copact_{more}").go(evening.url).do(is_live)
            for part in ("ideas", "draft", "talk", "decide", "chat"):
                pages.part(part)
                looking.eyes.see(f"phone: {name}, {part}", pages)
    looking.phone.part("decide")
    looking.eyes.see(
        "phone: high contrast", looking.phone, lambda page: page.emulate_media(forced_colors="active"), colours=False
    )
    looking.phone.do(lambda page: page.emulate_media(forced_colors="none", reduced_motion="no-preference"))
    looking.settle()
    looking.eyes.see("phone: with motion", looking.phone, colours=False)
    looking.phone.do(lambda page: page.emulate_media(reduced_motion="reduce"))
    with opened(looking.browser, WIDE, looking.eyes) as plain:
        plain.with_cookie(url, cookie).do(without_script).go(evening.url)
        looking.eyes.see("desk: without script", plain)
        looking.eyes.see("desk: without script, unfolded", plain, unfold_all)


def _rules_of_the_house(looking: Looking) -> None:
    reason = "We listen to each other for a moment."
    for on, off in (("lock", "unlock"), ("pause_chat", "resume_chat"), ("freeze", "unfreeze")):
        looking.do("moderation", on, reason=reason)
        looking.see(on, "chat" if on == "pause_chat" else "draft")
        looking.do("moderation", off)
    looking.do("moderation", "slow", seconds=30, reason=reason)
    looking.do("moderation", "announce", text="Coffee in five minutes.")
    looking.see("slow chat, and a word to all", "chat")
    looking.do("moderation", "end_announcement")
    looking.do("moderation", "look", kind="any", target="part:decide")
    looking.see("look here", "chat")
    looking.do("moderation", "look_away")
    looking.do("moderation", "show", text="What would make you stay here?")
    me = looking.evening.crowd.guests[1].id
    looking.do("moderation", "mute", id=me, reason=reason)
    looking.see("muted, and a question for all", "chat")
    looking.do("moderation", "unmute", id=me)

    def ask_to_remove(page: Page) -> None:
        page.locator(f'[data-person="{me}"] summary').first.click()
        page.locator(f'[data-person="{me}"] [data-part="remove"]').click()
        expect(page.locator('[data-part="remove-dialog"]')).to_be_visible()

    looking.eyes.see("desk: to remove somebody", looking.desk, ask_to_remove)
    looking.desk.do(lambda page: page.keyboard.press("Escape")).do(fold_all)


def _broken_lines(looking: Looking) -> None:
    """The server dies, and comes back."""
    site = looking.evening.site
    if not site.web:  # somebody else's server, while this test is written
        return
    site.kill()
    sign = '[data-part="save"]'
    looking.desk.do(lambda page: expect(page.locator(sign)).not_to_have_attribute("data-sign", "saved"))
    looking.see("the line is broken", "draft")
    looking.phone.do(lambda page: page.context.set_offline(True))
    writer = looking.phone.each[LANGUAGES[0]]
    editor(writer).click()
    writer.keyboard.type("Vonal nélkül.")
    expect(writer.locator(sign)).to_have_attribute("data-sign", "device")
    looking.eyes.see("phone: offline", looking.phone)
    site.start()
    looking.phone.do(lambda page: page.context.set_offline(False))
    for pages in (looking.phone, looking.desk):
        pages.do(lambda page: expect(page.locator(sign)).to_have_attribute("data-sign", "saved", timeout=40_000))
    looking.see("the line is back", "draft")


def _the_end(looking: Looking) -> None:
    evening, me = looking.evening, looking.evening.crowd.guests[1]
    looking.do("moderation", "remove", id=me.id, reason="Shouting.")
    looking.phone.do(lambda page: expect(page.locator('[data-bar="stop"]')).to_be_visible())
    looking.eyes.see("phone: removed, with the page still open", looking.phone)
    looking.eyes.see("desk: somebody was removed, unfolded", looking.desk, unfold_all)
    looking.phone.do(lambda page: page.goto(evening.url))
    looking.phone.go(evening.url)
    looking.eyes.see("phone: removed", looking.phone)
    evening.desk.goto(evening.url)
    ask_close = evening.desk.locator('form[action$="/close/"]')
    evening.desk.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true })")
    ask_close.locator("button").last.click()
    looking.settle()
    looking.read("a closed room", "")
