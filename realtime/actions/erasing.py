"""Somebody's words are taken out of a room for good: asked for, agreed by who leads the room, done behind the page."""

import contextlib
import logging
from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import wiping, words
from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.base.tasks import later, task
from backend.people.models import Person
from realtime import permissions
from realtime.actions import beside
from realtime.actions.anew import rewrite
from realtime.actions.beside import people_of, said_here
from realtime.actions.paper import make_paper
from realtime.broadcast import tell_on_commit
from realtime.choices import ErasureState, MinutesState
from realtime.models import ClientClock, Erasure, Minutes, NotePhoto, Room

log = logging.getLogger(__name__)

REASON: Final = 400
MOST_TRIES: Final = 5
SILENT: Final = timedelta(minutes=5)  # work that gave no sign of life for so long was killed, or its task was lost


# --- Asking ------------------------------------------------------------------------------


def ask_erasure(*, room: Room, person: Person, by: Person, reason: str = "") -> Erasure:
    """Wish that the words of `person` be taken out; who leads the room answers."""
    if not permissions.can_ask_erasure(by, room, person):
        raise PermissionDenied(_("You can ask this for your own words."))
    reason = words.prose(reason, field="reason", limit=REASON, required=False)
    under_way = Erasure.objects.in_city(room.city_id).filter(room=room, person=person)
    if under_way.filter(state__in=[ErasureState.AGREED, ErasureState.WORKING, ErasureState.FAILED]).exists():
        raise Conflict("asked", _("This has been asked for already."))
    if not wrote_here(room, person):
        raise ValidationError({"reason": ValidationError(_("There are no words of this person here."), code="none")})
    try:
        with transaction.atomic():
            erasure = Erasure.objects.create(city_id=room.city_id, room=room, person=person, asked_by=by, reason=reason)
            record(by=by, verb="erasure.ask", subject=erasure, after=ErasureState.ASKED, reason=reason)
    except IntegrityError:
        raise Conflict("asked", _("This has been asked for already.")) from None
    return erasure


def ask_everywhere(*, person: Person, by: Person) -> int:
    """The same wish in every room in which they wrote, as they leave for good; tells in how many."""
    people = people_of(person)
    clocks = ClientClock.objects.filter(person__in=people, log=F("room__log"))
    seats = Q(participants__person__in=people)
    rows = Room.objects.across_cities().filter(Q(pk__in=clocks.values("room")) | seats).distinct()
    asked = Erasure.objects.across_cities().filter(person=person).exclude(state__in=ANSWERED)
    waiting = set(asked.values_list("room_id", flat=True))
    fresh = [room for room in rows.select_related("city", "group", "thread") if room.pk not in waiting]
    fresh = [room for room in fresh if room.parent_id is None and wrote_here(room, person)]
    for room in fresh:
        erasure = Erasure.objects.create(city_id=room.city_id, room=room, person=person, asked_by=by)
        erasure.city = room.city
        record(by=by, verb="erasure.ask", subject=erasure, after=ErasureState.ASKED)
    return len(fresh)


ANSWERED: Final = (ErasureState.DONE, ErasureState.REFUSED)


def wrote_here(room: Room, person: Person) -> bool:
    """Whether anything of theirs is in the room or in one of its groups."""
    people = people_of(person)
    return any(said_here(each, people) for each in (room, *room.children.across_cities()))


def refuse_erasure(*, erasure: Erasure, by: Person, reason: str) -> None:
    """Say no, and why. The person can turn to the city."""
    if not permissions.can_keep_door(by, erasure.room):
        raise PermissionDenied(_("Only the facilitator answers this."))
    reason = words.prose(reason, field="reason", limit=REASON)
    answer: dict[str, Any] = {"answered_by": by, "answer": reason, "answered_at": timezone.now()}
    move(erasure, ErasureState.REFUSED, by=by, reason=reason, **answer)


def agree_erasure(*, erasure: Erasure, by: Person, reason: str = "") -> None:
    """Let the words be taken out, behind the page; also once more, where it could not be done."""
    if not permissions.can_keep_door(by, erasure.room):
        raise PermissionDenied(_("Only the facilitator agrees to this."))
    reason = words.prose(reason, field="reason", limit=REASON)
    now = timezone.now()
    answer: dict[str, Any] = {"answered_by": by, "answer": reason, "answered_at": now}
    with transaction.atomic():
        move(erasure, ErasureState.AGREED, by=by, reason=reason, tries=0, problem="", moved_at=now, **answer)
        later(take_words_out, str(erasure.pk))


