"""Shapes of a report, an appeal and its answer."""

from backend.conversations.forms import AnswerForm, AppealForm, FlagForm


def test_a_report_needs_a_reason_and_may_have_a_note():
    assert "reason" in FlagForm({"note": "Perché"}).errors
    assert "reason" in FlagForm({"reason": "boring"}).errors
    assert FlagForm({"reason": "insult"}).is_valid()


def test_an_appeal_and_its_answer_need_words():
    assert "text" in AppealForm({"text": ""}).errors
    assert "answer" in AnswerForm({"answer": ""}).errors
