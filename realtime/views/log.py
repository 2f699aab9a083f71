"""The log of a room: how it is led, with reasons, and the way to a second look."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from backend.base.paging import page_of
from backend.base.problems import Conflict
from backend.people.choices import PersonKind
from backend.people.models import Person
from realtime import permissions, tools
from realtime.actions import answer_appeal, ask_again
from realtime.actions.acts import ACTS, OPEN_TO_APPEAL, log_for
from realtime.models import Participant, Room
from realtime.tools.appeals import open_appeal
from realtime.views.asked import person_of, room_of
from realtime.views.refused import refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Facilitators see every act; others those about all and about themselves; who was removed, those about themselves."""
    room, participant = room_of(request, slug)
    person = person_of(request, participant)
    if person is None or not (permissions.was_in(participant) or permissions.can_facilitate(person, room)):
        raise Http404
    if request.method == "POST":
        return _decided(request, room, participant, person)
    return _page(request, room, participant, person)


def _page(
    request: HttpRequest, room: Room, participant: Participant | None, person: Person, failed: Any = None
) -> HttpResponse:
    leads = _leads(room, participant, person)
    inside = permissions.is_admitted(participant)
    page = page_of(request, log_for(room, person, leads=leads, inside=inside), size=30)
    helped = _helped(room, participant)
    rows = [_row(act, participant, helped) for act in page]
    context = {"room": room, "page": page, "rows": rows, "leads": leads, "failed": failed, "participant": participant}
    return render(request, "realtime/log.html", context, status=422 if failed else 200)


def _leads(room: Room, participant: Participant | None, person: Person) -> bool:
    if participant is not None and permissions.is_admitted(participant) and participant.role in permissions.LEADS:
        return True
    return permissions.can_facilitate(person, room)


def _helped(room: Room, participant: Participant | None) -> list[Participant]:
    """Those without a device, also who is not there any more, for whom who leads can ask."""
    if not permissions.abilities(participant, permissions.rules_of(room))["record"]:
        return []
    rows = Participant.objects.in_city(room.city_id).filter(room=room, person__kind=PersonKind.ASSISTED)
    return list(rows.filter(person__is_active=True).select_related("person").order_by("person__name"))


def _row(act: Any, participant: Participant | None, helped: list[Participant]) -> dict[str, Any]:
    open_to = act.act in OPEN_TO_APPEAL
    appeal = getattr(act, "appeal", None)
    mine = appeal is not None and participant is not None and appeal.by_id == participant.person_id
    return {
        "act": act,
        "label": ACTS.get(act.act, act.act),
        "appeal": appeal,
        "may_ask": appeal is None and open_to and permissions.can_ask_again(participant, act),
        "ask_for": [each for each in helped if appeal is None and open_to and permissions.can_ask_again(each, act)],
        "may_answer": appeal is not None and appeal.state == "open" and permissions.can_answer(participant, appeal),
        "mine": mine,
    }


def _decided(request: HttpRequest, room: Room, participant: Participant | None, person: Person) -> HttpResponse:
    """One form of the page; a missing word comes back beside the act, with what was typed."""
    data = request.POST
    try:
        if data.get("step") == "ask" and data.get("for"):
            tools.do(room=room, tool="appeals", command="ask", by=person, args=data.dict())
            messages.success(request, _("Someone else looks at it again. Their answer will stand here."))
        elif data.get("step") == "ask":
            ask_again(room=room, by=person, act=data.get("act", ""), text=data.get("text", ""))
            messages.success(request, _("Someone else looks at it again. Their answer will stand here."))
        else:
            left = _answer(room, participant, person, data)
            messages.success(request, _("Who asked can read your answer here."))
            if left:
                messages.warning(request, left)
    except ValidationError as problem:
        key = data.get("act") or data.get("appeal", "")
        failed = {"key": key, "error": " ".join(problem.messages), "typed": data.get("text") or data.get("answer", "")}
        return _page(request, room, participant, person, failed)
    except (PermissionDenied, Conflict) as problem:
        what = ("appeals", "ask" if data.get("step") == "ask" else "answer")
        return refused(request, room, participant, problem, what=what, to=request.get_full_path())
    return HttpResponseRedirect(request.get_full_path())


def _answer(room: Room, participant: Participant | None, person: Person, data: Any) -> str:
    appeal = open_appeal(room, data.get("appeal", ""))
    if not permissions.can_answer(participant, appeal):
        raise PermissionDenied(_("Someone else than who decided first answers this."))
    return answer_appeal(appeal=appeal, by=person, accept=data.get("step") == "accept", answer=data.get("answer", ""))
