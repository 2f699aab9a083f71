"""What can be done to people: a verb each."""

from backend.people.actions.guests import make_assisted, make_guest
from backend.people.actions.roles import grant_role, revoke_role

__all__ = ["grant_role", "make_assisted", "make_guest", "revoke_role"]
