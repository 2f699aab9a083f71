"""Who calls the API with a token."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from backend.people.models import ApiToken

# "Last used" is told to the hour: a busy program does not write a row with each call.
USED_EVERY = timedelta(hours=1)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token …`; tokens are held hashed and expire."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"token":
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("This key cannot be read."))
        now = timezone.now()
        digest = ApiToken.digest_of(words[1].decode("latin-1"))
        token = ApiToken.objects.select_related("person").filter(digest=digest, expires_at__gt=now).first()
        if token is None or not token.person.is_active:
            raise AuthenticationFailed(_("This key does not work, or not any more."))
        if token.used_at is None or token.used_at < now - USED_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(used_at=now)
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class TokenScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI schema tells of it."""

    target_class = "backend.people.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "Authorization", "description": "Token <key>"}
