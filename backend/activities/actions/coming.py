"""Saying that one will come to an activity, and that one will not."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from backend.activities import permissions
from backend.activities.models import Activity, Attendance
from backend.base.problems import Conflict
from backend.people.models import Person


@transaction.atomic
def come(activity: Activity, *, by: Person) -> Attendance:
    """Take a place. Saying it twice is the same as once; of two who want the last place one gets it."""
    # The row's lock lets one person at a time count the places.
    locked = Activity.objects.across_cities().select_for_update(of=("self",)).select_related("city").get(pk=activity.pk)
    if not permissions.can_come(by, locked):
        raise PermissionDenied(_("Nobody can sign up for this any more."))
    there = locked.attendances.filter(person=by).first()
    if there is not None:
        return there
    if locked.places is not None and locked.attendances.count() >= locked.places:
        raise Conflict("full", _("All places are taken. Ask the host: someone may not come."))
    return Attendance.objects.create(city=locked.city, activity=locked, person=by)


@transaction.atomic
def leave(activity: Activity, *, by: Person) -> None:
    """Give one's place back, so that someone else can have it."""
    activity.attendances.filter(person=by, came=None).delete()
