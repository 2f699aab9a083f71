"""Words that somebody wants taken out of a room: asking, what would go, and the answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.base import prose
from backend.cities.permissions import has_city_role
from backend.people.choices import Role
from backend.people.models import Person
from backend.people.permissions import is_site_admin
from realtime import permissions
from realtime.actions import agree_erasure, ask_erasure, refuse_erasure
from realtime.actions.beside import kept
from realtime.actions.erasing import ANSWERED, wrote_here
from realtime.actions.losing import loss_of
from realtime.actions.upkeep import past_is_near
from realtime.choices import ErasureState
from realtime.models import Erasure, Participant, Room
from realtime.store import past
from realtime.views.asked import REFUSALS, city_of, person_of, preparing
from realtime.views.refused import refused


def asked_of(request: HttpRequest, slug: str) -> tuple[Room, Participant | None, Any]:
    """The room, for who was ever in it, who leads it, and the city's staff. Raises Http404."""
    city = city_of(request)
    rows = Room.objects.in_city(city).select_related("city", "group", "thread", "proposal")
    room = rows.filter(slug=slug).first()
    if room is None:
        raise Http404
    participant = permissions.participant_of(request, room)
    person = person_of(request, participant)
    if person is None or not (permissions.was_in(participant) or serves(person, room)):
        raise Http404
    return room, participant, person


def serves(person: Any, room: Room) -> bool:
    staff = is_site_admin(person) or has_city_role(person, room.city, Role.OFFICER, Role.ADMIN)
    return staff or permissions.can_keep_door(person, room)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """What one can ask for here, and for who leads the room what would go."""
    room, participant, person = asked_of(request, slug)
    if request.method == "POST":
        try:
            ask_erasure(
                room=room, person=_whose(request, room, person), by=person, reason=request.POST.get("reason", "")
            )
            messages.success(request, _("This has been asked for. Who leads the room decides about it."))
        except REFUSALS as problem:
            return refused(request, room, participant, problem, to=request.path)
        return redirect("realtime:erasure", room.city.slug, room.slug)
    leads = permissions.can_keep_door(person, room)
    rows = list(Erasure.objects.in_city(room.city_id).filter(room=room).for_list()[:50])
    waiting = [row for row in rows if row.state == ErasureState.ASKED]
    seen = [row for row in rows if leads or person.pk in (row.person_id, row.asked_by_id)]
    context = {
        "room": room,
        "leads": leads,
        "under_way": [row for row in seen if row.state in UNDER_WAY],
        "busy": any(row.state in (ErasureState.AGREED, ErasureState.WORKING) for row in seen),
    }
    if request.GET.get("part") == "state":
        return render(request, "realtime/parts/erasure_state.html", context | {"part_only": True})
    if leads and waiting and not past_is_near(room):
        return preparing(request, room)
    context |= {
        "waiting": [_shown(row, room) for row in waiting] if leads else [],
        "mine": next((row for row in rows if row.person_id == person.pk), None),
        "past": [_ended(row) for row in rows if row.state in ANSWERED] if leads else [],
        "kept": kept(),
        "may_ask": wrote_here(room, person),
        "others": _others(room, person) if permissions.can_ask_erasure(person, room, _NOBODY) else [],
    }
    return render(request, "realtime/erasure.html", context)


_NOBODY = Person()
UNDER_WAY = (ErasureState.AGREED, ErasureState.WORKING, ErasureState.FAILED)


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
        "losses": told_losses({"letters": 0, "notes": loss.notes, **loss.beside}),
        "after_html": prose.to_html(loss.after.content),
    }


def _ended(row: Erasure) -> Erasure:
    row.told = told_losses(row.taken)  # type: ignore[attr-defined]
    return row


def told_losses(counts: dict[str, int]) -> list[str]:
    """How much of each kind, in words; what there is nothing of is left out."""
    texts = {
        "letters": ngettext_lazy("%(n)s letter of the text", "%(n)s letters of the text", "n"),
        "notes": ngettext_lazy("%(n)s idea on the board", "%(n)s ideas on the board", "n"),
        "photos": ngettext_lazy("%(n)s photo", "%(n)s photos", "n"),
        "messages": ngettext_lazy("%(n)s message in the talk", "%(n)s messages in the talk", "n"),
        "announced": ngettext_lazy("%(n)s message to all", "%(n)s messages to all", "n"),
        "captions": ngettext_lazy("%(n)s line of captions", "%(n)s lines of captions", "n"),
        "questions": ngettext_lazy("%(n)s question of a vote", "%(n)s questions of votes", "n"),
        "concerns": ngettext_lazy("%(n)s concern", "%(n)s concerns", "n"),
        "minutes": ngettext_lazy("%(n)s line added to the minutes", "%(n)s lines added to the minutes", "n"),
        "objections": ngettext_lazy("%(n)s objection to the minutes", "%(n)s objections to the minutes", "n"),
        "titles": ngettext_lazy("%(n)s name of a version", "%(n)s names of versions", "n"),
        "reports": ngettext_lazy("%(n)s report to moderators", "%(n)s reports to moderators", "n"),
        "versions": ngettext_lazy("passages in %(n)s version", "passages in %(n)s versions", "n"),
    }
    return [str(text % {"n": counts[kind]}) for kind, text in texts.items() if counts.get(kind)]


@require_POST
def answer_erasure(request: HttpRequest, city: str, slug: str, key: UUID) -> HttpResponse:
    """Who leads the room agrees, or says why not."""
    room, participant, person = asked_of(request, slug)
    found = Erasure.objects.in_city(room.city_id).filter(pk=key, room=room).select_related("person").first()
    if found is None or not permissions.can_keep_door(person, room):
        raise Http404
    found.room = room
    agrees = request.POST.get("answer") == "agree"
    try:
        (agree_erasure if agrees else refuse_erasure)(erasure=found, by=person, reason=request.POST.get("reason", ""))
        messages.success(
            request, _("Agreed. The words are being taken out now.") if agrees else _("The answer has been kept.")
        )
    except REFUSALS as problem:
        to = reverse("realtime:erasure", args=[room.city.slug, room.slug])
        return refused(request, room, participant, problem, to=to)
    return redirect("realtime:erasure", room.city.slug, room.slug)
