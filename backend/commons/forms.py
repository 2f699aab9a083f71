"""Forms about places: finding them, telling about one, moving its state."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.base.geo import Box
from backend.cities.models import City
from backend.commons.choices import ACCESS, CommonsKind, CommonsState, Owner


def box_of(text: str) -> Box | None:
    """west,south,east,north in degrees; refuses anything else."""
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise forms.ValidationError(_("Four numbers: west, south, east, north."), code="bbox") from None
    return Box(south, west, north, east)


class FindForm(forms.Form):
    """What the list was asked for; anything it does not know counts as not asked."""

    q = forms.CharField(label=_("Street, square or name"), required=False, max_length=80)
    state = forms.ChoiceField(required=False, choices=[("", _("All")), *CommonsState.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *CommonsKind.choices])
    quarter = forms.ChoiceField(label=_("Quarter"), required=False)
    step_free = forms.BooleanField(required=False)
    bbox = forms.CharField(required=False, max_length=80)

    def __init__(self, *args: Any, city: City, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quarters = [(row["key"], row["name"]) for row in city.map.get("quarters", ())]
        self.fields["quarter"].choices = [("", _("All quarters")), *quarters]  # type: ignore[attr-defined]

    def clean_bbox(self) -> Box | None:
        return box_of(self.cleaned_data["bbox"])

    def asked(self) -> dict[str, Any]:
        """The valid part of what was asked."""
        self.is_valid()
        return self.cleaned_data


class OgcForm(forms.Form):
    """The parameters of OGC API Features that are known here."""

    bbox = forms.CharField(required=False, max_length=120)
    limit = forms.IntegerField(required=False, min_value=1, max_value=1000)
    offset = forms.IntegerField(required=False, min_value=0)
    city = forms.SlugField(required=False)
    kind = forms.ChoiceField(required=False, choices=CommonsKind)
    state = forms.ChoiceField(required=False, choices=CommonsState)

    def clean_bbox(self) -> Box | None:
        return box_of(self.cleaned_data["bbox"])


class PlaceForm(forms.Form):
    """What someone tells about a place, in one language."""

    name = forms.CharField(label=_("What is it called?"), max_length=120)
    kind = forms.ChoiceField(label=_("What is it?"), choices=CommonsKind)
    text = forms.CharField(
        label=_("What should people know about it?"), required=False, max_length=2000, widget=forms.Textarea
    )
    address = forms.CharField(label=_("Street and number"), required=False, max_length=200)
    quarter = forms.ChoiceField(label=_("Quarter"))
    lat = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    lng = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)
    owner = forms.ChoiceField(label=_("Who owns it?"), choices=Owner, initial=Owner.UNKNOWN)
    access = forms.MultipleChoiceField(
        label=_("What is there?"), required=False, choices=ACCESS, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=_("Getting there and getting in"), required=False, max_length=240)

    def __init__(self, *args: Any, city: City, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.city = city
        self.centres = {row["key"]: row["centre"] for row in city.map.get("quarters", ())}
        self.fields["quarter"].choices = [  # type: ignore[attr-defined]
            (row["key"], row["name"]) for row in city.map.get("quarters", ())
        ]

    def clean(self) -> dict[str, Any]:
        """Without a point, the place stands in the middle of its quarter until someone knows better."""
        found = super().clean() or {}
        if found.get("lat") is None or found.get("lng") is None:
            centre = self.centres.get(found.get("quarter", ""), self.city.map.get("centre", [0, 0]))
            found["lat"], found["lng"] = centre
        return found

    def facts(self, language: str) -> dict[str, Any]:
        """For the action: texts under `language`."""
        found = self.cleaned_data
        access: dict[str, Any] = dict.fromkeys(found["access"], True)
        access["note"] = {language: found["note"]}
        return {
            "name": {language: found["name"]},
            "text": {language: found["text"]},
            "access": access,
            **{key: found[key] for key in ("kind", "address", "quarter", "lat", "lng", "owner")},
        }


class StateForm(forms.Form):
    """A step of a place, with a reason."""

    to = forms.ChoiceField(label=_("Now it is"), choices=CommonsState)
    reason = forms.CharField(label=_("Why?"), required=False, max_length=400)
