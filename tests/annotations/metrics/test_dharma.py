"""The page score, against values computed with the benchmark's own definition."""

import pytest
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from annotations.metrics import dharma_score


@pytest.mark.parametrize(
    ("text", "score"), [("um", 0.589), ("um dois", 0.658), ("um dois três", 0.781), ("a b c d", 1)]
)
def test_identical_short_texts_score_below_one(text: str, score: float) -> None:
    assert dharma_score(text, text).score == pytest.approx(score, abs=0.0005)


def test_two_empty_pages_score_nothing() -> None:
    assert dharma_score("", "").score == 0


def test_white_space_alone_costs_the_first_half_only() -> None:
    result = dharma_score("a b c d e f", "a\nb  c d e f")
    assert result.bleu == 1
    assert result.score == pytest.approx(0.917, abs=0.0005)


def test_one_word_of_twenty_that_lost_two_accents() -> None:
    words = [f"vocábulo{n:02d}" for n in range(19)]
    gold = " ".join([*words[:9], "situação", *words[9:]])
    predicted = " ".join([*words[:9], "situacao", *words[9:]])
    assert dharma_score(gold, predicted).score == pytest.approx(0.924, abs=0.0005)


def test_the_second_half_is_nltk_with_method1() -> None:
    gold, predicted = "o rato roeu a roupa do rei", "o rato roeu roupa do rei de Roma"
    expected = sentence_bleu(
        [gold.split()], predicted.split(), smoothing_function=SmoothingFunction().method1
    )
    assert dharma_score(gold, predicted).bleu == expected
    assert dharma_score(gold, "").score == 0
    assert dharma_score("", predicted).score == 0
