"""Words that somebody wants taken out of a room: asking, what would go, and the answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.base import prose
from backend.cities.permissions import has_city_role
from backend.people.choices import Role
from backend.people.models import Person
from backend.people.permissions import is_site_admin
from realtime import permissions
from realtime.actions import agree_erasure, ask_erasure, refuse_erasure
from realtime.actions.erasing import wrote_here
from realtime.actions.losing import loss_of
from realtime.choices import ErasureState
from realtime.models import Erasure, Participant, Room
from realtime.store import past
from realtime.views.asked import REFUSALS, city_of, person_of, say_problem


def asked_of(request: HttpRequest, slug: str) -> tuple[Room, Participant | None, Any]:
    """The room, for who was ever in it, who leads it, and the city's staff. Raises Http404."""
    city = city_of(request)
    rows = Room.objects.in_city(city).select_related("city", "group", "thread", "proposal")
    room = rows.filter(slug=slug).first()
    if room is None:
        raise Http404
    participant = permissions.participant_of(request, room)
    person = person_of(request, participant)
    if person is None or (participant is None and not serves(person, room)):
        raise Http404
    return room, participant, person


def serves(person: Any, room: Room) -> bool:
    staff = is_site_admin(person) or has_city_role(person, room.city, Role.OFFICER, Role.ADMIN)
    return staff or permissions.can_keep_door(person, room)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """What one can ask for here, and for who leads the room what would go."""
    room, _participant, person = asked_of(request, slug)
    if request.method == "POST":
        try:
            ask_erasure(
                room=room, person=_whose(request, room, person), by=person, reason=request.POST.get("reason", "")
            )
            messages.success(request, _("This has been asked for. Who leads the room decides about it."))
        except REFUSALS as problem:
            say_problem(request, problem)
        return redirect("realtime:erasure", room.city.slug, room.slug)
    leads = permissions.can_keep_door(person, room)
    rows = list(Erasure.objects.in_city(room.city_id).filter(room=room).for_list()[:50])
    waiting = [row for row in rows if row.state == ErasureState.ASKED]
    context = {
        "room": room,
        "leads": leads,
        "waiting": [_shown(row, room) for row in waiting] if leads else [],
        "mine": next((row for row in rows if row.person_id == person.pk), None),
        "past": [row for row in rows if row.state != ErasureState.ASKED] if leads else [],
        "may_ask": wrote_here(room, person),
        "others": _others(room, person) if permissions.can_ask_erasure(person, room, _NOBODY) else [],
    }
    return render(request, "realtime/erasure.html", context)


_NOBODY = Person()


def _others(room: Room, person: Any) -> list[past.Voice]:
    found = {voice.person: voice for voice in past.voices(room).values() if voice.person != person.pk}
    return sorted(found.values(), key=lambda voice: voice.name.casefold())


def _whose(request: HttpRequest, room: Room, person: Any) -> Person:
    wanted = request.POST.get("person", "")
    if not wanted:
        found: Person = person
        return found
    try:
        key = UUID(wanted)
    except ValueError:
        raise Http404 from None
    if key not in {voice.person for voice in past.voices(room).values()}:
        raise Http404
    return get_object_or_404(Person, pk=key)


def _shown(row: Erasure, room: Room) -> dict[str, Any]:
    row.room = room
    loss = loss_of(row)
    return {
        "erasure": row,
        "loss": loss,
        "after_html": prose.to_html(loss.after.content),
    }


@require_POST
def answer_erasure(request: HttpRequest, city: str, slug: str, key: UUID) -> HttpResponse:
    """Who leads the room agrees, or says why not."""
    room, _participant, person = asked_of(request, slug)
    found = Erasure.objects.in_city(room.city_id).filter(pk=key, room=room).select_related("person").first()
    if found is None or not permissions.can_keep_door(person, room):
        raise Http404
    found.room = room
    agrees = request.POST.get("answer") == "agree"
    try:
        (agree_erasure if agrees else refuse_erasure)(erasure=found, by=person, reason=request.POST.get("reason", ""))
        messages.success(
            request, _("The words are out of the room for good.") if agrees else _("The answer has been kept.")
        )
    except REFUSALS as problem:
        say_problem(request, problem)
    return redirect("realtime:erasure", room.city.slug, room.slug)
