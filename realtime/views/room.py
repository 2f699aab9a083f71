"""The room as a page, its projector, its text in other forms, its versions, and its tools as plain forms."""

from typing import Any, Final

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backend.base import prose
from backend.conversations.choices import PostState
from backend.conversations.models import Post
from realtime import document, permissions, store, tools
from realtime.actions import acts_of
from realtime.actions.acts import SENT
from realtime.actions.barring import barred
from realtime.actions.beside import is_public
from realtime.actions.minutes import published_in
from realtime.actions.upkeep import past_is_near
from realtime.choices import Access, ParticipantState, RoomState
from realtime.models import ClientClock, Participant, Room, Version
from realtime.store import past
from realtime.tools.moderation import PACES
from realtime.views.asked import REFUSALS, back, person_of, preparing, room_of, to_join, waiting
from realtime.views.board import dot_vote, photos_of, put_notes
from realtime.views.decide import Braces, ask_about, still_asked
from realtime.views.history import reader_of
from realtime.views.moments import people_of
from realtime.views.passages import lay_out, paragraphs, shown_text
from realtime.views.refused import refused

MESSAGES: Final = 200

# Where a tool stands on the page, for the way back after a form.
PARTS: Final = {
    "speaking": "talk",
    "chat": "chat",
    "board": "ideas",
    "polls": "decide",
    "consent": "decide",
    "door": "lead",
    "moderation": "lead",
    "passages": "draft",
    "agenda": "agenda",
    "captions": "captions",
    "projector": "lead",
}


