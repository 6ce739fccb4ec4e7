"""A server that only fails is left alone, and tried again."""

from types import SimpleNamespace

import pytest

from annotations.engines import breaker
from annotations.engines.breaker import Breaker, ServiceRests


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    made = SimpleNamespace(now=1000.0)
    made.monotonic = lambda: made.now
    monkeypatch.setattr(breaker, "time", made)
    return made


def failed(times: int) -> Breaker:
    made = Breaker(failures=5, pause_s=30)
    for _ in range(times):
        made.admit()
        made.failed("it hung")
    return made


def test_five_failures_in_a_row_open_it(clock: SimpleNamespace) -> None:
    failed(4).admit()
    with pytest.raises(ServiceRests, match=r"5 requests .* because it hung; .* in 30 s"):
        failed(5).admit()


def test_an_answer_between_them_starts_the_count_again(clock: SimpleNamespace) -> None:
    made = failed(4)
    made.answered()
    made.failed("it hung")
    made.admit()


def test_after_the_pause_one_page_tries_for_all(clock: SimpleNamespace) -> None:
    made = failed(5)
    clock.now += 31
    made.admit()
    with pytest.raises(ServiceRests):
        made.admit()
    made.answered()
    made.admit()
    made.admit()


def test_a_try_that_fails_begins_another_pause(clock: SimpleNamespace) -> None:
    made = failed(5)
    clock.now += 31
    made.admit()
    made.failed("it hung again")
    clock.now += 29
    with pytest.raises(ServiceRests, match=r"6 requests .* it hung again"):
        made.admit()
    clock.now += 2
    made.admit()
