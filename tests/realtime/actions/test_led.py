"""How a session was led, as its minutes tell it: in the room and in its groups, and nobody by name."""

from typing import Any

from realtime.actions import acts_of, add_assisted, ask_again, moderation_summary
from realtime.actions.bringing import rooms_of
from realtime.actions.led import told_moderation
from tests.realtime.rounds import groups, inside, send
from tests.realtime.sessions import Session


def test_the_minutes_hear_of_acts_without_anybodys_name(session: Session) -> None:
    session.do(session.lead, "moderation", "lock", reason="We read.")
    session.do(session.lead, "moderation", "mute", id=str(session.amal.pk), reason="Amal was loud.")
    act = acts_of(session.room).get(act="mute")
    ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="I whispered.")
    told = moderation_summary(session.room)
    assert told["counts"] == {"lock": 1, "mute": 1}
    assert [(each["act"], each["reason"], each["personal"]) for each in told["acts"]] == [
        ("lock", "We read.", False),
        ("mute", "", True),
    ]
    assert told["appeals"] == {"asked": 1, "open": 1, "accepted": 0, "refused": 0}
    assert "Amal" not in str(told)


def told(session: Session) -> list[dict[str, Any]]:
    return told_moderation(rooms_of(session.room))


def reasons(part: dict[str, Any]) -> list[str]:
    return [row[2] for row in part["rows"]]


def test_what_was_done_in_a_group_stands_under_its_name_and_names_nobody(session: Session) -> None:
    send(session)
    group = inside(session)
    session.do(session.lead, "moderation", "slow", seconds=10, reason="Many write.")
    group.do(group.lead, "moderation", "pause_chat", reason="We talk with each other.")
    group.do(group.lead, "moderation", "lock", reason="Enough, Gianni.")
    group.do(group.lead, "moderation", "mute", id=str(group.amal.pk), reason="Amal was loud.")
    ask_again(room=group.room, by=group.amal.person, act=str(acts_of(group.room)[0].pk), text="I whispered.")
    main, name, inner, again = told(session)
    assert reasons(main) == ["Many write."]
    assert groups(session)[0]["title"] in name["text"]
    assert reasons(inner) == ["We talk with each other.", "", ""]
    assert again["kind"] == "line"
    assert not any(who in repr(told(session)) for who in ("Amal", "Gianni"))


def test_who_was_only_in_the_group_is_named_nowhere_either(session: Session) -> None:
    send(session)
    group = inside(session)
    add_assisted(room=group.room, name="Rosalba", by=group.lead.person)
    session.do(session.lead, "moderation", "slow", seconds=10, reason="For Rosalba.")
    assert reasons(told(session)[0]) == [""]


def test_who_is_named_in_another_form_or_script_is_named_nowhere_either(session: Session) -> None:
    for name in ("Bo", "Kiss Anna", "李明"):
        add_assisted(room=session.room, name=name, by=session.lead.person)
    for reason in ("Bo shouted.", "Annával beszéltünk.", "Nie ma Anny.", "李明太吵", "We read."):
        session.do(session.lead, "moderation", "slow", seconds=10, reason=reason)
    assert reasons(told(session)[0]) == ["", "", "", "", "We read."]


def test_what_was_said_to_all_stands_once(session: Session) -> None:
    send(session, 2)
    session.do(session.lead, "breakouts", "tell", text="Five minutes more.")
    session.do(session.lead, "breakouts", "call_back")
    [acts] = told(session)
    assert reasons(acts)[0] == "Five minutes more."
    assert len(acts["rows"]) == 2
