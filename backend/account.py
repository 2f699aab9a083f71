"""Pages about oneself that reach into every app: taking one's data along, leaving, taking in a guest."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backend.base.limits import spend
from backend.erasing import erase_person
from backend.exporting import as_json, as_zip
from backend.merging import merge_guest
from backend.people import urls
from backend.people.forms import LeaveWord

EXPORTS_A_DAY = 5


@never_cache
@login_required
@reauthentication_required(allow_get=True)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponse:
    """Everything that Copact holds about the person, as a file; asks for a fresh sign-in."""
    if request.method != "POST":
        return render(request, "people/export.html")
    if not spend(f"export {request.user.pk}", EXPORTS_A_DAY, 24 * 3600):
        messages.error(request, _("You took your data along five times today. Come back tomorrow."))
        return redirect("people:export")
    if request.POST.get("form") == "json":
        response = HttpResponse(as_json(request.user), content_type="application/json")
        response["Content-Disposition"] = 'attachment; filename="copact.json"'
    else:
        response = HttpResponse(as_zip(request.user), content_type="application/zip")
        response["Content-Disposition"] = 'attachment; filename="copact.zip"'
    return response


@never_cache
@login_required
@reauthentication_required(allow_get=True)
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Ends the account, after a second question and a fresh sign-in."""
    form = LeaveWord(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "people/leave.html", {"form": form}, status=400 if form.errors else 200)
    person = request.user
    erase_person(person=person, by=person)
    logout(request)
    messages.success(request, _("You have left. Nothing here tells any more who you were."))
    return redirect("home")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest) -> HttpResponse:
    """Offers what was done here as a guest, by whoever holds the cookie of that room."""
    guests: list[Any] = list(getattr(request, "guests", ()))
    onward = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        onward = ""
    if not guests:
        if request.method == "POST":
            raise Http404
        return redirect(onward or "people:account")
    if request.method != "POST":
        return render(request, "people/guest.html", {"guests": guests, "next": onward})
    for each in guests:
        merge_guest(guest=each, into=request.user, by=request.user)
    messages.success(request, _("What you did as a guest now stands under your account."))
    return redirect(onward or "people:account")


app_name = "people"
urlpatterns: list[URLPattern] = [
    *urls.urlpatterns,
    path("me/export/", export, name="export"),
    path("me/leave/", leave, name="leave"),
    path("me/guest/", guest, name="guest"),
]
