"""The session that came before: a room that is over, from the door to the minutes that its group agreed to."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from backend.base import prose
from backend.conversations.actions import post
from backend.conversations.choices import PostKind
from backend.demo.story import Story, wind_back
from backend.pacts.models import Decision
from backend.people.models import Person
from realtime import actions, document, store
from realtime.actions.board import Fresh, put_notes
from realtime.actions.minutes import answer_minutes, name_in_minutes, propose_minutes, write_section
from realtime.choices import Access, Audience, Consent, Deciders, MinutesRule, Place, PollKind
from realtime.models import (
    Breakout,
    Brought,
    Concern,
    ConsentCheck,
    Minutes,
    MinutesAnswer,
    MinutesName,
    MinutesRevision,
    Participant,
    Passage,
    Poll,
    Room,
    Version,
)
from realtime.tools import do

GROUPS: Final = 2
# How people of the session put three things in order, one after the other.
ORDERS: Final = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (0, 1, 2), (2, 0, 1))
SECONDS: Final = (95, 60, 130, 45, 80, 70, 110)  # of those who spoke
LOT: Final = 7  # the same groups at each load
NIGHT: Final = timedelta(hours=15)  # from the end of the session until the last has answered


class Evening:
    """The stages of a session: when each was told, and when in the story it happened."""

    def __init__(self, story: Story, opened: datetime) -> None:
        self.story, self.opened = story, opened
        self.stages: list[tuple[datetime, datetime]] = []

    @contextmanager
    def after(self, minutes: float) -> Iterator[datetime]:
        """What is done inside happened that long after the beginning."""
        moment = self.opened + timedelta(minutes=minutes)
        self.stages.append((timezone.now(), moment))
        with self.story.at(moment):
            yield moment

    def date(self, rows: QuerySet[Any], *fields: str) -> None:
        """Give rows that only know the present the time of the stage in which they were made."""
        rows.update(**{name: self._told(name) for name in fields})

    def _told(self, name: str) -> Case:
        whens = [When(**{f"{name}__gte": told}, then=Value(moment)) for told, moment in reversed(self.stages)]
        return Case(*whens, default=F(name))

    def moment_of(self, told: str) -> str:
        """The same for a time that a tool keeps as text."""
        at = datetime.fromisoformat(told)
        return next(moment for began, moment in reversed(self.stages) if began <= at).isoformat()


def tell(story: Story) -> None:
    """One session that is over, as a facilitator leads it."""
    told = story.content["session"]
    evening = Evening(story, story.day(told["days"], told["hour"]))
    lead = story.people[told["facilitator"]]
    with evening.after(0):
        room, people = _come_in(story, told, lead, evening.opened)
    with evening.after(12):
        _next(room, lead)
        _have_ideas(story, room, told)
    with evening.after(30):
        _rank(room, lead, people, told)
    with evening.after(40):
        _next(room, lead)
        actions.write_turns(room=room, turns=_turns(story, told["turns"]))
        _speak(story, room, told["chat"], evening.opened)
        actions.freeze_version(room=room, by=lead, title=told["versions"][0])
    _work_in_groups(story, room, lead, told, evening)
    with evening.after(84):
        _next(room, lead)
        _change_words(story, room, lead, told["suggestion"])
        version = actions.freeze_version(room=room, by=lead, title=told["versions"][2])
    with evening.after(95):
        _next(room, lead)
        _agree(story, lead, people, version, told["consent"], evening)
    with evening.after(112):
        _next(room, lead)
        _listen(room, people)
    with evening.after(121):
        actions.close_room(room=room, by=lead, reason=told["reason"])
    _date(room, evening)
    _agree_to_minutes(story, room, lead, people, told["minutes"], evening)


# -- In the hall ------------------------------------------------------------------------------


def _come_in(story: Story, told: Any, lead: Person, opened: datetime) -> tuple[Room, list[Participant]]:
    """The room and who takes part in it: neighbours here and elsewhere, and people without a device."""
    room = actions.open_room(
        by=lead,
        city=story.city,
        title=story.text(told["title"]),
        question=story.text(told["question"]),
        language=story.language,
        access=Access.PUBLIC,
        agenda=[(title, minutes) for title, minutes in told["agenda"]],
        columns=list(dict.fromkeys(note["column"] for note in told["notes"])),
        commons=story.place(told["commons"]),
        group=story.groups[told["group"]],
        place=told["place"],
        translations=story.translated(title=told["title"], question=told["question"]),
        starts_at=opened,
    )
    for number, key in enumerate(told["people"]):
        place = Place.ELSEWHERE if number % 4 == 3 else Place.HALL
        actions.seat(room=room, person=story.people[key], by=lead, place=place)
    for person in story.neighbours[: told["neighbours"]]:
        actions.seat(room=room, person=person, by=lead, place=Place.HALL)
    for each in told["assisted"]:
        actions.add_assisted(room=room, name=each["name"], place=each["place"], by=lead)
    _next(room, lead)
    people = Participant.objects.in_city(story.city).filter(room=room).exclude(person=lead)
    found = list(people.select_related("person").order_by("joined_at", "pk"))
    for each in found:
        each.room = room
    return room, found


def _next(room: Room, lead: Person) -> None:
    do(room=room, tool="agenda", command="next", by=lead, args={})


def _turns(story: Story, turns: Sequence[Any]) -> list[tuple[Person, str, str]]:
    return [(story.people[who], block, text) for who, block, text in turns]


def _have_ideas(story: Story, room: Room, told: Any) -> None:
    columns = list(dict.fromkeys(note["column"] for note in told["notes"]))
    notes = []
    for note in told["notes"]:
        place = columns.index(note["column"]) + 1
        fresh = Fresh(story.people[note["who"]], f"c{place}", note["text"], place, group=note.get("group", ""))
        notes.append(fresh)
    put_notes(room=room, notes=notes)


def _by(lead: Person, voter: Participant) -> Person:
    """Whose hand enters it: their own, or the facilitator's for who has no device."""
    return voter.person if voter.person.has_account else lead


