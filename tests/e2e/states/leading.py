"""How a room is led: groups and minutes, locks and words to all, the lead that goes from hand to hand, and nobody who has it."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.crowd import Lead, post
from tests.e2e.looks import Looking, clicking, fold_all, is_live, submitting, unfold_all
from tests.e2e.people import select_words, sign_in, wait_until_saved, write_at_end

REASON = "We listen to each other for a moment."


def groups(looking: Looking) -> None:
    evening = looking.evening
    make = {"count": 2, "late": "smallest", "minutes": 10, "question": "What first?"}
    looking.do("breakouts", "make", choosing="free", **make)
    looking.see("a group to choose", "ideas")
    looking.do("breakouts", "give_up")
    looking.do("breakouts", "make", choosing="mixed", **make)
    looking.unfolded("groups are made")
    told = looking.do("breakouts", "send")["groups"]
    looking.see("groups are at work", "draft")
    mine = next(each for each in told if "Gianni" in each["names"])
    with looking.phones(evening.me.cookie) as inside:
        inside.go(f"{evening.site.url}{mine['url']}").do(is_live)
        write_at_end(inside.one, "Ferns and ivy.", delay=1)
        wait_until_saved(inside.one)
        inside.one.locator('[data-part="group-help"]').click()
        inside.do(
            lambda page: expect(page.locator('[data-part="group-help"]')).to_have_attribute("aria-pressed", "true")
        )
        looking.eyes.see("phone: in a group", inside)
        looking.unfolded("a group asks for help")
        looking.do("breakouts", "call_back")
        looking.eyes.see("phone: called back", inside)
    looking.do("breakouts", "bring", group=mine["number"])
    looking.read("groups side by side", "groups/")
    looking.do("breakouts", "end")


def minutes(looking: Looking) -> None:
    evening = looking.evening
    evening.freeze()
    looking.read("minutes, a draft", "minutes/")
    looking.do("minutes", "propose", time=10, rule="nobody", audience="public")
    looking.read("minutes, laid before the group", "minutes/")
    looking.see("minutes wait for an answer", "chat")
    looking.read_as(evening.me.cookie, "minutes wait for my answer", "minutes/")
    evening.crowd.each("minutes", "agree", evening.crowd.guests)
    for who in evening.assisted:
        evening.lead.do("minutes", "agree", **{"for": who})
    looking.settle()
    looking.read("minutes, answered", "minutes/")
    looking.read_as(evening.me.cookie, "minutes, answered", "minutes/")


def rules_of_the_house(looking: Looking) -> None:
    looking.eyes.see("desk: a reason is asked for", looking.desk, _locking)
    looking.desk.do(fold_all)
    for on, off in (("lock", "unlock"), ("pause_chat", "resume_chat"), ("freeze", "unfreeze")):
        looking.do("moderation", on, reason=REASON)
        looking.see(on, "chat" if on == "pause_chat" else "draft")
        looking.do("moderation", off)
    looking.do("moderation", "slow", seconds=30, reason=REASON)
    looking.do("moderation", "announce", text="Coffee in five minutes.")
    looking.see("slow chat, and a word to all", "chat")
    looking.do("moderation", "end_announcement")
    looking.do("moderation", "look", kind="any", target="part:decide")
    looking.see("look here", "chat")
    looking.do("moderation", "look_away")
    looking.do("moderation", "show", text="What would make you stay here?")
    me = looking.evening.me.id
    looking.do("moderation", "mute", id=me, reason=REASON)
    looking.see("muted, and a question for all", "chat")
    looking.read_as(looking.evening.me.cookie, "log of who was muted", "log/")
    looking.do("moderation", "unmute", id=me)

    def ask_to_remove(page: Page) -> None:
        page.locator(f'[data-person="{me}"] summary').first.click()
        page.locator(f'[data-person="{me}"] [data-part="remove"]').click()
        expect(page.locator('[data-part="remove-dialog"]')).to_be_visible()

    looking.eyes.see("desk: to remove somebody", looking.desk, ask_to_remove)
    looking.desk.do(lambda page: page.keyboard.press("Escape")).do(fold_all)


def _locking(page: Page) -> None:
    unfold_all(page)
    form = page.locator('form[data-switch="locked"]')
    form.locator('[role="switch"]').click()
    expect(form.locator('[name="reason"]')).to_be_focused()


def without_a_device(looking: Looking) -> None:
    """People in the hall and on the telephone, for whom somebody writes."""
    evening = looking.evening
    looking.do("door", "add", name="Nonna Pina", place="phone")
    pina = next(each["id"] for each in evening.lead.see("door")["people"] if each["name"] == "Nonna Pina")
    looking.eyes.see("desk: to write for somebody", looking.desk, clicking("#h-helped"))
    looking.desk.do(fold_all)
    looking.do("polls", "draft", kind="dots", question="Where first?", options=["Shade", "Water"], budget=3, open=True)
    looking.see("a vote to enter for somebody")
    looking.do("polls", "close", poll=evening.lead.see("polls")["polls"][0]["id"])
    looking.do("speaking", "raise", **{"for": pina})
    looking.do("chat", "post", text="I can give water.", language="en", **{"for": pina})
    looking.see("a hand and a message of somebody on the telephone", "chat")
    looking.eyes.see("desk: a comment for somebody", looking.desk, _comment_for)
    looking.desk.do(clicking('[data-part="comment-cancel"]'))
    with looking.phones(storage_state=evening.as_lead) as lead:
        lead.go(f"{evening.url}#lead")
        looking.eyes.see("phone: somebody with no name was not added", lead, submitting('form[action$="/door/add/"]'))


def _comment_for(page: Page) -> None:
    select_words(page, "benches")
    page.keyboard.press("Control+Alt+m")
    expect(page.locator("#comment-for")).to_be_visible()


def the_lead(looking: Looking) -> None:
    """Shared, passed on, given up: how it looks to who gives it, to who gets it, and to everybody where nobody has it."""
    evening = looking.evening
    citizen, them = _comes(looking, "citizen@torino.example")
    officer, _ = _comes(looking, "officer@torino.example")
    looking.unfolded("people whom the lead can be passed to")
    looking.eyes.see("desk: a successor is asked for", looking.desk, _stepping_down)
    looking.desk.do(fold_all)
    looking.do("leading", "share", id=them)
    with looking.phones(storage_state=citizen) as other:
        other.go(f"{evening.url}#lead").do(is_live)
        looking.eyes.see("phone: leads together with another", other, unfold_all)
        evening.lead.do("leading", "pass", id=them)
        looking.desk.do(lambda page: expect(page.locator("#lead")).to_have_count(0)).do(is_live)
        looking.see("the lead was passed on")
        looking.eyes.see("phone: leads alone now", other, unfold_all)
        leaves = Lead(evening.site.url, evening.room, other.one.context.cookies())
    post(f"{evening.url}leave/", {"anyway": "1"}, leaves.headers)
    _nobody_leads(looking, officer)


def _stepping_down(page: Page) -> None:
    unfold_all(page)
    page.locator('form[data-do="step_down"] button').click()
    expect(page.locator(".order-problem")).to_be_visible()


def _comes(looking: Looking, email: str) -> tuple[Any, Any]:
    """Somebody with an account takes part; what their browser keeps, and who they are in the room."""
    evening = looking.evening
    before = {each["id"] for each in evening.lead.see("door")["people"]}
    context = looking.browser.new_context(locale="en-GB")
    page = context.new_page()
    sign_in(page, evening.site.url, email)
    page.goto(f"{evening.site.url}/join/")
    page.locator("#id_code").fill(evening.code)
    page.locator("form.join button.btn--live").click()
    page.wait_for_url(lambda address: "/rooms/" in address)
    state = context.storage_state()
    context.close()
    [new] = {each["id"] for each in evening.lead.see("door")["people"]} - before
    return state, new


def _nobody_leads(looking: Looking, officer: Any) -> None:
    evening = looking.evening
    looking.phone.do(_alone)
    looking.phone.part("draft")
    looking.eyes.see("phone: nobody leads", looking.phone)
    looking.desk.do(_alone)
    looking.see("nobody leads, and I could")
    with looking.phones(storage_state=officer) as page:
        page.go(evening.url).do(_alone)
        looking.eyes.see("phone: nobody leads, and an officer could", page)
    looking.read("stepping in where nobody leads", "step-in/", storage_state=officer)
    evening.lead.do("leading", "step_in")
    looking.desk.do(lambda page: expect(page.locator("#lead")).to_be_visible())
    looking.read("stepping in where somebody leads", "step-in/", storage_state=officer)


def _alone(page: Page) -> None:
    expect(page.locator('[data-bar="alone"]')).to_be_visible()
