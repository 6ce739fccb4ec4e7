"""How sure a difference is: by document, paired, the same every time."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.metrics import PairedPage, paired_difference, percentile


def pages(count: int, gap: float, *, per_document: int = 1, seed: int = 1) -> list[PairedPage]:
    rng = random.Random(seed)
    made = []
    for document in range(count):
        hard = rng.uniform(0.4, 1)
        made += [
            PairedPage(f"d{document}", hard + gap, hard + rng.uniform(-0.05, 0.05))
            for _ in range(per_document)
        ]
    return made


def test_a_clear_difference_keeps_its_interval_off_zero() -> None:
    found = paired_difference(pages(100, 0.05))
    assert found is not None
    assert found.difference == pytest.approx(0.05, abs=0.01)
    assert 0 < found.low < found.difference < found.high
    assert (found.documents, found.pages) == (100, 100)


def test_engines_that_are_alike_have_zero_within_the_interval() -> None:
    found = paired_difference(pages(100, 0.0))
    assert found is not None
    assert found.low < 0 < found.high


def test_pages_of_one_document_do_not_count_as_many() -> None:
    alone = paired_difference(pages(30, 0.02))
    page = pages(30, 0.02)
    copied = paired_difference([one for one in page for _ in range(10)])
    assert alone is not None
    assert copied is not None
    assert copied.high - copied.low == pytest.approx(alone.high - alone.low)
    apart = [
        PairedPage(f"{one.document}/{n}", one.first, one.second) for one in page for n in range(10)
    ]
    naive = paired_difference(apart)
    assert naive is not None
    assert naive.high - naive.low < (copied.high - copied.low) / 2


def test_the_same_pages_give_the_same_interval_in_any_order() -> None:
    made = pages(40, 0.01, per_document=3)
    shuffled = random.Random(7).sample(made, len(made))
    assert paired_difference(made) == paired_difference(shuffled)
    assert paired_difference(made) != paired_difference(made, seed=2)


def test_a_rate_is_summed_before_it_is_divided() -> None:
    found = paired_difference([PairedPage("a", 1, 3, weight=10), PairedPage("b", 0, 0, weight=90)])
    assert found is not None
    assert found.difference == pytest.approx(-0.02)
    assert (found.low, found.high) == (pytest.approx(-0.2), 0)


def test_no_page_tells_nothing() -> None:
    assert paired_difference([]) is None


def test_percentiles_lie_between_their_neighbours() -> None:
    assert percentile([], 0.5) is None
    assert percentile([3.0], 0.95) == 3
    assert percentile([4.0, 1.0, 2.0, 3.0], 0.5) == 2.5
    assert percentile([float(n) for n in range(101)], 0.95) == pytest.approx(95)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 1))
def test_a_percentile_is_never_outside_the_values(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found is not None
    assert min(values) - 1e-6 <= found <= max(values) + 1e-6
