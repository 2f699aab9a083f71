"""What an accepted second look gives back, and who was sent away let in again: each only where nothing else forbids it."""

from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from backend.base import words
from backend.base.journal import move, record
from backend.base.problems import Conflict
from backend.conversations import actions as talk
from backend.conversations.choices import PostState
from backend.conversations.models import Appeal, ModerationAct
from backend.people.actions import notify
from backend.people.models import Person
from realtime import permissions
from realtime.actions import groups
from realtime.actions.acts import LOCK, REASON, ROLES, ROOM_WIDE, SENT, acts_of, note_act, reference_of, was_sent_away
from realtime.actions.states import change_state, turned
from realtime.actions.taken import put_back_taken, put_words_back
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import ParticipantState, RoomRole
from realtime.models import Participant, Room

OFF: Final = {"lock": "unlock", "freeze": "unfreeze", "pause_chat": "resume_chat", "slow": "unslow"}
# Acts about the same: of each kind the last one about somebody, or about all, is the one that holds.
KINDS: Final = (
    *OFF.items(),
    ("call_back",),
    ("mute", "unmute"),
    (*SENT, "readmit"),
    ("lower", "raise"),
    (*ROLES, "take_part", "scribe", "lead"),
)


def answer_appeal(*, appeal: Appeal, by: Person, accept: bool, answer: str) -> str:
    """Answer a second look at an act in a room; accepted, the act is undone where it is the one that still holds.

    Tells why nothing was undone; that stands in the log, too, for whoever asked. "" where something was.
    """
    act, left = appeal.act, ""
    room = Room.objects.in_city(appeal.city_id).select_related("city", "group", "thread").get(thread=act.thread_id)
    mine = permissions.seat_of(by, room)
    leads = permissions.is_admitted(mine) and mine is not None and mine.role in permissions.LEADS
    with transaction.atomic():
        talk.decide_appeal(appeal=appeal, by=by, accept=accept, answer=answer, keeps_place=leads)
        if accept and act.post is None:
            left = _undo(room, act, by, answer)
        elif accept and act.post is not None and act.post.state == PostState.HIDDEN:
            left = _since()
        if left:
            talk.note_act(thread=room.thread, by=by, act="too_late", reason=left, concerns=act.concerns)
        if act.post is None:
            notify(person=appeal.by, kind="room_appeal_decided", reference=reference_of(room))
        tell_on_commit(room, "appeals", "chat", "moderation", "passages")
    return left


def _since() -> str:
    return _("It was lifted before, or decided anew since for a reason of its own.")


def _holds(room: Room, act: ModerationAct) -> bool:
    """Whether nobody decided about the same since: a later act has a reason of its own."""
    kind = next((kind for kind in KINDS if act.act in kind), (act.act,))
    last = acts_of(room).filter(act__in=kind, concerns=act.concerns_id).first()
    return last is not None and last.pk == act.pk


def _undo(room: Room, act: ModerationAct, by: Person, reason: str) -> str:
    """Take an act back; tells why not, where it is not."""
    if (undo := _OF_ALL.get(act.act)) is not None:
        return undo(room, act, by, reason)
    rows = Participant.objects.in_city(room.city_id).select_related("person")
    participant = rows.filter(room=room, person=act.concerns_id).first()
    if participant is None or not _holds(room, act):
        return _since()
    participant.room = room
    if why := _held_above(participant, act.act):
        return why
    return "" if _OF_ONE[act.act](participant, act.act, by, reason) else _since()


# --- What was taken off the board --------------------------------------------------------


def _put_back(room: Room, act: ModerationAct, by: Person, reason: str) -> str:
    """The ideas stand again as they were, by the hands of who wrote them."""
    if put_back_taken(room, act):
        return ""
    return _("Nothing was put back: the ideas stand on the board again, or their words are not kept any more.")


def _say_again(room: Room, act: ModerationAct, by: Person, reason: str) -> str:
    """The idea says again what it said, where nobody worded it anew since."""
    if put_words_back(room, act):
        return ""
    return _("The idea stays as it is: it says something else by now, or is not on the board any more.")


def _board_open(room: Room, act: ModerationAct, by: Person, reason: str) -> str:
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
    return "" if opened else _since()


# --- What was decided about all ----------------------------------------------------------


def _switch_off(room: Room, act: ModerationAct, by: Person, reason: str) -> str:
    if not _holds(room, act):
        return _since()
    name = ROOM_WIDE[act.act]
    change_state(room, "moderation", lambda state: turned(state, name, 0 if name == "slow" else False))
    if name == "frozen":
        groups.hold_groups(room, by=by, cause="main")
    record(by=by, verb=f"room.{name}.end", subject=room, reason=reason)
    note_act(room=room, by=by, act=OFF[act.act], reason=reason)
    rights_on_commit(room)
    return ""


def _let_go_on(room: Room, act: ModerationAct, by: Person, reason: str) -> str:
    """Called back, a group writes on until its round is over; of the main room, every group."""
    if not _holds(room, act):
        return _since()
    if room.parent_id is not None:
        groups.hold_group(room, by=by, cause="back")
    else:
        groups.hold_groups(room, by=by, cause="back")
    return ""


