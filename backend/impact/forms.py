"""What a person types on the impact page: shape and types only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.cities.models import City
from backend.commons.models import Commons
from backend.impact.choices import ObservationConsent, ObservationKind


class ObservationForm(forms.Form):
    """An observation or a story, its place, and how far the words may go."""

    text = forms.CharField(
        label=_("What did you see or hear?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what you saw, in a sentence or two.")},
    )
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[
            (ObservationKind.OBSERVATION, _("Something I saw")),
            (ObservationKind.STORY, _("A story, mine or told to me with leave")),
        ],
        widget=forms.RadioSelect,
        initial=ObservationKind.OBSERVATION,
    )
    commons = forms.ModelChoiceField(
        label=_("Where"),
        queryset=Commons.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=_("Somewhere else"),
    )
    tags = forms.CharField(label=_("Words to find it by"), required=False, max_length=200)
    consent = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=ObservationConsent.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how far your words may go.")},
    )

    def __init__(self, *args: Any, city: City, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Commons.objects.in_city(city).select_related("city").order_by("slug")
        self.fields["commons"].queryset = places  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        return [tag.strip() for tag in self.cleaned_data["tags"].split(",")]
