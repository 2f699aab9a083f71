"""Acts of leading, and second looks at them: asked by one, granted by another who leads."""

from typing import Any

from backend.conversations.models import Appeal, ModerationAct
from realtime.actions.acts import acts_of, ask_again
from realtime.actions.undoing import answer_appeal
from realtime.models import Participant
from tests.factories import make_facilitator
from tests.realtime.sessions import Session


def moderate(session: Session, command: str, **args: Any) -> Any:
    session.do(session.lead, "moderation", command, **args)
    return acts_of(session.room).first()


def another_leader(session: Session) -> Participant:
    made = Participant.objects.create(
        city=session.room.city, room=session.room, person=make_facilitator(session.room.city, "Nadia")
    )
    Participant.objects.in_city(session.room.city_id).filter(pk=made.pk).update(role="facilitator")
    return made


def asked(session: Session, name: str) -> Appeal:
    """Amal asks for a second look at the last act of a name."""
    act: ModerationAct = acts_of(session.room).filter(act=name).first()
    return ask_again(room=session.room, by=session.amal.person, act=str(act.pk), text="Look again.")


def granted(session: Session, appeal: Appeal) -> str:
    """Another facilitator takes it back; tells why nothing was undone."""
    return answer_appeal(appeal=appeal, by=another_leader(session).person, accept=True, answer="So it was.")


def accepted(session: Session, name: str) -> str:
    return granted(session, asked(session, name))
