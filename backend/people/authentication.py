"""Who calls the API with a token."""

import hashlib
from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from backend.people.models import ApiToken


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token …`; tokens are held hashed and expire."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        words = get_authorization_header(request).split()
        if len(words) != 2 or words[0].lower() != b"token":
            return None
        digest = hashlib.sha256(words[1]).hexdigest()
        token = ApiToken.objects.select_related("person").filter(digest=digest).first()
        if token is None or token.expires_at <= timezone.now() or not token.person.is_active:
            raise AuthenticationFailed()
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return "Token"