def _rank(room: Room, lead: Person, people: Sequence[Participant], told: Any) -> None:
    poll = actions.draft_poll(room=room, by=lead, kind=PollKind.RANKING, **told["ranking"])
    actions.open_poll(poll=poll, by=lead)
    keys = [option["id"] for option in poll.options]
    for number, voter in enumerate(people):
        order = [keys[place] for place in ORDERS[number % len(ORDERS)]]
        actions.vote(poll=poll, by=_by(lead, voter), voter=voter, value=order)
    actions.close_poll(poll=poll, by=lead)


def _speak(story: Story, room: Room, chat: Sequence[Any], opened: datetime) -> None:
    for who, minute, text in chat:
        at = opened + timedelta(minutes=minute)
        by = story.people[who]
        post(thread=room.thread, by=by, text=text, kind=PostKind.CHAT, language=story.language, at=at)


def _work_in_groups(story: Story, room: Room, lead: Person, told: Any, evening: Evening) -> None:
    """Two groups by lot, a text from each, both brought into the main one."""
    wanted = told["groups"]
    with evening.after(48):
        made = actions.make_groups(
            room=room,
            by=lead,
            count=GROUPS,
            minutes=wanted["minutes"],
            question=wanted["question"],
            everyone=True,
            lot=random.Random(LOT),
        )
        actions.send_groups(room=room, by=lead)
    groups = list(made.groups.select_related("room").order_by("number"))
    with evening.after(60):
        for group, texts in zip(groups, wanted["texts"], strict=True):
            seats = group.seats.filter(participant__person__kind="account").order_by("participant__joined_at", "pk")
            members = [seat.participant.person for seat in seats.select_related("participant__person")]
            turns = [(members[place % len(members)], "list_item", text) for place, text in enumerate(texts)]
            if group.room is not None:
                actions.write_turns(room=group.room, turns=turns)
    with evening.after(74):
        actions.call_back(room=room, by=lead)
        for group in groups:
            actions.bring_text(room=room, by=lead, group=group.pk)
        actions.end_groups(room=room, by=lead)
        actions.freeze_version(room=room, by=lead, title=told["versions"][1])


def block_with(room: Room, words: str) -> Any:
    """The block of the room's text in which these words stand."""
    content = prose.clean(document.read(store.updates_of(room.pk)[0]).content)
    return next(piece for piece in prose.blocks(content) if words in piece.text)


def _change_words(story: Story, room: Room, lead: Person, told: Any) -> None:
    """Other words for a sentence: proposed, and made part of the text."""
    piece = block_with(room, told["old"])
    after = piece.text.replace(told["old"], told["new"])
    by = story.people[told["who"]]
    said = {"text": told["text"], "language": story.language}
    passage = actions.propose_words(room=room, by=by, block=piece.id, before=piece.text, after=after, **said)
    actions.decide_suggestion(passage=passage, by=lead, accept=True, deciders=Deciders.SCRIBES)


