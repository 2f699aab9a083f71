"""Asking twice does it once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from backend.base.idempotency import Once, forget_old, once
from backend.base.limits import Counter
from backend.base.problems import Conflict
from tests.factories import make_person


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer_and_does_no_work() -> None:
    done: list[int] = []

    def work() -> dict[str, int]:
        done.append(1)
        return {"order": len(done)}

    person = make_person()
    asked = {"listing": "x", "quantity": 1}
    assert once(owner=person, key="k", asked=asked, work=work) == {"order": 1}
    assert once(owner=person, key="k", asked=asked, work=work) == {"order": 1}
    assert once(owner=make_person(), key="k", asked=asked, work=work) == {"order": 2}
    assert once(owner=person, key="", asked=asked, work=work) == {"order": 3}


@pytest.mark.django_db
def test_a_key_does_not_serve_for_something_else() -> None:
    once(owner="a", key="k", asked=1, work=lambda: 1)
    with pytest.raises(Conflict) as refused:
        once(owner="a", key="k", asked=2, work=lambda: 2)
    assert refused.value.code == "key_reused"


@pytest.mark.django_db
def test_a_try_that_failed_leaves_the_key_free() -> None:
    with pytest.raises(ZeroDivisionError):
        once(owner="a", key="k", asked=1, work=lambda: 1 // 0)
    assert once(owner="a", key="k", asked=1, work=lambda: "done") == "done"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_works() -> None:
    def work() -> str:
        Counter.objects.create(key=str(timezone.now().timestamp()), count=1, ends_at=timezone.now())
        return "done"

    def ask(_: int) -> str:
        try:
            answer: str = once(owner="a", key="k", asked=1, work=work)
            return answer
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as crowd:
        assert set(crowd.map(ask, range(12))) == {"done"}
    assert Counter.objects.count() == 1


@pytest.mark.django_db
def test_old_keys_are_forgotten() -> None:
    once(owner="a", key="k", asked=1, work=lambda: 1)
    assert forget_old() == 0
    Once.objects.update(at=timezone.now() - timedelta(days=3))
    assert forget_old() == 1
