"""Uploaded pictures that anyone may see."""

import mimetypes
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

SHOWN = frozenset({"image/webp", "image/jpeg", "image/png", "image/avif"})
A_YEAR = 31_536_000


@require_safe
def media(request: HttpRequest, name: str) -> FileResponse:
    """A public file of MEDIA_ROOT; only pictures, which the site has encoded itself.

    Their names never name another content, so they may be kept for ever.
    """
    root = (Path(settings.MEDIA_ROOT) / "public").resolve()
    path = (root / name).resolve()
    kind = mimetypes.guess_type(path.name)[0]
    if not path.is_relative_to(root) or not path.is_file() or kind not in SHOWN:
        raise Http404
    response = FileResponse(path.open("rb"), content_type=kind)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
