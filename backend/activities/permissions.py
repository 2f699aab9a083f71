"""Who may plan activities, come to them, record what they made and be named for it."""

from typing import Any

from backend.activities.choices import ActivityState
from backend.activities.models import Activity, Contribution, Output
from backend.cities.choices import GroupKind
from backend.cities.models import City, Group
from backend.cities.permissions import can_act_for, has_city_role, is_member
from backend.people.choices import Role
from backend.people.permissions import can_consent, is_present


def _helps_all(person: Any, city: City) -> bool:
    """Officers and facilitators work with every group of their city."""
    return has_city_role(person, city, Role.OFFICER, Role.FACILITATOR)


def _is_of(person: Any, group: Group) -> bool:
    return can_act_for(person, group) if group.kind == GroupKind.OFFICE else is_member(person, group)


def can_plan_activity(person: Any, city: City, group: Group | None = None) -> bool:
    """Members for their group; every neighbour or maker of the city for themselves."""
    if not is_present(person) or not person.has_account or not city.is_open:
        return False
    if _helps_all(person, city):
        return True
    if group is not None:
        return group.city_id == city.pk and _is_of(person, group)
    return bool(person.memberships.in_city(city).exists())


def can_edit_activity(person: Any, activity: Activity) -> bool:
    """The host, the keepers of the host group, and the city's officers and facilitators."""
    if not is_present(person):
        return False
    if activity.host_id == person.pk or _helps_all(person, activity.city):
        return True
    return activity.group is not None and can_act_for(person, activity.group)


def can_come(person: Any, activity: Activity) -> bool:
    """Anyone who is here, guests of a room too, while it is to come."""
    return is_present(person) and activity.state == ActivityState.PLANNED and not activity.has_ended


def can_record_output(person: Any, activity: Activity) -> bool:
    if activity.state == ActivityState.CANCELLED:
        return False
    return can_edit_activity(person, activity) or (
        is_present(person) and activity.group is not None and _is_of(person, activity.group)
    )


def can_edit_output(person: Any, output: Output) -> bool:
    """Who recorded or owns it, and whoever may change the activity it came of."""
    if not is_present(person):
        return False
    if person.pk in (output.by_id, output.owner_id):
        return True
    if output.owner_group is not None and can_act_for(person, output.owner_group):
        return True
    return can_edit_activity(person, output.activity)


def can_credit(person: Any, contribution: Contribution) -> bool:
    """Nobody agrees for another: the maker, a child's guardian, a group's keepers."""
    if contribution.group is not None:
        return can_act_for(person, contribution.group)
    return contribution.person is not None and can_consent(person, contribution.person)


def can_withdraw_credit(person: Any, contribution: Contribution) -> bool:
    """Taking one's name back is always possible, for a child by itself too."""
    own = is_present(person) and contribution.person_id == person.pk
    return own or can_credit(person, contribution)


def activity_abilities(person: Any, activity: Activity) -> dict[str, bool]:
    """What `person` may do with `activity`, for page and API alike."""
    planned = activity.state == ActivityState.PLANNED
    edits = can_edit_activity(person, activity)
    return {
        "come": can_come(person, activity),
        "edit": edits,
        "cancel": edits and planned,
        "mark_done": edits and planned and activity.has_begun,
        "record_output": can_record_output(person, activity),
    }
