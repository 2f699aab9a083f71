"""How people and their grants are read and made."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.utils import timezone

from backend.people.choices import PersonKind

if TYPE_CHECKING:
    from backend.people.models import Person


class PersonManager(BaseUserManager["Person"]):
    """Makes people of the three kinds."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email), kind=PersonKind.ACCOUNT, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def create_guest(self, name: str, language: str, kind: str = PersonKind.GUEST, **fields: Any) -> "Person":
        """Someone without credentials: a guest, or an assisted person."""
        person = self.model(name=name, language=language, kind=kind, **fields)
        person.set_unusable_password()
        person.save(using=self._db)
        return person


class RoleGrantQuerySet(models.QuerySet[Any]):
    def active(self, at: datetime | None = None) -> "RoleGrantQuerySet":
        """Grants that hold at `at` (now)."""
        at = at or timezone.now()
        return self.filter(since__lte=at).filter(models.Q(until=None) | models.Q(until__gt=at))
