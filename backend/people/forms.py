"""Forms about oneself."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from backend.base.names import clean_name
from backend.people.choices import Purpose, TextSize, Theme
from backend.people.models import Person


class NameField(forms.CharField):
    """The name that others see."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Your name"))
        # The browser's limit is wider: what is too long is said, not cut off.
        widget = forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"})
        super().__init__(widget=kwargs.pop("widget", widget), **kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return clean_name(text) if text else ""

    def validate(self, value: Any) -> None:
        if self.required and not value:
            clean_name("")


class LanguageField(forms.ChoiceField):
    """One of the site's languages, by its own name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Language of pages and mails"))
        super().__init__(choices=settings.LANGUAGES, **kwargs)


def _language_here() -> str:
    return (get_language() or settings.LANGUAGE_CODE)[:2]


class SignupFields(forms.Form):
    """What Copact asks beside e-mail and password when someone makes an account.

    The language is that of the page, which has a switch for it.
    """

    name = NameField()
    language = LanguageField(initial=_language_here, required=False, widget=forms.HiddenInput)

    field_order = ["name", "email", "password1", "language"]

    def signup(self, request: HttpRequest, user: Person) -> None:
        user.name, user.language = self.cleaned_data["name"], self.cleaned_data["language"] or _language_here()
        user.save(update_fields=["name", "language"])


class AboutMe(forms.Form):
    name = NameField()
    language = LanguageField()


class Display(forms.Form):
    theme = forms.ChoiceField(label=_("Light or dark"), choices=Theme.choices, widget=forms.RadioSelect)
    text_size = forms.ChoiceField(label=_("Size of the text"), choices=TextSize.choices, widget=forms.RadioSelect)
    easy_to_read = forms.BooleanField(
        label=_("Easy to read: one thing at a time, larger letters, plain labels"), required=False
    )


class ConsentAnswer(forms.Form):
    """Yes or no to one purpose, for oneself or for a child."""

    purpose = forms.ChoiceField(choices=Purpose.choices)
    answer = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    person = forms.UUIDField(required=False)


class Child(forms.Form):
    name = NameField(label=_("Name of the child"))


class LeaveWord(forms.Form):
    """Leaving cannot be undone, so it is asked a second time."""

    words = forms.BooleanField(
        label=_("Ask that my words also be taken out of the rooms I wrote in. Who leads a room decides."),
        required=False,
    )
    sure = forms.BooleanField(label=_("I want to leave. I know that this cannot be undone."))
