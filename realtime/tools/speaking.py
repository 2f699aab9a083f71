"""Raised hands and rounds, whose turn it is and for how long, and who has spoken; the rule of the queue is shown."""

from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.journal import record
from backend.base.prepared import Prepared
from realtime.actions import add_assisted, note_act, take_up_again
from realtime.actions.states import end_turn
from realtime.choices import ParticipantState, Place, RoomRole
from realtime.models import Participant, Room
from realtime.tools.base import Command, Order, State, Viewer, people_of

LONGEST: Final = 600  # seconds of one turn

# Who comes first: a rank for somebody in the queue; among equals, who raised a hand first.
RULES: Final[dict[str, Callable[[State, str], float]]] = {
    "first": lambda state, key: key in state["spoken"],
    # Whole seconds; a word that took less counts, too.
    "less": lambda state, key: state["heard"].get(key, {}).get("seconds") or (0.5 if key in state["spoken"] else 0),
    "order": lambda state, key: 0,
}


def _refuse(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})


# --- The queue -------------------------------------------------------------------------


def queue_up(state: State, key: str) -> None:
    """Behind all whom the rule lets go first; whom the facilitator moved by hand stays where they are."""
    state.get("lowered", {}).pop(key, None)
    rank = RULES[state["rule"]]
    mine, place = rank(state, key), len(state["queue"])
    while place and rank(state, state["queue"][place - 1]) > mine:
        place -= 1
    state["queue"].insert(place, key)


def _raise(order: Order) -> None:
    me, current = str(order.participant.pk), order.state["current"]
    if me in order.state["queue"] or (current and current["id"] == me):
        raise _refuse("queue", _("Your hand is up already."), "raised")
    queue_up(order.state, me)


def _lower(order: Order) -> None:
    order.state["queue"] = [each for each in order.state["queue"] if each != str(order.participant.pk)]


def _place(order: Order) -> int:
    key = order.text("id", 40)
    if key not in order.state["queue"]:
        raise _refuse("id", _("This hand is down already."), "gone")
    return int(order.state["queue"].index(key))


def _drop(order: Order) -> None:
    """Whose hand the facilitator takes down reads why, and may ask for a second look."""
    place, hand = _place(order), order.other()
    del order.state["queue"][place]
    if hand.person_id == order.by.pk:
        return
    reason = order.text("reason")
    order.state["lowered"][str(hand.pk)] = {"reason": reason, "place": place}
    record(by=order.by, verb="participant.lower", subject=hand, reason=reason)
    note_act(room=order.room, by=order.by, act="lower", reason=reason, about=hand)
    order.also.add("moderation")


def _move(order: Order) -> None:
    place, to, queue = _place(order), order.text("to", 8), order.state["queue"]
    # Past who is seen in the queue; the hands of who went wait unseen.
    here = set(_here(order.room))
    way = {"up": range(place - 1, -1, -1), "down": range(place + 1, len(queue))}.get(to, range(0))
    goal = next((at for at in way if queue[at] in here), None)
    if goal is None:
        raise _refuse("to", _("It cannot go further in this direction."), "at_end")
    queue.insert(goal, queue.pop(place))


def _rule(order: Order) -> None:
    rule = order.text("rule", 8)
    if rule not in RULES:
        raise _refuse("rule", _("Choose one of the rules."), "no_such_rule")
    waiting, order.state["queue"], order.state["rule"] = order.state["queue"], [], rule
    for key in waiting:
        queue_up(order.state, key)


def _add(order: Order) -> None:
    """Someone in the hall raised a real hand, or someone on the telephone asked to speak."""
    name, place = order.text("name", 80), order.text("place", 10, required=False) or Place.HALL
    rows = Participant.objects.in_city(order.room.city_id).filter(room=order.room, state=ParticipantState.ADMITTED)
    known = rows.filter(person__name__iexact=name, person__kind="assisted").select_related("person").first()
    if known is not None and not known.stays:
        known.room = order.room
        take_up_again(participant=known, by=order.by)
    participant = known or add_assisted(room=order.room, name=name, by=order.by, place=place)
    if str(participant.pk) not in order.state["queue"]:
        queue_up(order.state, str(participant.pk))
    order.also.add("door")


