"""Intervals, loops and zones."""

import pytest

from annotations.content import PageContent
from annotations.metrics import ZoneCounts, degeneration_facts, tail_repetition, wilson, zone_counts


def test_one_page_of_496_is_shown_with_its_interval() -> None:
    low, high = wilson(1, 496)
    assert low == pytest.approx(0.000356, abs=1e-6)
    assert high == pytest.approx(0.011331, abs=1e-6)


def test_the_interval_stays_within_bounds() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0
    assert wilson(10, 10)[1] == 1
    assert wilson(0, 10)[1] == pytest.approx(0.2775, abs=1e-4)


def test_a_tail_that_stands_four_times_is_a_repetition() -> None:
    assert tail_repetition("começo " + "abcdefghijklmno" * 4)
    assert not tail_repetition("começo " + "abcdefghijklmno" * 3)
    assert not tail_repetition("")
    assert not tail_repetition("curto")


@pytest.mark.parametrize(
    ("raw", "reason", "degenerate"),
    [
        ("ha " * 40, "length", True),
        ("ha " * 40, "stop", False),
        ("um texto que acaba no limite", "length", False),
        ("um texto", "guard", True),
    ],
)
def test_degenerate_is_the_papers_rule_or_a_guard_stop(
    raw: str, reason: str, degenerate: bool
) -> None:
    assert degeneration_facts(raw, reason).degenerate is degenerate


def test_a_header_inside_the_text_is_in_the_wrong_zone() -> None:
    gold = PageContent(header="ESTADO DE ZZ", text="Vistos e examinados.")
    counts = zone_counts(gold, PageContent(text="ESTADO DE ZZ\nVistos e examinados."))
    assert counts["header"] == ZoneCounts(right=0, elsewhere=12, length=12)
    assert counts["text"].share == 1
    assert counts["header"].share == 0
    assert counts["header"].share_of_read == 0


def test_what_was_not_read_counts_against_the_share_of_all() -> None:
    gold = PageContent(margin="Fls. 111 Rubrica", text="abc")
    counts = zone_counts(gold, PageContent(margin="Fls. 111", text="abc"))
    assert counts["margin"].share == 0.5
    assert counts["margin"].share_of_read == 1
    assert counts["text"].share == 1
    assert counts["footer"] == ZoneCounts()
    assert counts["footer"].share == 1
    assert (counts["margin"] + counts["text"]).length == 19
