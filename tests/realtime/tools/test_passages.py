"""Comments on passages, proposed changes, and who decides about them: by socket, API and form alike."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from backend.base import prose
from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from realtime import store
from realtime.actions import acts_of, add_assisted, answer_appeal, ask_again, freeze_version, post_passage, set_role
from realtime.models import Passage
from tests.factories import make_moderator
from tests.realtime.factories import join
from tests.realtime.sessions import Session
from tests.realtime.spoken import blocks, content


@pytest.fixture
def written(session: Session) -> Session:
    post_passage(room=session.room, by=session.lead.person, text="Six steel benches\n\nShade 😀 in July")
    return session


def text(session: Session) -> str:
    return prose.to_text(content(session)).strip()


def only(session: Session, who: Any) -> Any:
    [item] = session.see(who, "passages")["items"]
    return item


def propose(session: Session, who: Any, after: str, **more: Any) -> Any:
    first = blocks(session)[0]
    session.do(who, "passages", "suggest", block=first.id, before=first.text, after=after, **more)
    return only(session, who)


@pytest.mark.parametrize(
    ("command", "args"),
    [
        ("accept", {"id": "nowhere"}),
        ("reject", {"id": "nowhere"}),
        ("suggest", {"block": "b", "before": "Six", "after": "Seven"}),
        ("open", {"block": "b", "text": "Too low."}),
    ],
)
def test_the_text_is_not_read_for_who_may_not_write(
    written: Session, monkeypatch: pytest.MonkeyPatch, command: str, args: dict[str, str]
) -> None:
    read, load = [], store.load

    def loading(key: UUID) -> store.Loaded:
        read.append(key)
        return load(key)

    monkeypatch.setattr(store, "load", loading)
    pina = str(add_assisted(room=written.room, name="Nonna Pina", by=written.lead.person).pk)
    watcher = join(written.room, "Rosa", role="observer")
    asked = [(watcher, args)]
    if command in ("suggest", "open"):
        asked += [(who, {**args, "for": pina}) for who in (watcher, written.amal)]
    for who, said in asked:
        with pytest.raises(PermissionDenied):
            written.do(who, "passages", command, **said)
    assert read == []


def test_a_comment_hangs_on_its_words_and_is_answered(written: Session) -> None:
    first = blocks(written)[0]
    written.do(written.amal, "passages", "open", block=first.id, start="4", quote="steel", text="Too hot in July.")
    item = only(written, written.gianni)
    assert (item["kind"], item["quote"], item["name"], item["mine"]) == ("comment", "steel", "Amal", False)
    written.do(written.gianni, "passages", "reply", id=item["id"], text="And cold in winter.")
    assert [post["text"] for post in only(written, written.amal)["posts"]] == [
        "Too hot in July.",
        "And cold in winter.",
    ]
    assert f'data-comment="{item["id"]}">steel</mark>' in prose.to_html(content(written))
    assert text(written).startswith("Six steel benches")


def test_a_comment_on_a_whole_paragraph_keeps_the_words_it_stood_on(written: Session) -> None:
    written.do(written.amal, "passages", "open", block=blocks(written)[1].id, text="Where?")
    assert only(written, written.amal)["quote"] == "Shade 😀 in July"


def test_a_proposal_is_marked_in_the_name_of_its_author_and_accepted_by_the_leader(written: Session) -> None:
    item = propose(written, written.amal, "Six wooden benches", text="Steel is hot.")
    assert (item["quote"], item["words"], item["accepts"], item["rejects"]) == ("steel", "wooden", False, True)
    assert text(written).startswith("Six steel benches")
    wrote = [row.participant_id for row in written.room.updates.order_by("number")]
    assert wrote[-1] == written.amal.pk
    with pytest.raises(PermissionDenied):
        written.do(written.gianni, "passages", "accept", id=item["id"])
    written.do(written.lead, "passages", "accept", id=item["id"])
    assert text(written).startswith("Six wooden benches")
    assert only(written, written.amal)["state"] == "accepted"
    line = JournalEntry.objects.filter(subject_kind="passage").latest("id")
    assert (line.verb, line.actor, line.after) == ("passage.accepted", written.lead.person.pk, "accepted")
    with pytest.raises(Conflict):
        written.do(written.lead, "passages", "reject", id=item["id"])


def test_who_made_a_proposal_takes_it_back(written: Session) -> None:
    item = propose(written, written.amal, "No benches")
    with pytest.raises(PermissionDenied):
        written.do(written.gianni, "passages", "reject", id=item["id"])
    written.do(written.amal, "passages", "reject", id=item["id"])
    assert prose.as_it_stands(content(written)) == prose.clean(content(written))


def test_the_rooms_rule_says_who_accepts(written: Session) -> None:
    item = propose(written, written.amal, "Seven steel benches")
    with pytest.raises(PermissionDenied):
        written.do(written.gianni, "passages", "rule", deciders="writers")
    written.do(written.lead, "passages", "rule", deciders="writers")
    assert only(written, written.gianni)["accepts"]
    assert JournalEntry.objects.filter(verb="room.deciders").get().after == "writers"
    written.do(written.lead, "moderation", "lock", reason="The scribes write.")
    with pytest.raises(PermissionDenied):
        written.do(written.gianni, "passages", "accept", id=item["id"])
    set_role(participant=written.gianni, by=written.lead.person, role="scribe")
    written.do(written.gianni, "passages", "accept", id=item["id"])
    assert text(written).startswith("Seven")
    with pytest.raises(ValidationError):
        written.do(written.lead, "passages", "rule", deciders="nobody")


def test_in_a_locked_room_people_propose_and_comment_but_do_not_write(written: Session) -> None:
    written.do(written.lead, "moderation", "lock", reason="The scribes write.")
    with pytest.raises(PermissionDenied):
        post_passage(room=written.room, by=written.amal.person, text="Mine")
    item = propose(written, written.amal, "Eight steel benches")
    with pytest.raises(PermissionDenied):  # marks of one's own hand need the right to write
        written.do(written.gianni, "passages", "suggest", key="abcdefghjkmn", quote="x", words="y")
    assert item["words"] == "Eight"
    written.do(written.lead, "moderation", "freeze", reason="A pause.")
    for command, args in (("reply", {"id": item["id"], "text": "x"}), ("reject", {"id": item["id"]})):
        with pytest.raises(PermissionDenied):
            written.do(written.amal, "passages", command, **args)


def test_a_proposal_made_in_a_live_editor_is_told_once_and_grows(written: Session) -> None:
    for words in ("be", "benches", "benches"):
        written.do(written.amal, "passages", "suggest", key="abcdefghjkmn", quote="seats", words=words)
    assert only(written, written.amal)["words"] == "benches"
    with pytest.raises(Conflict):
        written.do(written.gianni, "passages", "suggest", key="abcdefghjkmn", words="mine now")
    with pytest.raises(ValidationError):  # nothing of it stands in the text
        written.do(written.lead, "passages", "accept", id="abcdefghjkmn")
    assert only(written, written.amal)["state"] == "open"
    written.do(written.amal, "passages", "reject", id="abcdefghjkmn")
    written.do(written.amal, "passages", "suggest", key="abcdefghjkmn", quote="seats", words="again")
    assert only(written, written.amal)["state"] == "open"
    written.do(written.lead, "passages", "reject", id="abcdefghjkmn")
    written.do(written.amal, "passages", "suggest", key="abcdefghjkmn", quote="seats", words="and again")
    assert only(written, written.amal)["state"] == "rejected"


def test_marks_that_nobody_told_of_can_still_be_decided(written: Session) -> None:
    item = propose(written, written.amal, "Six wooden benches")
    Passage.objects.across_cities().all().delete()
    written.do(written.lead, "passages", "accept", id=item["id"])
    assert text(written).startswith("Six wooden benches")
    assert only(written, written.lead)["name"] == ""


def test_a_comment_is_settled_by_its_author_or_a_scribe_and_opened_again(written: Session) -> None:
    written.do(written.amal, "passages", "open", block=blocks(written)[0].id, text="Why steel?")
    key = only(written, written.amal)["id"]
    with pytest.raises(PermissionDenied):
        written.do(written.gianni, "passages", "resolve", id=key)
    written.do(written.amal, "passages", "resolve", id=key)
    assert only(written, written.amal)["reopens"]
    written.do(written.lead, "passages", "reopen", id=key)
    written.do(written.lead, "passages", "resolve", id=key)
    verbs = JournalEntry.objects.filter(subject_kind="passage").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["passage.resolved", "passage.open", "passage.resolved"]
    with pytest.raises(Conflict):
        written.do(written.lead, "passages", "accept", id=key)


def test_a_hidden_answer_keeps_its_place_without_its_words(written: Session) -> None:
    written.do(written.amal, "passages", "open", block=blocks(written)[0].id, text="Something unkind")
    post = only(written, written.gianni)["posts"][0]
    with pytest.raises(PermissionDenied):
        written.do(written.gianni, "passages", "hide", id=post["id"], reason="Unkind")
    written.do(written.lead, "passages", "hide", id=post["id"], reason="Unkind")
    hidden = only(written, written.gianni)["posts"][0]
    assert (hidden["hidden"], hidden["text"]) == (True, "")
    for wrong in ("", "x", "\0", str(written.room.pk)):
        with pytest.raises(ValidationError):
            written.do(written.lead, "passages", "hide", id=wrong, reason="Unkind")


def test_a_version_holds_what_stands_and_says_how_much_is_open(written: Session) -> None:
    item = propose(written, written.amal, "Six wooden benches with backs")
    version = freeze_version(room=written.room, by=written.lead.person)
    assert version.undecided == 1
    assert prose.to_text(version.content).startswith("Six steel benches\n")
    assert item["id"] not in str(version.content)
    assert "wooden" not in str(version.content)


def test_words_that_changed_meanwhile_and_odd_orders_are_refused(written: Session) -> None:
    first = blocks(written)[0]
    odd: list[tuple[str, dict[str, Any]]] = [
        ("suggest", {"block": first.id, "before": "Other words", "after": "x"}),
        ("suggest", {"block": first.id, "before": first.text, "after": first.text}),
        ("suggest", {"block": "nowhere", "before": "", "after": "x"}),
        ("suggest", {"block": first.id, "before": first.text, "after": ""}),
        ("suggest", {"key": "../../x", "quote": "", "words": ""}),
        ("open", {"block": first.id, "quote": "not there", "text": "x"}),
        ("open", {"block": first.id, "quote": "steel", "text": ""}),
        ("open", {"block": 7, "quote": None, "text": None}),
        ("open", {"key": "abcdefgh", "start": "x", "text": "x"}),
        ("reply", {"id": "nothing", "text": "x"}),
        ("accept", {"id": {"a": 1}}),
        ("accept", {"id": "\0"}),
    ]
    before = text(written)
    for command, args in odd:
        with pytest.raises((ValidationError, Conflict)):
            written.do(written.amal, "passages", command, **args)
    assert Passage.objects.across_cities().count() == 0
    assert text(written) == before


def test_the_projector_and_visitors_see_nothing_of_it(written: Session) -> None:
    propose(written, written.amal, "Six wooden benches")
    assert written.see(None, "passages") == {"used": False, "deciders": "scribes", "decides": False, "items": []}


def test_looking_asks_the_database_the_same_for_many(
    at_most: Callable[[str, int], None], written: Session, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    def look() -> object:
        return written.see(written.lead, "passages")

    written.do(written.amal, "passages", "open", block=blocks(written)[0].id, text="One")
    few = count_queries(look)
    for number in range(4):
        written.do(written.gianni, "passages", "open", block=blocks(written)[1].id, text=f"Number {number}")
    assert count_queries(look) == few
    at_most("passages", 7)


def test_a_hidden_answer_stands_in_the_log_of_the_room(written: Session) -> None:
    written.do(written.amal, "passages", "open", block=blocks(written)[0].id, text="Something unkind")
    post = only(written, written.gianni)["posts"][0]
    written.do(written.lead, "passages", "hide", id=post["id"], reason="Unkind")
    [act] = acts_of(written.room)
    assert (act.act, act.reason, act.concerns_id) == ("hide", "Unkind", written.amal.person_id)
    assert [mine["act"] for mine in written.see(written.amal, "moderation")["mine"]] == ["hide"]
    appeal = ask_again(room=written.room, by=written.amal.person, act=str(act.pk), text="It is not.")
    answer_appeal(appeal=appeal, by=make_moderator(written.room.city), accept=True, answer="Right.")
    assert only(written, written.gianni)["posts"][0]["text"] == "Something unkind"


def test_for_somebody_without_a_device_the_facilitator_comments_answers_and_proposes(written: Session) -> None:
    written.do(written.lead, "door", "add", name="Nonna Pina")
    pina = next(each["id"] for each in written.see(written.lead, "door")["people"] if each["kind"] == "assisted")
    first = blocks(written)[0]
    theirs = {"for": pina}
    written.do(written.lead, "passages", "open", block=first.id, text="Too low for me.", **theirs)
    item = only(written, written.amal)
    assert (item["name"], item["assisted"], item["posts"][0]["assisted"]) == ("Nonna Pina", True, True)
    assert not only(written, written.lead)["mine"]
    written.do(written.amal, "passages", "reply", id=item["id"], text="How high?")
    written.do(written.lead, "passages", "reply", id=item["id"], text="Like a chair.", **theirs)
    assert [(post["name"], post["assisted"]) for post in only(written, written.amal)["posts"]] == [
        ("Nonna Pina", True),
        ("Amal", False),
        ("Nonna Pina", True),
    ]
    second = blocks(written)[1]
    written.do(
        written.lead, "passages", "suggest", block=second.id, before=second.text, after="Shade in June", **theirs
    )
    made = [(each["kind"], each["name"]) for each in written.see(written.amal, "passages")["items"]]
    assert made == [("comment", "Nonna Pina"), ("suggestion", "Nonna Pina")]
    with pytest.raises(PermissionDenied):
        written.do(written.amal, "passages", "open", block=first.id, text="x", **theirs)
    with pytest.raises(ValidationError):
        written.do(written.lead, "passages", "open", block=first.id, text="x", **{"for": str(written.amal.pk)})
