"""Pages about oneself that reach into every app: taking one's data along, leaving, taking in a guest."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backend.base.limits import spend
from backend.erasing import erase_person
from backend.exporting import as_json, as_zip
from backend.merging import merge_guest
from backend.people import adapters as people
from backend.people import urls
from backend.people.forms import LeaveWord
from realtime.actions import void_tickets
from realtime.permissions import guest_of

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
    erase_person(person=person, by=person, words=form.cleaned_data["words"])
    logout(request)
    messages.success(request, _("You have left. Nothing here tells any more who you were."))
    return redirect("home")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def guest(request: HttpRequest) -> HttpResponse:
    """Offers what was done here as a guest, by whoever holds the cookie of that room."""
    found = guest_of(request)
    onward = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        onward = reverse("people:account")
    if found is None:
        if request.method == "POST":
            raise Http404
        return redirect(onward)
    if request.method != "POST":
        return render(request, "people/guest.html", {"guest": found, "next": onward})
    if request.POST.get("guest") != str(found.pk):
        return redirect(_offer(onward))
    merge_guest(guest=found, into=request.user, by=request.user)
    messages.success(request, _("What you did as a guest now stands under your account."))
    return redirect(_offer(onward) if guest_of(request) else onward)


def _offer(onward: str) -> str:
    return f"{reverse('people:guest')}?{urlencode({'next': onward})}"


class AccountAdapter(people.AccountAdapter):
    """Whoever signs out or changes the password leaves the rooms too, in every browser."""

    def logout(self, request: HttpRequest) -> None:
        person = request.user
        super().logout(request)
        void_tickets(person=person)

    def set_password(self, user: Any, password: str) -> None:
        super().set_password(user, password)
        void_tickets(person=user)


class GuestOffer:
    """Whoever signs in in a browser that was in a room as a guest is first asked whether that was them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        door = request.method == "POST" and request.path.startswith(reverse("account_login").removesuffix("login/"))
        outside = door and not request.user.is_authenticated
        response = self.get_response(request)
        if outside and response.status_code == 302 and request.user.is_authenticated and guest_of(request):
            onward = response["Location"]
            if not onward.startswith(reverse("people:guest")):
                response["Location"] = _offer(onward)
        return response


app_name = "people"
urlpatterns: list[URLPattern] = [
    *urls.urlpatterns,
    path("me/export/", export, name="export"),
    path("me/leave/", leave, name="leave"),
    path("me/guest/", guest, name="guest"),
]
