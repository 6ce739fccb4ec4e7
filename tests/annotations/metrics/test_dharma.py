"""The page score, against values computed with the benchmark's own definition."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from annotations.content import parse_answer
from annotations.metrics import dharma_score, dharma_score_as_published, published_text


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


GOLD = json.dumps(
    {"text": "Vistos e examinados os autos.", "header": "ESTADO DE ZZ"}, ensure_ascii=False
)
REORDERED = json.dumps(
    {"header": "ESTADO DE ZZ", "text": "Vistos e examinados os autos."}, ensure_ascii=False
)


def test_another_key_order_costs_as_published_and_nothing_in_canonical_order() -> None:
    gold, predicted = (parse_answer(raw).content.plain_text() for raw in (GOLD, REORDERED))
    assert dharma_score(gold, predicted).score == 1
    assert dharma_score_as_published(GOLD, GOLD).score == 1
    assert dharma_score_as_published(GOLD, REORDERED).score < 0.8


def test_an_object_becomes_its_values_in_the_order_in_which_they_stand() -> None:
    assert published_text('{"text": "b", "margin": "", "footer": null, "header": "a"}') == "b\na"
    assert published_text('{"text": ["a", "b"], "page": 3}') == '["a", "b"]\n3'


@pytest.mark.parametrize(
    "raw", ["texto", '```json\n{"text": "a"}\n```', '["a"]', '{"text": "a', "", '"a"', "null"]
)
def test_what_is_no_object_is_the_string_itself(raw: str) -> None:
    assert published_text(raw) == raw


@given(
    st.text()
    | st.recursive(
        st.none() | st.text() | st.floats(), lambda inner: st.dictionaries(st.text(), inner)
    ).map(json.dumps)
)
def test_reading_as_published_never_raises(raw: str) -> None:
    assert 0 <= dharma_score_as_published(raw, raw).score <= 1


def test_the_check_values_hold_as_published_too() -> None:
    for text, score in (("um", 0.589), ("um dois", 0.658), ("um dois três", 0.781), ("a b c d", 1)):
        raw = json.dumps({"text": text})
        assert dharma_score_as_published(raw, raw).score == pytest.approx(score, abs=0.0005)
    assert dharma_score_as_published("{}", "").score == 0
