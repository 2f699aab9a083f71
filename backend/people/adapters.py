"""How allauth's sign-in, second factor and other sites' sign-in fit this site."""

import base64
import hashlib
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backend.base.limits import client_address
from backend.base.names import NAME_LENGTH, clean_name
from backend.people.models import Person


def _language_here() -> str:
    short = (get_language() or "")[:2]
    return short if short in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class AccountAdapter(DefaultAccountAdapter):
    """People sign in with their e-mail; mails come in their language."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("E-mail or password is not right. Look at both and try again."),
        "incorrect_password": _("This password is not right."),
        "incorrect_code": _("This code is not right. Take the newest one."),
        "too_many_login_attempts": _("That were too many tries. Wait five minutes, then try again."),
        "rate_limited": _("That were too many tries. Wait a little, then try again."),
        "email_taken": _("There is an account with this e-mail already. Sign in with it."),
        "unknown_email": _("There is no account with this e-mail."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "unknown"

    def new_user(self, request: HttpRequest) -> Person:
        return Person(language=_language_here())

    def set_password(self, user: Any, password: str) -> None:
        """A new password ends every other session (its hash is in them) and every key to the API."""
        super().set_password(user, password)
        user.api_tokens.all().delete()

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """In the language of whoever gets it, which may not be the page's."""
        user = context.get("user")
        language = getattr(user, "language", None) or _language_here()
        with translation.override(language):
            return super().render_mail(template_prefix, email, {**context, "LANGUAGE_CODE": language}, headers)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in of the last minutes is fresh, whichever way it was made."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Sign-in with the account of another site (OIDC), by configuration."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Person:
        """The name that the other site tells, where it can stand here; the person may change it."""
        person = sociallogin.user
        person.language = _language_here()
        told = data.get("name") or f"{data.get('first_name') or ''} {data.get('last_name') or ''}"
        try:
            person.name = clean_name(told[:NAME_LENGTH])
        except ValidationError:
            person.name = ""
        person.email = (data.get("email") or "").lower() or None
        return person

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        return {"email": sociallogin.user.email or "", "name": sociallogin.user.name}


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of the second factor are held encrypted, by a key made from SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def get_totp_label(self, user: Any) -> str:
        return str(user.email)


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"second factor\n" + key.encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
