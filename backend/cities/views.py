"""Pages of a city's groups and of its regulation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.base.paging import page_of
from backend.base.problems import Conflict
from backend.cities import actions
from backend.cities.choices import CLOCKS
from backend.cities.forms import ChangeGroupForm, GroupForm, InvitationForm, MemberForm, RemovalForm
from backend.cities.models import City, Group, Invitation, Membership, Regulation
from backend.cities.permissions import abilities, can_edit_group, can_found_group
from backend.people.choices import Role, Scope
from backend.people.models import Person, RoleGrant

SAID = ("title", "language", "translations")  # what it takes to name a thing to a reader


def _city(request: HttpRequest) -> City:
    city: City | None = request.city  # type: ignore[attr-defined]
    if city is None:
        raise Http404
    return city


def _group(request: HttpRequest, slug: str) -> Group:
    city = _city(request)
    group: Group | None = Group.objects.in_city(city).filter(slug=slug).first()
    if group is None:
        raise Http404
    group.city = city
    return group


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


@require_safe
def groups(request: HttpRequest, city: str) -> HttpResponse:
    """All groups of a city, by name."""
    here = _city(request)
    page = page_of(request, Group.objects.in_city(here).of_people().of_kind(request.GET.get("kind", "")))
    return render(request, "cities/groups.html", {"page": page, "can_found": can_found_group(request.user, here)})


def _members(group: Group) -> list[dict[str, Any]]:
    """Who is in the group, with their roles, each person once."""
    grants = RoleGrant.objects.active().filter(scope_kind=Scope.GROUP, scope_id=group.pk).select_related("person")
    grants = grants.only("role", "person", "person__name")
    found: dict[Any, dict[str, Any]] = {}
    for grant in grants.order_by("person__name"):
        row = found.setdefault(grant.person_id, {"person": grant.person, "roles": []})
        row["roles"].append(Role(grant.role).label)
    return list(found.values())


def _pacts_of(group: Group) -> Any:
    shown = (f"pact__{name}" for name in ("reference", "state", *SAID))
    rows = group.parties.exclude(pact__signed_at=None).select_related("pact").only("group", "pact", *shown)
    return rows.order_by("-pact__signed_at")[:8]


@require_safe
def group(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """A group: who is in it, what it is party to, what it made."""
    shown = _group(request, slug)
    can = abilities(request.user, shown)
    open_invitations = shown.invitations.open().order_by("-made_at") if can["invite"] else ()
    facts = {
        "group": shown,
        "members": _members(shown),
        "can": can,
        "invitation_form": InvitationForm(),
        "invitations": open_invitations,
        "parties": _pacts_of(shown),
        "proposals": shown.proposals.public().only("group", "reference", "state", *SAID).order_by("-published_at")[:8],
        "activities": shown.activities.only("group", "slug", "starts_at", *SAID).order_by("-starts_at")[:6],
    }
    return render(request, "cities/group.html", facts)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def found(request: HttpRequest, city: str) -> HttpResponse:
    """Found a group."""
    here = _city(request)
    if not can_found_group(request.user, here):
        raise PermissionDenied(_("Sign in first."))
    form = GroupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.found_group(
                by=request.user, city=here, language=(get_language() or here.language)[:2], **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The group is here. Invite the others now."))
            return redirect("cities:group", here.slug, made.slug)
    return render(request, "cities/group_form.html", {"form": form, "group": None}, status=_status(form))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Change what a group says of itself."""
    shown = _group(request, slug)
    if not can_edit_group(request.user, shown):
        raise PermissionDenied(_("Only those who keep the group change it."))
    initial = {"name": shown.name, "about": shown.about, "size": shown.size}
    form = ChangeGroupForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_group(by=request.user, group=shown, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("cities:group", shown.city.slug, shown.slug)
    return render(request, "cities/group_form.html", {"form": form, "group": shown}, status=_status(form))


@login_required
@require_POST
def invite(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Send someone a link into a group."""
    shown = _group(request, slug)
    form = InvitationForm(request.POST)
    if form.is_valid():
        actions.invite_member(by=request.user, group=shown, **form.cleaned_data)
        messages.success(request, _("The invitation is on its way to %(email)s.") % form.cleaned_data)
    else:
        messages.error(request, _("This is no e-mail address. Nothing was sent."))
    return redirect("cities:group", shown.city.slug, shown.slug)


@login_required
@require_POST
def withdraw(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Take an invitation back."""
    shown = _group(request, slug)
    key = request.POST.get("invitation", "")
    for invitation in shown.invitations.open():
        if str(invitation.pk) == key:
            actions.withdraw_invitation(by=request.user, invitation=invitation)
            messages.success(request, _("The invitation was taken back."))
    return redirect("cities:group", shown.city.slug, shown.slug)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, city: str, secret: str) -> HttpResponse:
    """Where the link of an invitation leads."""
    here = _city(request)
    found_one: Invitation | None = actions.find_invitation(secret)
    if request.method == "POST":
        try:
            joined = actions.accept_invitation(by=request.user, secret=secret)
        except Conflict as error:
            messages.error(request, error.detail)
            return redirect("city", here.slug)
        messages.success(request, _("Welcome. You are in the group now."))
        return redirect("cities:group", joined.city.slug, joined.slug)
    return render(request, "cities/invitation.html", {"invitation": found_one}, status=200 if found_one else 410)


@login_required
@require_POST
def leave(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Go out of a group."""
    shown = _group(request, slug)
    try:
        actions.leave_group(by=request.user, group=shown)
        messages.success(request, _("You are out of the group."))
    except Conflict as error:
        messages.error(request, error.detail)
    return redirect("cities:group", shown.city.slug, shown.slug)


@login_required
@require_POST
def remove(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Take someone out of a group, with a reason."""
    shown = _group(request, slug)
    form = RemovalForm(request.POST)
    person = Person.objects.filter(pk=form.cleaned_data["person"]).first() if form.is_valid() else None
    if person is None:
        messages.error(request, _("Give a reason."))
    else:
        try:
            actions.remove_member(by=request.user, group=shown, person=person, reason=form.cleaned_data["reason"])
            messages.success(request, _("%(name)s is out of the group.") % {"name": person.name})
        except Conflict as error:
            messages.error(request, error.detail)
    return redirect("cities:group", shown.city.slug, shown.slug)


@login_required
@require_POST
def join(request: HttpRequest, city: str) -> HttpResponse:
    """Belong to a city, as neighbour or maker; or no more."""
    here = _city(request)
    if request.POST.get("leave"):
        actions.leave_city(by=request.user, city=here)
        messages.success(request, _("You do not belong to %(city)s any more.") % {"city": here.label})
        return redirect("people:account")
    form = MemberForm(request.POST)
    if form.is_valid():
        member: Membership = actions.join_city(by=request.user, city=here, kind=form.cleaned_data["kind"])
        names = {"city": here.label, "kind": member.get_kind_display()}
        messages.success(request, _("You belong to %(city)s now: %(kind)s.") % names)
    return redirect("city", here.slug)


@require_safe
def regulation(request: HttpRequest, city: str) -> HttpResponse:
    """The city's rules for caring together: forms, clocks, articles, clauses."""
    here = _city(request)
    shown: Regulation | None = Regulation.objects.in_city(here).present()
    if shown is None:
        raise Http404
    data = shown.data
    clocks = [(CLOCKS[key], data["clocks"][key]) for key in CLOCKS if key in data["clocks"]]
    facts = {"regulation": shown, "data": data, "clocks": clocks, "signers": _signers(data["signing"])}
    return render(request, "cities/regulation.html", facts)


def _signers(signing: dict[str, Any]) -> list[str]:
    """Who may sign, in words."""
    names = [
        ("single_persons", _("one person")),
        ("informal_groups", _("informal groups")),
        ("legal_entities", _("associations and companies")),
        ("schools", _("schools")),
    ]
    found = [name for key, name in names if signing.get(key)]
    if signing.get("minors") == "with_adult":
        found.append(_("young people, together with an adult"))
    return found
