"""Forms about oneself."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SignupFields(forms.Form):
    """What Copact asks beside e-mail and password when someone makes an account."""

    name = forms.CharField(label=_("Your name"), max_length=80)

    def signup(self, request: HttpRequest, user: Any) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
