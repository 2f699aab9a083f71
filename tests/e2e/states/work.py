"""A room at work: writing, ideas, hands and turns, the agenda and its clock, captions."""

import io
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.looks import Looking, clicking, fold_all, in_turn, submitting, unfold_all
from tests.e2e.people import editor, let_in, select_words

GONE = "00000000-0000-7000-8000-000000000000"


def _escape(page: Page) -> None:
    page.keyboard.press("Escape")


def _selected(page: Page) -> None:
    select_words(page, "benches with backs")


def writing(looking: Looking) -> None:
    looking.see("a comment", "draft")

    def comment(page: Page) -> None:
        _selected(page)
        page.keyboard.press("Control+Alt+m")
        expect(page.locator("#comment-text")).to_be_focused()

    looking.eyes.see("phone: writing a comment", looking.phone, comment)
    looking.phone.do(clicking('[data-part="comment-cancel"]'))
    looking.eyes.see("phone: suggesting", looking.phone, clicking('[data-command="suggest"]'))
    first = looking.phone.one
    expect(first.locator('[data-part="suggesting"]')).to_be_visible()
    select_words(first, "Six")
    first.keyboard.type("Seven")
    expect(looking.desk.last.locator(".ProseMirror ins")).to_have_text("Seven")
    looking.see("a suggestion", "draft")
    looking.phone.do(clicking('[data-command="suggest"]'))
    looking.eyes.see("desk: a link is made", looking.desk, in_turn(_selected, clicking('[data-command="link"]')))
    looking.desk.do(_escape)
    looking.eyes.see("desk: who is where", looking.desk, clicking('[data-part="where-button"]'))
    looking.desk.do(clicking('[data-part="where-button"]'))
    looking.eyes.see("desk: only the draft", looking.desk, clicking('[data-view="draft"]'))
    looking.eyes.see("desk: only the board", looking.desk, clicking('[data-view="board"]'))
    looking.desk.do(clicking('[data-view="both"]'))
    looking.eyes.see("desk: keys", looking.desk, clicking('[data-part="keys-open"]'))
    looking.desk.do(_escape)
    _a_paragraph(looking)


def _a_paragraph(looking: Looking) -> None:
    """The pages of one paragraph, and of a passage that was refused."""
    block = editor(looking.phone.one).locator("p[data-id]").first.get_attribute("data-id")
    with looking.phones(looking.evening.me.cookie) as pages:
        pages.go(f"{looking.evening.url}paragraphs/{block}/")
        looking.eyes.see("phone: one paragraph", pages)
        comment, words = (f'form:has([name="do"][value="{each}"])' for each in ("comment", "suggest"))
        looking.eyes.see("phone: one paragraph, a comment with no words", pages, submitting(comment))
        looking.eyes.see("phone: one paragraph, the same words", pages, submitting(words))
        pages.go(f"{looking.evening.url}#draft").do(unfold_all)
        looking.eyes.see("phone: a passage with no words", pages, submitting('form[action$="/passage/"]'))


def ideas(looking: Looking) -> None:
    looking.see("ideas", "ideas")
    more = clicking('.note [data-part="note-more"]')
    for pages, name in ((looking.desk, "desk"), (looking.phone, "phone")):
        looking.eyes.see(f"{name}: the menu of an idea", pages, in_turn(more, unfold_all))
        pages.do(fold_all).do(_escape)

    def lift(page: Page) -> None:
        page.locator(".note").first.focus()
        page.keyboard.press("Space")

    looking.eyes.see("desk: an idea is lifted", looking.desk, lift)
    looking.desk.do(_escape)
    columns = looking.evening.lead.see("board")["columns"]
    looking.do("board", "lock_column", id=columns[0]["id"], reason="We go on with the others.")
    looking.unfolded("a locked column")
    _together(looking)
    _one_idea(looking)
    looking.do("board", "silence")
    looking.do("board", "add_note", column=columns[1]["id"], text="A lamp at the gate")
    looking.see("writing in silence", "ideas")
    looking.do("board", "reveal")
    looking.do("board", "close", reason="We look at the ideas together.")
    looking.see("a closed board", "ideas")
    looking.do("board", "open")
    looking.do("board", "unlock_column", id=columns[0]["id"])


def _together(looking: Looking) -> None:
    """Ideas in a group, two that are one, and a photo."""
    lane = looking.desk.one.locator(".lane").nth(1).locator("[data-note]")
    first, second, third = (str(lane.nth(at).get_attribute("data-note")) for at in range(3))
    for note in (first, second):
        looking.do("board", "group_note", id=note, group="Sitting")
    looking.do("board", "merge_note", id=third, into=first)
    _put_a_photo(looking.phone.one)
    looking.desk.do(_let_new_ideas_in)
    looking.see("a group, two ideas in one, and a photo", "ideas")
    looking.unfolded("a photo")


