"""How a room decides: votes of every kind from draft to result, checks of consent, and the hall's screen beside them."""

from typing import Final

from playwright.sync_api import Page, expect

from tests.e2e.looks import WIDE, Act, Looking, Pages, fold_all, in_turn, is_live, opened, submitting, unfold_all

KINDS: Final[tuple[tuple[str, list[str]], ...]] = (
    ("single", ["Yes, gladly", "No"]),
    ("ranking", ["Shade", "Seats", "Water"]),
    ("scale", []),
    ("temperature", []),
    ("yes_no", []),
)
# One of each set of fields that the form of a new vote has.
FIELDS: Final = ("single", "multiple", "scale", "dots", "board")


def drafting(looking: Looking) -> None:
    """The form for each kind, every kind of vote as a draft, and what is refused."""
    for kind in FIELDS:
        looking.eyes.see(f"desk: a new vote, {kind}", looking.desk, _choosing(kind))
    looking.desk.do(fold_all)
    made: tuple[tuple[str, list[str]], ...] = (
        ("multiple", ["Monday", "Friday"]),
        *KINDS,
        ("dots", ["Shade", "Seats"]),
        ("board", []),
    )
    for kind, options in made:
        looking.evening.lead.do("polls", "draft", kind=kind, question=f"What about {kind}?", options=options)
    looking.settle()
    looking.unfolded("votes of every kind, not open yet")
    for poll in looking.evening.lead.see("polls")["polls"]:
        looking.evening.lead.do("polls", "drop", poll=poll["id"])
    for name, form in (("a vote", "polls/draft"), ("a check of consent", "consent/prepare")):
        with looking.phones(storage_state=looking.evening.as_lead) as pages:
            pages.go(looking.evening.url)
            looking.eyes.see(f"phone: {name} was refused", pages, _refused(f'form[action$="/{form}/"]'))


def _refused(form: str) -> Act:
    """With a number that is none, so that nothing comes of it."""
    wrong = "(form) => { form.quorum.type = 'text'; form.quorum.value = 'many' }"
    return in_turn(lambda page: page.eval_on_selector(form, wrong), submitting(form))


def _choosing(kind: str) -> Act:
    def choose(page: Page) -> None:
        box = page.locator('[data-part="new-poll"]')
        if box.get_attribute("open") is None:
            box.locator("summary").first.click()
        page.locator("#poll-kind-here").select_option(kind)

    return choose


def deciding(looking: Looking) -> None:
    evening = looking.evening
    with opened(looking.browser, WIDE, looking.eyes, ("it",), storage_state=evening.as_lead) as screen:  # as the room
        screen.go(f"{evening.url}projector/").do(lambda page: expect(page.locator(".bigcode")).to_be_visible())
        _votes(looking, screen)
        _a_check(looking, screen)
        for mode in ("text", "board", "decide", "agenda", "question", "code"):
            looking.do("projector", "show", mode=mode)
            looking.eyes.see(f"screen: {mode}", screen)
        looking.do("projector", "second", language="pl")
        looking.eyes.see("screen: a second language", screen)
        looking.do("projector", "show", mode="auto")


def _close(looking: Looking) -> None:
    looking.do("polls", "close", poll=looking.evening.lead.see("polls")["polls"][0]["id"])


def _votes(looking: Looking, screen: Pages) -> None:
    evening = looking.evening
    looking.do("polls", "draft", kind="multiple", question="Which days?", options=["Monday", "Friday"], most=2)
    looking.do("polls", "open", poll=evening.lead.see("polls")["polls"][0]["id"])
    looking.see("several answers", "decide")
    _close(looking)
    for kind, options in KINDS:
        looking.do("polls", "draft", kind=kind, question=f"What about {kind}?", options=options, open=True)
        looking.see(f"a vote: {kind}", "decide")
        _close(looking)
    # By name and seen at once; only who is in the hall is asked.
    looking.do(
        "polls",
        "draft",
        kind="single",
        question="Whose turn is it to water?",
        options=["Ours", "Yours"],
        anonymous="no",
        live="yes",
        eligible="hall",
        quorum=3,
        open=True,
    )
    looking.see("a vote by name, of the hall alone", "decide")
    with looking.phones(evening.crowd.guests[4].cookie) as elsewhere:
        elsewhere.go(f"{evening.url}#decide").do(is_live)
        looking.eyes.see("phone: a vote of others", elsewhere)
    _close(looking)
    looking.do("polls", "draft", kind="board", question="What comes first?", budget=3, open=True)
    looking.see("dots on ideas", "ideas")
    _close(looking)
    looking.see("dots on ideas are counted", "ideas")
    vote = evening.open_a_vote(answered=5)
    looking.see("dots", "decide")
    looking.eyes.see("desk: how the vote works", looking.desk, unfold_all)
    looking.desk.do(fold_all)
    looking.eyes.see("screen: a vote is open", screen)
    looking.do("polls", "close", poll=vote["id"])
    looking.see("a result", "decide")
    looking.eyes.see("screen: a result", screen)


def _a_check(looking: Looking, screen: Pages) -> None:
    evening = looking.evening
    check = evening.open_a_check(answered=1)
    looking.settle()
    looking.see("a check of consent", "decide")
    with looking.phones(evening.crowd.guests[5].cookie) as pages:
        pages.go(evening.url)
        looking.eyes.see("phone: no answer was chosen", pages, submitting('form[action$="/consent/answer/"]'))
    looking.eyes.see("screen: a check", screen)
    looking.unfolded("concerns")
    for each in evening.lead.see("consent")["checks"][0]["concerns"]:
        evening.lead.do("consent", "show", concern=each["id"])
    looking.settle()
    looking.see("concerns are shown", "decide")
    evening.crowd.each("consent", "answer", evening.crowd.guests, check=check["id"], answer="agree")
    looking.do("consent", "close", check=check["id"])
    looking.see("a decision", "decide")