@never_cache
@require_safe
def room(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """The live room; without script it is its text with forms."""
    found, participant = room_of(request, slug)
    if participant is None:
        return _outside(request, found)
    if participant.state == ParticipantState.WAITING:
        return waiting(request, participant)
    if participant.state == ParticipantState.REMOVED:
        return _removed(request, found, participant)
    ticket = permissions.ticket_for(participant)
    shown = tools.show(found, tools.viewer_of(participant))
    said = document.read(store.updates_of(found.pk)[0])
    dots, counted = dot_vote(shown["polls"]["polls"])
    put_notes(shown["board"], said, photos_of(found, said), counted)
    may = permissions.abilities(participant, permissions.rules_from(found.state, shown["moderation"]))
    lay_out(shown["passages"], said.content, may, found.city.slug)
    context = {
        "room": found,
        "participant": participant,
        "abilities": may,
        "ticket": ticket,
        "websocket": permissions.websocket_path(participant, ticket),
        "tools": shown,
        "dots": dots,
        "braces": Braces(),
        "vote_now": still_asked(shown),
        "document_html": shown_text(shown["passages"], said.content),
        "paragraphs": paragraphs(said.content),
        "people": shown["door"]["people"],
        "agenda": shown["agenda"],
        "paces": PACES,
    }
    return render(request, "realtime/room.html", context)


def _outside(request: HttpRequest, found: Room) -> HttpResponse:
    """Someone who may know of the room but is not in it yet."""
    person = person_of(request)
    if found.state == RoomState.CLOSED and published_in(found.city, [found]).exists():
        return redirect("realtime:minutes", found.city.slug, found.slug)
    if found.access == Access.PUBLIC or permissions.can_facilitate(person, found):
        return to_join(found)
    raise Http404


def _removed(request: HttpRequest, found: Room, participant: Participant) -> HttpResponse:
    if found.parent is not None:  # moved into another group: the main room shows the way
        return redirect("realtime:room", found.city.slug, found.parent.slug)
    about = acts_of(found).filter(concerns=participant.person_id, act__in=SENT)
    act = about.first()
    context = {
        "room": found,
        "act": act,
        "appeal": getattr(act, "appeal", None),
        "reason": act.reason if act else "",
        "by": act.by.name if act else "",
        "written": "\n\n".join(_own_words(found, participant)),
    }
    return render(request, "realtime/removed.html", context, status=403)


def _own_words(found: Room, participant: Participant) -> list[str]:
    """The ideas and messages of one person, to take along; in the text itself words of many stand together."""
    mine = {"room": found, "person": participant.person_id}
    clients = set(ClientClock.objects.filter(**mine).values_list("client", flat=True))
    said = document.read(store.updates_of(found.pk)[0])
    notes = [str(note.get("text", "")) for key, note in said.board.items() if said.authors.get(key) in clients]
    posts = Post.objects.in_city(found.city_id).filter(thread=found.thread_id, by=participant.person_id)
    messages = posts.filter(state=PostState.VISIBLE).order_by("at").values_list("text", flat=True)[:MESSAGES]
    return [*notes, *messages]


@never_cache
@require_safe
def projector(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """What the hall sees: no personal data, nothing to press."""
    found, participant = room_of(request, slug)
    if participant is None or not permissions.can_facilitate(person_of(request, participant), found):
        may = permissions.abilities(participant, permissions.rules_of(found))
        if participant is None or not may["facilitate"]:
            raise Http404
    ticket = permissions.ticket_for(participant, view=True)
    address = request.build_absolute_uri(reverse("realtime:join"))
    code = segno.make(f"{address}#{permissions.token_of(found)}", error="m", micro=False)
    image = code.svg_inline(border=2, omitsize=True, svgclass="qr__code", lineclass="qr__line")
    shown = tools.show(found, tools.NOBODY)
    context = {
        "room": found,
        "look": _look_of(shown),
        "qr_svg": mark_safe(image),  # noqa: S308  drawn by the library from our own address
        "join_address": address.split("://", 1)[1].rstrip("/"),
        "braces": Braces(),
        "tools": shown,
        "websocket": permissions.websocket_path(participant, ticket),
        "document_html": prose.to_html(prose.as_it_stands(document.read(store.updates_of(found.pk)[0]).content)),
    }
    # The hall reads the room's language, whatever its facilitator's own page speaks.
    with translation.override(found.language):
        return render(request, "realtime/projector.html", context)


def _look_of(shown: dict[str, Any]) -> dict[str, Any] | None:
    """The passage or idea that all were brought to, unless the screen's content was chosen after it."""
    look: dict[str, Any] | None = shown["moderation"]["look"]
    if look is None or look["kind"] == "part" or look["id"] == shown["projector"]["past_look"]:
        return None
    return look


@require_safe
def version(request: HttpRequest, city: str, slug: str, number: int) -> HttpResponse:
    """A version that was kept; public where it became a proposal."""
    rows = Version.objects.in_city(request.city).filter(room__slug=slug, number=number)  # type: ignore[attr-defined]
    found = rows.select_related("room__city", "room__proposal", "by").first()
    if found is None:
        raise Http404
    if not is_public(found, found.room):
        reader_of(request, slug)
    if not past_is_near(found.room):
        return preparing(request, found.room)
    written = past.past(found.room).read(found.update_number)
    context = {
        "room": found.room,
        "inside": permissions.is_admitted(permissions.participant_of(request, found.room)),
        "version": found,
        **ask_about(request, found),
        "document_html": prose.to_html(found.content),
        "ideas": found.ideas.select_related("person")[:200],
        "authors": [row["name"] for row in people_of(written, {}, past.voices(found.room))],
    }
    return render(request, "realtime/version.html", context)


@require_POST
def tool(request: HttpRequest, city: str, slug: str, tool: str, command: str) -> HttpResponse:
    """A tool's command as a plain form; the same command as by socket and API."""
    found, participant = room_of(request, slug)
    person = person_of(request, participant)
    if person is None:
        return refused(request, found, None, barred("", found, None), what=(tool, command), to=to_join(found).url)
    args = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    try:
        tools.do(room=found, tool=tool, command=command, by=person, args=args)
    except REFUSALS as problem:
        to = back(request, found, PARTS.get(tool, tool)).url
        return refused(request, found, participant, problem, what=(tool, command), to=to)
    return back(request, found, PARTS.get(tool, tool))
