"""Pages of the shell: above the cities, a city's front page, errors, uploaded files."""

from backend.moderation import moderation
from backend.views.errors import bad_request, broken, csrf_failure, forbidden, not_found
from backend.views.files import media
from backend.views.pages import accessibility, city, forget, home, how, language, privacy

__all__ = [
    "accessibility",
    "bad_request",
    "broken",
    "city",
    "csrf_failure",
    "forbidden",
    "forget",
    "home",
    "how",
    "language",
    "media",
    "moderation",
    "not_found",
    "privacy",
]
