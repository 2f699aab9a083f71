"""The minutes of a session: what the facilitator adds and leaves out, what the group says to it, and publishing."""

import contextlib
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.canonical import sha256
from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.base.tasks import later
from backend.cities.models import City
from backend.people.choices import PersonKind
from backend.people.models import Person
from realtime import permissions
from realtime.actions.paper import make_paper
from realtime.actions.recording import LASTING, SECTIONS, facts_of, renamed
from realtime.actions.repeating import put_anew
from realtime.broadcast import tell_on_commit
from realtime.choices import Audience, MinutesRule, MinutesState, RoomRole
from realtime.models import Minutes, MinutesAnswer, MinutesName, MinutesRevision, Participant, Room

WORDS, OBJECTION, REASON = 4000, 1000, 400
LEAST, LONGEST = 5, 14 * 24 * 60  # minutes that a group has for its answer
TRIES: Final = 4
TOOL: Final = "minutes"


class Overtaken(Conflict):
    """Somebody else changed the same section meanwhile: `theirs` is what it says now, in revision `number`."""

    def __init__(self, theirs: str, number: int) -> None:
        message = _("Someone else changed this section meanwhile. Put both together, then keep it again.")
        super().__init__("changed_meanwhile", message)
        self.theirs, self.number = theirs, number


def find_minutes(room: Room) -> Minutes | None:
    found: Minutes | None = (
        Minutes.objects.in_city(room.city_id).filter(room=room).select_related("proposed", "city", "room").first()
    )
    return found


def published_in(city: City, rooms: Iterable[Room]) -> Any:
    """Of these rooms, the minutes that everyone may read."""
    rows = Minutes.objects.in_city(city).filter(room__in=list(rooms))
    return rows.filter(state=MinutesState.PUBLISHED, audience=Audience.PUBLIC)


def latest(minutes: Minutes | None) -> MinutesRevision | None:
    return minutes.revisions.select_related("by").first() if minutes is not None else None


def _lead(room: Room, by: Person) -> Participant:
    seat = _seat(room, by)
    if seat.role not in permissions.LEADS:
        raise PermissionDenied(_("Only the facilitator writes the minutes."))
    return seat


def _seat(room: Room, by: Person) -> Participant:
    seat = Participant.objects.in_city(room.city_id).admitted().filter(room=room, person=by).first()
    if seat is None:
        raise PermissionDenied(_("Only the people of the room can do this."))
    return seat


def _begun(room: Room) -> Minutes:
    """The room's minutes, begun when somebody first touches them; held until the caller's transaction ends."""
    Minutes.objects.across_cities().get_or_create(
        room=room, defaults={"city_id": room.city_id, "language": room.language}
    )
    found = _held(room)
    assert found is not None
    return found


def _held(room: Room) -> Minutes | None:
    """One after the other: what is laid before the group, answered or taken out is that of this moment."""
    rows = Minutes.objects.in_city(room.city_id).filter(room=room).select_related("proposed", "city", "room")
    held: Minutes | None = rows.select_for_update(of=("self",)).first()
    return held


# --- Writing -------------------------------------------------------------------------------


def _revise(
    minutes: Minutes, by: Person, change: Callable[[MinutesRevision | None], dict[str, Any]]
) -> MinutesRevision:
    """A new revision of what `change` makes of the last one; made again where somebody was faster."""
    for left in reversed(range(TRIES)):
        last = latest(minutes)
        content = change(last)
        try:
            with transaction.atomic():
                return MinutesRevision.objects.create(
                    minutes=minutes,
                    number=last.number + 1 if last else 1,
                    content=content,
                    sha256=sha256(content),
                    by=by,
                )
        except IntegrityError:
            if not left:
                raise
    raise AssertionError


def _plain(last: MinutesRevision | None) -> dict[str, Any]:
    """What was added and left out so far, without frozen facts."""
    left_out = [each for each in last.left_out if each not in LASTING] if last else []
    return {"added": dict(last.added) if last else {}, "left_out": left_out}


def _require_draft(minutes: Minutes) -> None:
    if minutes.state != MinutesState.DRAFT:
        raise Conflict("wrong_state", _("The minutes are not being written now. Take them back from the group first."))


def _known(section: str) -> str:
    if section not in SECTIONS:
        raise ValidationError({"section": ValidationError(_("There is no such section."), code="section")})
    return section


def write_section(*, room: Room, by: Person, section: str, text: str, base: int) -> MinutesRevision:
    """Add the facilitator's words to a section. `base` is the revision they were written on top of.

    Raises Overtaken where the section says something else by now, so that nobody's words are lost.
    """
    _lead(room, by)
    said = words.prose(text, field="text", limit=WORDS, required=False)
    with transaction.atomic():
        minutes = _begun(room)
        _require_draft(minutes)
        before = minutes.revisions.filter(number=base).first()
        seen = before.added.get(_known(section), "") if before else ""

        def change(last: MinutesRevision | None) -> dict[str, Any]:
            now = last.added.get(section, "") if last else ""
            if last is not None and now not in (seen, said):
                raise Overtaken(now, last.number)
            content = _plain(last)
            content["added"] = {name: value for name, value in {**content["added"], section: said}.items() if value}
            return content

        revision = _revise(minutes, by, change)
        tell_on_commit(room, TOOL)
    return revision


