"""A plain form that was refused comes back with all that was typed, and can be mended and sent again from there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from realtime import document, store, tools
from realtime.actions import add_assisted, close_room, freeze_version, remove, write_notes, write_turns
from realtime.choices import Access
from realtime.models import Ballot, Participant, Poll, Room
from tests.realtime.factories import join, leader, make_room
from tests.realtime.sessions import Session
from tests.realtime.visits import at, browser, sent_again

pytestmark = pytest.mark.django_db

LONG = "Beginning of my words. " + "x" * 4100


def post(who: Participant, path: str, **fields: Any) -> Any:
    return browser(who).post(at(who.room, path), fields)


def asked(session: Session, **fields: Any) -> str:
    session.do(session.lead, "polls", "draft", question="Where?", options=["Garden", "School"], open="on", **fields)
    return str(Poll.objects.in_city(session.room.city_id).latest("number").pk)


def checked(session: Session) -> str:
    write_turns(room=session.room, turns=[(session.lead.person, "paragraph", "Six benches.")])
    session.do(session.lead, "consent", "prepare", open="on")
    return str(session.see(session.lead, "consent")["checks"][0]["id"])


def ballots(session: Session) -> list[Any]:
    return [each.value for each in Ballot.objects.filter(room=session.room)]


def test_the_page_says_why_and_the_form_on_it_is_mended_and_sent(session: Session) -> None:
    path = "tools/moderation/remove/"
    answer = post(session.lead, path, id=str(session.amal.pk), reason="He shouted. " * 40)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "What you typed is kept." in page
    assert page.count("This is 79 letters too long. At most 400 fit.") == 2, "above, and at the field"
    fields = sent_again(answer, at(session.room, path))
    assert post(session.lead, path, **{**fields, "reason": "He shouted."}).status_code == 302
    session.amal.refresh_from_db()
    assert session.amal.state == "removed"


def test_the_reason_is_tied_to_its_field_and_takes_the_focus(session: Session) -> None:
    page = post(session.lead, "tools/moderation/announce/", text=LONG).content.decode()
    assert 'role="alert" tabindex="-1" autofocus' in page
    assert 'aria-describedby="again_text_error"' in page
    assert '<label for="again_text">' in page


@pytest.mark.parametrize("code", [code for code, _name in settings.LANGUAGES])
def test_it_is_answered_in_every_language(session: Session, code: str) -> None:
    address = at(session.room, "tools/chat/post/")
    session.do(session.lead, "moderation", "pause_chat", reason="We listen.")
    answer = browser(session.amal).post(f"{address}?lang={code}", {"text": "One more thing."})
    assert (answer.status_code, f'lang="{code}"' in answer.content.decode()) == (403, True)
    assert sent_again(answer, address)["text"] == "One more thing."


def test_what_was_typed_is_shown_and_never_run(session: Session) -> None:
    words = '</textarea><script>alert("x")</script>' + "y" * 1000
    answer = post(session.amal, "tools/chat/post/", text=words)
    assert "<script>alert" not in answer.content.decode()
    assert sent_again(answer, at(session.room, "tools/chat/post/"))["text"] == words


def test_the_token_of_the_form_is_not_kept(session: Session) -> None:
    secrets = {"csrfmiddlewaretoken": "the-old-token", "password": "hush"}
    page = post(session.amal, "tools/chat/post/", text="", **secrets).content.decode()
    assert not any(word in page for word in secrets.values())


def test_a_button_that_is_refused_says_why_on_the_page_that_comes(session: Session) -> None:
    answer = post(session.amal, "tools/agenda/extend/", minutes="5")
    assert (answer.status_code, answer["Location"]) == (302, f"{at(session.room)}#agenda")


@pytest.mark.parametrize(
    ("kind", "given", "mended"),
    [
        ("ranking", {"place-o1": "2", "place-o2": "2"}, {"place-o1": "1"}),
        ("dots", {"dots-o1": "4", "dots-o2": "3"}, {"dots-o2": "1"}),
        ("multiple", {"pick-o1": "on", "pick-o2": "on"}, {"pick-o2": ""}),
    ],
)
def test_a_vote_that_is_refused_comes_back_as_it_was_given(
    session: Session, kind: str, given: dict[str, str], mended: dict[str, str]
) -> None:
    key = asked(session, kind=kind, most=1 if kind == "multiple" else 0)
    answer = post(session.amal, "tools/polls/vote/", poll=key, **given)
    assert answer.status_code == 400
    assert "Your vote counts." not in answer.content.decode().split("ask__mine")[0]
    fields = sent_again(answer, at(session.room, "tools/polls/vote/"))
    assert fields.items() >= {"poll": key, **given}.items()
    assert post(session.amal, "tools/polls/vote/", **{**fields, **mended}).status_code == 302
    assert len(ballots(session)) == 1


def test_a_concern_without_an_answer_gets_its_answer_where_the_words_are(session: Session) -> None:
    key, path = checked(session), "tools/consent/answer/"
    answer = post(session.amal, path, check=key, text="No way past for wheelchairs.", named="on")
    fields = sent_again(answer, at(session.room, path))
    assert fields == {"check": key, "text": "No way past for wheelchairs.", "named": "on"}
    assert post(session.amal, path, **fields, answer="concern").status_code == 302
    assert ballots(session) == ["concern"]


def test_an_answer_for_somebody_is_never_taken_for_ones_own(session: Session) -> None:
    pina = str(add_assisted(room=session.room, name="Nonna Pina", by=session.lead.person).pk)
    key, path = checked(session), "tools/consent/answer/"
    given = {"check": key, "text": "Too hot."}
    assert sent_again(post(session.lead, path, **given, **{"for": pina}), at(session.room, path))["for"] == pina
    gone = {**given, "answer": "block", "for": str(session.amal.pk)}
    assert sent_again(post(session.lead, path, **gone), at(session.room, path)) == gone
    vote = {"poll": asked(session, kind="single"), "choice": "o1", "for": str(session.amal.pk)}
    assert post(session.lead, "tools/polls/vote/", **vote).status_code == 302, "and no form that says “My own”"


def test_an_idea_can_go_into_another_column_where_its_own_is_locked(session: Session) -> None:
    path = "tools/board/add_note/"
    session.do(session.lead, "board", "add_column", title="Later")
    session.do(session.lead, "board", "lock_column", id="c1", reason="Done.")
    fields = sent_again(post(session.amal, path, column="c1", text="A tap"), at(session.room, path))
    assert (fields["text"], fields["column"] != "c1") == ("A tap", True)
    assert post(session.amal, path, **fields).status_code == 302


def test_a_new_vote_keeps_the_ideas_that_were_chosen(session: Session) -> None:
    write_notes(room=session.room, notes=[(session.amal.person, "c1", text, 1) for text in ("Shade", "Taps", "Bins")])
    one, two, _three = document.read(store.updates_of(session.room.pk)[0]).board
    given = {"kind": "board", "question": "", f"note-{one}": "on", f"note-{two}": "on"}
    answer = post(session.lead, "tools/polls/draft/", **given)
    fields = sent_again(answer, at(session.room, "tools/polls/draft/"))
    assert {name for name in fields if name.startswith("note-")} == {f"note-{one}", f"note-{two}"}


def test_a_new_check_keeps_its_version_and_the_passages_that_were_chosen(session: Session) -> None:
    write_turns(room=session.room, turns=[(session.lead.person, "paragraph", text) for text in ("Benches.", "Taps.")])
    version = freeze_version(room=session.room, by=session.lead.person)
    write_turns(room=session.room, turns=[(session.lead.person, "paragraph", "Bins.")])
    freeze_version(room=session.room, by=session.lead.person)
    block = version.content["content"][1]["attrs"]["id"]
    given = {"version": "1", f"block-{block}": "on", "question": "Taps?", "eligible": "group"}
    fields = sent_again(
        post(session.lead, "tools/consent/prepare/", **given), at(session.room, "tools/consent/prepare/")
    )
    assert fields.items() >= {**given, "eligible": fields["eligible"]}.items()
    assert [name for name in fields if name.startswith("block-")] == [f"block-{block}"]


def test_a_conflict_keeps_a_new_check_too(session: Session) -> None:
    checked(session)
    answer = post(session.lead, "tools/consent/prepare/", question="Can you live with six benches?")
    assert (answer.status_code, "Can you live with six benches?" in answer.content.decode()) == (409, True)


def test_who_does_not_lead_gets_no_form_that_shows_what_leaders_see(session: Session) -> None:
    answer = post(session.amal, "tools/polls/draft/", question="Which evening?", options="Monday\nTuesday")
    fields = sent_again(answer, at(session.room, "tools/polls/draft/"))
    assert (answer.status_code, fields) == (403, {"question": "Which evening?", "options": "Monday\nTuesday"})


def minutes(room: Room) -> tuple[str, dict[str, str]]:
    return "minutes/", {"do": "write", "section": "agenda", "base": "0", "text": LONG}


def version_name(room: Room) -> tuple[str, dict[str, str]]:
    return "freeze/", {"title": "Draft " * 40}


def closing(room: Room) -> tuple[str, dict[str, str]]:
    tools.do(room=room, tool="polls", command="draft", by=leader(room).person, args=dict(OPEN))
    return "close/", {"reason": "It is late."}


def going_back(room: Room) -> tuple[str, dict[str, str]]:
    write_turns(room=room, turns=[(leader(room).person, "paragraph", "Benches.")])
    freeze_version(room=room, by=leader(room).person)
    return "versions/1/restore/", {"reason": LONG}


def erasure(room: Room) -> tuple[str, dict[str, str]]:
    write_turns(room=room, turns=[(leader(room).person, "paragraph", "Benches.")])
    return "erasure/", {"reason": LONG}


def second_look(room: Room) -> tuple[str, dict[str, str]]:
    return "log/", {"step": "ask", "act": "01900000-0000-7000-8000-000000000000", "text": "I wrote two messages."}


OPEN = {"kind": "single", "question": "Where?", "options": ["Garden", "School"], "open": "on"}


def comment(room: Room) -> tuple[str, dict[str, str]]:
    return "paragraphs/taken-away/", {"do": "comment", "text": "Which benches?"}


def other_words(room: Room) -> tuple[str, dict[str, str]]:
    return "paragraphs/taken-away/", {"do": "suggest", "before": "Two.", "after": "Six benches.", "text": "For all."}


FORMS = [minutes, version_name, closing, going_back, erasure, second_look, comment, other_words]


@pytest.mark.parametrize("form", FORMS)
def test_so_do_the_forms_on_other_pages_of_the_room(
    session: Session, form: Callable[[Room], tuple[str, dict[str, str]]]
) -> None:
    path, given = form(session.room)
    answer = post(session.lead, path, **given)
    assert answer.status_code in (400, 403, 409)
    assert sent_again(answer, at(session.room, path)) == given


def test_a_photo_is_asked_for_again_with_its_words(session: Session) -> None:
    given = {"text": "The dry fountain", "column": "c1"}
    answer = post(session.amal, "photos/", **given, file=SimpleUploadedFile("a.jpg", b"no picture"))
    assert 'enctype="multipart/form-data"' in answer.content.decode()
    assert sent_again(answer, at(session.room, "photos/")) == {**given, "file": ""}


# --- Who is not in the room ------------------------------------------------------------------


def test_who_waits_at_the_door_keeps_their_words_and_does_not_learn_the_rooms_name() -> None:
    waits = join(make_room(asks_before_admitting=True, title="The secret garden"), "Bea")
    answer = post(waits, "tools/chat/post/", text="May I come in?")
    page = answer.content.decode()
    assert (answer.status_code, "May I come in?" in page, "The secret garden" in page) == (403, True, False)


def test_who_was_removed_keeps_their_words_and_is_told_why(session: Session) -> None:
    remove(participant=session.amal, by=session.lead.person, reason="Shouting.")
    page = post(session.amal, "tools/board/add_note/", column="c1", text="A tap").content.decode()
    assert all(part in page for part in ("Shouting.", "A tap"))
    assert "The gardens of the street" not in page


@pytest.mark.parametrize("path", ["tools/chat/post/", "passage/", "photos/"])
def test_who_is_not_in_the_room_any_more_keeps_their_words_and_is_shown_the_door(path: str) -> None:
    room = make_room(access=Access.PUBLIC)
    answer = Client().post(at(room, path), {"text": "Good evening"})
    page = answer.content.decode()
    assert (answer.status_code, "Good evening" in page, f"/join/?code={room.code}" in page) == (403, True, True)


def test_a_closed_room_keeps_the_words_that_came_too_late(session: Session) -> None:
    close_room(room=session.room, by=session.lead.person, reason="It is late")
    answer = post(session.amal, "tools/chat/post/", text="And thank you all!")
    page = answer.content.decode()
    assert (answer.status_code, "The room is closed." in page, "And thank you all!" in page) == (403, True, True)
