"""The pages beside a room, and the room as a person's own settings show it."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.crowd import ask
from tests.e2e.looks import NARROW, WIDE, Looking, is_live, opened, submitting, unfold_all, without_script
from tests.e2e.people import sign_in

PARTS = ("ideas", "draft", "talk", "decide", "chat")
# As if its people had written for weeks: the worker reads such a past while the page waits.
LONG_PAST = "from realtime.models import Room; Room.objects.across_cities().filter(pk='{room}').update(head=100_000)"


def pages_beside(looking: Looking) -> None:
    evening = looking.evening
    version = evening.freeze()
    evening.lead.do(
        "polls", "draft", kind="single", question="By name?", options=["Yes", "No"], anonymous="no", open=True
    )
    poll = evening.lead.see("polls")["polls"][0]
    evening.crowd.each("polls", "vote", evening.crowd.guests, poll=poll["id"], value=poll["options"][0]["id"])
    evening.lead.do("polls", "close", poll=poll["id"])
    for name, path in (
        ("history", "history/"),
        ("history, at an earlier moment", "history/?at=3"),
        ("compare", f"history/compare/?from={version}&to=now"),
        ("a version", f"versions/{version}/"),
        ("log", "log/"),
        ("decisions", "decide/"),
        ("a vote", f"decide/{poll['number']}/"),
        ("reading along", "follow/?paused"),
        ("hand over", "submit/"),
        ("rooms", f"{evening.site.url}/torino/rooms/"),
        ("a new room", f"{evening.site.url}/torino/rooms/new/"),
    ):
        looking.read(name, path)
    with opened(looking.browser, WIDE, looking.eyes, storage_state=evening.as_lead) as pages:
        for name, path in (("hand over", "submit/"), ("a new room", f"{evening.site.url}/torino/rooms/new/")):
            pages.go(path if path.startswith("http") else evening.url + path)
            looking.eyes.see(f"page: {name}, refused", pages, submitting("main form"))


def taking_words_out(looking: Looking) -> None:
    """Asked for by a guest, laid before who leads; and the page that waits while a long past is read."""
    evening = looking.evening
    asks = evening.crowd.guests[4]
    looking.read_as(asks.cookie, "to take my words out", "erasure/")
    ask(f"{evening.lead.address}erasures/", {}, {"Cookie": asks.cookie})
    looking.read_as(asks.cookie, "my words shall go", "erasure/")
    looking.read("words to take out", "erasure/")
    waits = evening.another_room("A room with a long past")
    evening.site.manage("shell", "-c", LONG_PAST.format(room=waits["id"]))
    with opened(looking.browser, NARROW, looking.eyes, storage_state=evening.as_lead) as pages:
        pages.go(f"{evening.site.url}/torino/rooms/{waits['slug']}/history/")
        looking.eyes.see("phone: a page waits while the past is read", pages)


def keeping_what_i_did(looking: Looking) -> None:
    """A guest who takes an account, or has one."""
    evening = looking.evening
    guest = evening.crowd.guests[5]
    with looking.phones(guest.cookie) as pages:
        for name, path in (
            ("a guest’s own page", "/account/me/"),
            ("a guest makes an account", f"/account/signup/?next={evening.address}"),
            ("a guest signs in", f"/account/login/?next={evening.address}"),
        ):
            looking.eyes.see(f"phone: {name}", pages.go(evening.site.url + path))
    context = looking.browser.new_context(locale="en-GB")
    sign_in(context.new_page(), evening.site.url, "citizen@torino.example")
    state: Any = context.storage_state()
    context.close()
    with looking.phones(guest.cookie, storage_state=state) as pages:
        looking.eyes.see(
            "phone: was this guest me?", pages.go(f"{evening.site.url}/account/me/guest/?next={evening.address}")
        )


def displays(looking: Looking) -> None:
    """Easy to read, larger letters, high contrast, with motion, without script."""
    evening = looking.evening
    url, cookie = evening.site.url, evening.me.cookie
    for name, more in (("easy to read", "easy=yes"), ("large letters", "text=larger")):
        with looking.phones(cookie) as pages:
            pages.with_cookie(url, f"copact_{more}").go(evening.url).do(is_live)
            for part in PARTS:
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
    _without_script(looking)


def _without_script(looking: Looking) -> None:
    evening = looking.evening
    with opened(looking.browser, WIDE, looking.eyes) as plain:
        plain.with_cookie(evening.site.url, evening.me.cookie).do(without_script).go(evening.url)
        looking.eyes.see("desk: without script", plain)
        looking.eyes.see("desk: without script, unfolded", plain, unfold_all)
    with opened(looking.browser, WIDE, looking.eyes, storage_state=evening.as_lead) as plain:
        plain.do(without_script).go(evening.url)
        looking.eyes.see("desk: who leads, without script, unfolded", plain, unfold_all)
        looking.eyes.see("desk: an order without script was refused", plain, submitting('form[action$="/door/add/"]'))
        looking.eyes.see("page: a form whose key is gone", plain, _too_late)


def _too_late(page: Page) -> None:
    form = 'form[action$="/door/add/"]'
    page.eval_on_selector(form, "(form) => { form.csrfmiddlewaretoken.value = 'x' }")
    submitting(form)(page)
    expect(page.locator(".room")).to_have_count(0)