# --- Turns -----------------------------------------------------------------------------


def _finish(order: Order) -> None:
    """The turn that lasts is over: it counts for who had it."""
    if order.state["current"]:
        order.state.update(end_turn(order.state))
        order.also.add("fair")


def _call(state: State, key: str, *, in_round: bool = False) -> None:
    state["current"] = {"id": key, "since": timezone.now().isoformat()}
    if in_round:
        state["current"]["round"] = True
    state["queue"] = [each for each in state["queue"] if each != key]
    state["lowered"].pop(key, None)


def _next(order: Order) -> None:
    state = order.state
    if state["round"]:
        _next_in_round(order)
        return
    here = _here(order.room)
    waiting = [key for key in state["queue"] if key in here]
    if not waiting:
        raise _refuse("queue", _("No hand is up."), "empty")
    _finish(order)
    _call(state, waiting[0])


def _done(order: Order) -> None:
    _require_turn(order)
    _finish(order)


def _require_turn(order: Order) -> None:
    current = order.state["current"]
    if not current:
        raise _refuse("current", _("Nobody is speaking."), "empty")
    if current["id"] != str(order.participant.pk) and order.participant.role != RoomRole.FACILITATOR:
        raise _refuse("current", _("Someone else is speaking."), "not_yours")


def _turn(order: Order) -> None:
    order.state["turn"] = order.number("seconds", 0, LONGEST)


def _name(order: Order) -> None:
    order.state["named"] = order.text("on", 5) in ("true", "True", "1", "on")


# --- Rounds: everyone once -------------------------------------------------------------


_HERE = Prepared(
    lambda room: (
        Participant.objects.across_cities()
        .admitted()
        .staying()
        .filter(room=room)
        .exclude(role=RoomRole.OBSERVER)
        .order_by("joined_at", "pk")
        .values_list("pk", "role")
    )
)


def _here(room: Room, *, leads: bool = True) -> list[str]:
    """Those who may speak and did not go, in the order of coming."""
    return [str(key) for key, role in _HERE(room.pk) if leads or role != RoomRole.FACILITATOR]


def _round(order: Order) -> None:
    """Everyone once, the less heard first; who leads speaks when they like."""
    people = _here(order.room, leads=False)
    if not people:
        raise _refuse("round", _("Nobody else is in the room yet."), "empty")
    _finish(order)
    rank = RULES["less"]
    people.sort(key=lambda key: rank(order.state, key))
    order.state["round"] = {"order": people, "done": [], "passed": []}


def next_of(round_: State, here: list[str]) -> str | None:
    """Whose turn it is in a round: the first who is here and neither spoke nor passed."""
    over = {*round_["done"], *round_["passed"]}
    return next((key for key in round_["order"] if key in here and key not in over), None)


def _next_in_round(order: Order) -> None:
    state, here = order.state, _here(order.room, leads=False)
    _finish(order)
    # Who came in meanwhile has a turn, too, at the end.
    state["round"]["order"] += [key for key in here if key not in state["round"]["order"]]
    wanted = next_of(state["round"], here)
    if wanted is None:
        raise _refuse("round", _("Everyone had their turn. End the round, or begin a new one."), "over")
    _call(state, wanted, in_round=True)


def _pass(order: Order) -> None:
    """Leave one's turn in a round to the next; one may come later, with a raised hand."""
    state = order.state
    if not state["round"]:
        raise _refuse("round", _("There is no round now."), "no_round")
    me, current = str(order.participant.pk), state["current"] or {}
    if order.participant.role == RoomRole.FACILITATOR and current.get("round"):
        me = current["id"]
    if me not in state["round"]["order"] or me in state["round"]["done"] or me in state["round"]["passed"]:
        raise _refuse("round", _("You had your turn in this round."), "not_yours")
    state["round"]["passed"].append(me)
    if current.get("id") == me:
        state["current"] = None


