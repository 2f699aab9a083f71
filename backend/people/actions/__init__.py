"""What can be done to people: a verb each."""

from backend.people.actions.accounts import edit_display, edit_person, make_account, notify, read_notifications
from backend.people.actions.consents import WORDING, add_ward, give_consent, withdraw_consent
from backend.people.actions.guests import make_assisted, make_guest, rename_assisted
from backend.people.actions.leaving import leave
from backend.people.actions.merging import merge_assisted, merge_guest
from backend.people.actions.roles import grant_role, revoke_role
from backend.people.actions.tokens import (
    NewToken,
    TooMany,
    forget_expired_tokens,
    make_token,
    revoke_token,
    sign_in_for_token,
)

__all__ = [
    "WORDING",
    "NewToken",
    "TooMany",
    "add_ward",
    "edit_display",
    "edit_person",
    "forget_expired_tokens",
    "give_consent",
    "grant_role",
    "leave",
    "make_account",
    "make_assisted",
    "make_guest",
    "make_token",
    "merge_assisted",
    "merge_guest",
    "notify",
    "read_notifications",
    "rename_assisted",
    "revoke_role",
    "revoke_token",
    "sign_in_for_token",
    "withdraw_consent",
]
