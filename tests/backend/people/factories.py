"""People with what sign-in needs: a confirmed address, a second factor, a fresh session."""

import time
from typing import Any

from allauth.account.internal.flows import login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from backend.people.models import Person
from tests.factories import PASSWORD, make_person


def make_account(name: str = "", **fields: Any) -> Person:
    """Someone who can sign in with PASSWORD."""
    person = make_person(name, password=PASSWORD, **fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def sign_in(client: Client, person: Person, *, seconds_ago: float = 0) -> Client:
    """As after the sign-in form, `seconds_ago`: `force_login` alone is no fresh sign-in."""
    client.force_login(person)
    session = client.session
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - seconds_ago}]
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
    return client


def add_totp(person: Person) -> str:
    """A second factor; answers its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    return secret


def add_recovery_codes(person: Person) -> list[str]:
    return list(RecoveryCodes.activate(person).get_unused_codes())


def add_passkey(person: Person) -> Authenticator:
    data = {"name": "Phone", "credential": {}}
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)
