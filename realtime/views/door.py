"""The list of rooms, opening one, joining, coming back and leaving."""

from functools import partial
from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backend.base.limits import client_address
from backend.base.paging import page_of
from backend.base.problems import Conflict
from backend.cities.models import Group
from backend.cities.permissions import is_member
from backend.commons.models import Commons
from realtime import permissions
from realtime.actions import (
    could_lead,
    join_room,
    leave_room,
    leaves_nobody,
    open_room,
    outlines,
    pass_lead,
    return_to_room,
)
from realtime.actions.acts import SentAway
from realtime.actions.minutes import published_in
from realtime.choices import Access, ParticipantState
from realtime.forms import JoinForm, OpenForm
from realtime.models import Participant, Room, SessionPlan
from realtime.views.asked import (
    REFUSALS,
    add_errors,
    back,
    city_of,
    here,
    person_of,
    room_of,
    say_problem,
    to_join,
    waiting,
)

HEIRS: Final = 50


@require_safe
def rooms(request: HttpRequest, city: str) -> HttpResponse:
    """Rooms that anyone may enter, and those that the asker is in."""
    place = city_of(request)
    person = person_of(request) or permissions.guest_of(request)
    page = page_of(request, Room.objects.in_city(place).visible_to(person).for_list())
    told = set(published_in(place, page).values_list("room", flat=True))
    for room in page:
        room.city, room.has_minutes = place, room.pk in told
    may = _may_open(request)
    return render(request, "realtime/rooms.html", {"rooms": list(page), "page": page, "may_open": may})


def _may_open(request: HttpRequest) -> bool:
    return permissions.can_open(person_of(request), city_of(request)) or bool(_own_groups(request))


def _own_groups(request: HttpRequest) -> list[Group]:
    if not request.user.is_authenticated:
        return []
    return [group for group in Group.objects.in_city(city_of(request)) if is_member(request.user, group)]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, city: str) -> HttpResponse:
    """Open a room."""
    place = city_of(request)
    own = _own_groups(request)
    if not own and not permissions.can_open(request.user, place):
        raise PermissionDenied
    groups = Group.objects.in_city(place).filter(pk__in=[group.pk for group in own])
    commons = Commons.objects.in_city(place).select_related("city").defer("city__map").order_by("name")
    plans = outlines(place, SessionPlan.objects.in_city(place).filter(by=request.user), request.LANGUAGE_CODE)
    form = OpenForm(request.POST if request.method == "POST" else None, groups=groups, commons=commons, plans=plans)
    if request.method == "POST" and form.is_valid():
        try:
            room = open_room(by=request.user, city=place, **form.cleaned_data)
            return redirect(here(room))
        except (ValidationError, PermissionDenied, Conflict) as problem:
            add_errors(form, problem)
    return render(request, "realtime/new.html", {"form": form, "plans": plans}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """The door for everyone: a code, a name, no account."""
    signed_in = request.user.is_authenticated
    if request.method != "POST":
        form = JoinForm(initial={"code": request.GET.get("code", "")[:40]}, needs_name=not signed_in)
        return render(request, "realtime/join.html", {"form": form, "asks_pin": False})
    form, full = JoinForm(request.POST, needs_name=not signed_in), False
    if form.is_valid():
        try:
            participant = join_room(
                **form.cleaned_data,
                language=request.LANGUAGE_CODE,
                person=request.user if signed_in else None,
                known=partial(permissions.guest_in, request),
                address=client_address(request),
            )
        except SentAway as problem:
            if not signed_in or problem.participant.person_id == request.user.pk:
                return redirect(here(problem.participant.room))  # there they read why, and what they can do
            add_errors(form, problem)
        except (ValidationError, PermissionDenied, Conflict) as problem:
            full = isinstance(problem, Conflict) and problem.code == "room_full"
            add_errors(form, problem)
        else:
            response = redirect(_way_on(participant))
            if not signed_in:
                permissions.remember(response, participant)
            return response
    context = {"form": form, "asks_pin": "pin" in form.errors, "full": full}
    return render(request, "realtime/join.html", context, status=400)


def _way_on(participant: Participant) -> str:
    """Into the room; who waits at its door stands at an address that does not name it."""
    room = participant.room
    if participant.state == ParticipantState.WAITING and room.access != Access.PUBLIC:
        return reverse("realtime:at_door", args=[participant.pk])
    return here(room)


@never_cache
@require_safe
def at_door(request: HttpRequest, key: UUID) -> HttpResponse:
    """Where somebody waits; once they are let in, or not, it leads on to the room."""
    rows = Participant.objects.across_cities().filter(pk=key).select_related("room__city")
    found = rows.first()
    mine = permissions.participant_of(request, found.room) if found is not None else None
    if found is None or mine is None or mine.pk != found.pk:
        raise Http404
    return waiting(request, found) if found.state == ParticipantState.WAITING else redirect(here(found.room))


@require_POST
def enter(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Come in without a code, where one may."""
    room, participant = room_of(request, slug)
    person = person_of(request, participant)
    if person is None:
        return to_join(room)
    try:
        return_to_room(room=room, by=person, known=partial(permissions.guest_in, request))
    except (PermissionDenied, Conflict) as problem:
        say_problem(request, problem)
    return back(request, room)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Go, and on a shared device leave nothing behind; who leads alone is asked who does so then.

    By a plain link one only goes away, and is asked the same.
    """
    room, participant = room_of(request, slug)
    if participant is None:
        raise Http404
    if request.method != "POST":
        if leaves_nobody(participant):
            return render(request, "realtime/leaving.html", {"room": room, "heirs": could_lead(room)[:HEIRS]})
        return redirect("city", room.city.slug)
    if "anyway" not in request.POST and leaves_nobody(participant):
        try:
            if not _hand_on(request, room, participant):
                context = {"room": room, "heirs": could_lead(room)[:HEIRS]}
                return render(request, "realtime/leaving.html", context, status=409)
        except REFUSALS as problem:
            say_problem(request, problem)
            return back(request, room)
    response = redirect("city", room.city.slug)
    if participant.state != ParticipantState.REMOVED:  # who was asked to leave stays known on this device
        leave_room(participant=participant)
        permissions.forget(response, room)
    return response


def _hand_on(request: HttpRequest, room: Room, participant: Participant) -> bool:
    """Give the lead to whom the form names; False where it names nobody of the room."""
    key = request.POST.get("to", "")
    heir = next((each for each in could_lead(room)[:HEIRS] if str(each.pk) == key), None)
    if heir is None:
        return False
    heir.room = room
    pass_lead(participant=heir, by=participant.person)
    participant.refresh_from_db(fields=["role"])
    return True
