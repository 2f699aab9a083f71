"""Tags and filters of the design system."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

from django.core.paginator import Paginator
from django.template.loader import render_to_string
from hypothesis import example, given
from hypothesis import strategies as st

from backend.templatetags import copact
from tests.backend.templatetags.drawing import TEMPLATES, draw


def test_a_bar_shows_the_way_to_the_goal_and_a_mark_past_it():
    assert 'width="64.0%"' in draw("{% meter 96 150 %}")
    over = draw("{% meter 171 150 %}")
    assert 'class="meter__fill" width="100%"' in over
    assert 'class="meter__goal" x="87.72%"' in over
    assert 'width="0.0%"' in draw("{% meter none 0 %}", none=None)


@given(st.lists(st.integers(0, 10**9), max_size=6))
@example([2, 5, 5, 35, 32367, 0])
def test_parts_of_a_whole_never_leave_their_frame(values):
    drawing = copact.share("In", *values)
    edges = [float(x) + float(w) for x, w in re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', str(drawing))]
    assert all(edge <= 100.01 for edge in edges)


def test_a_face_has_the_letters_that_the_scripts_write():
    assert [copact.initials(name) for name in ("Anna Rita", "Gianni", "Ö", "", "żaneta nowak z Oruni")] == [
        "AR",
        "GI",
        "Ö",
        "",
        "ŻN",
    ]


def test_a_tally_leaves_out_what_nobody_said():
    drawing = draw("{% tally 'x' 3 0 1 0 %}")
    assert drawing.count("<rect") == 2
    assert ">3<" in drawing


def test_a_single_answer_among_many_has_room_for_its_figure_in_the_tally():
    drawing = draw("{% tally 'x' 12 3 1 45 %}")
    widths = [float(each) for each in re.findall(r'<rect[^>]* width="([0-9.]+)%"', drawing)]
    assert min(widths) > 7
    assert sum(widths) < 100


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


def test_stages_name_the_present_one():
    drawing = draw('{% stages "review" %}')
    assert 'aria-label="Stage: City review, step 3 of 4"' in drawing
    assert drawing.count('class="is-now"') == 1


def test_a_face_is_the_same_for_the_same_person():
    assert copact.face("Nadia Bianchi") == copact.face("Nadia Bianchi")
    assert ">NB<" in copact.face("Nadia Bianchi")
    assert ">GI<" in copact.face("Gianni")
    assert ">?<" in copact.face("")


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


def test_the_pager_keeps_what_was_asked(rf):
    page = Paginator(range(100), 24).get_page(2)
    drawing = render_to_string("components/pager.html", {"page": page, "request": rf.get("/?q=a&page=2")})
    assert 'href="?q=a&amp;page=1"' in drawing
    assert 'href="?q=a&amp;page=3"' in drawing
    assert "Page 2 of 5" in drawing