# --- Doing it ----------------------------------------------------------------------------


@task
def take_words_out(erasure: str) -> str:
    """Do what was agreed; goes on where a killed worker stopped, and does nothing twice. Answers the state."""
    found = _taken_up(erasure)
    if found is None:
        return "nothing"
    try:
        if found.log is None:
            rewrite(found)
        _clean_up(found)
    except Conflict as problem:
        if Erasure.objects.in_city(found.city_id).filter(pk=found.pk, state=ErasureState.DONE).exists():
            return str(ErasureState.DONE)  # by another worker
        if problem.code in ("cannot", "torn") or found.tries >= MOST_TRIES:
            return _give_up(found, problem.code)
        raise
    except Exception:
        if found.tries >= MOST_TRIES:
            log.exception("The words of erasure %s could not be taken out.", erasure)
            return _give_up(found, "broke")
        raise
    return str(found.state)


def _taken_up(key: str) -> Erasure | None:
    """The work, where it is still to be done."""
    rows = Erasure.objects.across_cities().filter(pk=key)
    found = rows.select_related("room__city", "room__proposal", "room__thread", "person", "answered_by", "city").first()
    if found is None or found.state not in (ErasureState.AGREED, ErasureState.WORKING):
        return None
    if found.state == ErasureState.AGREED:
        move(found, ErasureState.WORKING, by=found.answered_by)
    rows.update(tries=F("tries") + 1, moved_at=timezone.now())
    found.tries += 1
    if found.tries > MOST_TRIES:
        _give_up(found, "broke")
        return None
    return found


def _give_up(erasure: Erasure, problem: str) -> str:
    move(erasure, ErasureState.FAILED, by=None, reason=problem, problem=problem[:16], moved_at=timezone.now())
    return str(erasure.state)


def _clean_up(erasure: Erasure) -> None:
    """What lies outside the database: files, the pages of its file that the words were in, papers to print anew."""
    room = erasure.room
    storage = NotePhoto.storage()
    for name in erasure.files:
        with contextlib.suppress(OSError):  # a folder that is not empty, and what is gone already
            storage.delete(name)
    wiping.wipe(*beside.HELD)
    with transaction.atomic():
        move(erasure, ErasureState.DONE, by=erasure.answered_by, reason=erasure.answer, files=[])
        for child in room.children.across_cities():
            _go_on_with(erasure, child)
        telling = Q(room=room) | Q(room=room.parent_id)  # the main room's minutes tell of its groups
        rows = Minutes.objects.in_city(room.city_id).filter(telling, state=MinutesState.PUBLISHED, pdf=None)
        for minutes in rows:
            later(make_paper, str(minutes.pk))
        tell_on_commit(room, "versions")


def _go_on_with(erasure: Erasure, group: Room) -> None:
    """The room of a group is a part of the main one: what was agreed there holds in it."""
    rows = Erasure.objects.in_city(group.city_id).filter(room=group, person=erasure.person_id)
    if rows.filter(state__in=[ErasureState.AGREED, ErasureState.WORKING]).exists():
        return
    if not wrote_here(group, erasure.person):
        return
    rows.filter(state=ErasureState.ASKED).delete()
    now = timezone.now()
    told: dict[str, Any] = {"asked_by": erasure.asked_by, "answered_by": erasure.answered_by, "answer": erasure.answer}
    made = Erasure.objects.create(
        city_id=group.city_id,
        room=group,
        person=erasure.person,
        state=ErasureState.AGREED,
        answered_at=now,
        moved_at=now,
        **told,
    )
    record(by=erasure.answered_by, verb="erasure.agreed", subject=made, after=made.state, reason=erasure.answer)
    later(take_words_out, str(made.pk))


def take_up_lost() -> int:
    """Work that was agreed and gives no sign of life is given to a worker again; tells how much."""
    rows = Erasure.objects.across_cities().filter(state__in=[ErasureState.AGREED, ErasureState.WORKING])
    lost = list(rows.filter(moved_at__lt=timezone.now() - SILENT).values_list("pk", flat=True))
    for key in lost:
        rows.filter(pk=key).update(moved_at=timezone.now())
        later(take_words_out, str(key))
    return len(lost)
