"""The history of a room's text: any moment of it, its versions, and how one came from another."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backend.base import comparing, prose
from backend.base.paging import page_of
from realtime import document, permissions, store
from realtime.actions import restore_version
from realtime.actions.beside import is_public
from realtime.actions.restoring import would_lose
from realtime.actions.text import undecided_in
from realtime.actions.upkeep import past_is_near
from realtime.choices import PassageKind
from realtime.models import Participant, Room, Version
from realtime.store import past
from realtime.views.asked import REFUSALS, person_of, preparing, room_of
from realtime.views.moments import moment_of, people_of, show_moment, sittings_of
from realtime.views.refused import refused
from realtime.views.taking import FORMS, as_file

VERSIONS: Final = 10
SITTINGS: Final = 30
SAME_RUN: Final = 2  # unchanged paragraphs in a row that are shown; more are folded


def reader_of(request: HttpRequest, slug: str) -> tuple[Room, Participant | None]:
    """The room, for who is in it or leads it, also when it is closed. Raises Http404."""
    room, participant = room_of(request, slug)
    if not permissions.is_admitted(participant):
        person = person_of(request, participant)
        if person is None or not permissions.can_keep_door(person, room):
            raise Http404
    return room, participant


@never_cache
@require_safe
def history(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """The text at any moment, with who wrote what."""
    room, participant = reader_of(request, slug)
    if not past_is_near(room):
        return preparing(request, room)
    held = past.past(room)
    voices = past.voices(room)
    shown = show_moment(room, held, moment_of(room, held, request.GET.get("at")), voices)
    context: dict[str, Any] = {"room": room, "shown": shown, "first": held.floor, "last": held.head}
    if request.GET.get("part") == "moment":
        return render(request, "realtime/parts/moment.html", context)
    page = page_of(request, Version.objects.in_city(room.city_id).filter(room=room).for_list(), VERSIONS)
    for version in page:
        version.people = people_of(held.read(version.update_number), {}, voices)
    person = person_of(request, participant)
    sittings = sittings_of(room, held)
    context |= {
        "page": page,
        "versions": list(page),
        "sittings": sittings[:SITTINGS],
        "leads": permissions.can_keep_door(person, room),
        "may_ask": participant is not None,
    }
    return render(request, "realtime/history.html", context)


@never_cache
@require_safe
def compare(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Two versions, or one and the text of now, word by word."""
    room, participant = reader_of(request, slug)
    rows = Version.objects.in_city(room.city_id).filter(room=room).for_list()
    versions = {str(version.number): version for version in rows[:200]}
    newest = next(iter(versions), "now")
    before = chosen(room, versions, request.GET.get("from", newest))
    after = chosen(room, versions, request.GET.get("to", "now"))
    found = comparing.compare(before["content"], after["content"])
    person = person_of(request, participant)
    may_restore = room.state == "open" and permissions.can_keep_door(person, room)
    context = {
        "room": room,
        "versions": list(versions.values()),
        "before": before,
        "after": after,
        "counts": found.counts,
        "look": found.look,
        "rows": folded(found.changes),
        "undecided": after["undecided"],
        "may_restore": may_restore,
    }
    if may_restore and before["version"] is not None:
        context |= _restoring(room, before["version"], after)
    return render(request, "realtime/compare.html", context)


def _restoring(room: Room, version: Version, after: dict[str, Any]) -> dict[str, Any]:
    """What putting a version back would cost: open comments and suggestions whose words would go."""
    now = after if after["key"] == "now" else chosen(room, {}, "now")
    version.room = room
    lost = would_lose(version, now["content"])
    kinds = [each.kind for each in lost or ()]
    comments, suggestions = kinds.count(PassageKind.COMMENT), kinds.count(PassageKind.SUGGESTION)
    return {"same": lost is None, "lost_comments": comments, "lost_suggestions": suggestions}


def chosen(room: Room, versions: dict[str, Version], key: str) -> dict[str, Any]:
    if key == "now":
        said = document.read(store.updates_of(room.pk)[0])
        content = prose.clean(said.content)
        return {"key": "now", "version": None, "content": content, "undecided": undecided_in(content)}
    if key not in versions:
        raise Http404
    found = versions[key]
    return {"key": key, "version": found, "content": found.content, "undecided": found.undecided}


def folded(changes: list[comparing.Change]) -> list[dict[str, Any]]:
    """Rows to show; many unchanged paragraphs in a row are one that can be opened."""
    rows: list[dict[str, Any]] = []
    run: list[comparing.Change] = []
    for change in [*changes, None]:
        if change is not None and change.state == comparing.SAME and not change.moved:
            run.append(change)
            continue
        if len(run) > SAME_RUN:
            rows.append({"same": run})
        else:
            rows += [{"change": each} for each in run]
        run = []
        if change is not None:
            rows.append({"change": change})
    return rows


@require_POST
def restore(request: HttpRequest, city: str, slug: str, number: int) -> HttpResponse:
    """Put a version back into the text."""
    room, participant = reader_of(request, slug)
    version = _version(room, number)
    try:
        restore_version(version=version, by=_someone(request, participant), reason=request.POST.get("reason", ""))
        messages.success(request, _("Version %(number)d stands in the text again.") % {"number": number})
    except REFUSALS as problem:
        to = reverse("realtime:history", args=[room.city.slug, room.slug])
        return refused(request, room, participant, problem, to=to)
    return redirect("realtime:history", room.city.slug, room.slug)


def _version(room: Room, number: int) -> Version:
    found = Version.objects.in_city(room.city_id).filter(room=room, number=number).first()
    if found is None:
        raise Http404
    found.room = room
    return found


def _someone(request: HttpRequest, participant: Participant | None) -> Any:
    person = person_of(request, participant)
    if person is None:
        raise PermissionDenied
    return person


@require_safe
def version_text(request: HttpRequest, city: str, slug: str, number: int) -> HttpResponse:
    """A version to take along; public where it became a proposal."""
    rows = Version.objects.in_city(request.city).filter(room__slug=slug, number=number)  # type: ignore[attr-defined]
    version = rows.select_related("room__city", "room__proposal").first()
    if version is None:
        raise Http404
    if not is_public(version, version.room):
        reader_of(request, slug)
    kind = request.GET.get("as", "html")
    if kind not in FORMS:
        raise Http404
    return as_file(version.room, version.content, kind, title=version.title, number=version.number)


@require_safe
def text(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """The text of now to take along, rendered by the server."""
    room, participant = room_of(request, slug)
    if not permissions.is_admitted(participant):
        raise Http404
    kind = request.GET.get("as", "text")
    if kind not in FORMS:
        raise Http404
    updates = store.updates_of(room.pk)[0]
    return as_file(room, document.read(updates).content, kind, inline="download" not in request.GET)
