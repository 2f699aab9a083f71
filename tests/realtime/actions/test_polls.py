"""What a ballot may say."""

from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from realtime.actions.polls import fitting
from realtime.choices import PollKind
from realtime.models import Poll


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["o1", "o2", "o3"]), st.integers(-3, 9)), st.integers(1, 8))
def test_no_ballot_ever_spends_more_dots_than_the_budget(value: dict[str, int], budget: int) -> None:
    poll = Poll(kind=PollKind.DOTS, budget=budget, options=[{"id": f"o{n}", "text": ""} for n in (1, 2, 3)])
    try:
        kept = fitting(poll, value)
    except ValidationError:
        assert min(value.values(), default=0) < 0 or not 0 < sum(value.values()) <= budget
    else:
        assert 0 < sum(kept.values()) <= budget
