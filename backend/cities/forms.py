"""Forms about groups."""

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.cities.choices import GroupKind, MemberKind
from backend.people.choices import Role

GROUP_KINDS = [choice for choice in GroupKind.choices if choice[0] != GroupKind.OFFICE]
GROUP_ROLES = [(role.value, role.label) for role in (Role.MEMBER, Role.CONTACT, Role.STEWARD)]


class GroupForm(forms.Form):
    """What a group says of itself."""

    name = forms.CharField(label=_("Name of the group"), max_length=120)
    kind = forms.ChoiceField(label=_("What kind of group is it?"), choices=GROUP_KINDS, widget=forms.RadioSelect)
    about = forms.CharField(label=_("What does it do?"), required=False, max_length=2000, widget=forms.Textarea)
    size = forms.IntegerField(label=_("About how many people?"), required=False, min_value=1, max_value=100_000)


class ChangeGroupForm(GroupForm):
    """The same, for a group that is there: its kind stays."""

    kind = None  # takes the field away


class InvitationForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("As what?"), choices=GROUP_ROLES, widget=forms.RadioSelect, initial=Role.MEMBER)


class RemovalForm(forms.Form):
    """Who goes, and why."""

    person = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why?"), max_length=400)


class MemberForm(forms.Form):
    """As what someone belongs to a city."""

    kind = forms.ChoiceField(choices=MemberKind)
