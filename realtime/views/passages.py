"""Passages of the text on pages without script: what hangs on them, a page to speak about one, and a page to follow."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.base import marks, prose
from realtime import document, permissions, store, tools
from realtime.actions.barring import barred
from realtime.choices import PassageKind, PassageState
from realtime.forms import RemarkForm, RewordForm
from realtime.models import Participant, Room
from realtime.tools.base import people_of
from realtime.views.asked import REFUSALS, add_errors, back, here, person_of, room_of, to_join
from realtime.views.refused import refused

LISTED: Final = 400
FOLLOW_EVERY: Final = 20  # seconds


def lay_out(shown: dict[str, Any], content: Any, may: dict[str, bool], city: str) -> None:
    """Passages in the order of the text; those whose words are gone say so, at the end."""
    stands = marks.marked(prose.clean(content))
    places = {key: place for place, key in enumerate(stands)}
    for item in shown["items"]:
        comment = item["kind"] == PassageKind.COMMENT
        item |= {
            "is_comment": comment,
            "is_suggestion": not comment,
            "stood": comment and item["quote"],
            "deleted": not comment and item["quote"],
            "done": "" if _open(item) else PassageState(item["state"]).label,
            "reject": _("Take it back") if item["mine"] else _("Do not accept"),
            "replies": may["suggest"],
            "accepts": item["accepts"] and may["write"],
            "rejects": item["rejects"] and may["suggest"] and (may["write"] or item["mine"]),
        }
        for post in item["posts"]:
            reports = not post["mine"] and not post["hidden"]
            post["report"] = reverse("conversations:flag", args=[city, post["id"]]) if reports else ""
        item["gone"] = _open(item) and item["id"] not in places
    shown["items"].sort(key=lambda item: (item["state"] != "open", places.get(item["id"], len(places))))
    shown["open"] = sum(map(_open, shown["items"]))


def shown_text(shown: dict[str, Any], content: Any) -> Any:
    """The text with its suggestions, and with the comments that are open."""
    return prose.to_html(marks.only(prose.clean(content), {item["id"] for item in shown["items"] if _open(item)}))


def _open(item: dict[str, Any]) -> bool:
    return bool(item["state"] == "open")


def paragraphs(content: Any) -> list[prose.Piece]:
    """What one can speak about: blocks that have a name."""
    return [piece for piece in prose.blocks(content) if piece.id][:LISTED]


def _words(room: Room, participant: Participant | None, block: str) -> str:
    """What the paragraph says. Raises PermissionDenied, and ValidationError where it is gone."""
    if participant is None or not permissions.is_admitted(participant):
        raise barred("suggest", room, participant)
    content = document.read(store.updates_of(room.pk)[0]).content
    said = marks.words_of(prose.clean(content), block)
    if said is None:
        raise ValidationError({"block": ValidationError(_("This passage is not here any more."), code="gone")})
    return said


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def paragraph(request: HttpRequest, city: str, slug: str, block: str) -> HttpResponse:
    """One paragraph: comment on it, or propose other words for it. What was typed stays when it is refused."""
    found, participant = room_of(request, slug)
    wants = request.POST.get("do", "")
    try:
        words = _words(found, participant, block)
    except REFUSALS as problem:
        if not wants:
            raise Http404 from None
        return refused(request, found, participant, problem, what=("passages", wants), to=f"{here(found)}#draft")
    abilities = permissions.abilities(participant, permissions.rules_of(found))
    assisted = _assisted(found) if abilities["facilitate"] else []
    remark = RemarkForm(request.POST if wants == "comment" else None, assisted=assisted)
    reword = RewordForm(
        request.POST if wants == "suggest" else None,
        initial={"before": words, "after": words},
        auto_id="reword_%s",  # both forms ask for a `text`
        assisted=assisted,
    )
    by = person_of(request, participant)

    def say(command: str, values: dict[str, Any]) -> None:
        tools.do(room=found, tool="passages", command=command, by=by, args={**values, "block": block})

    if wants == "comment" and _done(remark, lambda values: say("open", values)):
        messages.success(request, _("Your comment is beside the text."))
        return back(request, found, "draft")
    if wants == "suggest" and _done(reword, lambda values: say("suggest", values)):
        messages.success(request, _("Your suggestion is in the text, marked as one."))
        return back(request, found, "draft")
    context = {
        "room": found,
        "words": words,
        "remark": remark,
        "reword": reword,
        "abilities": abilities,
    }
    return render(request, "realtime/paragraph.html", context, status=422 if wants else 200)


def _assisted(room: Room) -> list[tuple[str, str]]:
    """For whom who leads may enter."""
    return [(str(each.pk), each.name) for each in people_of(room) if each.is_assisted and each.is_in and each.stays]


def _done(form: forms.Form, run: Any) -> bool:
    if not form.is_valid():
        return False
    try:
        run(form.cleaned_data)
    except REFUSALS as problem:
        add_errors(form, problem)
        return False
    return True


@never_cache
@require_safe
def follow(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """The text alone, on a page that fetches itself anew: for who reads without script and does not write here."""
    found, participant = room_of(request, slug)
    if participant is None:
        return to_join(found)
    if not permissions.is_admitted(participant):
        raise Http404
    updates, number, _damaged = store.updates_of(found.pk)
    content = prose.clean(document.read(updates).content)
    context = {
        "room": found,
        "number": number,
        "every": FOLLOW_EVERY,
        "paused": "paused" in request.GET,
        "left": sum(1 for each in marks.marked(content).values() if each.insertion or each.deletion),
        "document_html": prose.to_html(marks.settled(content)),
    }
    response = render(request, "realtime/follow.html", context)
    if not context["paused"]:
        response["Refresh"] = str(FOLLOW_EVERY)
    return response
