"""What a room decided: its votes and consent checks as pages, and to take along."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backend.base import prose
from backend.base.paging import page_of
from realtime import permissions, tools
from realtime.actions.ballots import ballots_as_csv, poll_as_csv, poll_as_data, who_chose
from realtime.choices import VoteState
from realtime.models import ConsentCheck, Participant, Poll, Room, Version
from realtime.tools.consent import seen_checks
from realtime.tools.polls import seen_polls
from realtime.views.asked import room_of

SHOWN: Final = 20


class Braces(str):
    """Stands for a row where a template is rendered for the script: whatever is asked of it is its name in braces."""

    def __getitem__(self, name: Any) -> "Braces":
        return Braces(f"{{{name}}}")


def _inside(request: HttpRequest, slug: str) -> tuple[Room, Participant]:
    room, participant = room_of(request, slug)
    if participant is None or not permissions.is_admitted(participant):
        raise Http404
    return room, participant


def _poll(room: Room, number: int, *, leads: bool) -> Poll:
    poll = Poll.objects.in_city(room.city_id).for_room(leads).filter(room=room, number=number).first()
    if poll is None:
        raise Http404
    poll.room, poll.city = room, room.city
    return poll


@never_cache
@require_safe
def decided(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Everything that the room voted on, newest first."""
    room, participant = _inside(request, slug)
    viewer = tools.viewer_of(participant)
    polls = page_of(request, Poll.objects.in_city(room.city_id).filter(room=room, state=VoteState.CLOSED), size=SHOWN)
    checks = ConsentCheck.objects.in_city(room.city_id).closed().filter(room=room)
    context = {
        "room": room,
        "page": polls,
        "tools": tools.show(room, viewer, ["versions"]),
        "polls": [seen.by(viewer) for seen in seen_polls(room, list(polls))],
        "checks": [seen.by(viewer) for seen in seen_checks(room, list(checks[:SHOWN]))],
        "abilities": permissions.abilities(participant, permissions.rules_of(room)),
    }
    return render(request, "realtime/decided.html", context)


@never_cache
@require_safe
def poll(request: HttpRequest, city: str, slug: str, number: int) -> HttpResponse:
    """All numbers of one vote that is closed; by name, also who chose what."""
    room, participant = _inside(request, slug)
    found = _poll(room, number, leads=False)
    if found.state != VoteState.CLOSED:
        raise Http404
    kind = request.GET.get("as", "html")
    if kind == "json":
        return JsonResponse(poll_as_data(found), json_dumps_params={"ensure_ascii": False})
    if kind in ("csv", "ballots") and not (kind == "ballots" and found.anonymous):
        table = poll_as_csv(found) if kind == "csv" else ballots_as_csv(found)
        response = HttpResponse(table, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{room.slug}-{found.number}.csv"'
        return response
    if kind != "html":
        raise Http404
    [seen] = seen_polls(room, [found])
    context = {
        "room": room,
        "poll": seen.by(tools.viewer_of(participant)),
        "voters": who_chose(found),
    }
    return render(request, "realtime/poll_page.html", context)


def still_asked(shown: dict[str, Any]) -> str:
    """The question that is open and waits for who looks, if there is one."""
    asked = [*shown["consent"]["checks"], *shown["polls"]["polls"]]
    waiting = (each for each in asked if each["state"] == VoteState.OPEN and each["may"] and each["mine"] is None)
    return str(next((each["question"] for each in waiting), ""))


def ask_about(request: HttpRequest, version: Version) -> dict[str, Any]:
    """For the page of a version: what was decided on it, and for who leads, how to ask about it or a passage."""
    room = version.room
    checks = ConsentCheck.objects.in_city(room.city_id).closed().filter(version=version).order_by("closed_at")
    participant = permissions.participant_of(request, room)
    leads = permissions.abilities(participant, permissions.rules_of(room))["facilitate"]
    pieces = [piece for piece in prose.blocks(version.content) if piece.id and piece.text.strip()]
    return {"stamps": list(checks), "may_ask": leads, "pieces": pieces if leads else []}
