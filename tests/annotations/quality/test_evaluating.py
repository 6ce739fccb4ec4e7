"""Figures of an engine from gold and raw answers, without any command around them."""

import json
import random
import time
from decimal import Decimal

import pytest

from annotations.content import PageContent
from annotations.metrics import DharmaScore
from annotations.quality.differences import differences
from annotations.quality.evaluate import AnswerFacts, GoldPage, Judged, evaluate

PAGES, CHARACTERS, SECONDS = 496, 4000, 5.0
# What a machine that is busy with other tests may take beside.
PATIENCE = 4
LETTERS = "aaaeeeiooursstmnndlcçãéíp"


def judged(gold: PageContent, raw: str, **facts: object) -> Judged:
    page = GoldPage("d1", "printed", "", gold, gold.canonical_json())
    return Judged(page, raw, AnswerFacts("stop", **facts))  # type: ignore[arg-type]


def pages_of_text(count: int) -> list[Judged]:
    """Return pages of 4,000 characters, in which an engine misread every thirtieth character."""
    rng = random.Random(1)
    words = ["".join(rng.choices(LETTERS, k=rng.randint(2, 9))) for _ in range(3000)]
    made = []
    for number in range(count):
        text = " ".join(rng.choices(words, k=1000))
        lines = "\n".join(text[start : start + 60] for start in range(0, CHARACTERS, 61))
        gold = PageContent(header="CARTÓRIO Fls. 3", text=lines[:CHARACTERS])
        read = "".join(
            c if rng.random() > 1 / 30 else rng.choice(LETTERS) for c in lines[:CHARACTERS]
        )
        raw = json.dumps({"header": "CARTÓRIO Fls. 3", "text": read}, ensure_ascii=False)
        page = GoldPage(f"d{number // 2}", "printed", "", gold, gold.canonical_json())
        made.append(Judged(page, raw, AnswerFacts("stop", seconds=1.0)))
    return made


@pytest.mark.alone
def test_496_pages_of_4000_characters_are_scored_in_seconds() -> None:
    pages = pages_of_text(PAGES)
    start = time.process_time()
    found = evaluate(pages)
    spent = time.process_time() - start
    assert spent < SECONDS * PATIENCE, f"{spent:.1f} s"
    assert found.total.pages == PAGES
    assert 0.02 < found.total.cer.rate < 0.04


def test_the_same_answers_give_the_same_figures() -> None:
    pages = pages_of_text(10)
    assert evaluate(pages).total.to_json() == evaluate(iter(pages)).total.to_json()


def test_an_engine_lies_nowhere_from_itself() -> None:
    pages = evaluate(pages_of_text(10)).pages
    for gap in differences(pages, pages).values():
        assert gap is not None
        assert (gap.difference, gap.low, gap.high, gap.documents) == (0, 0, 0, 5)


@pytest.mark.parametrize("raw", ["", "{}", ' {"text": ""} ', '{"text": null, "header": " \\n"}'])
def test_a_blank_page_that_was_left_blank_is_right_and_has_no_score(raw: str) -> None:
    found = evaluate([judged(PageContent(text=""), raw)])
    assert (found.total.blank, found.total.blank_right) == (1, 1)
    assert found.total.to_json()["dharma_score"] is None


def test_an_answer_that_never_came_is_no_right_blank_and_scores_nothing() -> None:
    found = evaluate(
        [judged(PageContent(), "", error="x"), judged(PageContent(text="abc"), "", error="x")]
    ).total
    assert (found.pages, found.errors, found.blank, found.blank_right) == (2, 2, 1, 0)
    assert found.scores == [DharmaScore(0.0, 0.0)]
    assert found.cer.rate == 1
    assert (found.to_json()["degeneration"], found.to_json()["latency_p50"]) == (0, None)


def test_costs_are_of_the_pages_whose_cost_is_known() -> None:
    page = PageContent(text="abc")
    found = evaluate(
        [
            judged(page, "abc", cost=Decimal("0.002"), idle_cost=Decimal("0.001"), input_tokens=5),
            judged(page, "abc", cost=Decimal("0.004")),
            judged(page, "abc"),
        ]
    ).total.to_json()
    assert found["cost_per_million_pages"] == 3000
    assert found["idle_cost_per_million_pages"] == 1000
    assert (found["input_tokens"], found["output_tokens"]) == (5, None)


def test_text_in_another_zone_than_it_should_be() -> None:
    gold = PageContent(header="ESTADO DE ZZ", text="Vistos e examinados.")
    found = evaluate([judged(gold, '{"text": "ESTADO DE ZZ\\nVistos e examinados."}')]).total
    assert found.wrong_zone == pytest.approx(12 / 32)
    assert found.words.f1 == 1


def test_markdown_is_read_as_markdown() -> None:
    gold = PageContent(text="Vistos e examinados os autos.", footer="Fls. 3")
    raw = "Vistos e examinados os autos.\n\n<page_number>Fls. 3</page_number>"
    assert evaluate([judged(gold, raw, parser="markdown")]).total.cer.edits == 0
    assert evaluate([judged(gold, raw)]).total.cer.edits > 0
