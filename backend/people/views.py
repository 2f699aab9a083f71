"""Pages about oneself: the account, how the site looks, consents, news, keys."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.base.paging import page_of
from backend.people import actions
from backend.people.choices import EASY_COOKIE, NEWS, TEXT_COOKIE, THEME_COOKIE, Purpose, TextSize, Theme
from backend.people.forms import AboutMe, Child, ConsentAnswer, Display
from backend.people.models import ApiToken, Person

A_YEAR = 365 * 24 * 3600


def _display_form(request: HttpRequest, data: Any = None) -> Display:
    person = request.user
    if person.is_authenticated:
        now = {"theme": person.theme, "text_size": person.text_size, "easy_to_read": person.easy_to_read}
    else:
        now = {
            "theme": request.COOKIES.get(THEME_COOKIE, Theme.SYSTEM),
            "text_size": request.COOKIES.get(TEXT_COOKIE, TextSize.NORMAL),
            "easy_to_read": request.COOKIES.get(EASY_COOKIE) == "yes",
        }
    return Display(data, initial=now)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Everything about oneself on one page; a guest sees how to keep what they did."""
    person = request.user
    if not person.is_authenticated:
        guest = getattr(request, "person", None)
        if request.method == "POST" or guest is None:
            return redirect(f"{_login()}?next={request.path}")
        return render(request, "people/guest_account.html", {"display_form": _display_form(request)})
    form = AboutMe(
        request.POST if request.method == "POST" else None, initial={"name": person.name, "language": person.language}
    )
    if request.method == "POST" and form.is_valid():
        actions.edit_person(person=person, by=person, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return _remember_language(redirect("people:account"), person.language)
    return render(request, "people/account.html", _account_facts(request, form), status=400 if form.errors else 200)


def _login() -> str:
    return redirect(settings.LOGIN_URL)["Location"]


def _remember_language(response: HttpResponse, code: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=A_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response


def _account_facts(request: HttpRequest, form: AboutMe) -> dict[str, Any]:
    person = request.user
    return {
        "form": form,
        "display_form": _display_form(request),
        "memberships": person.memberships.select_related("city").order_by("since"),
        "factors": set(Authenticator.objects.filter(user=person).values_list("type", flat=True)),
        "unread": person.notifications.filter(read_at=None).count(),
        "keys": person.api_tokens.order_by("-made_at"),
        "other_sites": bool(settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]),
        "has_password": person.has_usable_password(),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    """Light or dark and the size of the text: for the account, else for this browser."""
    form = _display_form(request, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "people/display.html", {"display_form": form}, status=400 if form.errors else 200)
    chosen = form.cleaned_data
    if request.user.is_authenticated:
        actions.edit_display(person=request.user, by=request.user, **chosen)
    messages.success(request, _("Saved. This is how it looks now."))
    response = redirect("people:display")
    easy = "yes" if chosen["easy_to_read"] else "no"
    for cookie, value in ((THEME_COOKIE, chosen["theme"]), (TEXT_COOKIE, chosen["text_size"]), (EASY_COOKIE, easy)):
        response.set_cookie(cookie, value, max_age=A_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


@never_cache
@require_POST
def easy(request: HttpRequest) -> HttpResponse:
    """Easy reading on or off, from the page on which it is needed, and back to it."""
    on = request.POST.get("on") == "yes"
    person = request.user
    if person.is_authenticated:
        actions.edit_display(person=person, by=person, theme=person.theme, text_size=person.text_size, easy_to_read=on)
    to = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = redirect(to if safe else "people:display")
    value = "yes" if on else "no"
    response.set_cookie(EASY_COOKIE, value, max_age=A_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: HttpRequest) -> HttpResponse:
    """Yes and no to each purpose, for oneself and for the children one answers for."""
    person = request.user
    if request.method == "POST":
        return _answer_consent(request)
    people = [person, *person.wards.filter(left_at=None).order_by("joined_at")]
    given = {(each.person_id, each.purpose): each for each in _given(people)}
    rows = [
        {
            "person": each,
            "own": each.pk == person.pk,
            "purposes": [
                {"value": purpose.value, "label": purpose.label, "given": given.get((each.pk, purpose.value))}
                for purpose in Purpose
                if each.pk == person.pk or purpose != Purpose.NEWS
            ],
        }
        for each in people
    ]
    return render(request, "people/consents.html", {"rows": rows, "child_form": Child()})


def _given(people: list[Person]) -> Any:
    return people[0].consents.model.objects.filter(person__in=people, withdrawn_at=None)


def _answer_consent(request: HttpRequest) -> HttpResponse:
    form = ConsentAnswer(request.POST)
    if not form.is_valid():
        raise Http404
    by, wanted = request.user, form.cleaned_data["person"]
    person = by if wanted in (None, by.pk) else get_object_or_404(by.wards, pk=wanted, left_at=None)
    if form.cleaned_data["answer"] == "yes":
        actions.give_consent(person=person, purpose=form.cleaned_data["purpose"], by=by)
        messages.success(request, _("You said yes. You can take it back here at any time."))
    else:
        actions.withdraw_consent(person=person, purpose=form.cleaned_data["purpose"], by=by)
        messages.success(request, _("You took your yes back. It counts from now on."))
    return redirect("people:consents")


@login_required
@require_POST
def add_child(request: HttpRequest) -> HttpResponse:
    form = Child(request.POST)
    if form.is_valid():
        try:
            actions.add_ward(name=form.cleaned_data["name"], language=request.user.language, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
    if form.errors:
        return render(request, "people/child.html", {"child_form": form}, status=400)
    return redirect("people:consents")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notifications(request: HttpRequest) -> HttpResponse:
    """What one should know, newest first; sending the form marks all as read."""
    if request.method == "POST":
        actions.read_notifications(by=request.user)
        return redirect("people:notifications")
    page = page_of(request, request.user.notifications.order_by("-at", "-id"))
    for each in page:
        each.words = NEWS.get(each.kind, _("There is news about this."))
    return render(request, "people/notifications.html", {"page": page})


@login_required
@require_POST
def end_key(request: HttpRequest, pk: Any) -> HttpResponse:
    """End a key to the API."""
    actions.revoke_token(token=get_object_or_404(ApiToken, pk=pk, person=request.user), by=request.user)
    messages.success(request, _("This key does not work any more."))
    return redirect("people:account")
