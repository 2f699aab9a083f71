"""Keys to the API: given for a password and, where it is on, a second factor."""

import secrets
from datetime import timedelta
from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.base.limits import give_back, spend
from backend.people.models import ApiToken, Person

LIFE = timedelta(days=30)
KEYS_EACH = 20

# Checked when there is no such account, so that the answer takes as long as for one that there is.
_NOBODY: list[str] = []


class NewToken(NamedTuple):
    """A key, shown this once: the site keeps its hash only."""

    row: ApiToken
    secret: str


class TooMany(Exception):
    """More tries than allowed: the caller has to wait."""


def make_token(*, by: Person, label: str = "") -> NewToken:
    """A new key for `by`; beyond KEYS_EACH the oldest ends."""
    secret = secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        person=by, digest=ApiToken.digest_of(secret), label=label[:60], expires_at=timezone.now() + LIFE
    )
    old = by.api_tokens.order_by("-made_at").values_list("pk", flat=True)[KEYS_EACH:]
    ApiToken.objects.filter(pk__in=list(old)).delete()
    return NewToken(row, secret)


def sign_in_for_token(*, email: str, password: str, code: str, address: str, label: str = "") -> NewToken:
    """A key for whoever knows the password and, where a second factor is on, a code of it.

    Raises ValidationError (`wrong_credentials`, `code_required`, `wrong_code`, `no_code_possible`)
    or TooMany. Tries are counted per account and per address; those that succeed are not.
    """
    limits = [(f"token account {email.strip().lower()}", 5, 300), (f"token address {address}", 50, 3600)]
    for limit in limits:
        if not spend(*limit):
            raise TooMany
    person = _with_password(email, password)
    _check_code(person, code)
    for key, _limit, _seconds in limits:
        give_back(key)
    return make_token(by=person, label=label)


def revoke_token(*, token: ApiToken, by: Person) -> None:
    """End a key of one's own."""
    by.api_tokens.filter(pk=token.pk).delete()


def forget_expired_tokens() -> int:
    """Drop the keys that have ended."""
    return ApiToken.objects.filter(expires_at__lt=timezone.now()).delete()[0]


def _with_password(email: str, password: str) -> Person:
    address = email.strip().lower()
    rows = Person.objects.filter(is_active=True)
    person = rows.filter(email__iexact=address).first()
    if person is None:
        other = EmailAddress.objects.filter(email__iexact=address, verified=True).first()
        person = rows.filter(pk=other.user_id).first() if other else None
    if person is not None and person.check_password(password):
        return person
    if person is None:
        if not _NOBODY:
            _NOBODY.append(make_password(secrets.token_urlsafe()))
        check_password(password, _NOBODY[0])
    raise ValidationError(_("E-mail or password is not right."), code="wrong_credentials")


def _check_code(person: Person, code: str) -> None:
    factors = list(Authenticator.objects.filter(user=person))
    if not factors:
        return
    written = [each for each in factors if each.type != Authenticator.Type.WEBAUTHN]
    if not written:
        raise ValidationError(
            {
                "code": ValidationError(
                    _("Your second step is a passkey. It cannot be used here."), code="no_code_possible"
                )
            }
        )
    if not code:
        raise ValidationError(
            {"code": ValidationError(_("Write the code of your second step too."), code="code_required")}
        )
    if not any(each.wrap().validate_code(code) for each in written):
        raise ValidationError({"code": ValidationError(_("This code is not right."), code="wrong_code")})
