"""Everything that changes a city, who belongs to it, its groups and its roles."""

from backend.cities.actions.data import CITIES, load_city
from backend.cities.actions.groups import (
    accept_invitation,
    edit_group,
    find_invitation,
    found_group,
    invite_member,
    leave_group,
    remove_member,
    withdraw_invitation,
)
from backend.cities.actions.members import join_city, leave_city
from backend.cities.actions.references import take_number
from backend.cities.actions.roles import grant_role, revoke_role

__all__ = [
    "CITIES",
    "accept_invitation",
    "edit_group",
    "find_invitation",
    "found_group",
    "grant_role",
    "invite_member",
    "join_city",
    "leave_city",
    "leave_group",
    "load_city",
    "remove_member",
    "revoke_role",
    "take_number",
    "withdraw_invitation",
]