def _end_round(order: Order) -> None:
    if not order.state["round"]:
        raise _refuse("round", _("There is no round now."), "no_round")
    _finish(order)
    order.state["round"] = None


class Speaking:
    name = "speaking"
    commands = {
        "raise": Command("speak", _raise, assisted=True),
        "lower": Command("speak", _lower, assisted=True),
        "pass": Command("speak", _pass, assisted=True),
        "done": Command("speak", _done, assisted=True),
        "next": Command("facilitate", _next),
        "add": Command("facilitate", _add),
        "move": Command("facilitate", _move),
        "drop": Command("facilitate", _drop),
        "rule": Command("facilitate", _rule),
        "turn": Command("facilitate", _turn),
        "name": Command("facilitate", _name),
        "round": Command("facilitate", _round),
        "end_round": Command("facilitate", _end_round),
    }

    def start(self) -> State:
        return {
            "queue": [],
            "current": None,
            "spoken": [],
            "heard": {},
            "rule": "first",
            "turn": 0,
            "round": None,
            "named": False,
            "lowered": {},
        }

    def read(self, room: Room, state: State) -> Any:
        """Who takes part; of those who went, only who spoke before. Their raised hands and turns wait unseen."""
        spoken = {*state["spoken"], *(state["round"] or {}).get("done", ())}
        rows = [row for row in people_of(room) if row.speaks]
        people = {str(row.pk): (row.name, row.is_assisted) for row in rows if row.stays or str(row.pk) in spoken}
        return state, people, frozenset(str(row.pk) for row in rows if row.stays)

    def show(self, read: Any, viewer: Viewer) -> State:
        """The projector shows who speaks only where the group wants the name there, and never who waits."""
        state, people, here = read
        spoken, inside = set(state["spoken"]), viewer.participant is not None
        queue = [{**_who(key, people, viewer), "first": key not in spoken} for key in state["queue"] if key in here]
        current, round_ = state["current"], state["round"]
        if current and current["id"] in here:
            current = {**current, **_who(current["id"], people, viewer)}
            if not inside:
                current = {"since": current["since"], "name": current["name"] if state["named"] else ""}
        else:
            current = None
        return {
            "queue": queue if inside else [],
            "waiting": len(queue),
            "current": current,
            "round": _shown_round(round_, state["current"], people, here, viewer) if round_ else None,
            "rule": state["rule"],
            "turn": state["turn"],
            "named": state["named"],
            # Why my hand was taken down, until it goes up again.
            "lowered": state["lowered"].get(viewer.participant, {}).get("reason", ""),
            "spoken": len(spoken & set(people)),
            # By the alphabet: it says who, and puts nobody before anybody.
            "heard": sorted(people[key][0] for key in spoken & set(people)) if inside else [],
            "total": len(people),
            "server_time": timezone.now().isoformat(),
        }


def _who(key: str, people: dict[str, tuple[str, bool]], viewer: Viewer) -> dict[str, Any]:
    name, assisted = people[key]
    return {"id": key, "name": name, "assisted": assisted, "mine": key == viewer.participant}


def _shown_round(
    round_: State, current: State | None, people: dict[str, tuple[str, bool]], here: frozenset[str], viewer: Viewer
) -> State:
    """The order of a round, and how far it is; who went counts only where they had their turn."""
    now = current["id"] if current and current.get("round") else ""
    done, passed = set(round_["done"]), set(round_["passed"])

    def stage(key: str) -> str:
        if key in done:
            return "done"
        return "passed" if key in passed else "now" if key == now else "next"

    asked = [key for key in round_["order"] if key in here or (key in done and key in people)]
    order = [{**_who(key, people, viewer), "state": stage(key)} for key in asked]
    had = sum(each["state"] in ("done", "passed") for each in order)
    return {"order": order if viewer.participant else [], "had": had, "of": len(order)}
