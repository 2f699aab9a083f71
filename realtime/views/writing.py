"""Forms that write: a passage, a version, the proposal, and closing the room."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from backend.base import marks, prose
from realtime import document, permissions, store
from realtime.actions import close_room, freeze_version, post_passage, require_hand_in, submit_proposal, undecided_in
from realtime.actions.barring import barred
from realtime.forms import CloseForm, PassageForm, SubmitForm, VersionForm
from realtime.models import Participant, Version
from realtime.views.asked import REFUSALS, add_errors, back, person_of, room_of, say_problem, to_join
from realtime.views.refused import refused


@require_POST
def passage(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Words from a page without script, into the same log as everyone's."""
    room, participant = room_of(request, slug)
    person = person_of(request, participant)
    if person is None:
        return refused(request, room, None, barred("", room, None), to=to_join(room).url)
    form = PassageForm(request.POST)
    if form.is_valid():
        try:
            post_passage(room=room, by=person, text=form.cleaned_data["text"])
            messages.success(request, _("Your passage stands at the end of the text."))
            return back(request, room, "draft")
        except REFUSALS as problem:
            add_errors(form, problem)
    # What was typed stays in its field.
    return render(request, "realtime/passage.html", {"room": room, "form": form}, status=422)


@require_POST
def freeze(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Keep the text as it stands."""
    room, participant = room_of(request, slug)
    form = VersionForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([error for errors in form.errors.values() for error in errors])
        version = freeze_version(room=room, by=_present(request, participant), **form.cleaned_data)
        messages.success(
            request, " ".join([_("Version %(number)d is kept.") % {"number": version.number}, _left(version)])
        )
    except REFUSALS as problem:
        return refused(request, room, participant, problem, to=back(request, room, "lead").url)
    return back(request, room, "lead")


def _left(version: Version) -> str:
    """What was proposed and is not in it."""
    if not version.undecided:
        return ""
    return ngettext(
        "%(count)d proposed change is not decided, and is not in it.",
        "%(count)d proposed changes are not decided, and are not in it.",
        version.undecided,
    ) % {"count": version.undecided}


def _present(request: HttpRequest, participant: Participant | None) -> Any:
    person = person_of(request, participant)
    if person is None:
        raise Http404
    return person


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """Hand the text in as a proposal, after one look at what is handed in."""
    room, participant = room_of(request, slug)
    person = person_of(request, participant)
    if not permissions.can_keep_door(person, room):
        raise PermissionDenied
    if room.proposal is not None:
        return redirect("pacts:proposal", room.city.slug, room.proposal.reference)
    try:
        require_hand_in(room, person)
    except PermissionDenied as problem:
        say_problem(request, problem)
        return back(request, room, "lead")
    proposed = prose.clean(document.read(store.updates_of(room.pk)[0]).content)
    content, left = marks.settled(proposed), undecided_in(proposed)
    first = {"title": room.title, "summary": prose.first_words(content, 300)}
    form = SubmitForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            proposal = submit_proposal(room=room, by=person, **form.cleaned_data)
            return redirect("pacts:proposal", room.city.slug, proposal.reference)
        except REFUSALS as problem:
            add_errors(form, problem)
    context = {"room": room, "form": form, "document_html": prose.to_html(content), "left": left}
    return render(request, "realtime/submit.html", context, status=400 if form.errors else 200)


@require_POST
def close(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """End the room's work; the text stays."""
    room, participant = room_of(request, slug)
    form = CloseForm(request.POST)
    form.is_valid()
    try:
        person = person_of(request, participant)
        close_room(room=room, by=person, reason=form.cleaned_data.get("reason", ""))
        messages.success(request, _("The room is closed. Its text and its versions stay."))
    except REFUSALS as problem:
        return refused(request, room, participant, problem, to=back(request, room, "lead").url)
    return back(request, room)
