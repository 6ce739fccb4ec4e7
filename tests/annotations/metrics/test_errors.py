"""Error rates as counts."""

import pytest

from annotations.metrics import (
    ErrorCounts,
    WordCounts,
    cer_counts,
    cer_norm_counts,
    wer_counts,
    word_counts,
    word_f1,
)


def test_characters_are_grapheme_clusters_in_nfc() -> None:
    assert cer_counts("ação", "ac\u0327a\u0303o") == ErrorCounts(0, 4)
    assert cer_counts("m̃ẽ", "me") == ErrorCounts(2, 2)
    assert cer_counts("👩‍👩‍👧", "x") == ErrorCounts(1, 1)


def test_pages_are_summed_before_they_are_divided() -> None:
    total = sum((cer_counts("abcd", "abce"), cer_counts("ab", "ab")), ErrorCounts())
    assert total == ErrorCounts(1, 6)
    assert total.rate == pytest.approx(1 / 6)


def test_the_empty_reference_is_defined() -> None:
    assert cer_counts("", "").rate == 0
    assert cer_counts("", "abc").rate == 3
    assert wer_counts("", "a b").rate == 2


def test_reflowed_lines_are_no_errors_of_the_normalised_rate() -> None:
    assert cer_counts("um dois\ntrês", "um\ndois  três").edits == 3
    assert cer_norm_counts("um dois\ntrês", "um\ndois  três") == ErrorCounts(0, 12)


def test_words_are_white_space_tokens() -> None:
    assert wer_counts("o rato roeu", "o gato roeu a") == ErrorCounts(2, 3)


def test_word_f1_forgives_the_order() -> None:
    assert word_f1("a b c", "c b a") == 1
    assert word_f1("a a b", "a b b") == pytest.approx(2 / 3)
    assert word_f1("", "") == 1
    assert word_f1("a", "") == 0
    assert word_counts("a b", "b") + word_counts("c", "c d") == WordCounts(2, 3, 3)
