"""What every page of a room asks first: which room, who is asking, and what a refused form is answered with."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from backend.base.problems import Conflict
from backend.cities.models import City
from realtime import permissions
from realtime.choices import Access
from realtime.models import Participant, Room

_SHOWN: Final = ("commons", "group", "thread", "proposal")
REFUSALS = (ValidationError, PermissionDenied, Conflict)


def city_of(request: HttpRequest) -> City:
    city: City | None = request.city  # type: ignore[attr-defined]
    if city is None:
        raise Http404
    return city


def person_of(request: HttpRequest, participant: Participant | None = None) -> Any:
    """The signed-in person, else the guest of the room's cookie, else None."""
    if request.user.is_authenticated:
        return request.user
    return participant.person if participant is not None else None


def _place_of(request: HttpRequest, city: City, slug: str) -> Participant | None:
    """The place of who is signed in, and with it the room."""
    if not request.user.is_authenticated:
        return None
    rows = Participant.objects.in_city(city).filter(room__slug=slug, room__city=city, person=request.user.pk)
    return rows.select_related("person", "room", *(f"room__{name}" for name in _SHOWN)).first()


def room_of(request: HttpRequest, slug: str) -> tuple[Room, Participant | None]:
    """The room and who of it is asking. Raises Http404 also for a room that is none of the asker's business."""
    city = city_of(request)
    participant = _place_of(request, city, slug)
    if participant is not None:
        room = participant.room
    else:
        found = Room.objects.in_city(city).select_related(*_SHOWN).filter(slug=slug).first()
        if found is None:
            raise Http404
        room = found
        participant = None if request.user.is_authenticated else permissions.participant_of(request, room)
    room.city = city
    person = person_of(request, participant)
    removed = participant is not None and not permissions.is_admitted(participant)
    if not removed and not permissions.can_see(person, room, participant):
        raise Http404
    if participant is not None:
        participant.room = room
    return room, participant


def here(room: Room) -> str:
    return reverse("realtime:room", args=[room.city.slug, room.slug])


def back(request: HttpRequest, room: Room, part: str = "") -> HttpResponseRedirect:
    """To the page of the room, at the part that the form stood in."""
    return redirect(here(room) + (f"#{part}" if part else ""))


def say_problem(request: HttpRequest, problem: Exception) -> None:
    """A refused form of a page without script: why, on the page that comes next."""
    if isinstance(problem, ValidationError):
        for line in problem.messages:
            messages.error(request, line)
    elif isinstance(problem, Conflict):
        messages.error(request, problem.detail)
    else:
        messages.error(request, str(problem) or _("You may not do this."))


def add_errors(form: Any, problem: Exception) -> None:
    """An action's refusal at the form's own fields."""
    if isinstance(problem, ValidationError) and hasattr(problem, "error_dict"):
        for name, errors in problem.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    elif isinstance(problem, ValidationError):
        form.add_error(None, problem)
    else:
        form.add_error(None, getattr(problem, "detail", "") or str(problem) or _("You may not do this."))


def to_join(room: Room) -> HttpResponseRedirect:
    """To the door; the code of a public room is no secret."""
    return redirect(f"{reverse('realtime:join')}?code={room.code}")


def waiting(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The page of who waits at the door. It does not name a room that is not public, so that nobody learns of one by
    guessing a code."""
    rows = Participant.objects.in_city(participant.city_id).waiting().filter(room=participant.room_id)
    place = rows.filter(joined_at__lte=participant.joined_at).count()
    public = participant.room.access == Access.PUBLIC
    title = participant.room.title if public else ""
    return render(request, "realtime/waiting.html", {"place": place, "title": title})


def preparing(request: HttpRequest, room: Room) -> HttpResponse:
    """A page that comes anew by itself while a worker reads a long past."""
    response = render(request, "realtime/preparing.html", {"room": room})
    response["Refresh"] = "6"
    return response
