"""How a room is led, written down: each act with its reason, shown to whom it concerns, open to a second look."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.base import prose, words
from backend.base.journal import move, record
from backend.conversations import actions as talk
from backend.conversations.models import Appeal, ModerationAct
from backend.people.actions import notify
from backend.people.models import Person
from realtime import document, permissions, store
from realtime.actions import board, groups
from realtime.actions.states import change_state, turned
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant, Room, ToolState

REASON: Final = 400

# What the log of a room calls each act.
ACTS: Final[dict[str, Any]] = {
    "lock": gettext_lazy("Only scribes write the draft"),
    "unlock": gettext_lazy("The draft is open again"),
    "freeze": gettext_lazy("Everything was frozen"),
    "unfreeze": gettext_lazy("The room goes on"),
    "pause_chat": gettext_lazy("The chat was paused"),
    "resume_chat": gettext_lazy("The chat is open again"),
    "slow": gettext_lazy("The chat was slowed down"),
    "unslow": gettext_lazy("The chat has its own pace again"),
    "remove": gettext_lazy("Someone was asked to leave"),
    "refuse": gettext_lazy("Someone was not let in"),
    "readmit": gettext_lazy("Someone may come back"),
    "mute": gettext_lazy("Someone may not write in the chat"),
    "unmute": gettext_lazy("Someone may write in the chat again"),
    "watch": gettext_lazy("Someone only watches"),
    "take_part": gettext_lazy("Someone takes part"),
    "scribe": gettext_lazy("Someone is a scribe"),
    "unscribe": gettext_lazy("Someone is no longer a scribe"),
    "unlead": gettext_lazy("Someone no longer leads"),
    "lower": gettext_lazy("A hand was taken down"),
    "raise": gettext_lazy("A hand is up again"),
    "close_board": gettext_lazy("The board was closed"),
    "open_board": gettext_lazy("The board is open again"),
    "lock_column": gettext_lazy("A column of the board was locked"),
    "unlock_column": gettext_lazy("A column of the board is open again"),
    "take": gettext_lazy("An idea was taken away"),
    "reword": gettext_lazy("An idea was put in other words"),
    "clear": gettext_lazy("All ideas of a column were taken away"),
    "hide": gettext_lazy("A message was hidden"),
    "restore": gettext_lazy("A message is shown again"),
    "announce": gettext_lazy("A message to all"),
    "lead": gettext_lazy("The lead changed"),
    "call_back": gettext_lazy("The groups were called back"),
}
# Acts that someone can ask a second look at; those in `ROOM_WIDE` and `ON_BOARD` concern all who are there.
ROOM_WIDE: Final = {"lock": "locked", "freeze": "frozen", "pause_chat": "chat_paused", "slow": "slow"}
ON_BOARD: Final = ("close_board", "lock_column", "clear")
SENT: Final = ("remove", "refuse")  # after these somebody is not in the room any more
ROLES: Final = ("watch", "unscribe", "unlead")
LOCK: Final = ("locked", "why", "act")  # what a column keeps of its lock
OPEN_TO_APPEAL: Final = frozenset(
    {"call_back", *ROOM_WIDE, *ON_BOARD, *SENT, *ROLES, "mute", "lower", "take", "reword", "hide"}
)


def note_act(*, room: Room, by: Person, act: str, reason: str = "", about: Participant | None = None) -> ModerationAct:
    """Write an act into the room's log; whom it concerns is told, wherever they are."""
    made = talk.note_act(
        thread=room.thread, by=by, act=act, reason=reason, concerns=about.person if about is not None else None
    )
    if about is not None and act in OPEN_TO_APPEAL:
        notify(person=about.person, kind="room_act", reference=_reference(room))
    tell_on_commit(room, "appeals")
    return made


def _reference(room: Room) -> dict[str, Any]:
    return {
        "kind": "room",
        "id": str(room.pk),
        "url": reverse("realtime:log", args=[room.city.slug, room.slug]),
        "title": room.title,
    }


