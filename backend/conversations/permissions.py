"""Who may speak, flag, moderate and appeal."""

from typing import Any

from backend.cities.models import City, Group
from backend.cities.permissions import can_act_for, has_city_role
from backend.conversations.choices import FlagState, PostState
from backend.conversations.models import Appeal, Flag, ModerationAct, Post, Thread
from backend.people.choices import Role
from backend.people.permissions import is_present


def can_post(person: Any, thread: Thread) -> bool:
    """Anyone who is present, also a guest, while the thread is open; its owner may ask for more."""
    return is_present(person) and thread.is_open


def can_speak_for(person: Any, group: Group) -> bool:
    return can_act_for(person, group)


def can_speak_officially(person: Any, city: City) -> bool:
    return has_city_role(person, city, Role.OFFICER, Role.TECHNICAL, Role.DECIDER)


def can_flag(person: Any, post: Post) -> bool:
    return is_present(person) and post.state == PostState.VISIBLE and post.by_id != person.pk


def can_moderate(person: Any, city: City) -> bool:
    """See the queue and decide. Officers do not: they are often the ones who are criticised."""
    return has_city_role(person, city, Role.MODERATOR, Role.FACILITATOR, Role.ADMIN)


def can_lead_moderation(person: Any, city: City) -> bool:
    """Decide what others passed on, and appeals."""
    return has_city_role(person, city, Role.MODERATOR, Role.ADMIN)


def can_hide(person: Any, post: Post) -> bool:
    """Never one's own: who moderates does not decide about themselves."""
    return can_moderate(person, post.city) and post.by_id != person.pk


def can_decide(person: Any, flag: Flag) -> bool:
    if flag.state != FlagState.OPEN or not can_moderate(person, flag.city):
        return False
    if flag.post is not None and flag.post.by_id == person.pk:
        return False
    return not flag.passed_on or can_lead_moderation(person, flag.city)


def can_pass_on(person: Any, flag: Flag) -> bool:
    return flag.state == FlagState.OPEN and not flag.passed_on and can_moderate(person, flag.city)


def can_appeal(person: Any, act: ModerationAct, *, in_place: bool = False) -> bool:
    """Whoever wrote what was hidden, once; of an act in a place of talk, whom the place names (`in_place`)."""
    if not is_present(person) or hasattr(act, "appeal") or act.by_id == person.pk:
        return False
    if act.post is not None:
        return act.act == "hide" and act.post.by_id == person.pk
    return in_place and act.concerns_id in {None, person.pk}


def can_decide_appeal(person: Any, appeal: Appeal, *, keeps_place: bool = False) -> bool:
    """Someone else than who decided first, and never one's own."""
    if not (keeps_place or can_lead_moderation(person, appeal.city)):
        return False
    return person.pk not in {appeal.act.by_id, appeal.by_id}


def abilities(person: Any, post: Post) -> dict[str, bool]:
    return {"flag": can_flag(person, post), "hide": can_hide(person, post)}
