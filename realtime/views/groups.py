"""The texts of the groups beside each other, for reading and for bringing into the main text."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backend.base import prose
from backend.base.problems import Conflict
from realtime import document, permissions, store
from realtime.actions import bring_text, text_of
from realtime.actions.bringing import ideas_of
from realtime.choices import BreakoutState
from realtime.document.board import words
from realtime.models import Breakout, BreakoutGroup
from realtime.views.asked import person_of, room_of, say_problem


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Who is in the room reads the texts side by side; who leads brings them in, whole or block by block."""
    room, participant = room_of(request, slug)
    if not permissions.is_admitted(participant) or participant is None:
        raise Http404
    may = permissions.abilities(participant, permissions.rules_of(room))
    if request.method == "POST":
        try:
            chosen = request.POST.getlist("block")
            came = bring_text(room=room, by=participant.person, group=_key(request.POST.get("group")), blocks=chosen)
            if came.blocks:
                messages.success(request, _("The group’s words stand at the end of the main text."))
            if came.ideas:
                messages.success(request, _("The group’s ideas stand on the main board."))
        except (ValidationError, PermissionDenied, Conflict) as problem:
            say_problem(request, problem)
        return redirect(request.get_full_path())
    rounds = Breakout.objects.filter(room=room).exclude(state__in=[BreakoutState.DROPPED, BreakoutState.PLANNED])
    found = rounds.order_by("-number")
    wanted = request.GET.get("round", "")
    shown = found.filter(number=int(wanted)).first() if wanted.isdecimal() else found.first()
    context = {
        "room": room,
        "participant": participant,
        "leads": may["facilitate"],
        "rounds": list(found),
        "round": shown,
        "texts": _texts(shown) if shown is not None else [],
        "person": person_of(request, participant),
    }
    return render(request, "realtime/groups.html", context)


def _key(given: str | None) -> Any:
    rows = BreakoutGroup.objects.all()
    try:
        return rows.values_list("pk", flat=True).filter(pk=given or "").first()
    except (ValidationError, ValueError):
        return None


def _texts(shown: Breakout) -> list[dict[str, Any]]:
    rows = shown.groups.select_related("room").prefetch_related("brought", "seats")
    here = document.read(store.updates_of(shown.room_id)[0]).board.keys()
    return [{"group": group, **_text(group, here)} for group in rows]


def _text(group: BreakoutGroup, here: Collection[str]) -> dict[str, Any]:
    """`here` are the notes of the main board."""
    said = text_of(group)
    nodes = prose.clean(said.content)["content"] if said is not None else []
    blocks = [
        {"id": (node.get("attrs") or {}).get("id", ""), "html": prose.to_html({"type": "doc", "content": [node]})}
        for node in nodes
        if prose.blocks({"type": "doc", "content": [node]})
    ]
    ideas = [{"id": each.note.id, "text": words(each), "here": each.note.id in here} for each in ideas_of(said)]
    language = group.room.language if group.room is not None else ""
    return {"blocks": blocks, "ideas": ideas, "language": language, "brought": group.brought.all()}
