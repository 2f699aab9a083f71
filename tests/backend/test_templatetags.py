"""Tags and filters of the design system, and the drawn map."""

import datetime as dt
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from backend.base.texts import Shown, official
from backend.cities.actions import CITIES, load_city
from backend.management import catalogues
from backend.templatetags import copact, dates, maps, texts
from tests.backend.commons.factories import make_place

NOON = dt.datetime(2026, 3, 14, 16, 5, tzinfo=dt.UTC)
TEMPLATES = Path("frontend_templates/html")


def draw(source: str, **context) -> str:
    return Template("{% load copact %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "day", "long"),
    [
        ("en", "14 March 2026", "Saturday 14 March 2026"),
        ("it", "14 marzo 2026", "sabato 14 marzo 2026"),
        ("pl", "14 marca 2026", "sobota 14 marca 2026"),
        ("hu", "2026. március 14.", "2026. március 14. szombat"),
        ("ro", "14 martie 2026", "sâmbătă 14 martie 2026"),
    ],
)
def test_dates_are_written_as_people_write_them(language, day, long):
    with translation.override(language):
        assert draw("{{ d|day }}", d=NOON) == day
        assert draw("{{ d|long_day }}", d=NOON).replace(",", "") == long


@pytest.mark.parametrize(
    ("language", "month", "stopped"),
    [
        ("en", "March 2026", "14 March 2026."),
        ("it", "marzo 2026", "14 marzo 2026."),
        ("pl", "marzec 2026", "14 marca 2026."),
        ("hu", "2026. március", "2026. március 14."),
        ("ro", "martie 2026", "14 martie 2026."),
    ],
)
def test_months_stand_alone_and_a_sentence_ends_with_one_full_stop(language, month, stopped):
    with translation.override(language):
        assert draw("{{ d|month }}", d=NOON) == month
        assert draw("{{ d|day|stopped }}", d=NOON) == stopped


def test_hungarian_sentences_leave_the_full_stop_to_the_date_they_end_with():
    pages = "\n".join(file.read_text() for file in TEMPLATES.rglob("*.html"))
    dates_of_pages = set(re.findall(r"(\w+)=[\w.]+\|(?:short_)?day\b", pages))
    assert {"day", "due", "answer", "end"} <= dates_of_pages
    ended = re.compile(rf"%\((?:{'|'.join(dates_of_pages)})\)s\.")
    catalogue = catalogues.read("hu")
    assert not [text for message in catalogue for text in told(message) if ended.search(text)]