_OF_ALL: Final[dict[str, Callable[[Room, ModerationAct, Person, str], str]]] = {
    **dict.fromkeys(ROOM_WIDE, _switch_off),
    "call_back": _let_go_on,
    "close_board": _board_open,
    "lock_column": _board_open,
    "take": _put_back,
    "clear": _put_back,
    "reword": _say_again,
}


# --- What was decided about somebody -----------------------------------------------------


def readmit(*, participant: Participant, by: Person, reason: str) -> None:
    """Let someone come back who was asked to leave, with a word of why. Raises Conflict where the main room has to."""
    if not permissions.can_keep_door(by, participant.room):
        raise PermissionDenied(_("Only the facilitator keeps the door."))
    if participant.person.merged_into_id is not None:
        raise ValidationError({"id": ValidationError(_("This person is not in the room any more."), code="gone")})
    reason = words.prose(reason, field="reason", limit=REASON)
    with transaction.atomic():
        let_back(participant, by, reason)


def let_back(participant: Participant, by: Person, reason: str) -> None:
    """Someone who was removed may come in again. The caller has asked who may; where the main room sent them away it
    is refused all the same. Raises Conflict."""
    room = participant.room
    if why := _kept_out(participant):
        raise Conflict("kept_out", why)
    move(participant, ParticipantState.ADMITTED, by=by, reason=reason, verb="participant.readmit")
    note_act(room=room, by=by, act="readmit", reason=reason, about=participant)
    groups.bring_back(participant, by=by)
    rights_on_commit(room)
    tell_on_commit(room, "door")


def _kept_out(participant: Participant) -> str:
    """Why a group cannot let somebody back in by itself, since it was not this group that sent them away, or not it
    alone; "" where it can."""
    room = participant.room
    if room.parent is None:
        return ""
    above = _above(participant)
    if above is not None and above.state == ParticipantState.REMOVED:
        return _("This person was sent away from the main room. They have to be let back in there first.")
    if participant.state == ParticipantState.REMOVED and not was_sent_away(room, participant):
        return _("This group did not send this person away. Who is in which group is decided in the main room.")
    return ""


def _above(participant: Participant) -> Participant | None:
    """The place in the main room of somebody in a group; what is decided there waits for the end of this transaction."""
    main = participant.room.parent
    if main is None:
        return None
    tell_on_commit(main, "breakouts")  # first: the main room's row before those of its groups
    return permissions.seat_of(participant.person, main)


def _held_above(participant: Participant, act: str) -> str:
    """Why an act of a group cannot be undone there: the main room decided the same."""
    if act in SENT:
        return _kept_out(participant)
    above = _above(participant)
    muted = act == "mute" and above is not None and above.chat_muted
    watches = act == "watch" and above is not None and above.role == RoomRole.OBSERVER
    if muted or watches:
        return _("The main room decided the same about this person. It has to be taken back there.")
    return ""


def _come_back(participant: Participant, act: str, by: Person, reason: str) -> bool:
    if participant.state != ParticipantState.REMOVED:
        return False
    let_back(participant, by, reason)
    return True


def _give_word_back(participant: Participant, act: str, by: Person, reason: str) -> bool:
    """Someone may write in the chat again."""
    if not participant.chat_muted:
        return False
    room = participant.room
    Participant.objects.in_city(room.city_id).filter(pk=participant.pk).update(chat_muted=False)
    participant.chat_muted = False
    record(by=by, verb="participant.unmute", subject=participant, reason=reason)
    note_act(room=room, by=by, act="unmute", reason=reason, about=participant)
    groups.carry_mute(participant, by=by)
    rights_on_commit(room)
    tell_on_commit(room, "chat")
    return True


# Act that took a role -> roles in which somebody still feels it, the role that comes back, and what the log calls that.
_ROLE_BACK: Final = {
    "watch": ([RoomRole.OBSERVER], RoomRole.PARTICIPANT, "take_part"),
    "unscribe": ([RoomRole.PARTICIPANT], RoomRole.SCRIBE, "scribe"),
    "unlead": ([RoomRole.PARTICIPANT, RoomRole.SCRIBE], RoomRole.FACILITATOR, "lead"),
}


def _give_role_back(participant: Participant, act: str, by: Person, reason: str) -> bool:
    """Someone who could only watch takes part again; who was a scribe or led is so again. Only where no other role
    was given since."""
    held, role, back = _ROLE_BACK[act]
    room = participant.room
    if not Participant.objects.in_city(room.city_id).filter(pk=participant.pk, role__in=held).update(role=role):
        return False
    record(by=by, verb="participant.role", subject=participant, before=participant.role, after=role, reason=reason)
    before, participant.role = participant.role, role
    note_act(room=room, by=by, act=back, reason=reason, about=participant)
    groups.carry_role(participant, before, by=by)
    rights_on_commit(room)
    tell_on_commit(room, "door", "leading", "speaking")
    return True


def _raise_again(participant: Participant, act: str, by: Person, reason: str) -> bool:
    """The hand stands in the queue where it stood, unless it went up again since."""
    room, key = participant.room, str(participant.pk)
    if participant.state != ParticipantState.ADMITTED or participant.role == RoomRole.OBSERVER:
        return False
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
    return raised[0]


_OF_ONE: Final[dict[str, Callable[[Participant, str, Person, str], bool]]] = {
    **dict.fromkeys(SENT, _come_back),
    **dict.fromkeys(ROLES, _give_role_back),
    "mute": _give_word_back,
    "lower": _raise_again,
}
