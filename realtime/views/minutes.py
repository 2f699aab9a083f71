"""The minutes of a session: their page, where they are written and answered, and their paper."""

import logging
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.base import limits
from backend.base.pdf import NoPaper
from backend.base.problems import Conflict
from backend.people.choices import PersonKind
from realtime import permissions, tools
from realtime.actions.minutes import LEAST, Overtaken, find_minutes, latest, objections_of, voters
from realtime.actions.paper import make_pdf, told
from realtime.choices import Audience, MinutesRule, MinutesState
from realtime.models import Minutes, MinutesAnswer, Participant, Room
from realtime.views.asked import REFUSALS, person_of, room_of
from realtime.views.refused import refused

log = logging.getLogger(__name__)

PAPERS: Final = 30  # drafts set as paper for one room in ten minutes
TIMES: Final = (10, 60, 24 * 60, 3 * 24 * 60, 7 * 24 * 60)


def may_read(minutes: Minutes | None, participant: Participant | None) -> bool:
    """The people of the room; everyone, once they are published for everyone."""
    if permissions.is_admitted(participant):
        return True
    return minutes is not None and minutes.state == MinutesState.PUBLISHED and minutes.audience == Audience.PUBLIC


def _open_room(request: HttpRequest, slug: str) -> tuple[Room, Participant | None, Minutes | None]:
    """The room whose minutes are read. Raises Http404 for who may not know of them."""
    rows = Minutes.objects.in_city(request.city)  # type: ignore[attr-defined]
    public = rows.filter(room__slug=slug, state=MinutesState.PUBLISHED, audience=Audience.PUBLIC)
    found = public.select_related("room__city", "room__proposal", "proposed", "city").first()
    if found is not None:
        return found.room, permissions.participant_of(request, found.room), found
    room, participant = room_of(request, slug)
    minutes = find_minutes(room)
    if not may_read(minutes, participant):
        raise Http404
    return room, participant, minutes


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """The page; each of its forms is a command of the tool and comes back here."""
    room, participant, found = _open_room(request, slug)
    clash: dict[str, Any] = {}
    if request.method == "POST":
        try:
            return _do(request, room, participant)
        except Overtaken as overtaken:
            clash = {
                "section": request.POST.get("section", ""),
                "theirs": overtaken.theirs,
                "mine": request.POST.get("text", ""),
                "base": overtaken.number,
                "detail": overtaken.detail,
            }
    status = 409 if clash else 200
    return render(request, "realtime/minutes.html", _context(room, participant, found, clash), status=status)


def _here(room: Room) -> str:
    return reverse("realtime:minutes", args=[room.city.slug, room.slug])


def _do(request: HttpRequest, room: Room, participant: Participant | None) -> HttpResponse:
    person = person_of(request, participant)
    if person is None:
        raise Http404
    args = {name: value for name, value in request.POST.items() if name not in ("csrfmiddlewaretoken", "do")}
    part = args.get("section") or "answer"
    try:
        tools.do(room=room, tool="minutes", command=request.POST.get("do", ""), by=person, args=args)
        messages.success(request, _("It is kept."))
    except Overtaken:
        raise
    except REFUSALS as problem:
        what = ("minutes", request.POST.get("do", ""))
        return refused(request, room, participant, problem, what=what, to=f"{_here(room)}#{part}")
    return redirect(f"{_here(room)}#{part}")


def _context(
    room: Room, participant: Participant | None, found: Minutes | None, clash: dict[str, Any]
) -> dict[str, Any]:
    if participant is not None:
        participant.room = room
    state = tools.show(room, tools.viewer_of(participant), ["minutes"])["minutes"]
    revision = found.proposed if found is not None and found.proposed_id else latest(found)
    may = permissions.abilities(participant, permissions.rules_of(room))
    writes = may["record"] and state["state"] == MinutesState.DRAFT
    return {
        "room": room,
        "participant": participant,
        "minutes": found,
        "said": told(room, found, revision),
        "tool": state,
        "writes": writes,
        "leads": may["record"],
        "answers": may["answer"] and state["state"] == MinutesState.PROPOSED,
        "names": may["answer"] and state["state"] == MinutesState.DRAFT,
        "assisted": _assisted(room, found) if may["record"] else [],
        "objected": objections_of(found) if may["record"] and found is not None else [],
        "base": revision.number if revision is not None else 0,
        "rules": MinutesRule.choices,
        "audiences": Audience.choices,
        "times": TIMES,
        "least": LEAST,
        "clash": clash,
    }


def _assisted(room: Room, found: Minutes | None) -> list[tuple[Participant, bool | None, bool]]:
    """People without a device, for whom the facilitator answers, with what they said so far, and whether they are named."""
    rows = voters(room).filter(person__kind=PersonKind.ASSISTED).select_related("person").order_by("person__name")
    people = list(rows[:100])
    if not people or found is None:
        return [(each, None, False) for each in people]
    answers = (
        MinutesAnswer.objects.filter(revision=found.proposed_id) if found.proposed_id else MinutesAnswer.objects.none()
    )
    given = dict(answers.values_list("person", "agrees"))
    named = set(found.names.values_list("person", flat=True))
    return [(each, given.get(each.person_id), each.person_id in named) for each in people]


@require_safe
def minutes_pdf(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """The minutes as a paper."""
    room, _participant, found = _open_room(request, slug)
    return paper_of(room, found)


def paper_of(room: Room, found: Minutes | None) -> HttpResponse:
    """What was kept when they were published; before, the paper as it would be now."""
    made = bytes(found.pdf) if found is not None and found.pdf else b""
    if not made:
        if not limits.spend(f"minutes.pdf:{room.pk}", PAPERS, 600):
            raise Conflict("too_many", _("That was many papers. Wait some minutes before the next one."))
        revision = found.proposed if found is not None and found.proposed_id else latest(found)
        try:
            made = make_pdf(room, found, revision)
        except NoPaper:
            log.exception("The minutes of room %s could not be set.", room.pk)
            raise Conflict("no_paper", _("The paper could not be made. The page says the same.")) from None
    response = HttpResponse(made, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="minutes-{room.slug}.pdf"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response
