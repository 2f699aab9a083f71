"""Earlier messages of the chat page by page, and who gave which sign to one of them."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from realtime import permissions, tools
from realtime.choices import ReactionKind
from realtime.tools.chat import earlier, names_of_signs, visible_message
from realtime.views.asked import room_of


@never_cache
@require_safe
def messages(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """What was said before; `before` is the message that comes after this page."""
    room, participant = room_of(request, slug)
    if not permissions.is_admitted(participant):
        raise Http404
    found, more = earlier(room, tools.viewer_of(participant), request.GET.get("before", "")[:40])
    page = [{**each, "moment": datetime.fromisoformat(each["at"])} for each in found]
    return render(request, "realtime/messages.html", {"room": room, "page": page, "more": more})


@never_cache
@require_safe
def signs(request: HttpRequest, city: str, slug: str, message: UUID) -> HttpResponse:
    """Who gave which sign to a message."""
    room, participant = room_of(request, slug)
    if not permissions.is_admitted(participant):
        raise Http404
    found = visible_message(room, message)
    if found is None:
        raise Http404
    labels = dict(ReactionKind.choices)
    given = [(kind, labels[kind], names) for kind, names in names_of_signs(room, found)]
    return render(request, "realtime/signs.html", {"room": room, "message": found, "given": given})
