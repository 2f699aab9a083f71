"""One step of a proposal's or pact's life as a page's form: fetch, call the action, answer."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from backend.base.problems import Conflict
from backend.cities.models import City
from backend.pacts.forms import StepForm

UNPROCESSABLE = 422


class Step(NamedTuple):
    """`run(about, by, values)` calls the action; `done` is said afterwards; `anchor` is where the page opens."""

    form: type[StepForm]
    run: Callable[[Any, Any, dict[str, Any]], Any]
    done: Any
    anchor: str = ""


def city_of(request: HttpRequest) -> City:
    city: City | None = request.city  # type: ignore[attr-defined]  # set by the shell's middleware
    if city is None:
        raise Http404
    return city


def person_of(request: HttpRequest) -> Any:
    """Who is signed in, else the guest of a room on this device, else None."""
    user = request.user
    return user if user.is_authenticated else getattr(request, "guest", None)


def add_errors(form: StepForm, error: ValidationError) -> None:
    """An action's errors at their fields; those of fields that the form lacks above it."""
    found = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for name, errors in found.items():
        form.add_error(name if name in form.fields else None, errors)


Page = Callable[..., HttpResponse]


def act(request: HttpRequest, step: Step, name: str, about: Any, page: Page, back: str = "") -> HttpResponse:
    """Do one step and go back to the page; what can not be taken comes back in its form, as it was typed."""
    person = person_of(request)
    form = step.form(request.POST, about=about)
    target = (back or about.get_absolute_url()) + (f"#{step.anchor}" if step.anchor else "")
    if form.is_valid():
        try:
            step.run(about, person, form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except Conflict as conflict:
            messages.warning(request, conflict.detail)
            return HttpResponseRedirect(target)
        except PermissionDenied:
            if not request.user.is_authenticated:
                return redirect_to_login(about.get_absolute_url())
            raise
        else:
            messages.success(request, str(step.done))
            return HttpResponseRedirect(target)
    elif not request.user.is_authenticated:
        return redirect_to_login(about.get_absolute_url())
    about.refresh_from_db(fields=["state"])
    return page(request, about, status=UNPROCESSABLE, **{name: form})
