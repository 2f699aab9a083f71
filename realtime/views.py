"""Pages of rooms: the list, the door, the room itself, the projector, and every form that a room without script needs."""

from django.http import Http404, HttpRequest, HttpResponse


def join(request: HttpRequest) -> HttpResponse:
    raise Http404


def rooms(request: HttpRequest, city: str) -> HttpResponse:
    raise Http404


def room(request: HttpRequest, city: str, slug: str) -> HttpResponse:
    raise Http404


def version(request: HttpRequest, city: str, slug: str, number: int) -> HttpResponse:
    raise Http404


def tool(request: HttpRequest, city: str, slug: str, tool: str, command: str) -> HttpResponse:
    raise Http404


new = rooms
projector = enter = leave = passage = freeze = submit = close = text = room
