"""At the door: a code, a PIN, waiting, a refusal, a full room; and the room before anything is in it."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.crowd import ask
from tests.e2e.looks import Looking, fold_all, in_turn, is_live, unfold_all

PIN = "4321"


def the_door(looking: Looking) -> None:
    _codes(looking)
    _waiting(looking)
    _refused(looking)
    _a_pin(looking)
    _a_full_room(looking)


def _knocking(code: str, name: str, pin: str = "") -> Any:
    def knock(page: Page) -> None:
        page.locator("#id_code").fill(code)
        page.locator("#id_name").fill(name)
        if pin:
            page.locator("#id_pin").fill(pin)
        with page.expect_navigation():
            page.locator("form.join button.btn--live").click()

    return knock


def _codes(looking: Looking) -> None:
    with looking.phones() as door:
        door.go(f"{looking.evening.site.url}/join/")
        looking.eyes.see("door: with a code", door)
        looking.eyes.see("door: a wrong code", door, _knocking("ZZZZZZZ9", "Anna"))
        looking.eyes.see("door: no name", door, _knocking(looking.evening.code, ""))


def _waiting(looking: Looking) -> None:
    evening = looking.evening
    looking.do("moderation", "ask")
    waits, cookie = ask(f"{evening.site.url}/api/v1/rooms/join/", {"code": evening.code, "name": "Amal"})
    looking.settle()
    with looking.phones(cookie) as waiting:
        looking.eyes.see("door: waiting", waiting.go(evening.url))
    looking.unfolded("somebody waits at the door")
    looking.do("door", "admit", id=waits["participant"])


def _refused(looking: Looking) -> None:
    evening = looking.evening
    sent, cookie = ask(f"{evening.site.url}/api/v1/rooms/join/", {"code": evening.code, "name": "Noor"})
    looking.do("door", "refuse", id=sent["participant"], reason="Tell us first who you are.")
    looking.do("moderation", "let_in")
    with looking.phones(cookie) as refused:
        looking.eyes.see("door: refused, with the reason", refused.go(evening.url, 403))
        refused.one.locator("#ask-again").fill("I am Noor from number 7.")
        refused.one.locator('form[action$="/log/"] button').click()
        expect(refused.one.locator(".room-log")).to_be_visible()
        looking.eyes.see("door: a second look is asked for", refused.go(evening.url, 403))
        looking.eyes.see("door: the log of who was refused", refused.go(f"{evening.url}log/"))
    looking.unfolded("a second look waits, and somebody may come back")
    looking.read("log, with a second look to answer", "log/")


def _a_pin(looking: Looking) -> None:
    code = looking.evening.another_room("A room with a PIN", pin=PIN)["code"]
    with looking.phones() as door:
        door.go(f"{looking.evening.site.url}/join/")
        looking.eyes.see("door: a PIN is asked for", door, _knocking(code, "Anna"))
        looking.eyes.see("door: a wrong PIN", door, _knocking(code, "Anna", "0000"))


def _a_full_room(looking: Looking) -> None:
    looking.do("door", "limit", most=2)
    with looking.phones() as full:
        full.go(f"{looking.evening.site.url}/join/")
        looking.eyes.see("door: a full room", full, _knocking(looking.evening.code, "Zoe"))
    looking.do("door", "limit", most=80)


def an_empty_room(looking: Looking) -> None:
    for part in ("ideas", "draft", "talk", "decide", "chat", "people"):
        looking.phone.part(part)
        looking.eyes.see(f"phone: empty, {part}", looking.phone)
    looking.unfolded("empty")
    with looking.phones(storage_state=looking.evening.as_lead) as lead:
        lead.go(f"{looking.evening.url}#lead").do(is_live)
        looking.eyes.see("phone: who leads", lead)
        looking.eyes.see("phone: who leads, all unfolded", lead, unfold_all)
    _only_watching(looking)


def _only_watching(looking: Looking) -> None:
    """An observer: everything is there to read."""
    door = {"code": looking.evening.code, "name": "Teresa", "role": "observer"}
    _watches, cookie = ask(f"{looking.evening.site.url}/api/v1/rooms/join/", door)
    with looking.phones(cookie) as watching:
        watching.go(looking.evening.url)
        watching.do(lambda page: expect(page.locator('[data-part="save"]')).to_have_attribute("data-sign", "saved"))
        for part in ("ideas", "draft", "talk", "decide", "chat"):
            watching.part(part)
            looking.eyes.see(f"phone: only watching, {part}", watching, in_turn(unfold_all))
            watching.do(fold_all)