def acts_of(room: Room) -> Any:
    """The log of a room, newest first, with who, whom and what became of it."""
    return ModerationAct.objects.in_city(room.city_id).in_thread(room.thread_id)


def log_for(room: Room, person: Person, *, leads: bool, inside: bool = True) -> Any:
    """The log as somebody may read it: all of it, or what concerns all and themselves, and outside only themselves."""
    rows = acts_of(room).select_related("appeal__by", "appeal__decided_by")
    if leads:
        return rows
    return rows.filter(Q(concerns=None) | Q(concerns=person)) if inside else rows.filter(concerns=person)


# --- A second look -----------------------------------------------------------------------


def ask_again(*, room: Room, by: Person, act: str, text: str) -> Appeal:
    """Ask that someone else looks again at an act about oneself, or about all in the room."""
    participant = permissions.seat_of(by, room)
    found = _act(room, act)
    asks = found is not None and found.act in OPEN_TO_APPEAL and permissions.can_ask_again(participant, found)
    if found is None or not asks:
        raise PermissionDenied(_("You cannot ask for a second look at this."))
    with transaction.atomic():
        made = talk.appeal(act=found, by=by, text=text, in_place=True)
        tell_on_commit(room, "appeals")
    return made


def _act(room: Room, key: str) -> ModerationAct | None:
    try:
        found: ModerationAct | None = acts_of(room).filter(pk=key).first()
    except (ValidationError, ValueError, TypeError):
        return None
    return found


def answer_appeal(*, appeal: Appeal, by: Person, accept: bool, answer: str) -> Appeal:
    """Answer a second look at an act in a room; accepted, the act is undone where it still holds."""
    act = appeal.act
    room = Room.objects.in_city(appeal.city_id).select_related("city", "group", "thread").get(thread=act.thread_id)
    mine = permissions.seat_of(by, room)
    leads = permissions.is_admitted(mine) and mine is not None and mine.role in permissions.LEADS
    with transaction.atomic():
        talk.decide_appeal(appeal=appeal, by=by, accept=accept, answer=answer, keeps_place=leads)
        if accept and act.post is None:
            _undo(room, act, by, answer)
        if act.post is None:
            notify(person=appeal.by, kind="room_appeal_decided", reference=_reference(room))
        tell_on_commit(room, "appeals", "chat", "moderation", "passages")
    return appeal


def _undo(room: Room, act: ModerationAct, by: Person, reason: str) -> None:
    if (undo := _OF_ALL.get(act.act)) is not None:
        undo(room, act, by, reason)
        return
    participant = Participant.objects.in_city(room.city_id).filter(room=room, person=act.concerns_id).first()
    if participant is None:
        return
    participant.room = room
    if act.act in SENT and participant.state == ParticipantState.REMOVED:
        let_back(participant, by, reason)
    elif act.act == "mute" and participant.chat_muted:
        give_word_back(participant, by, reason)
    elif act.act == "lower":
        _raise_again(participant, by, reason)
    elif act.act in ROLES:
        _give_role_back(participant, act.act, by, reason)


def _put_back(room: Room, act: ModerationAct, by: Person, reason: str) -> None:
    """The ideas stand again as they were, by the hands of who wrote them, while the board still holds them."""
    state = ToolState.objects.filter(room=room, tool="board").values_list("state", flat=True).first() or {}
    held = [each for each in state.get("bin", []) if each.get("act") == str(act.pk)]
    if not held:
        return
    board.put_on_board(
        room=room, taken=[board.Taken(each["id"], UUID(each["person"]), each["fields"]) for each in held]
    )
    kept = [each for each in state["bin"] if each not in held]
    change_state(room, "board", lambda now: {**now, "bin": [each for each in now.get("bin", []) if each in kept]})


def _say_again(room: Room, act: ModerationAct, by: Person, reason: str) -> None:
    """The idea says again what it said, if it is on the board still."""
    state = ToolState.objects.filter(room=room, tool="board").values_list("state", flat=True).first() or {}
    for each in state.get("reworded", []):
        if each["act"] == str(act.pk):
            board.put_words_back(room=room, key=each["id"], person=UUID(each["person"]), text=each["text"])