def _let_new_ideas_in(page: Page) -> None:
    let_in(page, page.locator(".note__photo"))
    expect(page.locator(".note__photo")).to_have_count(1)


def _put_a_photo(page: Page) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (640, 480), "#88aa44").save(picture, "JPEG")
    form = page.locator('[data-part="photo-form"]')
    page.locator(".board__photo summary").click()
    form.locator("#photo-file").set_input_files(
        {"name": "court.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    form.locator("#photo-text").fill("The court at noon")
    form.locator("#photo-column").select_option(index=1)
    form.locator("button").click()


def _one_idea(looking: Looking) -> None:
    """The pages of an idea: with a photo, with another in it, and of one that is gone."""
    photo = looking.desk.one.locator(".note:has(.note__photo)").get_attribute("data-note")
    looking.read("an idea with a photo", f"notes/{photo}/")
    whole = looking.desk.one.locator(".lane").nth(1).locator("[data-note]").first.get_attribute("data-note")
    looking.read_as(looking.evening.me.cookie, "an idea", f"notes/{whole}/")
    looking.read_as(looking.evening.me.cookie, "an idea that is gone", f"notes/{GONE}/", 404)


def talking(looking: Looking) -> None:
    evening = looking.evening
    evening.talk()
    looking.settle()
    looking.see("hands are up", "talk")
    looking.do("speaking", "next")
    looking.see("my turn", "talk")
    looking.do("speaking", "round")
    looking.see("a round", "talk")
    looking.do("speaking", "end_round")
    _a_hand_is_taken_down(looking)
    looking.see("messages and questions", "chat")
    looking.eyes.see("phone: chat unfolded", looking.phone, unfold_all)
    looking.phone.do(fold_all)
    said = evening.lead.see("chat")["messages"]
    looking.read("signs at a message", f"chat/{said[1]['id']}/")
    looking.read("chat", "chat/")


def _a_hand_is_taken_down(looking: Looking) -> None:
    me = looking.evening.me
    if me.id not in [each["id"] for each in looking.evening.lead.see("speaking")["queue"]]:
        looking.evening.crowd.each("speaking", "raise", [me])
        looking.settle()
    looking.unfolded("a hand to take down")
    looking.do("speaking", "drop", id=me.id, reason="We come back to this later.")
    looking.see("a hand was taken down", "talk")


def the_agenda(looking: Looking) -> None:
    """Steps that run, one whose time is up, and the whole of its editor."""
    agenda = looking.evening.lead.see("agenda")
    looking.do("agenda", "next")
    looking.see("the first step", "talk")
    while looking.evening.lead.see("agenda")["now"] is not None:
        looking.evening.lead.do("agenda", "next")
    looking.settle()
    looking.see("the agenda is at its end", "talk")
    # One more step after the end: the one before it goes on, with no time left.
    looking.do("agenda", "add", title="Coffee, and what comes next", minutes=15, opens="draft")
    looking.desk.do(_time_is_up).do(unfold_all)
    looking.phone.do(_time_is_up)
    looking.see("time is up", "talk")
    looking.desk.do(fold_all)
    for number in range(len(agenda["steps"]) + 1, 20):
        looking.evening.lead.do(
            "agenda", "add", title=f"{number}. {'Quiet time for the rooms ' * 2}", minutes=5, opens="board"
        )
    looking.settle()
    looking.unfolded("twenty steps to change")
    with looking.phones(storage_state=looking.evening.as_lead) as lead:
        lead.go(f"{looking.evening.url}#lead").do(_time_is_up)
        looking.eyes.see("phone: twenty steps to change", lead, unfold_all)
        looking.eyes.see(
            "phone: a step with no name was refused", lead, submitting('form[action$="/agenda/add/"]:has(#new-step)')
        )


def _time_is_up(page: Page) -> None:
    expect(page.locator('#agenda [data-part="time-up"]')).not_to_have_attribute("hidden", "")


def captions(looking: Looking) -> None:
    """Who types them, who reads them, and who does not want them kept."""
    evening, me = looking.evening, looking.evening.me
    other = evening.crowd.guests[3]
    looking.do("captions", "name", id=me.id)
    evening.crowd.each("captions", "write", [me], text="We hear Gianni now.")
    looking.settle()
    looking.eyes.see("phone: I type the captions", looking.phone, unfold_all)
    with looking.phones(other.cookie) as reading:
        reading.go(evening.url).do(_reads)
        looking.eyes.see("phone: captions to read", reading, unfold_all)
        looking.do("captions", "keep")
        looking.eyes.see("phone: captions that are kept", reading)
    looking.unfolded("captions that are kept")
    looking.phone.do(fold_all)
    looking.do("captions", "name", id="")


def _reads(page: Any) -> None:
    expect(page.locator('[data-part="captions"]')).to_be_visible()
