"""Who was entered by hand has a device by now: what was done for them is theirs."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from realtime.actions import post_passage
from realtime.models import Ballot, Participant
from tests.realtime.sessions import Session
from tests.realtime.spoken import blocks


def test_who_has_a_device_by_now_takes_over_what_was_entered_for_them(session: Session) -> None:
    session.do(session.lead, "speaking", "add", name="Nonna Pina")
    session.do(session.lead, "speaking", "next")
    session.do(session.lead, "speaking", "done")
    pina = next(each["id"] for each in session.see(session.lead, "door")["people"] if each["kind"] == "assisted")
    session.do(session.lead, "chat", "post", text="The benches are too low.", **{"for": pina})
    row = Participant.objects.in_city(session.room.city_id).select_related("person").get(pk=pina)
    for item, person in (("a", row.person), ("b", row.person), ("b", session.amal.person)):
        Ballot.objects.create(room=session.room, tool="polls", item=item, person=person, value=person.name)
    with pytest.raises(PermissionDenied):
        session.do(session.amal, "door", "link", id=pina, to=str(session.amal.pk))
    session.do(session.lead, "door", "link", id=pina, to=str(session.amal.pk))
    assert session.see(session.amal, "chat")["messages"][-1]["name"] == "Amal"
    assert session.see(session.amal, "speaking")["spoken"] == 1
    own = Ballot.objects.filter(room=session.room, person=session.amal.person).order_by("item")
    assert [(each.item, each.value) for each in own] == [("a", "Nonna Pina"), ("b", "Amal")]
    assert not Ballot.objects.filter(person=row.person).exists()
    assert session.see(session.lead, "moderation")["removed"] == []  # nobody was sent away
    with pytest.raises(ValidationError):
        session.do(session.lead, "moderation", "readmit", id=pina, reason="By mistake.")
    row.person.refresh_from_db()
    assert (row.person.is_active, row.person.merged_into_id) == (False, session.amal.person_id)
    for gone, stays in ((pina, str(session.amal.pk)), (str(session.gianni.pk), str(session.amal.pk))):
        with pytest.raises(ValidationError):
            session.do(session.lead, "door", "link", id=gone, to=stays)


def test_what_was_said_for_them_beside_the_text_is_theirs_too(session: Session) -> None:
    post_passage(room=session.room, by=session.lead.person, text="Six steel benches")
    session.do(session.lead, "door", "add", name="Nonna Pina")
    pina = next(each["id"] for each in session.see(session.lead, "door")["people"] if each["kind"] == "assisted")
    block = blocks(session)[0].id
    session.do(session.lead, "passages", "open", block=block, text="Too low for me.", **{"for": pina})
    session.do(session.lead, "door", "link", id=pina, to=str(session.amal.pk))
    [item] = session.see(session.amal, "passages")["items"]
    assert (item["mine"], item["assisted"], item["posts"][0]["name"]) == (True, False, "Amal")
