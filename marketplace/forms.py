"""What people type in the market: shape and types only; the ways of exchange bring their own fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.activities.models import Output
from backend.cities.models import Group
from backend.conversations.choices import FlagReason
from backend.pacts.models import Decision, Pact
from backend.people.models import Person
from marketplace.actions import Offer
from marketplace.modes import MODES
from marketplace.modes.base import MOST_AT_ONCE, AmountField


class ListingForm(forms.Form):
    """Offering an output: what to know, where to collect it, and the ways in which one can have it."""

    use_required_attribute = False

    title = forms.CharField(label=_("Title"), max_length=160)
    text = forms.CharField(
        label=_("What should one know?"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    pickup = forms.CharField(label=_("Where can it be collected?"), max_length=200)
    on_behalf_of = forms.ModelChoiceField(
        label=_("In whose name?"),
        queryset=Group.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("My own"),
    )
    modes = forms.MultipleChoiceField(
        label=_("How can people have it?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose how people can have it.")},
    )

    def __init__(self, *args: Any, output: Output, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.output = output
        self.fields["on_behalf_of"].queryset = groups  # type: ignore[attr-defined]
        self.fields["modes"].choices = [(name, rule.label) for name, rule in MODES.items()]  # type: ignore[attr-defined]
        for name, rule in MODES.items():
            for field, made in rule.form_fields(output.city.currency).items():
                self.fields[f"{name}_{field}"] = made
        if output.owner_group_id:
            self.initial.setdefault("on_behalf_of", output.owner_group.slug if output.owner_group else "")

    def ways(self) -> list[dict[str, Any]]:
        """Each way with its own fields, for the page: needed where the way is chosen, so none is marked optional."""
        for name, rule in MODES.items():
            for field in rule.form_fields("EUR"):
                self.fields[f"{name}_{field}"].required = True
        return [
            {"rule": rule, "name": name, "fields": [self[f"{name}_{field}"] for field in rule.form_fields("EUR")]}
            for name, rule in MODES.items()
        ]

    def offers(self) -> list[Offer]:
        """For list_output."""
        data = self.cleaned_data
        offers: list[Any] = []
        for name in data["modes"]:
            fields = MODES[name].form_fields("EUR")
            offers.append({"mode": name} | {field: data[f"{name}_{field}"] or 0 for field in fields})
        return offers

    def arguments(self) -> dict[str, Any]:
        names = ("title", "text", "pickup", "on_behalf_of")
        return {name: self.cleaned_data[name] for name in names} | {"modes": self.offers()}


class OrderForm(forms.Form):
    """Reserving some of an offer."""

    mode = forms.ChoiceField(choices=[(name, name) for name in MODES], widget=forms.HiddenInput)
    quantity = forms.IntegerField(label=_("How many?"), min_value=1, max_value=MOST_AT_ONCE, initial=1)
    contact = forms.CharField(label=_("How can they reach you?"), max_length=160, required=False)
    note = forms.CharField(
        label=_("A word to the maker"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person is not None and person.email:
            del self.fields["contact"]


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Why?"), max_length=400, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why?"), max_length=1000)


class QuestionForm(forms.Form):
    """A question about an offer, or the answer to one."""

    text = forms.CharField(label=_("Your question"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ReportForm(forms.Form):
    reason = forms.ChoiceField(label=_("What is wrong?"), choices=FlagReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Tell us more"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class FundForm(forms.Form):
    """Money that came to a fund as a gift, or that was spent by a decision. `key` makes a second sending harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    amount_minor = AmountField(label=_("How much?"))
    note = forms.CharField(label=_("What was it?"), max_length=240)
    decision = forms.ModelChoiceField(
        label=_("By which decision was it spent?"),
        queryset=Decision.objects.none(),
        required=False,
        empty_label=_("It is a gift to the fund"),
    )

    def __init__(self, *args: Any, pact: Pact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount_minor"].currency = pact.city.currency  # type: ignore[attr-defined]
        self.fields["decision"].queryset = pact.decisions.order_by("-at")  # type: ignore[attr-defined]
