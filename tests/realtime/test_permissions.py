"""Who may what, and the credentials that say who somebody is."""

from datetime import timedelta

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from backend.people.actions import make_guest
from realtime import permissions
from realtime.choices import ParticipantState, RoomRole, RoomState
from realtime.models import Participant
from realtime.permissions import Rules, abilities, read_ticket, rules_from, ticket_for
from tests.factories import make_admin, make_citizen, make_facilitator, make_officer
from tests.realtime.factories import join, leader, make_room

WRITES = {"write", "board", "suggest", "react", "vote"}  # nothing of this while the room is frozen
WATCHES = {"vote", "attend"}
TALKS = WRITES | {"chat", "speak", "attend", "answer"}
ALL = TALKS | {"facilitate", "freeze", "submit", "moderate", "record"}


def granted(role: str, *, state: str = ParticipantState.ADMITTED, muted: bool = False, **rules: bool) -> set[str]:
    participant = Participant(role=role, state=state, chat_muted=muted)
    return {name for name, yes in abilities(participant, Rules(**rules)).items() if yes}


@pytest.mark.parametrize(
    ("role", "rules", "expected"),
    [
        (RoomRole.FACILITATOR, {}, ALL),
        (RoomRole.SCRIBE, {}, TALKS | {"freeze"}),
        (RoomRole.PARTICIPANT, {}, TALKS),
        (RoomRole.OBSERVER, {}, WATCHES),
        (RoomRole.PARTICIPANT, {"locked": True}, TALKS - {"write"}),
        (RoomRole.SCRIBE, {"locked": True}, TALKS | {"freeze"}),
        (RoomRole.FACILITATOR, {"frozen": True}, ALL - WRITES),
        (RoomRole.PARTICIPANT, {"chat_paused": True}, TALKS - {"chat"}),
        (RoomRole.FACILITATOR, {"chat_paused": True}, ALL),
        (RoomRole.PARTICIPANT, {"muted": True}, TALKS - {"chat"}),
        (RoomRole.FACILITATOR, {"open": False}, {"record", "answer"}),
        (RoomRole.PARTICIPANT, {"open": False}, {"answer"}),
        (RoomRole.FACILITATOR, {"state": ParticipantState.WAITING}, set()),
        (RoomRole.FACILITATOR, {"state": ParticipantState.REMOVED}, set()),
    ],
)
def test_roles_and_rules_give_abilities(role: str, rules: dict[str, object], expected: set[str]) -> None:
    assert granted(role, **rules) == expected  # type: ignore[arg-type]


def test_a_visitor_has_none() -> None:
    assert not any(abilities(None, Rules()).values())
    assert rules_from(RoomState.CLOSED, {}).open is False


@pytest.mark.django_db
def test_who_leads_without_being_asked() -> None:
    room = make_room()
    for person, leads in (
        (room.made_by, True),
        (make_facilitator(room.city), True),
        (make_admin(room.city), True),
        (make_officer(room.city), False),
        (make_citizen(room.city), False),
        (make_guest(name="Amal", language="en"), False),
        (None, False),
    ):
        assert permissions.can_facilitate(person, room) is leads


@pytest.mark.django_db
def test_a_ticket_says_who_and_is_void_when_altered_or_old(monkeypatch: pytest.MonkeyPatch) -> None:
    amal = join(make_room())
    ticket = ticket_for(amal)
    assert read_ticket(ticket) == (amal.pk, amal.epoch, False, 1, None)
    assert read_ticket(ticket_for(amal, view=True)) == (amal.pk, amal.epoch, True, 1, None)
    lead = leader(amal.room)
    assert read_ticket(ticket_for(lead)) == (lead.pk, lead.epoch, False, 1, lead.person.session_epoch)
    for other in ("", ticket[1:], ticket + "x", ticket.replace(".1.:", ".2.:"), signing.dumps({"p": 1})):
        assert read_ticket(other) is None
    later = timezone.now() + timedelta(hours=13)
    monkeypatch.setattr("django.core.signing.time.time", later.timestamp)
    assert read_ticket(ticket) is None


@pytest.mark.django_db
def test_the_rooms_cookie_brings_a_guest_back_and_no_one_else() -> None:
    room = make_room()
    amal, lead = join(room), leader(room)
    response = HttpResponse()
    permissions.remember(response, amal)
    [(name, morsel)] = response.cookies.items()
    assert morsel["httponly"]
    assert morsel["samesite"] == "Lax"
    request = RequestFactory().get("/", headers={"cookie": f"{name}={morsel.value}"})
    assert permissions.participant_of(request, room) == amal
    assert permissions.guest_of(request) == amal.person
    assert permissions.participant_of(request, make_room()) is None
    forged = RequestFactory().get("/", headers={"cookie": f"{name}={morsel.value[:-1]}x"})
    assert permissions.guest_of(forged) is None
    for account in (lead,):
        permissions.remember(response, account)
        cookie = f"{name}={response.cookies[name].value}"
        assert permissions.participant_of(RequestFactory().get("/", headers={"cookie": cookie}), room) is None
