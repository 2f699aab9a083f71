"""The shape of what pages of rooms send; the rules are the actions'."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backend.base.names import validate_name
from realtime.choices import Access, Place, RoomRole
from realtime.permissions import HOLDS

# Who has a device of their own is not on the telephone, and nobody chooses to lead.
PLACES = [choice for choice in Place.choices if choice[0] != Place.PHONE]
ROLES = [(RoomRole.PARTICIPANT.value, _("Take part")), (RoomRole.OBSERVER.value, _("Only watch"))]
NOTHING = pgettext_lazy("no group, no place is chosen", "None")


class JoinForm(forms.Form):
    """A code or a QR's token, and for a guest a name."""

    code = forms.CharField(label=_("Room code"), max_length=200, required=False)
    token = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("What shall we call you?"), max_length=400, required=False, strip=False)
    pin = forms.CharField(label=_("PIN of the room"), max_length=12, required=False)
    place = forms.ChoiceField(label=_("How do you join?"), choices=PLACES, required=False, initial=Place.HALL)
    role = forms.ChoiceField(label=_("What do you want to do?"), choices=ROLES, required=False)
    wait = forms.BooleanField(label=_("Wait until a place is free"), required=False)

    def __init__(self, *args: Any, needs_name: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_name = needs_name

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if self.needs_name:
            validate_name(name)
        return name

    def clean_code(self) -> str:
        """A whole link, pasted, names its room by what stands last in it."""
        return str(self.cleaned_data["code"]).strip().rstrip("/").rpartition("/")[2].rpartition("=")[2]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("code") and not data.get("token") and "code" not in self.errors:
            self.add_error("code", ValidationError(_("Type the code of the room."), code="required"))
        return data


class OpenForm(forms.Form):
    """A new room."""

    title = forms.CharField(label=_("Title"), max_length=160)
    question = forms.CharField(label=_("The question that everyone answers"), max_length=300, required=False)
    place = forms.CharField(label=_("Where people meet"), max_length=160, required=False)
    agenda = forms.ChoiceField(label=_("Kind of session"), initial="drafting")
    access = forms.ChoiceField(label=_("Who may come in"), choices=Access, initial=Access.CODE)
    asks_before_admitting = forms.BooleanField(
        label=_("Everyone waits at the door until the facilitator lets them in"), required=False
    )
    pin = forms.CharField(label=_("PIN, as a second key"), max_length=12, required=False)
    most = forms.IntegerField(
        label=_("How many may take part at once"), initial=150, min_value=2, max_value=HOLDS, required=False
    )
    lets_watch = forms.BooleanField(label=_("Others may come in and only watch"), required=False, initial=True)
    group = forms.ModelChoiceField(label=_("Group"), queryset=None, required=False, empty_label=NOTHING)
    commons = forms.ModelChoiceField(
        label=_("Place that it is about"), queryset=None, required=False, empty_label=NOTHING
    )

    def __init__(self, *args: Any, groups: Any, commons: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agenda, group, place = self.fields["agenda"], self.fields["group"], self.fields["commons"]
        agenda.choices = [(plan["key"], plan["name"]) for plan in plans]  # type: ignore[attr-defined]
        group.queryset, place.queryset = groups, commons  # type: ignore[attr-defined]

    def clean_most(self) -> int:
        return self.cleaned_data["most"] or self.fields["most"].initial


class VersionForm(forms.Form):
    title = forms.CharField(label=_("Name of the version"), max_length=400, required=False)
    reason = forms.CharField(label=_("Why"), max_length=2000, required=False)


class PassageForm(forms.Form):
    text = forms.CharField(label=_("Write a passage"), max_length=200_000, widget=forms.Textarea)


class ForWhomForm(forms.Form):
    """Who leads enters also what somebody without a device says: `assisted` are their keys and names."""

    def __init__(self, *args: Any, assisted: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if assisted:
            choices = [("", _("My own words")), *assisted]
            self.fields["for"] = forms.ChoiceField(label=_("Whose words are these?"), choices=choices, required=False)


class RemarkForm(ForWhomForm):
    """Something to say about a paragraph."""

    text = forms.CharField(label=_("Your comment"), max_length=20_000, widget=forms.Textarea)


class RewordForm(ForWhomForm):
    """Other words for a paragraph. `before` is what it said when the page was made."""

    before = forms.CharField(max_length=200_000, widget=forms.HiddenInput, strip=False)
    after = forms.CharField(label=_("The paragraph as you would write it"), max_length=200_000, widget=forms.Textarea)
    text = forms.CharField(label=_("Why"), max_length=20_000, required=False)


class SubmitForm(forms.Form):
    """The text as a proposal."""

    title = forms.CharField(label=_("Title"), max_length=400)
    summary = forms.CharField(label=_("In a few words"), max_length=6000, required=False, widget=forms.Textarea)
    asks = forms.CharField(
        label=_("What you ask of the City"), max_length=20_000, required=False, widget=forms.Textarea
    )


class CloseForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=400, required=False)


class Typed(forms.Field):
    """Shown again as it was typed: what is wrong with it, the action has said."""

    def clean(self, value: Any) -> Any:
        return value


# What people type into the forms of a room, by the name of the field; all others are chosen. In lines, in one line, and
# a figure, which alone comes from a button.
WORDS: Final = {"text": _("Your words"), "reason": _("Why")}
NAMES: Final = {"title": _("Title"), "name": _("Name")}
FIGURES: Final = {"minutes": pgettext_lazy("how long something takes", "Minutes"), "count": _("How many groups")}
# What is typed in one command's form, and chosen in others'.
OF_ONE: Final = {
    ("appeals", "answer"): {"answer": _("Your answer")},
    ("board", "group_note"): {"group": _("Name of the group")},
    ("breakouts", "make"): {"question": _("The question for the groups")},
    ("consent", "prepare"): {"question": _("The question")},
    ("consent", "resolve"): {"how": _("How was it met?")},
    ("door", "limit"): {"most": _("How many may take part at once")},
    ("passages", "suggest"): {"after": _("The paragraph as you would write it")},
    ("polls", "draft"): {"question": _("The question"), "options": _("Options")},
}
LINE: Final = 60  # letters


class SentBackForm(forms.Form):
    """A form of a room that was refused: what was typed, to be mended, and what was chosen, as it was.

    `what` is the tool and its command; of `columns` one may be chosen anew; `files` cannot be given back, and are asked
    for again.
    """

    use_required_attribute = False

    def __init__(
        self,
        typed: Sequence[tuple[str, str]],
        *,
        what: tuple[str, str] = ("", ""),
        columns: Sequence[tuple[str, str]] = (),
        files: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(dict(typed), auto_id="again_%s")
        lines, names = {**WORDS, **OF_ONE.get(what, {})}, {**NAMES, **FIGURES}
        for name, value in typed:
            if name in lines:
                rows = min(12, 2 + len(value) // LINE + value.count("\n"))
                self.fields[name] = Typed(label=lines[name], widget=forms.Textarea({"rows": rows}))
            elif name in names:
                self.fields[name] = Typed(label=names[name], widget=forms.TextInput({"autocomplete": "off"}))
            elif name == "column" and columns:
                self.fields[name] = Typed(label=_("Column"), widget=forms.Select(choices=columns))
        self.has_words = bool({*lines, *NAMES} & set(self.fields))
        for name, label in (files or {}).items():
            self.fields[name] = Typed(label=label, widget=forms.FileInput)
        self.chosen = [(name, value) for name, value in typed if name not in self.fields]
        self.full_clean()
