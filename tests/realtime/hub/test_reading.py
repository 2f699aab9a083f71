"""Rights as the database has them: a change made elsewhere holds, and a guest's account goes on."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import sync_to_async
from django.db.models import F
from django.utils import timezone

from backend.merging import merge_guest
from backend.people.actions import revoke_role
from backend.people.models import Person, RoleGrant
from realtime import document
from realtime.actions import leave_room, seat
from realtime.hub import Hub, reading
from realtime.models import Participant
from realtime.permissions import read_ticket, ticket_for
from realtime.protocol import Close
from tests.factories import make_person
from tests.realtime.factories import leader
from tests.realtime.hub.orders import rows_of, store_epoch
from tests.realtime.scripted import Wire, enter, refused, until

pytestmark = pytest.mark.usefixtures("each_way")


async def test_a_change_of_rights_in_another_process_holds_within_a_second(
    hub: Hub, amal: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = await enter(amal)
    rows = Participant.objects.across_cities().filter(pk=amal.pk)
    await sync_to_async(rows.update)(state="removed", epoch=F("epoch") + 1)
    await sync_to_async(store_epoch)(amal.room)
    wire.paragraph("after the removal")
    await until(lambda: wire.code is not None, patience=5)
    assert wire.code == Close.FORBIDDEN
    assert document.read(await sync_to_async(rows_of)(amal.room)).content["content"] == []


async def test_who_loses_a_role_of_the_city_comes_in_again_only_after_a_new_sign_in(
    hub: Hub, amal: Participant
) -> None:
    lead = await sync_to_async(leader)(amal.room)
    old = ticket_for(lead)
    guest, wire, screen = await enter(amal), await enter(lead), Wire(amal.room_id, ticket_for(lead, view=True))
    await screen.open()
    await sync_to_async(_take_back)(lead.person)
    await until(lambda: wire.code is not None and screen.code is not None, patience=5)
    assert (wire.code, screen.code) == (Close.SIGNED_OUT, Close.SIGNED_OUT)
    assert await refused(amal.room_id, old) == Close.SIGNED_OUT
    assert (await enter(await sync_to_async(leader)(amal.room))).synced
    guest.paragraph("undisturbed")
    await until(lambda: guest.saved == guest.sent)
    assert guest.code is None


def _take_back(person: Person) -> None:
    for grant in RoleGrant.objects.active().filter(person=person):
        revoke_role(grant=grant, by=None)


async def test_the_line_of_an_account_that_is_closed_ends(hub: Hub, amal: Participant) -> None:
    lead = await sync_to_async(leader)(amal.room)
    wire = await enter(lead)
    await sync_to_async(Person.objects.filter(pk=lead.person_id).update)(is_active=False)
    await until(lambda: wire.code is not None, patience=5)
    assert wire.code == Close.SIGNED_OUT


async def test_a_guest_who_takes_an_account_while_writing_goes_on_on_the_same_line(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one, other = await enter(amal, client=71), await enter(gianni)
    one.paragraph("as a guest")
    await until(lambda: "as a guest" in str(other.text) and one.saved == one.sent)
    account = await sync_to_async(make_person)("Amal H.")
    await sync_to_async(merge_guest)(guest=amal.person, into=account, by=account)
    one.paragraph("as an account")
    await until(lambda: one.code is not None or "as an account" in str(other.text))
    assert one.code is None
    await until(lambda: one.saved == one.sent)


async def test_a_guest_whose_account_is_in_the_room_goes_on_with_the_same_hand(
    hub: Hub, amal: Participant, gianni: Participant
) -> None:
    one, other = await enter(amal, client=71), await enter(gianni)
    one.paragraph("as a guest")
    await until(lambda: "as a guest" in str(other.text) and one.saved == one.sent)
    account = await sync_to_async(make_person)("Amal H.")
    lead = await sync_to_async(leader)(amal.room)
    await sync_to_async(seat)(room=amal.room, person=account, by=lead.person)
    await sync_to_async(merge_guest)(guest=amal.person, into=account, by=account)
    await until(lambda: one.code is not None)
    assert one.code == Close.SIGNED_OUT
    rows = Participant.objects.across_cities().select_related("person", "room")
    mine = await sync_to_async(rows.get)(room=amal.room, person=account)
    again = await enter(mine, client=71)
    again.paragraph("as an account")
    await until(lambda: again.code is not None or again.saved == again.sent)
    assert again.code is None
    await until(lambda: "as an account" in str(other.text))


async def test_rights_are_read_of_those_who_are_connected_and_who_comes_meanwhile_is_asked_after(
    hub: Hub, amal: Participant, gianni: Participant, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, asked, gate = reading.rights, [], threading.Event()

    def rights(room: UUID, connected: Any) -> Any:
        asked.append(set(connected))
        found = read(room, connected)
        assert set(found[1]) == set(connected)
        gate.wait(5)
        return found

    one = await enter(amal)
    monkeypatch.setattr(reading, "rights", rights)
    await sync_to_async(store_epoch)(amal.room)
    await until(lambda: asked, patience=5)
    two = await enter(gianni)
    gate.set()
    await until(lambda: len(asked) > 1, patience=5)
    assert asked[:2] == [{amal.pk}, {amal.pk, gianni.pk}]
    for wire in (one, two):
        wire.paragraph("still here")
        await until(lambda wire=wire: wire.saved == wire.sent or wire.code)
        assert wire.code is None


async def test_who_left_and_opens_a_line_again_is_back_and_a_projector_is_nobody(hub: Hub, amal: Participant) -> None:
    def gone() -> Participant:
        leave_room(participant=amal)
        return Participant.objects.across_cities().select_related("person", "room").get(pk=amal.pk)

    def read(ticket: str) -> bool:
        found = read_ticket(ticket)
        assert found is not None
        [answer] = reading.admit([(amal.room_id, found)])
        assert answer.standing is not None
        rows = Participant.objects.across_cities().filter(pk=amal.pk)
        rows.update(seen_at=timezone.now() - timedelta(minutes=2))  # their line has ended since
        return rows.staying().exists()

    away = await sync_to_async(gone)()
    assert not await sync_to_async(read)(ticket_for(away, view=True))
    assert await sync_to_async(read)(ticket_for(away)) is True
