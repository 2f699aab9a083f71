"""What people type about activities and outputs: shape and types only."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils.translation import gettext_lazy as _

from backend.activities.choices import ContributorRole, Licence, OutputKind
from backend.activities.models import Activity
from backend.cities.choices import GroupKind
from backend.cities.models import City, Group
from backend.commons.models import Commons
from backend.pacts.choices import REGISTERED
from backend.pacts.models import Pact
from backend.people.choices import Scope
from backend.people.models import Person

ACCESS = ("step_free", "toilet", "seats", "water")


def take_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Show what an action refused: at its field where the form has it, else above the form."""
    found = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for field, errors in found.items():
        for each in errors:
            form.add_error(field if field in form.fields else None, each)


def own_groups(person: Person | None, city: City) -> Any:
    """Groups of people of this city that `person` is in."""
    keys = [key for kind, key, _role in person.held_roles if kind == Scope.GROUP] if person else []
    return Group.objects.in_city(city).filter(pk__in=set(keys)).exclude(kind=GroupKind.OFFICE).order_by("name")


class ActivityForm(forms.Form):
    """An activity to come. Times are those of the clock on the city's wall."""

    title = forms.CharField(label=_("What is it called?"), max_length=160)
    story = forms.CharField(
        label=_("What happens?"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("Ends at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    commons = forms.ModelChoiceField(
        label=_("At which shared place?"),
        queryset=Commons.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("Somewhere else"),
    )
    place = forms.CharField(label=_("Where exactly do people meet?"), max_length=160, required=False)
    places = forms.IntegerField(label=_("How many can come?"), min_value=1, max_value=10_000, required=False)
    group = forms.ModelChoiceField(
        label=_("For which group?"),
        queryset=Group.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("For myself"),
    )
    pact = forms.ModelChoiceField(
        label=_("Under which pact?"),
        queryset=Pact.objects.none(),
        to_field_name="reference",
        required=False,
        empty_label=_("Under none"),
    )
    access = forms.MultipleChoiceField(
        label=_("What is there?"),
        choices=[
            ("step_free", _("Step-free")),
            ("toilet", _("Accessible toilet")),
            ("seats", _("Seats")),
            ("water", _("Drinking water")),
        ],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, city: City, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.city = city
        rows = {
            "commons": Commons.objects.in_city(city).select_related("city").order_by("slug"),
            "group": own_groups(person, city),
            "pact": Pact.objects.in_city(city).filter(state__in=REGISTERED).order_by("reference"),
        }
        for name, queryset in rows.items():
            self.fields[name].queryset = queryset  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The moments that the wall times mean. One that the clock skips or shows twice is asked again."""
        data = super().clean() or {}
        if not {"day", "starts", "ends"} <= data.keys():
            return data
        for field, clock in (("starts_at", "starts"), ("ends_at", "ends")):
            try:
                naive = datetime.combine(data["day"], data[clock])
                data[field] = from_current_timezone(naive)
            except ValidationError:
                self.add_error(
                    clock, ValidationError(_("The clocks change at this hour. Choose another one."), code="clocks")
                )
        return data

    def arguments(self) -> dict[str, Any]:
        """For plan_activity."""
        data = self.cleaned_data
        names = ("title", "story", "starts_at", "ends_at", "place", "places", "group", "pact", "commons")
        return {name: data[name] for name in names} | {"access": dict.fromkeys(data["access"], True)}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why?"), max_length=400)


class DoneForm(forms.Form):
    people_count = forms.IntegerField(
        label=_("About how many people came?"), min_value=0, max_value=100_000, required=False
    )


class OutputForm(forms.Form):
    """What an activity made."""

    title = forms.CharField(label=_("What was made?"), max_length=160)
    story = forms.CharField(
        label=_("Its story"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    kind = forms.ChoiceField(label=_("What kind of thing?"), choices=OutputKind.choices)
    licence = forms.ChoiceField(label=_("May others copy it?"), choices=Licence.choices, required=False)
    owner = forms.ChoiceField(label=_("Whose is it?"), widget=forms.RadioSelect)
    makers = forms.MultipleChoiceField(label=_("Who made it?"), required=False, widget=forms.CheckboxSelectMultiple)
    credit = forms.CharField(label=_("What did you do yourself?"), max_length=160, required=False)

    def __init__(self, *args: Any, activity: Activity, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.activity, self.person = activity, person
        there = [row.person for row in activity.attendances.select_related("person") if row.person_id != person.pk]
        self.people = {str(each.pk): each for each in [person, *there]}
        self.fields["makers"].choices = [(key, each.name) for key, each in self.people.items()]  # type: ignore[attr-defined]
        owners: list[tuple[str, Any]] = [("me", _("Mine"))]
        if activity.group is not None:
            owners.insert(0, ("group", activity.group.name))
        self.fields["owner"].choices = owners  # type: ignore[attr-defined]
        self.fields["owner"].initial = owners[0][0]

    def arguments(self) -> dict[str, Any]:
        """For record_output."""
        data = self.cleaned_data
        group = self.activity.group if data["owner"] == "group" else None
        parts = [{"person": self.people[key], "role": ContributorRole.MAKER} for key in data["makers"]]
        for part in parts:
            if part["person"] == self.person:
                part["credit"] = data["credit"]
        return {name: data[name] for name in ("title", "story", "kind", "licence")} | {
            "owner": None if group else self.person,
            "owner_group": group,
            "contributions": parts,
        }


class PhotoForm(forms.Form):
    """A picture with its description. The file is looked at by the action, whatever its name says."""

    file = forms.FileField(
        label=_("Picture"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic"}),
    )
    alt = forms.CharField(label=_("What does it show?"), max_length=240)