def leave_out(*, room: Room, by: Person, section: str, out: bool) -> MinutesRevision:
    """Whether a section stands in the minutes; what the room was promised stays in."""
    _lead(room, by)
    name = _known(section)
    if out and name in LASTING:
        message = _(
            "This stays in: the room was promised that everyone can read it at the end. You can add words to it."
        )
        raise ValidationError({"section": ValidationError(message, code="stays")})

    def change(last: MinutesRevision | None) -> dict[str, Any]:
        content = _plain(last)
        others = [each for each in content["left_out"] if each != name]
        return content | {"left_out": sorted([*others, name]) if out else others}

    with transaction.atomic():
        minutes = _begun(room)
        _require_draft(minutes)
        revision = _revise(minutes, by, change)
        tell_on_commit(room, TOOL)
    return revision


# --- Before the group ----------------------------------------------------------------------


def propose_minutes(*, room: Room, by: Person, time: int, rule: str, audience: str) -> Minutes:
    """Lay the minutes before the group as they stand now; the facts are frozen. The group has `time` minutes."""
    _lead(room, by)
    if rule not in MinutesRule.values or audience not in Audience.values:
        raise ValidationError({"rule": ValidationError(_("Choose one of the answers."), code="choice")})
    with transaction.atomic():
        minutes = _begun(room)
        facts = facts_of(room, minutes.language)
        revision = _revise(minutes, by, lambda last: _plain(last) | {"facts": facts})
        closes = timezone.now() + timedelta(minutes=time)
        move(
            minutes,
            MinutesState.PROPOSED,
            by=by,
            reason=revision.sha256,
            proposed=revision,
            rule=rule,
            audience=audience,
            closes_at=closes,
            unanswered_at=None,
        )
        tell_on_commit(room, TOOL)
    return minutes


def take_back_minutes(*, room: Room, by: Person, reason: str) -> None:
    """Write on before the group has decided; what it answered so far belongs to the old words."""
    _lead(room, by)
    said = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        minutes = _proposed(room)
        move(minutes, MinutesState.DRAFT, by=by, reason=said, proposed=None, closes_at=None)
        tell_on_commit(room, TOOL)


def _proposed(room: Room) -> Minutes:
    minutes = _held(room)
    if minutes is None or minutes.state != MinutesState.PROPOSED:
        raise Conflict("wrong_state", _("The minutes are not before the group now."))
    return minutes


def answer_minutes(
    *, room: Room, by: Person, agrees: bool, text: str = "", participant: Participant | None = None
) -> None:
    """Agree to the minutes, or object with words; changed until the time is up. The facilitator answers for who is assisted.

    Where everyone has agreed there is nothing to wait for; an objection can be mended, or changed, until the time is up.
    """
    person = _answering(room, by, participant)
    entered_by = by if participant is not None else None
    said = words.prose(text, field="text", limit=OBJECTION, required=not agrees)
    with transaction.atomic():
        minutes = _proposed(room)
        if minutes.closes_at is not None and minutes.closes_at <= timezone.now():
            raise Conflict("closed", _("The time for answers is over."))
        MinutesAnswer.objects.update_or_create(
            revision=minutes.proposed,
            person=person,
            defaults={
                "agrees": agrees,
                "words": "" if agrees else said,
                "entered_by": entered_by,
                "at": timezone.now(),
            },
        )
        if _all_agree(minutes):
            _publish(minutes)
        tell_on_commit(room, TOOL)


def _answering(room: Room, by: Person, participant: Participant | None) -> Person:
    seat = _seat(room, by)
    if participant is None:
        if seat.role == RoomRole.OBSERVER:
            raise PermissionDenied(_("Who only watches does not answer."))
        return by
    if seat.role not in permissions.LEADS or participant.person.kind != PersonKind.ASSISTED:
        raise PermissionDenied(_("Only the facilitator answers, and only for people without a device."))
    if not voters(room).filter(pk=participant.pk).exists():
        message = _("You can only enter for people without a device who are in the room.")
        raise ValidationError({"for": ValidationError(message, code="not_assisted")})
    return participant.person


