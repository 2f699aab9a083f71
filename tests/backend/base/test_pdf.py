"""Papers: what people wrote is printed as words, and equal words give equal bytes."""

import io
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.base import pdf

AT = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


def data(words: str = "Six benches", **fields: Any) -> dict[str, Any]:
    parts = [
        {"kind": "line", "text": words},
        {"kind": "head", "text": words},
        {"kind": "list", "items": [words, words]},
        {"kind": "quote", "text": words},
        {"kind": "table", "head": [words, "b"], "rows": [[words, words], ["", words]]},
        {"kind": "seal", "text": words, "code": "ab" * 32},
    ]
    said = {
        "language": "it",
        "title": words,
        "subtitle": words,
        "about": [words],
        "sections": [{"title": words, "facts": parts, "added": words}],
        "added_label": words,
        "objections_title": words,
        "objections": [words],
        "seal_label": words,
        "seal": "cd" * 32,
        "footer": words,
    }
    return said | fields


def test_equal_data_give_equal_bytes_with_title_and_language_and_tags() -> None:
    one, two = (pdf.paper("minutes", data("Ombra e sedute: ăâîșț łódź őű"), at=AT) for _ in range(2))
    assert one == two
    for mark in (b"/StructTreeRoot", b"/Lang", b"/MarkInfo", b"pdfuaid:part", b"2026-03-14"):
        assert mark in one or mark in unpacked(one), mark


def unpacked(paper: bytes) -> bytes:
    out, at = io.BytesIO(), 0
    while (start := paper.find(b"stream\n", at)) >= 0:
        end = paper.find(b"endstream", start)
        body = paper[start + 7 : end]
        try:
            out.write(zlib.decompressobj().decompress(body))
        except zlib.error:
            out.write(body)
        at = end + 9
    return out.getvalue()


@pytest.mark.parametrize(
    "words",
    [
        '#read("/etc/passwd")',
        "#panic()",
        "*bold* _it_ $x$ `raw` = head\n- item\n+ one\n/ term: x",
        '#import "@preview/cetz:0.1.0"',
        "#set page(width: 1pt)",
        '"); #panic("out',
        "\\ ~ <label> @ref // comment /* */",
        "",
        "  ",
        "#" * 200,
        "مرحبا 😀 日本",
        "\u202eturned",
        "a\u0301" * 50,
    ],
)
def test_hostile_words_are_words(words: str) -> None:
    assert pdf.paper("minutes", data(words, title=words or "x"), at=AT).startswith(b"%PDF-")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60))
def test_any_words_make_a_paper(words: str) -> None:
    assert pdf.paper("minutes", data(words, title=words.strip() or "x"), at=AT).startswith(b"%PDF-")


def test_a_paper_that_cannot_be_made_says_so() -> None:
    with pytest.raises(pdf.NoPaper):
        pdf.paper("minutes", {"title": "nothing else"}, at=AT)
    with pytest.raises(pdf.NoPaper):
        pdf.paper("no-such-paper", data(), at=AT)


def test_a_paper_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "SECONDS", 0.001)
    with pytest.raises(pdf.NoPaper, match="too long"):
        pdf.paper("minutes", data(), at=AT)
