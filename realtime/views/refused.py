"""A plain form that was refused: why, and all that was typed, to be mended and sent again from the page that comes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from backend.base import prose
from backend.base.problems import Conflict, field_errors
from backend.base.typed import typed_in
from realtime import document, permissions, store, tools
from realtime.choices import VoteState
from realtime.document import board as boards
from realtime.forms import SentBackForm
from realtime.models import Participant, Room, Version
from realtime.views.asked import add_errors, here, say_problem

# A form of its own for what was asked: its template, and what it shows; None where it cannot be answered any more.
Page = Callable[[Room, Participant, Mapping[str, str]], tuple[str, dict[str, Any]] | None]


def refused(
    request: HttpRequest,
    room: Room,
    participant: Participant | None,
    problem: Exception,
    *,
    what: tuple[str, str] = ("", ""),
    to: str = "",
    files: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The answer to a form that an action refused. Where words were typed, a page with the reason and the form with
    all that was in it, which is sent to the same address; else the reason on the page `to`, where the form stood.

    `what` is the tool and its command. Who is not in the room learns nothing of it here.
    """
    to = to or here(room)
    inside = participant is not None and permissions.is_admitted(participant)
    typed = typed_in(request)
    context = {"room": room, "inside": inside, "errors": _errors(problem), "to": to, "said": dict(typed)}
    if participant is not None and inside and what in _PAGES:
        page = _PAGES[what](room, participant, dict(typed))
        if page is not None:
            return render(request, page[0], {**context, **page[1]}, status=_status(problem))
    form = SentBackForm(typed, what=what, columns=_columns(room, participant, what) if inside else (), files=files)
    if not form.has_words:
        say_problem(request, problem)
        return redirect(to)
    add_errors(form, problem)
    return render(request, "realtime/refused.html", {**context, "form": form}, status=_status(problem))


def _status(problem: Exception) -> int:
    """The same as the API's."""
    if isinstance(problem, Conflict):
        return 409
    return 403 if isinstance(problem, PermissionDenied) else 400


def _errors(problem: Exception) -> dict[str, str]:
    if isinstance(problem, ValidationError):
        return {name: " ".join(each["detail"] for each in found) for name, found in field_errors(problem).items()}
    return {"": str(getattr(problem, "detail", "") or problem or _("You may not do this."))}


def _columns(room: Room, participant: Participant | None, what: tuple[str, str]) -> list[tuple[str, str]]:
    """Where an idea can go instead: the columns that take ideas now."""
    if what[0] != "board":
        return []
    board = tools.show(room, tools.viewer_of(participant), ["board"])["board"]
    return [(each["id"], each["title"]) for each in board["columns"] if not each["locked"]]


def _leads(room: Room, participant: Participant) -> bool:
    return permissions.abilities(participant, permissions.rules_of(room))["facilitate"]


def _new_poll(room: Room, participant: Participant, said: Mapping[str, str]) -> tuple[str, dict[str, Any]] | None:
    if not _leads(room, participant):
        return None
    shown = tools.show(room, tools.viewer_of(participant), ["board"])
    columns = shown["board"]["columns"]
    notes = boards.shown(document.read(store.updates_of(room.pk)[0]).board)
    lanes = boards.laid(notes, [column["id"] for column in columns])
    for column in columns:
        held = [each.note for each in lanes[column["id"]]]
        column["notes"] = [{"id": e.id, "text": e.text, "chosen": f"note-{e.id}" in said} for e in held]
    return "realtime/poll_new.html", {"tools": shown}


def _new_check(room: Room, participant: Participant, said: Mapping[str, str]) -> tuple[str, dict[str, Any]] | None:
    if not _leads(room, participant):
        return None
    shown = tools.show(room, tools.viewer_of(participant), ["versions"])
    number = said.get("version", "")
    rows = Version.objects.in_city(room.city_id).filter(room=room, number=int(number) if number.isdecimal() else 0)
    chosen = {name.removeprefix("block-") for name in said if name.startswith("block-")}
    version = rows.first() if chosen else None
    pieces = prose.blocks(version.content) if version is not None else []
    passages = [{"piece": piece, "chosen": piece.id in chosen} for piece in pieces if piece.id and piece.text.strip()]
    return "realtime/check_new.html", {"tools": shown, "passages": passages}


def _asked(shown: Sequence[dict[str, Any]], key: str, voter: str) -> dict[str, Any] | None:
    """The vote or check that still takes an answer of `voter`, by default of who looks: nobody's becomes another's."""
    for one in shown:
        if one["id"] == key and one["state"] == VoteState.OPEN:
            can = voter in {each["id"] for each in one["assisted"]} if voter else one["may"]
            return one if can else None
    return None


def _vote(room: Room, participant: Participant, said: Mapping[str, str]) -> tuple[str, dict[str, Any]] | None:
    shown = tools.show(room, tools.viewer_of(participant), ["polls"])["polls"]["polls"]
    poll = _asked(shown, said.get("poll", ""), said.get("for", ""))
    if poll is None:
        return None
    options = [{**each, "mine": _given(poll["kind"], each["id"], said)} for each in poll["options"]]
    return "realtime/asked_again.html", {"poll": {**poll, "options": options, "mine": None, "result": None}}


def _given(kind: str, key: str, said: Mapping[str, str]) -> Any:
    """What a form said of one option, as the option's field shows it."""
    place = said.get(f"place-{key}", "")
    given: dict[str, Any] = {
        "multiple": f"pick-{key}" in said,
        "dots": said.get(f"dots-{key}", ""),
        "ranking": int(place) if place.isdecimal() else None,
    }
    return given.get(kind, said.get("choice") == key)


def _answer(room: Room, participant: Participant, said: Mapping[str, str]) -> tuple[str, dict[str, Any]] | None:
    shown = tools.show(room, tools.viewer_of(participant), ["consent"])["consent"]["checks"]
    check = _asked(shown, said.get("check", ""), said.get("for", ""))
    if check is None:
        return None
    mine: dict[str, Any] = {
        "mine": said.get("answer"),
        "words": said.get("text", ""),
        "named": "named" in said,
        "concerns": [],
    }
    return "realtime/asked_again.html", {"check": {**check, **mine}}


_PAGES: Final[dict[tuple[str, str], Page]] = {
    ("polls", "draft"): _new_poll,
    ("consent", "prepare"): _new_check,
    ("polls", "vote"): _vote,
    ("consent", "answer"): _answer,
}
