"""Letters about cities and groups."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from backend.cities.models import Invitation


def send_invitation(invitation: Invitation, secret: str) -> None:
    """The link into a group, in the language of whoever invites: the other one's is not known."""
    group, by = invitation.group, invitation.by
    with translation.override(by.language if by else group.language):
        path = reverse("cities:invitation", args=[group.city.slug, secret])
        facts = {"group": group, "by": by, "city": group.city, "url": f"{settings.BASE_URL}{path}"}
        send_mail(
            _("Come into “%(group)s”") % {"group": group.name},
            render_to_string("mail/group_invitation.txt", facts),
            None,
            [invitation.email],
        )
