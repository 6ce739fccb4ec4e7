"""Target styles: found in raw answers, written back, read from a command line."""

import json

import pytest

from exports.formats.target_style import (
    CANONICAL,
    TargetStyle,
    TargetStyleError,
    majority_style,
    parse_style,
)

ZONES: dict[str, str | None] = {"header": "H", "margin": "", "footer": None, "text": "a\nb"}


def test_canonical_leaves_null_out_and_keeps_empty() -> None:
    assert CANONICAL.render(ZONES) == '{"header": "H", "margin": "", "text": "a\\nb"}'


def test_a_style_survives_its_own_spelling() -> None:
    style = TargetStyle(order=("text", "header", "margin", "footer"), blank="drop", fenced=True)
    assert parse_style(str(style)) == style
    assert style.render(ZONES) == '```json\n{"text": "a\\nb", "header": "H"}\n```'
    assert parse_style("canonical") == CANONICAL


@pytest.mark.parametrize(
    "text", ["pretty", "blank=sometimes", "order=text", "fence=xml", "colour=red", ""]
)
def test_a_style_that_is_not_understood_is_refused_with_what_can_be_said(text: str) -> None:
    with pytest.raises(TargetStyleError, match="say auto, canonical"):
        parse_style(text)


def test_the_majority_of_raw_answers_decides() -> None:
    answers = [
        '{"text": "a", "footer": "f"}',
        '{"text": "a", "header": "h"}',
        '{"text": "b"}',
        "chatter",
    ]
    style = majority_style(answers)
    assert style is not None
    assert style.order[0] == "text"
    assert style.blank == "drop"
    assert not style.fenced


def test_blank_keys_follow_the_engine() -> None:
    def full(blank: str | None) -> str:
        return json.dumps({"header": blank, "margin": blank, "footer": blank, "text": "x"})

    empty, null = majority_style([full("")]), majority_style([full(None)])
    assert empty is not None
    assert null is not None
    assert (empty.blank, null.blank) == ("empty", "null")
    assert empty.render(ZONES) == '{"header": "H", "margin": "", "footer": "", "text": "a\\nb"}'
    assert null.render(ZONES) == '{"header": "H", "margin": null, "footer": null, "text": "a\\nb"}'


def test_fenced_answers_give_fenced_targets() -> None:
    style = majority_style(['```json\n{"header": "h", "text": "x"}\n```'] * 3)
    assert style is not None
    assert style.fenced


def test_answers_that_are_no_zone_objects_have_no_style() -> None:
    assert majority_style([]) is None
    assert (
        majority_style(["# Título", '["a"]', '{"name": 1}', "[" * 100_000, '{"text": "x"}']) is None
    )


def test_canonical_answers_are_found_to_be_canonical() -> None:
    written = [CANONICAL.render(ZONES), CANONICAL.render({**ZONES, "margin": None, "footer": "f"})]
    assert majority_style(written) == CANONICAL
