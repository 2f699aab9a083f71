"""Cities as data, who belongs to them, their groups and their regulations."""

from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backend.base.ids import uuid7
from backend.base.texts import Shown, Written, choose
from backend.cities.choices import RESERVED_SLUGS, GroupKind, MemberKind
from backend.cities.querysets import CityQuerySet, GroupQuerySet, InvitationQuerySet, RegulationQuerySet, ScopedManager
from backend.people.models import Person


def refuse_reserved(slug: str) -> None:
    """A city's slug stands first in its addresses."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("This word is taken by the site itself."), code="reserved")


class City(models.Model):
    """A city that uses Copact: everything that differs between cities is data here.

    `name` and `contact["line"]` are maps language -> text. `map` holds centre [lat, lng], zoom,
    boundary [[lat, lng], …], quarters [{key, name, centre}], lines [{key, kind, name, points}],
    greens [{name, centre, half, turn}].
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=64, unique=True, validators=[refuse_reserved])
    name = models.JSONField()
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=64)
    languages = models.JSONField()  # codes, the city's own first
    map = models.JSONField(default=dict)
    contact = models.JSONField(default=dict)
    reference_prefix = models.CharField(max_length=4, unique=True)  # "TO" of TO-2026-018
    is_open = models.BooleanField(default=True)
    loaded_at = models.DateTimeField(default=timezone.now)

    objects = CityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "cities"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.label

    @property
    def language(self) -> str:
        """The city's own language: its pacts bind in it."""
        return str(self.languages[0])

    @property
    def label(self) -> str:
        """The city's name in the reader's language."""
        return str(self.name.get((get_language() or "en")[:2]) or self.name[self.language])

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class CityScoped(models.Model):
    """A row that belongs to one city. Its default manager refuses a query without a scope."""

    city = models.ForeignKey(City, models.PROTECT, related_name="%(class)s_rows")

    class Meta:
        abstract = True


class ReferenceCounter(models.Model):
    """The last number given out for one series of references of a city, as "P" of P-TO-0151."""

    city = models.ForeignKey(City, models.CASCADE, related_name="counters")
    series = models.CharField(max_length=16)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "series"], name="counter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.city_id} {self.series} {self.last}"


class Membership(CityScoped):
    """A person's belonging to a city, as neighbour or maker: no grant is needed for that."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    kind = models.CharField(max_length=8, choices=MemberKind, default=MemberKind.CITIZEN)
    since = models.DateTimeField(default=timezone.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["city", "person"], name="membership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.city_id}"


class Group(Written, CityScoped):
    """People who act together, also without any legal form. Who is in it stands in RoleGrant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=12, choices=GroupKind, default=GroupKind.INFORMAL)
    about = models.TextField(_("about"), blank=True, max_length=2000)
    size = models.PositiveIntegerField(_("how many people"), null=True, blank=True)
    founded_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["city", "slug"], name="group_slug_once"),
            models.UniqueConstraint(fields=["city"], condition=models.Q(kind="office"), name="group_one_office"),
        ]

    def __str__(self) -> str:
        return self.name


class Invitation(CityScoped):
    """A word to someone to come into a group. Whoever has the link and an account may accept once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(Group, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(max_length=12, default="member")
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the link's secret
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)  # accepted or taken back

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "email"],
                condition=models.Q(ended_at=None),
                name="invitation_once_while_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id} {self.role}"


class Regulation(CityScoped):
    """A version of a city's regulation, as data: forms, clocks, signing rules, clauses, articles.

    `data` keeps the tables of the city's regulation file (see cities/data); texts in it are maps
    language -> text, and `title` is an official text. A pact points at the version it was made under.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField()
    title = models.JSONField()
    is_model = models.BooleanField(default=False)
    data = models.JSONField()
    digest = models.CharField(max_length=64)  # of `data`: loading the same text again adds nothing
    since = models.DateTimeField(default=timezone.now)

    objects = RegulationQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["city", "version"], name="regulation_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.city_id} v{self.version}"

    def shown_title(self) -> Shown:
        """The title for the reader, in whatever language there is."""
        return choose(self.title, (get_language() or "en")[:2])
