"""Recording what an activity made, who made it, and who agreed to be named."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backend.activities import permissions
from backend.activities.choices import ContributorRole, Licence, OutputKind
from backend.activities.models import Activity, Contribution, Output
from backend.base import words
from backend.base.journal import record
from backend.base.rows import add_under_slug, check
from backend.cities.models import Group
from backend.pacts.choices import REGISTERED
from backend.pacts.models import Pact
from backend.people.actions import notify
from backend.people.models import Person


class Part(TypedDict, total=False):
    """One maker's part: a person or a group, the role, and what they did in their own words."""

    person: Person | None
    group: Group | None
    role: str
    credit: str


@transaction.atomic
def record_output(
    activity: Activity,
    *,
    by: Person,
    title: str,
    kind: str = OutputKind.OTHER,
    licence: str = Licence.NONE,
    story: str = "",
    owner: Person | None = None,
    owner_group: Group | None = None,
    contributions: Iterable[Part] = (),
    pact: Pact | None = None,
    language: str = "",
    translations: dict[str, Any] | None = None,
    made_at: datetime | None = None,
) -> Output:
    """Write down what was made. It belongs to the activity's group unless said otherwise, and
    counts under the activity's pact. Makers are counted at once, and named when they agree."""
    if not permissions.can_record_output(by, activity):
        raise PermissionDenied(_("Only the people of this activity can say what it made."))
    pact = pact or activity.pact
    if owner is None and owner_group is None:
        owner, owner_group = (None, activity.group) if activity.group else (by, None)
    _refuse_owner(activity, by, owner, owner_group, pact)
    output = Output(
        city=activity.city,
        activity=activity,
        pact=pact,
        title=words.line(title, field="title", limit=160),
        story=words.prose(story, field="story", limit=4000, required=False),
        kind=kind,
        licence=licence,
        owner=owner,
        owner_group=owner_group,
        by=by,
        language=language or by.language,
        translations=translations or {},
        made_at=made_at or min(activity.ends_at, timezone.now()),
    )
    check(output)
    add_under_slug(output, Output.objects.in_city(activity.city), title)
    for part in contributions:
        add_contributor(output, by=by, **part)
    record(by=by, verb="output.record", subject=output)
    return output


def _refuse_owner(
    activity: Activity, by: Person, owner: Person | None, owner_group: Group | None, pact: Pact | None
) -> None:
    if owner is not None and owner_group is not None:
        raise ValidationError({"owner": ValidationError(_("A person or a group owns it, not both."), code="two")})
    for field, thing in (("owner_group", owner_group), ("pact", pact)):
        if thing is not None and thing.city_id != activity.city_id:
            raise ValidationError({field: ValidationError(_("This belongs to another city."), code="other_city")})
    if pact is not None and pact.state not in REGISTERED:
        raise ValidationError({"pact": ValidationError(_("This pact is not signed yet."), code="not_signed")})
    if owner is not None and owner != by and not permissions.can_edit_activity(by, activity):
        raise PermissionDenied(_("Only the hosts can say that it belongs to someone else."))


@transaction.atomic
def add_contributor(
    output: Output,
    *,
    by: Person,
    person: Person | None = None,
    group: Group | None = None,
    role: str = ContributorRole.MAKER,
    credit: str = "",
) -> Contribution:
    """Count a maker in. Who adds themselves agrees to be named by doing so."""
    if not permissions.can_edit_output(by, output):
        raise PermissionDenied(_("Only its owners can say who made it."))
    if (person is None) == (group is None):
        raise ValidationError({"person": ValidationError(_("Say who made it: a person or a group."), code="required")})
    if output.contributions.filter(person=person, group=group).exists():
        raise ValidationError({"person": ValidationError(_("They are on the list already."), code="twice")})
    part = Contribution(
        city=output.city,
        output=output,
        person=person,
        group=group,
        role=role,
        credit=words.line(credit, field="credit", limit=160, required=False),
        language=by.language,
    )
    check(part)
    if permissions.can_credit(by, part):
        part.consented, part.consented_at = True, timezone.now()
    part.save(force_insert=True)
    if person is not None and not part.consented:
        notify(person=person.guardian or person, kind="output_credit", reference=output.reference)
    return part


@transaction.atomic
def credit_contributor(contribution: Contribution, *, by: Person, consented: bool = True) -> Contribution:
    """A maker agrees to be named, or takes their name back; either takes effect at once, everywhere."""
    allowed = permissions.can_credit if consented else permissions.can_withdraw_credit
    if not allowed(by, contribution):
        raise PermissionDenied(_("Only the makers themselves can say whether they are named."))
    if contribution.consented != consented:
        contribution.consented = consented
        contribution.consented_at = timezone.now() if consented else None
        contribution.save(update_fields=["consented", "consented_at"])
        verb = "contribution.credit" if consented else "contribution.withdraw"
        record(by=by, verb=verb, subject=contribution)
    return contribution