def let_back(participant: Participant, by: Person, reason: str) -> None:
    """Someone who was removed may come in again. The caller has asked who may."""
    room = participant.room
    move(participant, ParticipantState.ADMITTED, by=by, reason=reason, verb="participant.readmit")
    note_act(room=room, by=by, act="readmit", reason=reason, about=participant)
    groups.bring_back(participant, by=by)
    rights_on_commit(room)
    tell_on_commit(room, "door")


def give_word_back(participant: Participant, by: Person, reason: str) -> None:
    """Someone may write in the chat again. The caller has asked who may."""
    room = participant.room
    Participant.objects.in_city(room.city_id).filter(pk=participant.pk).update(chat_muted=False)
    participant.chat_muted = False
    record(by=by, verb="participant.unmute", subject=participant, reason=reason)
    note_act(room=room, by=by, act="unmute", reason=reason, about=participant)
    groups.carry_mute(participant, by=by)
    rights_on_commit(room)
    tell_on_commit(room, "chat")


def _give_role_back(participant: Participant, act: str, by: Person, reason: str) -> None:
    """Someone who could only watch takes part again; who was a scribe or led is so again. Only where no other role
    was given since."""
    held, role, back = _ROLE_BACK[act]
    room = participant.room
    if not Participant.objects.in_city(room.city_id).filter(pk=participant.pk, role__in=held).update(role=role):
        return
    record(by=by, verb="participant.role", subject=participant, before=participant.role, after=role, reason=reason)
    before, participant.role = participant.role, role
    note_act(room=room, by=by, act=back, reason=reason, about=participant)
    groups.carry_role(participant, before, by=by)
    rights_on_commit(room)
    tell_on_commit(room, "door", "leading", "speaking")


# Act that took a role -> roles in which somebody still feels it, the role that comes back, and what the log calls that.
_ROLE_BACK: Final = {
    "watch": ([RoomRole.OBSERVER], RoomRole.PARTICIPANT, "take_part"),
    "unscribe": ([RoomRole.PARTICIPANT], RoomRole.SCRIBE, "scribe"),
    "unlead": ([RoomRole.PARTICIPANT, RoomRole.SCRIBE], RoomRole.FACILITATOR, "lead"),
}


def _raise_again(participant: Participant, by: Person, reason: str) -> None:
    """The hand stands in the queue where it stood, unless it went up again since."""
    room, key = participant.room, str(participant.pk)
    if participant.state != ParticipantState.ADMITTED or participant.role == RoomRole.OBSERVER:
        return
    raised: list[bool] = []

    def up(state: dict[str, Any]) -> dict[str, Any]:
        lowered, queue = dict(state.get("lowered", {})), list(state.get("queue", []))
        held = lowered.pop(key, None)
        raised[:] = [held is not None]
        if held is not None:
            queue.insert(held["place"], key)
        return {**state, "lowered": lowered, "queue": queue}

    change_state(room, "speaking", up)
    if raised[0]:
        record(by=by, verb="participant.raise", subject=participant, reason=reason)
        note_act(room=room, by=by, act="raise", reason=reason, about=participant)


def _board_open(room: Room, act: ModerationAct, by: Person, reason: str) -> None:
    """The board, or a column of it, takes ideas again; only where this act is the one that still holds."""
    key = str(act.pk)
    opened: list[str] = []

    def off(state: dict[str, Any]) -> dict[str, Any]:
        opened.clear()
        columns = [dict(column) for column in state.get("columns", [])]
        for column in columns:
            if column.get("act") == key:
                opened.append("unlock_column")
                for name in LOCK:
                    column.pop(name, None)
        if state.get("act") == key:
            opened.append("open_board")
            state = {**state, "open": True, "why": "", "act": ""}
        return {**state, "columns": columns}

    change_state(room, "board", off)
    for done in opened:
        record(by=by, verb="board.open" if done == "open_board" else "board.unlock", subject=room, reason=reason)
        note_act(room=room, by=by, act=done, reason=reason)
    rights_on_commit(room)


