"""Texts in several languages, marked up with the one they are in."""

from django.utils import translation

from backend.base.texts import Shown, official
from backend.templatetags import texts
from tests.backend.templatetags.drawing import draw


def test_an_official_text_marks_a_language_that_is_not_the_readers():
    texts = official({"it": "Il luogo", "en": "The place"})
    assert draw("{% official t %}", t=texts) == "The place"
    with translation.override("it"):
        assert draw("{% official t %}", t=texts) == "Il luogo"
    only = official({"it": "<Il luogo>"})
    assert draw("{% official t %}", t=only) == '<span lang="it" dir="auto">&lt;Il luogo&gt;</span>'
    assert draw("{{ t|plain }}", t=only) == "&lt;Il luogo&gt;"
    assert draw("{% official t %}", t={"it": "a", "en": "b"}) == "b"


def test_a_machine_translation_says_so():
    assert "translated by machine" in draw("{% official t %}", t=Shown("Hello", "en", "machine"))


def test_paragraphs_escape_what_people_type():
    assert texts.paragraphs("a\nb\n\n<c>") == '<p dir="auto">a<br>b</p><p dir="auto">&lt;c&gt;</p>'
