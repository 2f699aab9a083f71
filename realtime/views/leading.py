"""Stepping in where nobody leads a room, also from outside it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backend.base.problems import Conflict
from realtime import permissions
from realtime.actions import is_led
from realtime.actions import step_in as take_lead
from realtime.models import Room
from realtime.views.asked import back, city_of, say_problem


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step_in(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """One button, for the city's staff and facilitators and for who keeps the group."""
    rows = Room.objects.in_city(city_of(request)).open().select_related("city", "group", "thread")
    room = rows.filter(slug=slug).first()
    if room is None or not permissions.can_step_in(request.user, room):
        raise Http404
    if request.method == "POST":
        try:
            take_lead(room=room, by=request.user)
            messages.success(request, _("You lead this room now."))
        except (PermissionDenied, Conflict) as problem:
            say_problem(request, problem)
        return back(request, room)
    return render(request, "realtime/step_in.html", {"room": room, "led": is_led(room)})
