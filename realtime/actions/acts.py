"""How a room is led, written down: each act with its reason, shown to whom it concerns, open to a second look."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.base import prose
from backend.conversations import actions as talk
from backend.conversations.models import Appeal, ModerationAct
from backend.people.actions import notify
from backend.people.models import Person
from realtime import document, permissions, store
from realtime.broadcast import tell_on_commit
from realtime.choices import ParticipantState
from realtime.models import Participant, Room

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
    "too_late": gettext_lazy("A second look was granted, and nothing changed by it"),
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
        notify(person=about.person, kind="room_act", reference=reference_of(room))
    tell_on_commit(room, "appeals")
    return made


def reference_of(room: Room) -> dict[str, Any]:
    """What a notification says of the room: where its log is."""
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
