"""Why somebody cannot do something in a room now, and what they can do instead: the same words wherever they ask."""

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from realtime import permissions
from realtime.choices import ParticipantState, RoomRole, RoomState
from realtime.models import Participant, Room, ToolState

LEADING: Final = frozenset({"facilitate", "moderate", "submit", "record"})
AFTER_THE_CLOSE: Final = frozenset({"record", "answer"})
WATCHING: Final = frozenset({"vote", "attend"})  # what is open also to who only watches


def barred(
    ability: str,
    room: Room,
    participant: Participant | None,
    *,
    moderation: dict[str, Any] | None = None,
    helps: bool = False,
) -> PermissionDenied:
    """The refusal for who lacks `ability`. `moderation` is what the moderation keeps, read here where it is not given;
    with `helps` it is read by the facilitator who enters something for `participant`."""
    if participant is None or not permissions.is_admitted(participant):
        return PermissionDenied(_outside(participant))
    if room.state != RoomState.OPEN and ability not in AFTER_THE_CLOSE:
        return PermissionDenied(_("The room is closed. Its text and its versions stay."))
    if ability in LEADING:
        return PermissionDenied(_("Only the facilitator can do this."))
    if participant.role == RoomRole.OBSERVER and ability not in WATCHING:
        return PermissionDenied(_watching(participant, helps=helps))
    if moderation is None:
        moderation = ToolState.objects.filter(room=room, tool="moderation").values_list("state", flat=True).first()
    return PermissionDenied(_stopped(ability, participant, moderation or {}, helps=helps))


def _outside(participant: Participant | None) -> str:
    if participant is None:
        return _("You are not in this room. Come in first, and do this then.")
    if participant.state == ParticipantState.WAITING:
        return _("You wait at the door. You can do this as soon as the facilitator lets you in.")
    return _("You are not in this room any more. Its page says why, and lets you ask for a second look.")


def _watching(participant: Participant, *, helps: bool) -> str:
    if helps:
        return _("%(name)s only watches. Let them take part first.") % {"name": participant.name}
    return _("You only watch here. Ask the facilitator to let you take part.")


def _stopped(ability: str, participant: Participant, moderation: dict[str, Any], *, helps: bool) -> str:
    """What the facilitator has set stands in the way: first what concerns one person, then what concerns all."""
    reasons = moderation.get("reasons", {})
    if ability == "chat" and participant.chat_muted:
        return _muted(participant, helps=helps)
    if moderation.get("frozen"):
        said = _("Everything is frozen for the moment. Do it again as soon as the facilitator lets the room go on.")
        return because(said, moderation.get("reason", ""))
    if ability == "chat" and moderation.get("chat_paused"):
        said = _("The chat is paused for the moment. Write again when it is open; until then you can raise your hand.")
        return because(said, reasons.get("chat_paused", ""))
    if ability == "write" and moderation.get("locked"):
        said = _(
            "The text is locked for the moment, and only scribes write in it. Ask one of them, or do it again when it is open."
        )
        return because(said, reasons.get("locked", ""))
    return _("You cannot do this now. Load the page again, or ask the facilitator.")


def _muted(participant: Participant, *, helps: bool) -> str:
    if helps:
        said = _("%(name)s may not write in the chat for now. In the list of people you can give them back their word.")
        return said % {"name": participant.name}
    return _(
        "You may not write in the chat for now. The log of the room says why, and there you can ask for a second look. You can still raise your hand."
    )


def because(said: str, reason: Any) -> str:
    """The reason comes last: it ends as its writer ended it."""
    return " ".join([said, _("The reason: %(reason)s") % {"reason": reason}]) if reason else said
