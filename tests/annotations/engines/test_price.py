"""What an answer costs, and how the paper asks for it."""

from decimal import Decimal

import pytest

from annotations.engines.base import EngineAnswer
from annotations.engines.paper import as_published
from annotations.engines.price import cost_of, cost_of_seconds


@pytest.mark.parametrize(
    ("price", "answer", "cost"),
    [
        ({"per_hour": 3.6}, EngineAnswer("", seconds=2), "0.002"),
        ({"in": 3.0, "out": 15.0}, EngineAnswer("", input_tokens=1000, output_tokens=200), "0.006"),
        ({"out": 15.0}, EngineAnswer("", input_tokens=1000, output_tokens=200), "0.003"),
        ({"in": 3.0, "out": 15.0}, EngineAnswer("", input_tokens=1000), None),
        ({}, EngineAnswer("", seconds=2, output_tokens=200), None),
    ],
)
def test_an_answer_costs_its_seconds_or_its_tokens(
    price: dict[str, float], answer: EngineAnswer, cost: str | None
) -> None:
    assert cost_of(price, answer) == (None if cost is None else Decimal(cost))


def test_a_device_that_waits_costs_by_the_hour_alone() -> None:
    assert cost_of_seconds({"per_hour": 3.6}, 1) == Decimal("0.001")
    assert cost_of_seconds({"out": 15.0}, 1) is None


def test_the_paper_asks_without_a_guard_those_that_generate() -> None:
    assert as_published("tesseract", {"psm": 4}) == {"psm": 4}
    asked = as_published("transformers", {"max_new_tokens": "6144", "temperature": "0"})
    assert asked == {"max_new_tokens": "8192", "temperature": "0", "guard": "off"}
