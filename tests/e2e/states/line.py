"""How the line of a room ends and comes back, and how the room itself ends."""

from playwright.sync_api import Page, WebSocketRoute, expect

from realtime import protocol
from realtime.protocol import Close
from tests.e2e.looks import Act, Looking, is_live, unfold_all
from tests.e2e.people import editor, until

SIGN = '[data-part="save"]'
WHY = {"why": "This column is locked. Ask the facilitator.", "words": ["A lamp at the gate", "Swings"]}
RETURNS = (Close.TOO_SLOW, Close.TOO_FAST, Close.RESTARTING, Close.CANNOT_SAVE, Close.LATER)
STAYS_OUT = (Close.SIGNED_OUT, Close.FORBIDDEN, Close.NO_ROOM, Close.TOO_BIG, Close.BAD_UPDATE)


class Lines:
    """The sockets of pages, with a hand on each."""

    def __init__(self) -> None:
        self.held: dict[Page, WebSocketRoute] = {}
        self.barred = False

    def hold(self, page: Page) -> None:
        def route(line: WebSocketRoute) -> None:
            if self.barred:
                return line.close()
            self.held[page] = line
            line.connect_to_server()
            return None

        page.route_web_socket("**/ws/**", route)
        page.route("**/ticket/", lambda asked: asked.fulfill(status=403, body="{}"))

    def closing(self, code: int, bar: str, *, away: bool = False, said: bytes = b"") -> Act:
        """The server ends the line: `away`, and nobody answers for a while."""

        def close(page: Page) -> None:
            until(page, lambda: page in self.held and not page.locator('[data-bar="offline"]').count(), "a line")
            _is_saved(page)
            line = self.held.pop(page)
            self.barred = away  # who comes back quickly would be on line again before nobody answers
            if said:
                line.send(said)
            line.close(code=code)
            if away:
                page.context.set_offline(True)
            expect(page.locator(f'[data-bar="{bar}"]')).to_be_visible()
            self.barred = False

        return close


def ends_of_the_line(looking: Looking) -> None:
    """Every way in which a server ends a line, as the page tells it."""
    lines = Lines()
    with looking.phones(looking.evening.me.cookie) as phone:
        phone.do(lines.hold).go(f"{looking.evening.url}#draft").do(is_live)
        for code in RETURNS:
            looking.eyes.see(f"phone: {code} {code.name}", phone, lines.closing(code, "offline", away=True))
            phone.do(lambda page: page.context.set_offline(False))
        righted = protocol.room({"tool": "righted", "state": WHY})
        looking.eyes.see("phone: the board is put right", phone, lines.closing(Close.RIGHTED, "righted", said=righted))
        phone.do(lambda page: page.locator('[data-bar="righted"] button').click())
        phone.do(lambda page: expect(page.locator('[data-bar="rescued"]')).to_be_visible())
        looking.eyes.see("phone: words that did not get in", phone)
        phone.do(lambda page: page.locator('[data-bar="rescued"] button').last.click())
        for code in STAYS_OUT:
            looking.eyes.see(f"phone: {code} {code.name}", phone, lines.closing(code, "stop"))
            phone.do(lambda page: page.reload()).do(is_live)
        lines.barred = True
        phone.do(lambda page: page.reload())
        phone.do(lambda page: expect(page.locator('[data-bar="blocked"]')).to_be_visible(timeout=60_000))
        looking.eyes.see("phone: a network that lets no line through", phone)


def _is_saved(page: Page) -> None:
    expect(page.locator(SIGN)).to_have_attribute("data-sign", "saved", timeout=40_000)


def broken_lines(looking: Looking) -> None:
    """The server dies, and comes back."""
    site = looking.evening.site
    if not site.web:  # somebody else's server, while this test is written
        return
    site.kill()
    try:
        looking.desk.do(lambda page: expect(page.locator(SIGN)).not_to_have_attribute("data-sign", "saved"))
        looking.see("the line is broken", "draft")
        looking.phone.do(lambda page: page.context.set_offline(True))
        writer = looking.phone.one
        editor(writer).click()
        writer.keyboard.type("Vonal nélkül.")
        expect(writer.locator(SIGN)).to_have_attribute("data-sign", "device")
        looking.eyes.see("phone: offline", looking.phone)
    finally:
        site.start()
    looking.phone.do(lambda page: page.context.set_offline(False))
    for pages in (looking.phone, looking.desk):
        pages.do(_is_saved)
    looking.see("the line is back", "draft")


def the_end(looking: Looking) -> None:
    evening, me = looking.evening, looking.evening.me
    looking.do("moderation", "remove", id=me.id, reason="Shouting.")
    looking.phone.do(_stops)
    looking.eyes.see("phone: removed, with the page still open", looking.phone)
    looking.unfolded("somebody was removed")
    looking.eyes.see("phone: removed", looking.phone.go(evening.url + "?again", 403))
    stays = evening.crowd.guests[2]
    with looking.phones(stays.cookie) as guest:
        guest.go(f"{evening.url}#draft").do(is_live)
        _close(looking)
        guest.do(_stops)
        looking.eyes.see("phone: the room closes while it is open", guest)
        guest.go(f"{evening.url}?again")
        looking.eyes.see("phone: a closed room", guest, unfold_all)
    looking.read("a closed room", "")
    looking.read("history of a closed room", "history/")
    looking.read("minutes of a closed room", "minutes/")


def _close(looking: Looking) -> None:
    page = looking.evening.desk
    page.goto(looking.evening.url)
    unfold_all(page)
    page.locator('form[action$="/close/"] button').last.click()
    looking.settle()


def _stops(page: Page) -> None:
    expect(page.locator('[data-bar="stop"]')).to_be_visible()
