"""Fields of forms with label, hint and errors tied together."""

from django import forms

from tests.backend.templatetags.drawing import draw


class Asked(forms.Form):
    name = forms.CharField(help_text="A first name.")
    about = forms.CharField(required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    yes = forms.BooleanField(label="I agree")


def test_a_field_ties_label_hint_and_error_to_its_control():
    form = Asked({})
    drawing = draw("{% field form.name %}", form=form)
    assert 'aria-describedby="id_name_hint id_name_error"' in drawing
    assert 'aria-invalid="true"' in drawing
    assert drawing.index('id="id_name_error"') < drawing.index("<input")
    assert '<label for="id_name">' in drawing


def test_a_field_that_may_stay_empty_says_so():
    assert "(if you like)" in draw("{% field form.about rows='4' %}", form=Asked())
    assert 'rows="4"' in draw("{% field form.about rows='4' %}", form=Asked())
    assert "(if you like)" not in draw("{% field form.name %}", form=Asked())


def test_choices_stand_in_a_fieldset_and_a_check_in_its_label():
    choices = draw("{% field form.kind %}", form=Asked())
    assert choices.startswith('<fieldset class="field" id="id_kind">')
    assert choices.count('type="radio"') == 2
    check = draw("{% field form.yes %}", form=Asked({}))
    assert '<label class="check" for="id_yes">' in check
    assert "id_yes_error" in check


def test_the_summary_leads_to_each_field():
    drawing = draw("{% error_summary form %}", form=Asked({"kind": "c"}))
    assert "3 things to put right" in drawing
    assert '<a href="#id_name">' in drawing
    assert "autofocus" in drawing
    assert draw("{% error_summary form %}", form=Asked()).strip() == ""
