"""Somebody whom the facilitator entered by hand has a device by now: what was done for them is theirs."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backend.base.journal import move, record
from backend.conversations.models import Post
from backend.people.actions import merge_assisted
from backend.people.choices import PersonKind
from backend.people.models import Person
from realtime import permissions
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import ParticipantState
from realtime.models import Ballot, ClientClock, Participant, Passage, Room, ToolState


def link_assisted(*, participant: Participant, to: Participant, by: Person) -> None:
    """Ideas, messages, comments, votes and turns of an assisted person become those of `to`, a person of the same room.

    Where both voted on one thing, what `to` cast by their own hand stands. Raises PermissionDenied, ValidationError.
    """
    room = participant.room
    if not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator keeps the door."))
    if participant.person.kind != PersonKind.ASSISTED or participant.state != ParticipantState.ADMITTED:
        message = _("You can only enter for people without a device who are in the room.")
        raise ValidationError({"id": ValidationError(message, code="not_assisted")})
    if to.room_id != room.pk or to.person.kind == PersonKind.ASSISTED or not permissions.is_admitted(to):
        message = _("Choose somebody who is in the room with a device of their own.")
        raise ValidationError({"to": ValidationError(message, code="not_here")})
    with transaction.atomic():
        _hand_over(room, participant.person, to.person)
        _hand_over_turns(room, str(participant.pk), str(to.pk))
        merge_assisted(assisted=participant.person, into=to.person, by=by)
        move(participant, ParticipantState.REMOVED, by=by, verb="participant.link", epoch=participant.epoch + 1)
        record(by=by, verb="participant.take_over", subject=to, before=str(participant.pk))
        rights_on_commit(room)
        tell_on_commit(room, "door")


def _hand_over(room: Room, old: Person, new: Person) -> None:
    ballots = Ballot.objects.filter(room=room)
    own = set(ballots.filter(person=new).values_list("tool", "item"))
    for ballot in ballots.filter(person=old):
        if (ballot.tool, ballot.item) in own:
            ballot.delete()
    ballots.filter(person=old).update(person=new)
    ClientClock.objects.filter(room=room, person=old).update(person=new)
    here = Q(thread=room.thread_id) | Q(thread__passage__room=room)
    posts = Post.objects.in_city(room.city_id).filter(here, by=old)
    Post.objects.in_city(room.city_id).filter(pk__in=posts.values("pk")).update(by=new)
    Passage.objects.in_city(room.city_id).filter(room=room, by=old).update(by=new)


def _hand_over_turns(room: Room, old: str, new: str) -> None:
    """In the queue, the rounds and the sums of speaking."""
    row = ToolState.objects.filter(room=room, tool="speaking").first()
    if row is None:
        return
    state = row.state
    for name in ("queue", "spoken"):
        state[name] = _renamed(state.get(name, []), old, new)
    heard = state.get("heard", {})
    if old in heard:
        gone, stays = heard.pop(old), heard.get(new, {"turns": 0, "seconds": 0})
        heard[new] = {part: gone[part] + stays[part] for part in ("turns", "seconds")}
    if state.get("current") and state["current"]["id"] == old:
        state["current"]["id"] = new
    for name in ("order", "done", "passed") if state.get("round") else ():
        state["round"][name] = _renamed(state["round"][name], old, new)
    ToolState.objects.filter(pk=row.pk).update(state=state, revision=row.revision + 1)


def _renamed(keys: list[str], old: str, new: str) -> list[str]:
    """With the new key in the place of the old one, once."""
    return list(dict.fromkeys(new if key == old else key for key in keys))