def _switch_off(room: Room, act: ModerationAct, by: Person, reason: str) -> None:
    """Only where this act is the one that still holds: a later one has a reason of its own."""
    later = acts_of(room).filter(act__in=[act.act, OFF[act.act]], at__gt=act.at).exists()
    if later:
        return
    name = ROOM_WIDE[act.act]

    change_state(room, "moderation", lambda state: turned(state, name, 0 if name == "slow" else False))
    if name == "frozen":
        groups.hold_groups(room, by=by, cause="main")
    record(by=by, verb=f"room.{name}.end", subject=room, reason=reason)
    note_act(room=room, by=by, act=OFF[act.act], reason=reason)
    rights_on_commit(room)


def _let_go_on(room: Room, act: ModerationAct, by: Person, reason: str) -> None:
    """Called back, a group writes on until its round is over; of the main room, every group."""
    if acts_of(room).filter(act=act.act, at__gt=act.at).exists():
        return
    if room.parent_id is not None:
        groups.hold_group(room, by=by, cause="back")
    else:
        groups.hold_groups(room, by=by, cause="back")


OFF: Final = {"lock": "unlock", "freeze": "unfreeze", "pause_chat": "resume_chat", "slow": "unslow"}
_OF_ALL: Final[dict[str, Callable[[Room, ModerationAct, Person, str], None]]] = {
    **dict.fromkeys(ROOM_WIDE, _switch_off),
    "call_back": _let_go_on,
    "close_board": _board_open,
    "lock_column": _board_open,
    "take": _put_back,
    "clear": _put_back,
    "reword": _say_again,
}


class SentAway(PermissionDenied):
    """Somebody who was asked to leave, or not let in, tries to come back: `participant`."""

    def __init__(self, message: str, participant: Participant) -> None:
        super().__init__(message)
        self.participant = participant


def was_sent_away(room: Room, participant: Participant) -> bool:
    """Whether it was this room that sent them away and did not let them back: in a group, somebody who is in another
    one by now has no place either, and nobody sent them away."""
    if participant.state != ParticipantState.REMOVED:
        return False
    last = acts_of(room).filter(act__in=(*SENT, "readmit"), concerns=participant.person_id).first()
    return last is not None and last.act in SENT


def sent_away(participant: Participant) -> SentAway:
    """Why they are not in the room, and what they can do."""
    room = participant.room
    if room.parent_id is not None:
        return SentAway(_("You are not in this group any more. The main room shows you the way."), participant)
    act = acts_of(room).filter(concerns=participant.person_id, act__in=SENT).first()
    refused = act is not None and act.act == "refuse"
    said = [
        _("The facilitator did not let you in.") if refused else _("The facilitator has asked you to leave this room."),
        _("The reason: %(reason)s") % {"reason": act.reason} if act is not None and act.reason else "",
        _("If you think this is wrong, the page of the room lets you ask for a second look."),
    ]
    return SentAway(" ".join(filter(None, said)), participant)


def readmit(*, participant: Participant, by: Person, reason: str) -> None:
    """Let someone come back who was asked to leave, with a word of why."""
    if not permissions.can_keep_door(by, participant.room):
        raise PermissionDenied(_("Only the facilitator keeps the door."))
    if participant.person.merged_into_id is not None:
        raise ValidationError({"id": ValidationError(_("This person is not in the room any more."), code="gone")})
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        let_back(participant, by, reason)


def passage_words(room: Room, kind: str, key: str) -> str:
    """The first words of a block of the text or of an idea on the board. Raises ValidationError where it is gone."""
    said = document.read(store.updates_of(room.pk)[0])
    if kind == "note":
        note = said.board.get(key)
        found = str(note.get("text", "")) if note is not None else None
    else:
        found = next((piece.text for piece in prose.blocks(said.content) if piece.id == key), None)
    if found is None:
        message = _("This is not there any more. Choose something else to look at.")
        raise ValidationError({"target": ValidationError(message, code="gone")})
    return f"{found[:80]}…" if len(found) > 80 else found
