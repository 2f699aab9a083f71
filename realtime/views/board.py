"""The board's own pages: one note with all that can be done with it, and the photos of notes."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from backend.base.problems import field_errors
from realtime import document, permissions, store, tools
from realtime.actions.barring import barred
from realtime.actions.ideas import ideas_in
from realtime.actions.photos import notes_on
from realtime.choices import Access, PollKind, VoteState
from realtime.document import board as boards
from realtime.models import NotePhoto, Participant, Room, SilentNote, VersionIdea
from realtime.tools.board import add_photo
from realtime.views.asked import REFUSALS, back, person_of, room_of, to_join
from realtime.views.refused import refused

TYPES: Final = {"webp": "image/webp", "jpg": "image/jpeg"}
A_WEEK: Final = 604_800


# --- The notes, for a page without script --------------------------------------------------


def put_notes(
    board: dict[str, Any], said: document.Text, photos: dict[str, NotePhoto], dots: dict[str, int] | None = None
) -> None:
    """The notes in their columns and groups, with the dots that they got."""
    written = {note for _block, note, _words in ideas_in(said.content)}
    lanes = boards.laid(boards.shown(said.board), [column["id"] for column in board["columns"]])

    def row(shown: boards.Shown) -> dict[str, Any]:
        note = shown.note
        return {
            "id": note.id,
            "text": note.text,
            "colour": note.colour,
            "group": note.group,
            "name": _author(board, said, note.id),
            "assisted": said.authors.get(note.id) in board.get("assisted", ()),
            "image": photos.get(note.image),
            "merged": [{"id": e.id, "text": e.text, "name": _author(board, said, e.id)} for e in shown.merged],
            "in_text": note.id in written,
            "dots": (dots or {}).get(note.id, 0),
        }

    for column in board["columns"]:
        rows = [row(each) for each in lanes[column["id"]]]
        column["notes"], column["groups"] = rows, _runs(rows)


def dot_vote(polls: list[dict[str, Any]]) -> tuple[dict[str, Any] | None, dict[str, int]]:
    """The dot vote that the board shows, what is open or else what closed last; and idea -> dots, where they are counted."""
    dots = [poll for poll in polls if poll["kind"] == PollKind.DOTS]
    noted = [poll for poll in dots if any("note" in option for option in poll["options"])]
    counted = [poll for poll in noted if poll["result"] and not poll["result"]["hidden"]]
    found = next((poll for poll in noted if poll["state"] == VoteState.OPEN), None)
    found = found or next((poll for poll in counted if poll["state"] == VoteState.CLOSED), None)
    if found is None or found not in counted:
        return found, {}
    notes = {option["id"]: option["note"] for option in found["options"] if "note" in option}
    return found, {notes[row["id"]]: row["count"] for row in found["result"]["rows"] if row["id"] in notes}


def _author(board: dict[str, Any], said: document.Text, key: str) -> str:
    return str(board.get("authors", {}).get(str(said.authors.get(key)), ""))


def _runs(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    runs: list[dict[str, Any]] = []
    for row in rows:
        if not runs or runs[-1]["title"] != row["group"]:
            runs.append({"title": row["group"], "notes": []})
        runs[-1]["notes"].append(row)
    return runs


def photos_of(room: Room, said: document.Text) -> dict[str, NotePhoto]:
    """The photos of the notes on the board, by their ids; asked for only where a note has one."""
    if not any(note.image for note in boards.notes_of(said.board).values()):
        return {}
    return {str(photo.pk): photo for photo in _photos(room)}


def _photos(room: Room) -> Any:
    """Also those of its groups: an idea that came out of one brings its photo along."""
    return NotePhoto.objects.in_city(room.city_id).filter(Q(room=room) | Q(room__parent=room))


@never_cache
@require_safe
def note(request: HttpRequest, city: str, slug: str, key: str) -> HttpResponse:
    """One idea: who had it, what became of it, and every change of it as a form."""
    found, participant = room_of(request, slug)
    if not permissions.is_admitted(participant):
        raise Http404
    said = document.read(store.updates_of(found.pk)[0])
    shown = tools.show(found, tools.viewer_of(participant), ["board", "moderation"])
    board = shown["board"]
    put_notes(board, said, photos_of(found, said))
    notes = [each for column in board["columns"] for each in column["notes"]]
    root = boards.root_of(key, boards.notes_of(said.board)) if key in said.board else ""
    one = next((each for each in notes if each["id"] == root), None)
    if one is None:
        return render(request, "realtime/note_gone.html", {"room": found}, status=404)
    context = {
        "room": found,
        "note": one,
        "column": next(column for column in board["columns"] if one in column["notes"]),
        "columns": board["columns"],
        "others": [each for each in notes if each["id"] != root],
        "colours": [(n, name) for n, name in enumerate(_colours(), 1)],
        "abilities": permissions.abilities(participant, permissions.rules_from(found.state, shown["moderation"])),
        "mine": _may_edit(participant, said, root, board),
        "wrote": said.authors.get(root) in board["own"],
        "helped": board["helped"].get(str(said.authors.get(root)), ""),
        "steps": _steps(found, said, root),
    }
    return render(request, "realtime/note.html", context)


def _colours() -> list[str]:
    return [_("Yellow"), _("Pink"), _("Green"), _("Blue"), _("Sand")]


def _may_edit(participant: Participant | None, said: document.Text, key: str, board: dict[str, Any]) -> bool:
    leads = participant is not None and participant.role in permissions.LEADS
    return leads or said.authors.get(key) in board["own"]


def _steps(room: Room, said: document.Text, key: str) -> list[dict[str, Any]]:
    """What became of an idea: words in the text, versions that hold them, the proposal."""
    here = [words for _block, idea, words in ideas_in(said.content) if idea == key]
    steps = [{"kind": "room", "title": _("In the text now"), "note": words, "lang": room.language} for words in here]
    rows = VersionIdea.objects.filter(version__room=room, note=key).select_related("version")
    versions = {row.version.number: row.version.title for row in rows.order_by("version__number")}
    for number, title in versions.items():
        address = reverse("realtime:version", args=[room.city.slug, room.slug, number])
        named = _("Version %(number)d: %(title)s") % {"number": number, "title": title}
        steps.append({"kind": "room", "title": named, "url": address})
    if room.proposal is not None and versions:
        address = reverse("pacts:proposal", args=[room.city.slug, room.proposal.reference])
        named = _("Proposal %(reference)s") % {"reference": room.proposal.reference}
        steps.append({"kind": "proposal", "title": named, "url": address})
    return steps


# --- Photos --------------------------------------------------------------------------------


@require_POST
def photos(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    """A photo onto the board, by form or by script."""
    room, participant = room_of(request, slug)
    person = person_of(request, participant)
    files = {"file": _("Photo")}
    if person is None:
        return refused(request, room, None, barred("", room, None), to=to_join(room).url, files=files)
    scripted = "application/json" in request.headers.get("Accept", "")
    try:
        photo = add_photo(room=room, by=person, file=request.FILES.get("file"), args=request.POST)
    except REFUSALS as problem:
        if scripted:
            return JsonResponse(
                {"detail": _told(problem)}, status=403 if isinstance(problem, PermissionDenied) else 400
            )
        to = back(request, room, "ideas").url
        return refused(request, room, participant, problem, what=("board", "photo"), to=to, files=files)
    if scripted:
        return JsonResponse({"note": photo.note}, status=201)
    messages.success(request, _("Your photo is on the board."))
    return back(request, room, "ideas")


def _told(problem: Exception) -> str:
    if isinstance(problem, ValidationError):
        return str(next(iter(field_errors(problem).values()))[0]["detail"])
    return str(getattr(problem, "detail", "") or problem or _("You may not do this."))


@require_safe
def photo(request: HttpRequest, city: str, slug: str, key: UUID, width: int, kind: str) -> FileResponse:
    """A photo's file, for who may see the room's board; while all write in silence, for who took it."""
    room, participant = room_of(request, slug)
    return photo_file(room, participant, key, width, kind)


def photo_file(room: Room, participant: Participant | None, key: UUID, width: int, kind: str) -> FileResponse:
    if room.access != Access.PUBLIC and not permissions.is_admitted(participant):
        raise Http404
    found = _photos(room).filter(pk=key).first()
    if found is None or kind not in TYPES:
        raise Http404
    if found.room_id != room.pk and found.note not in notes_on(room.pk):
        raise Http404
    hidden = SilentNote.objects.filter(photo=found).values_list("person", flat=True).first()
    if hidden is not None and (participant is None or participant.person_id != hidden):
        raise Http404
    chosen = next((each for each in found.widths if each >= width), found.widths[-1])
    try:
        file = found.storage().open(f"{found.path}/{chosen}.{kind}")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type=TYPES[kind])
    response.headers["Cache-Control"] = f"private, max-age={A_WEEK}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