def _agree(
    story: Story, lead: Person, people: Sequence[Participant], version: Version, told: Any, evening: Evening
) -> None:
    """Can everyone live with the text? One cannot yet, is heard, and then can."""
    check = actions.prepare_check(version=version, by=lead, question=story.content["words"]["question"])
    actions.open_check(check=check, by=lead)
    worried = story.people[told["who"]].pk
    for voter in people:
        answer: dict[str, Any] = {"answer": Consent.AGREE}
        if voter.person_id == worried:
            answer = {"answer": Consent.CONCERN, "text": told["concern"]}
        actions.answer_check(check=check, by=_by(lead, voter), voter=voter, **answer)
    with evening.after(106):
        concern = Concern.objects.in_city(story.city).select_related("check_of").get(check_of=check)
        concern.check_of = check
        actions.resolve_concern(concern=concern, by=lead, how=told["how"])
    with evening.after(109):
        voter = next(each for each in people if each.person_id == worried)
        actions.answer_check(check=check, by=voter.person, voter=voter, answer=Consent.AGREE)
        actions.close_check(check=check, by=lead)


def _listen(room: Room, people: Sequence[Participant]) -> None:
    """How long those who spoke spoke, as the queue counted it."""
    spoke = [str(each.pk) for each in people[: len(SECONDS)]]
    heard = {key: {"turns": 1, "seconds": seconds} for key, seconds in zip(spoke, SECONDS, strict=False)}
    actions.change_state(room, "speaking", lambda state: {**state, "heard": heard, "spoken": spoke})


# -- Its time, and its minutes ----------------------------------------------------------------


def _date(room: Room, evening: Evening) -> None:
    """The rows of the session lie in its own time, before the minutes tell of it."""
    city = room.city_id
    rooms = Room.objects.in_city(city).filter(Q(pk=room.pk) | Q(parent=room))
    evening.date(rooms, "made_at", "ends_at")
    rooms.filter(parent=room).update(starts_at=evening.opened + timedelta(minutes=48))
    evening.date(Participant.objects.in_city(city).filter(room__in=rooms), "joined_at")
    Participant.objects.in_city(city).filter(room__in=rooms).update(seen_at=evening.stages[-1][1])
    evening.date(Version.objects.in_city(city).filter(room=room), "at")
    evening.date(Poll.objects.in_city(city).filter(room=room), "made_at", "opened_at", "closed_at")
    evening.date(ConsentCheck.objects.in_city(city).filter(room=room), "made_at", "opened_at", "closed_at")
    evening.date(Concern.objects.in_city(city).filter(check_of__room=room), "at", "resolved_at")
    evening.date(Decision.objects.in_city(city).filter(consent_check__room=room), "at")
    evening.date(Passage.objects.in_city(city).filter(room=room), "at", "decided_at")
    evening.date(Breakout.objects.filter(room=room), "made_at", "started_at", "ended_at")
    Breakout.objects.filter(room=room).update(ends_at=F("ended_at"))
    evening.date(Brought.objects.filter(room=room), "at")
    for each in rooms:
        actions.change_state(each, "agenda", lambda state: _agenda(state, evening))
    room.refresh_from_db()


def _agenda(state: dict[str, Any], evening: Evening) -> dict[str, Any]:
    lines = []
    for line in state.get("log", ()):
        times = {name: evening.moment_of(line[name]) for name in ("began_at", "ended_at") if name in line}
        lines.append({**line, **times})
    return {**state, "log": lines, "ends_at": None}


def _agree_to_minutes(
    story: Story, room: Room, lead: Person, people: Sequence[Participant], told: Any, evening: Evening
) -> None:
    """Proposed at the end; the last answer, the next morning, publishes them."""
    with evening.after(126):
        for key in told["named"]:
            name_in_minutes(room=room, by=story.people[key], named=True)
        write_section(room=room, by=lead, section=told["section"], text=told["text"], base=0)
        minutes = propose_minutes(room=room, by=lead, time=24 * 60, rule=MinutesRule.NOBODY, audience=Audience.PUBLIC)
    night = NIGHT.total_seconds() / 60
    with evening.after(126 + night) as morning:
        answer_minutes(room=room, by=lead, agrees=True)
        for each in people:
            if each.person.has_account:
                answer_minutes(room=room, by=each.person, agrees=True)
            else:
                answer_minutes(room=room, by=lead, agrees=True, participant=each)
    rows = Minutes.objects.in_city(story.city).filter(pk=minutes.pk)
    evening.date(rows, "published_at")
    rows.update(closes_at=morning)
    evening.date(MinutesRevision.objects.filter(minutes=minutes), "at")
    evening.date(MinutesName.objects.filter(minutes=minutes), "at")
    evening.date(MinutesAnswer.objects.filter(revision__minutes=minutes), "at")
    wind_back(room.thread, made_at=evening.opened)
