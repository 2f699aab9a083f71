"""Forms of proposals and pacts: shape only, the actions check the rest."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.cities.models import Group
from backend.conversations.choices import PostKind
from backend.conversations.models import Post
from backend.pacts.actions.support import KINDS
from backend.pacts.choices import CommitmentState, PactForm
from backend.pacts.models import Pact, Party, Proposal, Rules


def _area(label: Any, rows: int = 4, *, required: bool = True, hint: Any = "") -> forms.CharField:
    """A text of several lines, kept as typed: the action trims and measures it."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
    )


class StepForm(forms.Form):
    """A form of one step; `about` is the proposal or pact that it is a step of."""

    def __init__(self, data: Any = None, *, about: Any = None, **rest: Any) -> None:
        self.about = about
        rest.setdefault("auto_id", f"{type(self).__name__.removesuffix('Form').lower()}_%s")
        super().__init__(data, **rest)


class PlainForm(StepForm):
    """Nothing to say: the button is all."""


# -- Proposals ----------------------------------------------------------------------------------


class SupportForm(StepForm):
    offers_help = forms.BooleanField(label=_("I can help"), required=False)


class CommentForm(StepForm):
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[(kind.value, kind.label) for kind in KINDS],
        initial=PostKind.COMMENT,
        required=False,
    )
    text = _area(_("Add a comment"), hint=_("Say what would make it better. Kind words; no private data."))
    parent = forms.ModelChoiceField(queryset=Post.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, about: Proposal, **rest: Any) -> None:
        super().__init__(data, about=about, **rest)
        posts = Post.objects.in_city(about.city_id).filter(thread=about.thread_id)
        self.fields["parent"].queryset = posts  # type: ignore[attr-defined]

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or PostKind.COMMENT


class OfficialForm(StepForm):
    text = _area(_("Answer for the City"), 3)


class ReasonForm(StepForm):
    reason = _area(_("Your reason"), 3, hint=_("Everyone can read it."))


class TakeUpForm(StepForm):
    reason = _area(
        _("Why now?"),
        2,
        required=False,
        hint=_("Needed if the proposal has less support than asked for and is still open."),
    )


class AdmitForm(StepForm):
    reason = _area(_("Why yes?"), 3, hint=_("Everyone can read it."))
    form = forms.ChoiceField(label=_("Form of the pact"))
    years = forms.IntegerField(label=_("How many years"), initial=3, min_value=1, max_value=99)
    fund_share = forms.DecimalField(
        label=_("Share of sales for the commons fund, in percent"),
        initial=15,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )

    def __init__(self, data: Any = None, *, about: Proposal, **rest: Any) -> None:
        super().__init__(data, about=about, **rest)
        names = dict(PactForm.choices)
        forms_on = [form["key"] for form in Rules.of(about.city).forms()]
        self.fields["form"].choices = [(key, names[key]) for key in forms_on]  # type: ignore[attr-defined]
        self.fields["form"].initial = PactForm.ORDINARY if about.weight == "ordinary" else PactForm.PACT


class AppealForm(StepForm):
    text = _area(_("Why should the City look again?"))


class AppealAnswerForm(ReasonForm):
    accept = forms.TypedChoiceField(
        label=_("Your answer"),
        choices=[("yes", _("We look at it again")), ("no", _("The answer stays no"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class AgainForm(StepForm):
    """The text to hand in again: headings begin with #, list items with -, as people write in mails."""

    summary = _area(_("Summary"), 3, required=False)
    asks = _area(_("What we ask of the City"), 3, required=False)
    text = _area(
        _("The text"), 18, hint=_("A line that begins with # is a heading. A line that begins with - is a point.")
    )


class CreditForm(StepForm):
    credited = forms.BooleanField(label=_("Show my name among the authors"), required=False)


# -- Pacts --------------------------------------------------------------------------------------


class ClauseForm(StepForm):
    text = _area(_("The clause"), 8)
    reason = forms.CharField(label=_("Why this change?"), required=False, strip=False)
    base = forms.IntegerField(widget=forms.HiddenInput)


class NewClauseForm(StepForm):
    key = forms.ChoiceField(label=_("Clause"))
    text = _area(_("Its text"))

    def __init__(self, data: Any = None, *, about: Pact, **rest: Any) -> None:
        super().__init__(data, about=about, **rest)
        used = set(about.latest().clauses.values_list("key", flat=True))
        rules = Rules(about.regulation)
        self.fields["key"].choices = [  # type: ignore[attr-defined]
            (clause["key"], rules.name_of(clause["key"])) for clause in rules.clauses() if clause["key"] not in used
        ]


class TermsForm(StepForm):
    years = forms.IntegerField(label=_("How many years"), min_value=1, max_value=99)
    fund_share = forms.DecimalField(
        label=_("Share of sales for the commons fund, in percent"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )


class PartyForm(StepForm):
    group = forms.ModelChoiceField(label=_("Group"), queryset=Group.objects.none())

    def __init__(self, data: Any = None, *, about: Pact, **rest: Any) -> None:
        super().__init__(data, about=about, **rest)
        groups = Group.objects.in_city(about.city_id).of_people().exclude(parties__pact=about)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]


class AgreeForm(StepForm):
    party = forms.UUIDField(widget=forms.HiddenInput)
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class SignForm(AgreeForm):
    written_name = forms.CharField(label=_("Your name, as you sign"), strip=False)
    capacity = forms.CharField(
        label=_("The role you sign in"), strip=False, help_text=_("For example: speaker, chair, head of office.")
    )
    sure = forms.BooleanField(
        label=_("I have read the text and sign it for this party."),
        error_messages={"required": _("Tick this to sign.")},
    )


class CommitmentForm(StepForm):
    what = forms.CharField(label=_("What will be done"), strip=False)
    parties: forms.ModelMultipleChoiceField[Party] = forms.ModelMultipleChoiceField(
        label=_("Who does it"), queryset=None, widget=forms.CheckboxSelectMultiple
    )
    due = forms.DateField(
        label=_("By when"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any = None, *, about: Pact, **rest: Any) -> None:
        super().__init__(data, about=about, **rest)
        field = self.fields["parties"]
        field.queryset = about.parties.all()  # type: ignore[attr-defined]
        field.choices = [(party.pk, party.name) for party in about.parties.all()]  # type: ignore[attr-defined]


class CommitmentMoveForm(StepForm):
    to = forms.ChoiceField(label=_("How it stands"), choices=CommitmentState.choices)
    reason = forms.CharField(label=_("Reason"), required=False, strip=False)


class ReportForm(StepForm):
    objectives = _area(_("What we wanted"))
    actions = _area(_("What we did"))
    results = _area(_("What came of it"))
    resources = _area(_("What it took: hours, money, things"))
    not_working = _area(_("What did not work"), required=False, hint=_("This helps others most."))
