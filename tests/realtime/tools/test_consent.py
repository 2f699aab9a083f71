"""The consent check: words for concerns, one block stops, and the decision is stamped on the exact text."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation
from django.utils.translation import gettext

from backend.base.journal import JournalEntry
from backend.base.problems import Conflict
from backend.erasing import erase_person
from backend.pacts.models import Decision
from realtime.actions import decisions_of, freeze_version, submit_proposal, write_turns
from realtime.actions.consent import counted, outcome_of
from realtime.choices import Outcome
from realtime.models import Ballot, Concern, ConsentCheck, Participant, Version
from tests.backend.people.factories import make_account
from tests.realtime.factories import join
from tests.realtime.sessions import Session
from tests.realtime.spoken import blocks


@pytest.fixture(autouse=True)
def written(session: Session) -> None:
    write(session, "Six benches with backs.", "The school waters the trees.")


def write(session: Session, *texts: str) -> None:
    write_turns(room=session.room, turns=[(session.lead.person, "paragraph", text) for text in texts])


def checks(session: Session) -> Any:
    return ConsentCheck.objects.in_city(session.room.city_id).filter(room=session.room)


def opened(session: Session, **fields: Any) -> ConsentCheck:
    session.do(session.lead, "consent", "prepare", **{"open": "on"} | fields)
    return checks(session).order_by("-number")[0]


def answer(session: Session, who: Participant, check: ConsentCheck, **fields: Any) -> None:
    session.do(who, "consent", "answer", check=str(check.pk), **fields)


def decide(session: Session, check: ConsentCheck, *, block: str = "") -> None:
    """Answered by one, and closed."""
    answer(session, session.gianni, check, answer="block" if block else "agree", text=block)
    close(session, check)


def close(session: Session, check: ConsentCheck) -> None:
    session.do(session.lead, "consent", "close", check=str(check.pk))
    check.refresh_from_db()


def see(session: Session, who: Participant | None) -> Any:
    return session.see(who, "consent")["checks"][0]


def test_the_text_as_it_stands_is_kept_and_asked_about(session: Session) -> None:
    check = opened(session)
    seen = see(session, session.amal)
    assert (seen["question"], seen["whole"], seen["may"]) == (check.question, True, True)
    assert seen["passage"].startswith("Six benches")
    assert check.text_sha256 == check.version.sha256


def test_why_the_text_was_kept_is_said_in_the_rooms_language(session: Session) -> None:
    session.room.language = "it"
    with translation.override("hu"):
        check = opened(session)
    with translation.override("it"):
        assert check.version.reason == gettext("Kept for a consent check") != "Kept for a consent check"


def test_text_and_rule_are_seen_by_all_before_it_opens(session: Session) -> None:
    check = opened(session, open="", quorum="2")
    assert (see(session, session.amal)["state"], see(session, session.amal)["quorum"]) == ("draft", 2)
    with pytest.raises(ValidationError):
        answer(session, session.amal, check, answer="agree")
    session.do(session.lead, "consent", "open", check=str(check.pk))
    answer(session, session.amal, check, answer="agree")
    assert see(session, session.amal)["mine"] == "agree"


def test_the_decision_is_stamped_with_seal_turnout_and_outcome(session: Session) -> None:
    check = opened(session)
    session.do(session.lead, "door", "add", name="Nonna Pina")
    [pina] = see(session, session.lead)["assisted"]
    answer(session, session.lead, check, answer="agree", **{"for": pina["id"]})
    answer(session, session.amal, check, answer="agree")
    answer(session, session.gianni, check, answer="concern", text="Who waters in August?")
    close(session, check)
    decision = check.decision
    assert decision is not None
    expected = {"present": 4, "answered": 3, "agreed": 2, "concerns": 1, "blocks": 0, "assisted": 1}
    assert (check.outcome, check.turnout) == (Outcome.CONCERNS, expected)
    assert (decision.text_sha256, decision.turnout) == (check.version.sha256, {**expected, "count": 3})
    [told] = decisions_of(session.room)
    assert (told["outcome"], told["text_sha256"], told["turnout"]) == ("concerns", check.text_sha256, expected)
    assert [(each["text"], each["state"]) for each in told["concerns"]] == [("Who waters in August?", "open")]
    verbs = JournalEntry.objects.filter(subject_id=str(check.pk)).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["consent.prepare", "consent.open", "consent.close", "consent.decide"]


def test_one_block_stops_until_its_writer_changes_it(session: Session) -> None:
    check = opened(session)
    answer(session, session.amal, check, answer="block", text="The path gets too narrow for wheelchairs.")
    answer(session, session.gianni, check, answer="agree")
    assert outcome_of(counted(list(Ballot.objects.all()), {}), 0) == Outcome.BLOCKED
    answer(session, session.amal, check, answer="agree")
    assert not Concern.objects.across_cities().exists()
    close(session, check)
    assert check.outcome == Outcome.AGREED


@pytest.mark.parametrize("said", ["concern", "block"])
def test_a_concern_without_words_is_refused_at_its_field(session: Session, said: str) -> None:
    check = opened(session)
    for fields, field in (
        ({"answer": said, "text": " \n "}, "text"),
        ({"answer": "perhaps"}, "answer"),
        ({}, "answer"),
    ):
        with pytest.raises(ValidationError) as refusal:
            answer(session, session.amal, check, **fields)
        assert set(refusal.value.error_dict) == {field}
    assert not Ballot.objects.exists()


def test_the_facilitator_reads_a_concern_first_and_the_room_never_reads_the_name(session: Session) -> None:
    check = opened(session)
    answer(session, session.amal, check, answer="concern", text="Too hot in July.")
    [item] = see(session, session.lead)["concerns"]
    assert (item["name"], item["shown"]) == ("Amal", False)
    assert see(session, session.gianni)["concerns"] == []
    assert see(session, session.amal)["words"] == "Too hot in July."
    session.do(session.lead, "consent", "show", concern=item["id"])
    [item] = see(session, session.gianni)["concerns"]
    assert (item["text"], item["name"]) == ("Too hot in July.", "")
    assert see(session, None)["concerns"] == []


def test_at_the_close_every_concern_is_read_by_the_room(session: Session) -> None:
    check = opened(session)
    answer(session, session.amal, check, answer="concern", text="Too hot in July.")
    close(session, check)
    assert [each["text"] for each in see(session, session.gianni)["concerns"]] == ["Too hot in July."]


def test_a_concern_is_resolved_with_words_and_stays_also_when_its_writer_agrees_then(session: Session) -> None:
    check = opened(session)
    answer(session, session.amal, check, answer="concern", text="Too hot in July.")
    item = see(session, session.lead)["concerns"][0]["id"]
    with pytest.raises(ValidationError):
        session.do(session.lead, "consent", "resolve", concern=item, how=" ")
    session.do(session.lead, "consent", "resolve", concern=item, how="Shade sails come first.")
    answer(session, session.amal, check, answer="agree")
    close(session, check)
    assert check.outcome == Outcome.AGREED
    [told] = decisions_of(session.room)[0]["concerns"]
    assert (told["state"], told["how"], told["resolved_by"]) == ("resolved", "Shade sails come first.", "Irene")
    with pytest.raises(Conflict):
        session.do(session.lead, "consent", "resolve", concern=item, how="Again.")


def test_a_concern_can_be_resolved_after_the_close(session: Session) -> None:
    check = opened(session)
    answer(session, session.amal, check, answer="concern", text="Too hot in July.")
    close(session, check)
    session.do(
        session.lead, "consent", "resolve", concern=see(session, session.lead)["concerns"][0]["id"], how="Sails."
    )
    assert see(session, session.amal)["concerns"][0]["how"] == "Sails."


def test_a_concern_is_met_by_a_later_version_of_the_text_and_by_no_other(session: Session) -> None:
    check = opened(session)
    answer(session, session.amal, check, answer="concern", text="Who waters in August?")
    item = see(session, session.lead)["concerns"][0]["id"]
    for version in ("now", str(check.version.number)):
        with pytest.raises(ValidationError) as refused:
            session.do(session.lead, "consent", "resolve", concern=item, how="In the text.", version=version)
        assert list(refused.value.error_dict) == ["version"]
    write(session, "The youth club waters in August.")
    session.do(session.lead, "consent", "resolve", concern=item, how="The youth club does.", version="now")
    [kept] = session.see(session.amal, "consent")["checks"][0]["concerns"]
    later = Version.objects.in_city(session.room.city_id).get(room=session.room, number=kept["version"])
    assert later.number > check.version.number
    close(session, check)
    [told] = decisions_of(session.room)[0]["concerns"]
    assert told["resolved_in"] == {"number": later.number, "title": later.title, "sha256": later.sha256}
    assert JournalEntry.objects.get(verb="concern.resolve").reason == later.sha256


def test_only_who_wished_it_stands_beside_their_concern(session: Session) -> None:
    check = opened(session)
    answer(session, session.amal, check, answer="concern", text="Who waters in August?", named="on")
    answer(session, session.gianni, check, answer="block", text="The tree dies.")
    assert see(session, session.amal)["named"] is True
    answer(session, session.gianni, check, answer="block", text="The tree dies.", named="on")
    answer(session, session.gianni, check, answer="block", text="The tree dies.")
    close(session, check)
    assert {each["text"]: each["name"] for each in decisions_of(session.room)[0]["concerns"]} == {
        "Who waters in August?": "Amal",
        "The tree dies.": "",
    }
    assert {each["name"] for each in see(session, session.amal)["concerns"]} == {""}


def test_who_leaves_for_good_is_named_beside_no_concern(session: Session) -> None:
    check = opened(session)
    ana = join(session.room, person=make_account("Ana Rossi"))
    answer(session, ana, check, answer="concern", text="Who waters in August?", named="on")
    close(session, check)
    erase_person(person=ana.person, by=ana.person)
    [told] = decisions_of(session.room)[0]["concerns"]
    assert (told["text"], told["name"]) == ("Who waters in August?", "")


def test_under_four_answers_nobody_sees_which(session: Session) -> None:
    check = opened(session)
    people = [session.amal, session.gianni, session.lead, join(session.room, "Ioana")]
    for place, who in enumerate(people, 1):
        answer(session, who, check, answer="agree")
        turnout = see(session, session.lead)["turnout"]
        assert (turnout["answered"], turnout["agreed"]) == (place, 4 if place == 4 else None)


def test_what_was_decided_is_asked_again_only_about_another_text(session: Session) -> None:
    check = opened(session)
    with pytest.raises(Conflict):
        opened(session)
    answer(session, session.amal, check, answer="agree")
    close(session, check)
    for fields in ({}, {"version": str(check.version.number)}):
        with pytest.raises(Conflict) as refusal:
            opened(session, **fields)
        assert refusal.value.code == "decided"
    freeze_version(room=session.room, by=session.lead.person)  # the same words under a new number
    with pytest.raises(Conflict):
        opened(session)
    for command in ("open", "drop"):
        with pytest.raises(Conflict):
            session.do(session.lead, "consent", command, check=str(check.pk))
    write(session, "One more paragraph.")
    assert opened(session).version.number == 3


def test_what_was_blocked_is_not_asked_about_again_block_by_block(session: Session) -> None:
    write(session, "Two taps.")
    check = opened(session, question="Six benches?")
    decide(session, check, block="The roots of the lime.")
    every = [piece.id for piece in blocks(session)]
    for chosen in (every, every[:1], every[1:]):
        with pytest.raises(Conflict, match="Six benches") as refusal:
            opened(session, version="1", blocks=chosen)
        assert refusal.value.code == "decided"
    freeze_version(room=session.room, by=session.lead.person)  # the same words under a new number
    with pytest.raises(Conflict):
        opened(session, version="2", blocks=every)
    write(session, "And shade.")
    assert opened(session, blocks=every[:1]).version.number == 3


def test_a_blocked_passage_is_not_asked_about_again_with_more_around_it(session: Session) -> None:
    first, second = (piece.id for piece in blocks(session))
    write(session, "Two taps.")
    check = opened(session, blocks=[first], question="Here?")
    decide(session, check, block="The roots of the lime.")
    for fields in ({"blocks": [first, second]}, {}):
        with pytest.raises(Conflict, match=r"Here.*Six benches with backs") as refusal:
            opened(session, version="1", **fields)
        assert refusal.value.code == "decided"
    other = opened(session, version="1", blocks=[second])  # nobody has answered on that one
    decide(session, other)
    assert other.outcome == Outcome.AGREED


def test_a_text_may_be_asked_about_whole_after_a_passage_of_it_was_accepted_and_not_the_other_way(
    session: Session,
) -> None:
    first, second = (piece.id for piece in blocks(session))
    decide(session, opened(session, blocks=[first]))
    with pytest.raises(Conflict):
        opened(session, version="1", blocks=[first])
    whole = opened(session, version="1")
    decide(session, whole)
    assert whole.outcome == Outcome.AGREED
    for chosen in ([first], [second], [first, second]):
        with pytest.raises(Conflict):
            opened(session, version="1", blocks=chosen)


def test_a_check_that_was_prepared_before_the_decision_does_not_open_after_it(session: Session) -> None:
    every = [piece.id for piece in blocks(session)]
    whole = opened(session)
    prepared = opened(session, version="1", blocks=every, open="")
    decide(session, whole, block="The roots of the lime.")
    with pytest.raises(Conflict) as refusal:
        session.do(session.lead, "consent", "open", check=str(prepared.pk))
    prepared.refresh_from_db()
    assert (refusal.value.code, prepared.state) == ("decided", "draft")
    session.do(session.lead, "consent", "drop", check=str(prepared.pk))


def test_where_too_few_answered_the_same_text_is_asked_about_again(session: Session) -> None:
    check = opened(session, quorum="3")
    answer(session, session.amal, check, answer="agree")
    close(session, check)
    assert check.outcome == Outcome.TOO_FEW
    again = opened(session)
    assert (again.state, again.version_id) == ("open", check.version_id)
    with pytest.raises(Conflict) as refusal:
        opened(session, version=str(check.version.number))
    assert refusal.value.code == "asked"
    answer(session, session.amal, again, answer="agree")
    close(session, again)
    with pytest.raises(Conflict) as refusal:
        opened(session)
    assert refusal.value.code == "decided"


def test_an_open_comment_makes_no_new_version_of_the_same_text(session: Session) -> None:
    session.do(session.lead, "passages", "open", block=blocks(session)[0].id, text="Why six?")
    kept = freeze_version(room=session.room, by=session.lead.person)
    check = opened(session)
    assert check.version_id == kept.pk
    answer(session, session.amal, check, answer="concern", text="No shade.")
    concern = str(Concern.objects.in_city(session.room.city_id).get().pk)
    with pytest.raises(ValidationError) as refusal:
        session.do(session.lead, "consent", "resolve", concern=concern, how="In the text.", version="now")
    assert list(refusal.value.error_dict) == ["version"]
    assert Version.objects.in_city(session.room.city_id).count() == 1


def test_a_passage_has_a_seal_of_its_own(session: Session) -> None:
    version = freeze_version(room=session.room, by=session.lead.person)
    block = version.content["content"][1]["attrs"]["id"]
    check = opened(session, version=str(version.number), **{f"block-{block}": "on"})
    assert (check.passage, see(session, None)["whole"]) == ("The school waters the trees.", False)
    assert check.text_sha256 != version.sha256
    answer(session, session.amal, check, answer="agree")
    close(session, check)
    assert opened(session, version=str(version.number)).text_sha256 == version.sha256
    with pytest.raises(ValidationError):
        session.do(session.lead, "consent", "prepare", version="1", blocks=["nothing"])


def test_a_version_that_is_not_there_is_refused_and_one_check_is_open_at_a_time(session: Session) -> None:
    with pytest.raises(ValidationError):
        opened(session, version="9")
    opened(session)
    write(session, "More.")
    with pytest.raises(Conflict):
        opened(session)
    assert Version.objects.in_city(session.room.city_id).count() == 1


def test_a_prepared_check_can_be_taken_back(session: Session) -> None:
    check = opened(session, open="")
    session.do(session.lead, "consent", "drop", check=str(check.pk))
    assert session.see(session.amal, "consent") == {"used": False, "checks": []}
    with pytest.raises(ValidationError):
        session.do(session.lead, "consent", "open", check=str(check.pk))


def test_only_the_facilitator_leads_a_check(session: Session) -> None:
    for command in ("prepare", "open", "drop", "close", "show", "resolve"):
        with pytest.raises(PermissionDenied):
            session.do(session.amal, "consent", command)


def test_decisions_go_with_the_text_when_it_is_handed_in(session: Session) -> None:
    check = opened(session)
    answer(session, session.amal, check, answer="agree")
    close(session, check)
    proposal = submit_proposal(room=session.room, by=session.lead.person, title="Benches")
    assert Decision.objects.in_city(session.room.city_id).get().proposal == proposal
    assert proposal.versions.get().sha256 == check.text_sha256


def test_looking_asks_the_database_the_same_for_many(at_most: Callable[[str, int], None], session: Session) -> None:
    check = opened(session)
    answer(session, session.amal, check, answer="concern", text="Too hot.")
    at_most("consent", 7)