def name_in_minutes(*, room: Room, by: Person, named: bool, participant: Participant | None = None) -> None:
    """Stand in the minutes by name, or not; without a yes nobody does. The yes is taken back until they are published."""
    person = _answering(room, by, participant)
    with transaction.atomic():
        minutes = _begun(room)
        if minutes.state == MinutesState.PUBLISHED or (named and minutes.state == MinutesState.PROPOSED):
            message = _("Nobody is named anew now. Until the minutes are published, you can take your name out.")
            raise Conflict("wrong_state", message)
        if named:
            MinutesName.objects.get_or_create(minutes=minutes, person=person)
        else:
            _take_name_out(minutes, person, by)
        tell_on_commit(room, TOOL)


def _take_name_out(minutes: Minutes, person: Person, by: Person) -> None:
    """Also out of what lies before the group; its answers stay, since nothing else is different."""
    gone, _rows = MinutesName.objects.filter(minutes=minutes, person=person).delete()
    revision = minutes.proposed
    if gone and revision is not None and revision.facts is not None:
        names = MinutesName.objects.filter(minutes=minutes)
        revision.minutes = minutes
        put_anew(revision, {**revision.content, "facts": renamed(revision.facts, names, minutes.language)}, by)


def leave_minutes(*, person: Person, by: Person) -> None:
    """Somebody leaves for good: their name goes out of all minutes that are not published."""
    rows = Minutes.objects.across_cities().filter(names__person=person).exclude(state=MinutesState.PUBLISHED)
    for found in rows.select_related("room").order_by("pk"):
        with transaction.atomic():
            minutes = _held(found.room)
            if minutes is not None and minutes.state != MinutesState.PUBLISHED:
                _take_name_out(minutes, person, by)


# --- Publishing ----------------------------------------------------------------------------


def voters(room: Room) -> Any:
    """Those whose answer is asked: everyone who takes part."""
    return Participant.objects.in_city(room.city_id).admitted().filter(room=room).exclude(role=RoomRole.OBSERVER)


def _all_agree(minutes: Minutes) -> bool:
    answers = MinutesAnswer.objects.filter(revision=minutes.proposed)
    if answers.filter(agrees=False).exists():
        return False
    return not voters(minutes.room).exclude(person__in=answers.values("person")).exists()


def objections_of(minutes: Minutes) -> list[str]:
    """What was said against the minutes that lie before the group, or lay there last; without names."""
    answers = MinutesAnswer.objects.filter(revision__minutes=minutes)
    last = answers.order_by("-revision__number").values("revision")[:1]
    asked = minutes.proposed_id or Subquery(last)
    return list(answers.filter(revision=asked, agrees=False).values_list("words", flat=True))


def counts_of(minutes: Minutes) -> dict[str, int]:
    rows = list(MinutesAnswer.objects.filter(revision=minutes.proposed).values_list("agrees", flat=True))
    return {"agreed": rows.count(True), "objected": rows.count(False)}


def is_agreed(rule: str, counts: dict[str, int]) -> bool:
    """Who says nothing stands aside: only objections stop the first rule, and both sides are weighed by the second."""
    if rule == MinutesRule.MOST:
        return counts["agreed"] > counts["objected"]
    return not counts["objected"]


def _is_heard(minutes: Minutes) -> bool:
    """Whether the group said anything: somebody other than who asked it, unless nobody else is there to ask."""
    asks = minutes.proposed.by_id if minutes.proposed is not None else None
    answers = MinutesAnswer.objects.filter(revision=minutes.proposed)
    if answers.exclude(person=asks).exists():
        return True
    return answers.exists() and not voters(minutes.room).exclude(person=asks).exists()


def _give_back(minutes: Minutes) -> None:
    """Nobody said anything in time, which is no agreement: the facilitator can ask again, with more time."""
    move(
        minutes,
        MinutesState.DRAFT,
        by=None,
        verb="minutes.unanswered",
        proposed=None,
        closes_at=None,
        unanswered_at=minutes.closes_at,
    )


def _publish(minutes: Minutes) -> None:
    """Published either way: agreed, or with the objections noted, and then for the people of the room alone."""
    counts = counts_of(minutes)
    agreed = is_agreed(minutes.rule, counts)
    move(
        minutes,
        MinutesState.PUBLISHED,
        by=None,
        reason=f"{counts['agreed']} + {counts['objected']} -",
        agreed=agreed,
        published_at=timezone.now(),
        audience=minutes.audience if agreed else Audience.ROOM,
    )
    record(by=None, verb="minutes.agree" if agreed else "minutes.note_objections", subject=minutes)
    later(make_paper, str(minutes.pk))


def publish_due() -> int:
    """Publish all minutes whose time is up and that somebody answered; tells how many."""
    rows = Minutes.objects.across_cities().filter(state=MinutesState.PROPOSED, closes_at__lte=timezone.now())
    done = 0
    for minutes in rows.select_related("room", "city", "proposed")[:200]:
        with contextlib.suppress(Conflict), transaction.atomic():  # another worker, or the last answer, was faster
            heard = _is_heard(minutes)
            (_publish if heard else _give_back)(minutes)
            tell_on_commit(minutes.room, TOOL)
            done += heard
    return done
