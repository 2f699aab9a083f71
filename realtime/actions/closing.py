"""Closing a room: by hand once nothing is left open in it, and with the groups, whose rooms are brought to an end."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.journal import move
from backend.base.problems import Conflict
from backend.people.models import Person
from realtime import permissions
from realtime.actions import groups
from realtime.actions.captions import clear_captions, keeps_captions
from realtime.actions.consent import stamp_check
from realtime.actions.polls import count_poll
from realtime.actions.silence import hides_ideas, show_ideas
from realtime.actions.states import change_state
from realtime.actions.voters import require_nothing_open
from realtime.broadcast import rights_on_commit, tell_on_commit
from realtime.choices import BreakoutState, RoomState, VoteState
from realtime.models import ConsentCheck, Poll, Room


def close_room(*, room: Room, by: Person, reason: str = "") -> None:
    """Nobody writes here any more; the text and its versions stay.

    Raises PermissionDenied, and Conflict while something is under way that could not be ended afterwards.
    """
    if not permissions.can_keep_door(by, room):
        raise PermissionDenied(_("Only the facilitator closes the room."))
    with transaction.atomic():
        if room.parent is not None:
            tell_on_commit(room.parent, "breakouts")  # first: the main room's row before those of its groups
        hidden = hides_ideas(room)  # the board before the room's row, as who writes on it
        rights_on_commit(room)  # it holds the room's row: nothing begins behind these looks
        require_nothing_open(room)
        _require_groups_over(room)
        if hidden:
            message = _(
                "Ideas that people wrote in silence are still hidden. Show all ideas first, then close the room."
            )
            raise Conflict("silence", message)
        _shut(room, by, reason)


def _require_groups_over(room: Room) -> None:
    breakout = groups.current(room)
    if breakout is None:
        return
    if breakout.state == BreakoutState.PLANNED:
        message = _("Groups are being made. Send everyone to their group, or give the groups up; then close the room.")
    else:
        message = _(
            "The groups are not over. Call everyone back, bring in what they wrote, and end the groups; then close the room."
        )
    raise Conflict("groups_there", message)


def end_group_room(*, room: Room, by: Person) -> None:
    """A group's room closes with its round: open votes are counted, hidden ideas shown; the caller has asked who may."""
    hides_ideas(room)
    here = {"room": room, "state": VoteState.OPEN}
    # Held before the room's row, as who votes holds them.
    polls = list(Poll.objects.in_city(room.city_id).filter(**here).select_for_update())
    checks = list(ConsentCheck.objects.in_city(room.city_id).filter(**here).select_for_update())
    for poll in polls:
        poll.room = room
        count_poll(poll, by)
    for check in checks:
        check.room = room
        stamp_check(check, by)
    show_ideas(room)
    rights_on_commit(room)
    _shut(room, by)


def _shut(room: Room, by: Person, reason: str = "") -> None:
    move(room, RoomState.CLOSED, by=by, reason=reason, ends_at=timezone.now(), short_code=None, token_digest=None)
    # Who wrote in silence and comes a moment too late finds no silence any more: their idea stands on the board.
    change_state(room, "board", lambda state: {**state, "silent": False})
    if not keeps_captions(room):
        clear_captions(room=room)
