"""What was typed into a form, so that it can be shown or kept again."""

from typing import Final

from django.http import HttpRequest

SECRET_FIELDS: Final = frozenset({"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword", "code"})


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field with every value, in the form's order, without secrets."""
    return [(name, value) for name, values in request.POST.lists() if name not in SECRET_FIELDS for value in values]