def told(message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_a_time_is_told_in_the_present_zone_and_in_24_hours():
    with timezone.override("Europe/Rome"):
        assert draw("{{ d|clock }}", d=NOON) == "17:05"
        assert draw("{{ d|moment }}", d=NOON) == "14 March 2026, 17:05"


def test_nothing_is_written_where_there_is_no_date():
    for name in ("day", "short_day", "long_day", "month", "clock", "moment", "ago", "days_left", "iso", "stopped"):
        assert draw("{{ d|" + name + " }}", d=None) == ""


def test_days_that_are_left():
    today = timezone.localdate()
    assert [dates.days_left(today + dt.timedelta(days=n)) for n in (-1, 0, 1, 12)] == [
        "closed",
        "last day",
        "1 day left",
        "12 days left",
    ]


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


def test_a_bar_shows_the_way_to_the_goal_and_a_mark_past_it():
    assert 'width="64.0%"' in draw("{% meter 96 150 %}")
    over = draw("{% meter 171 150 %}")
    assert 'class="meter__fill" width="100%"' in over
    assert 'class="meter__goal" x="87.72%"' in over
    assert 'width="0.0%"' in draw("{% meter none 0 %}", none=None)


@given(st.lists(st.integers(0, 10**9), max_size=6))
def test_parts_of_a_whole_never_leave_their_frame(values):
    drawing = copact.share("In", *values)
    edges = [float(x) + float(w) for x, w in re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', str(drawing))]
    assert all(edge <= 100.01 for edge in edges)


def test_a_tally_leaves_out_what_nobody_said():
    drawing = draw("{% tally 'x' 3 0 1 0 %}")
    assert drawing.count("<rect") == 2
    assert ">3<" in drawing


def test_a_thread_is_a_list_with_shapes_and_an_open_end():
    steps = [
        {"kind": "room", "title": "Workshop", "url": "/a/", "when": "14 March"},
        {"kind": "pact", "title": "Signed"},
        {"kind": "next", "title": "Renewal"},
    ]
    drawing = draw("{% thread steps %}", steps=steps)
    assert drawing.count("<li") == 3
    assert '<li class="is-open"><span class="knot knot--pact">' in drawing
    assert '<li class="is-next">' in drawing
    assert '<a href="/a/">Workshop</a>' in drawing


def test_a_date_and_what_is_said_of_it_have_one_full_stop_between_them():
    steps = [{"kind": "made", "title": "Bench", "when": "2026. november 22.", "note": "Nadia"}]
    assert ">2026. november 22. Nadia<" in draw("{% thread steps %}", steps=steps)
    assert ">2026. november 22.<" in draw("{% thread steps %}", steps=[{**steps[0], "note": ""}])


def test_stages_name_the_present_one():
    drawing = draw('{% stages "review" %}')
    assert 'aria-label="Stage: City review, step 3 of 4"' in drawing
    assert drawing.count('class="is-now"') == 1


def test_a_face_is_the_same_for_the_same_person():
    assert copact.face("Nadia Bianchi") == copact.face("Nadia Bianchi")
    assert ">NB<" in copact.face("Nadia Bianchi")


def test_paragraphs_escape_what_people_type():
    assert texts.paragraphs("a\nb\n\n<c>") == '<p dir="auto">a<br>b</p><p dir="auto">&lt;c&gt;</p>'


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


def test_every_symbol_that_a_template_asks_for_is_drawn():
    sprite = Path("frontend_templates/static/icons/sprite.svg").read_text()
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    asked = set()
    for path in TEMPLATES.rglob("*.html"):
        asked |= set(re.findall(r'\{% icon "([\w-]+)"', path.read_text("utf-8")))
    asked |= {drawing for _shape, drawing in copact.KNOTS.values()}
    assert asked <= drawn
    ET.fromstring(sprite)


def test_every_scene_is_well_drawn_and_small():
    for path in (TEMPLATES / "components/art").glob("*.html"):
        source = path.read_text("utf-8")
        ET.fromstring(source)
        assert "style=" not in source
        if path.stem != "hero":
            assert len(source) < 2300, path.stem
    assert {*copact.SCENES.values()} <= {path.stem for path in (TEMPLATES / "components/art").glob("*.html")}


def test_no_template_has_a_style_or_a_script_of_its_own():
    for path in TEMPLATES.rglob("*.html"):
        source = path.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", source), path
        for attributes in re.findall(r"<script([^>]*)>", source):
            assert "src=" in attributes or "application/json" in attributes, path


@pytest.mark.django_db
@pytest.mark.parametrize("slug", CITIES)
def test_the_map_of_each_city_is_a_drawing_of_a_few_kilobytes(slug):
    city = load_city(slug=slug)
    lat, lng = city.map["centre"]
    places = [make_place(city, f"Place {n}", lat=lat + n / 1000, lng=lng, state="looking") for n in range(6)]
    drawing = str(maps.city_map(city, places, "Map"))
    ET.fromstring(drawing.replace("&#x27;", "'"))
    assert drawing.count("<a href=") == 6
    assert len(drawing) < 11_000
    assert "nan" not in drawing


@given(st.lists(st.tuples(st.floats(0, 800), st.floats(0, 800)), max_size=12))
def test_pins_that_would_cover_each_other_are_pushed_apart(points):
    spots = [list(point) for point in points]
    maps._apart(spots)
    assert len(spots) == len(points)
    if len(points) == 2:
        (ax, ay), (bx, by) = spots
        assert ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 >= maps.PIN_GAP - 1


def test_the_pager_keeps_what_was_asked(rf):
    page = Paginator(range(100), 24).get_page(2)
    drawing = render_to_string("components/pager.html", {"page": page, "request": rf.get("/?q=a&page=2")})
    assert 'href="?q=a&amp;page=1"' in drawing
    assert 'href="?q=a&amp;page=3"' in drawing
    assert "Page 2 of 5" in drawing
