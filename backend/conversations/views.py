"""Reporting a post, the page of a decision with its appeal, and the public log."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backend.base.paging import page_of
from backend.base.problems import Conflict
from backend.cities.models import City
from backend.conversations import actions, forms, permissions
from backend.conversations.choices import PostState
from backend.conversations.models import ModerationAct, Post
from backend.conversations.querysets import public_log


def _city(request: HttpRequest) -> City:
    city: City | None = request.city  # type: ignore[attr-defined]  # set by the shell's middleware
    if city is None:
        raise Http404
    return city


def _person(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else getattr(request, "guest", None)


def _attempt(form: Any, run: Any) -> Conflict | bool:
    """Whether `run(values)` was done; what can not be taken stands in the form."""
    if not form.is_valid():
        return False
    try:
        run(form.cleaned_data)
    except ValidationError as error:
        found = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
        for name, errors in found.items():
            form.add_error(name if name in form.fields else None, errors)
        return False
    except Conflict as conflict:
        return conflict
    return True


def _back(request: HttpRequest, city: City) -> str:
    """Where the reader came from, if it is a page of this site."""
    wanted = request.POST.get("next") or request.GET.get("next") or request.headers.get("Referer", "")
    fine = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    own = request.build_absolute_uri()
    return wanted if fine and wanted not in {own, request.path} else reverse("city", args=[city.slug])


def flag(request: HttpRequest, city: str, pk: UUID) -> HttpResponse:
    """Say what is wrong with a post; also a guest of a room may."""
    here, person = _city(request), _person(request)
    rows = Post.objects.in_city(here).filter(state=PostState.VISIBLE).select_related("by", "on_behalf_of")
    about = get_object_or_404(rows, pk=pk)
    if person is None:
        return redirect_to_login(request.path)
    back = _back(request, here)
    form = forms.FlagForm(request.POST or None)
    if request.method == "POST":
        done = _attempt(form, lambda values: actions.flag(by=person, post=about, **values))
        if done is not False:
            said = done.detail if isinstance(done, Conflict) else _("Thank you. Someone looks at it soon.")
            messages.success(request, said)
            return HttpResponseRedirect(back)
    status = 422 if request.method == "POST" else 200
    return render(request, "conversations/flag.html", {"post": about, "form": form, "back": back}, status=status)


def act(request: HttpRequest, city: str, pk: UUID) -> HttpResponse:
    """A decision, for the person concerned: its reason, and the way to a second look."""
    here, person = _city(request), _person(request)
    rows = ModerationAct.objects.in_city(here).select_related("post", "post__by", "appeal")
    decision = get_object_or_404(rows, pk=pk)
    concerned = person is not None and decision.post is not None and decision.post.by_id == person.pk
    if not concerned and not permissions.can_moderate(person, here):
        raise Http404
    form = forms.AppealForm(request.POST or None)
    if request.method == "POST":
        try:
            done = _attempt(form, lambda values: actions.appeal(act=decision, by=person, **values))
        except PermissionDenied as refused:
            done = Conflict("permission_denied", str(refused))
        if done is not False:
            said = done.detail if isinstance(done, Conflict) else _("Someone else looks at it again.")
            messages.success(request, said)
            return HttpResponseRedirect(request.path)
    context = {
        "act": decision,
        "post": decision.post,
        "appeal": getattr(decision, "appeal", None),
        "may_appeal": permissions.can_appeal(person, decision),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "conversations/act.html", context, status=status)


@require_safe
def log(request: HttpRequest, city: str) -> HttpResponse:
    """What was decided and why, without names: open to all."""
    here = _city(request)
    page = page_of(request, ModerationAct.objects.in_city(here).about_words().exclude(act="pass_on").log(), size=30)
    return render(request, "conversations/log.html", {"page": page, "rows": public_log(page)})
