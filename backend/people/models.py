"""People: accounts, guests and assisted persons; what they may, agreed to and should know."""

import hashlib
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.base.ids import uuid7
from backend.people.choices import PersonKind, Purpose, Role, Scope, TextSize, Theme
from backend.people.querysets import PersonManager, RoleGrantQuerySet


class Person(AbstractBaseUser):
    """Whoever does something here. Everything done is done by a Person.

    A guest or assisted person has no e-mail and no usable password. Of a person who left or was
    merged into an account the row stays, empty, so that what they did keeps an author.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=PersonKind, default=PersonKind.ACCOUNT)
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=8, default="en")
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    text_size = models.CharField(max_length=6, choices=TextSize, default=TextSize.NORMAL)
    easy_to_read = models.BooleanField(default=False)
    guardian = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="wards")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    session_epoch = models.PositiveIntegerField(default=0)  # grows with rights: older sessions end
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="account") | models.Q(email=None),
                name="person_only_accounts_have_email",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @property
    def has_account(self) -> bool:
        return self.kind == PersonKind.ACCOUNT

    @property
    def shown_name(self) -> str:
        """The name for a reader; of someone who left, the words for that in the reader's language."""
        return gettext("Former participant") if self.left_at else self.name

    @cached_property
    def held_roles(self) -> frozenset[tuple[str, str, str]]:
        """(scope kind, scope id or "", role) of every active grant; read once per object."""
        rows = self.grants.active().values_list("scope_kind", "scope_id", "role")
        return frozenset((kind, str(scope_id or ""), role) for kind, scope_id, role in rows)

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """A session holds this: another password or changed rights end it."""
        value = f"{self.password}{self.session_epoch}"
        return salted_hmac("backend.people.Person.session", value, secret=secret, algorithm="sha256").hexdigest()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_superuser


class RoleGrant(models.Model):
    """A role that a person holds in a scope, for a time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="grants")
    scope_kind = models.CharField(max_length=8, choices=Scope)
    scope_id = models.UUIDField(null=True)  # null only for the site
    role = models.CharField(max_length=12, choices=Role)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "scope_kind", "scope_id", "role"],
                condition=models.Q(until=None),
                name="grant_once_while_open",
            ),
            models.UniqueConstraint(  # SQLite takes one NULL for different from another
                fields=["person", "role"],
                condition=models.Q(until=None, scope_id=None),
                name="site_grant_once_while_open",
            ),
            models.CheckConstraint(
                condition=models.Q(scope_kind="site") ^ models.Q(scope_id__isnull=False),
                name="grant_scope_has_id",
            ),
        ]
        indexes = [models.Index(fields=["scope_kind", "scope_id", "role"], name="grant_scope")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} {self.scope_kind} {self.scope_id or ''}"


class Consent(models.Model):
    """A person's yes to one purpose, and when it was taken back. Each yes is a row of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=16, choices=Purpose)
    wording = models.CharField(max_length=16, default="1")  # the version of the text agreed to
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="consent_once_while_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose}"


class Notification(models.Model):
    """Something a person should know. `kind` names its wording; `reference` is opaque here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=48)
    reference = models.JSONField(default=dict)  # {kind, id, url, title}
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="notification_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class ApiToken(models.Model):
    """A key to the API, held only as its SHA-256."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} {self.label}"

    @staticmethod
    def digest_of(secret: str) -> str:
        return hashlib.sha256(secret.encode()).hexdigest()
