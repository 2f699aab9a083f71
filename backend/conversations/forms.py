"""Forms of posts, reports and appeals: shape only, the actions check the rest."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.conversations.choices import FlagReason


class FlagForm(forms.Form):
    reason = forms.ChoiceField(label=_("What is wrong?"), choices=FlagReason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("What should we know?"), required=False, widget=forms.Textarea(attrs={"rows": 3}), strip=False
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2}), strip=False)


class AppealForm(forms.Form):
    text = forms.CharField(
        label=_("Why should someone look again?"), widget=forms.Textarea(attrs={"rows": 5}), strip=False
    )


class AnswerForm(forms.Form):
    """The answer to an appeal; which button was pressed says whether it is shown again."""

    answer = forms.CharField(label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 3}), strip=False)
