"""How sure the model was of each character, from the tokens that it wrote."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.content import Confidences, Token, character_confidences, parse_answer


def tokens_of(raw: str, *pieces: tuple[str | int, float]) -> list[Token]:
    """Lay tokens `(text or bytes, probability)` over an answer."""
    sizes = [len(text.encode()) if isinstance(text, str) else text for text, _ in pieces]
    assert sum(sizes) == len(raw.encode())
    return [Token(n, math.log(p)) for n, (_, p) in zip(sizes, pieces, strict=True)]


def test_a_character_is_as_sure_as_the_least_sure_of_its_tokens() -> None:
    raw = '{"text": "aç\\u00e3o ẽ"}'
    tokens = tokens_of(
        raw, ('{"text": "', 1.0), ("aç", 0.9), ("\\u00", 0.8), ("e3", 0.7), ("o ", 0.95),
        (1, 0.5), (2, 0.6), ('"}', 0.99),
    )  # fmt: skip
    zone = character_confidences(parse_answer(raw), tokens).zones["text"]
    assert zone.characters() == pytest.approx([0.9, 0.9, 0.7, 0.95, 0.95, 0.5])
    assert zone.ends == ((6, pytest.approx(0.99)),)


def test_accents_apart_and_joined_texts_have_the_confidence_of_what_was_written() -> None:
    raw = '{"text": "e\u0303", "text": "b"}'
    tokens = tokens_of(raw, ('{"text": "e', 0.9), (1, 0.4), (1, 0.8), ('", "text": "b"}', 1.0))
    zone = character_confidences(parse_answer(raw), tokens).zones["text"]
    assert zone.characters() == [pytest.approx(0.4), None, 1.0]


def test_line_ends_and_closings_tell_what_was_nearly_left_out() -> None:
    raw = '{"header": "h", "text": "a\\nb"}'
    tokens = tokens_of(
        raw, ('{"header": "h', 1.0), ('", "text": "', 0.3), ("a", 1.0), ("\\n", 0.6), ("b", 1.0),
        ('"}', 0.2),
    )  # fmt: skip
    zones = character_confidences(parse_answer(raw), [*tokens, Token(0, 0.0)]).zones
    assert zones["header"].ends == ((1, pytest.approx(0.3)),)
    assert zones["text"].ends == ((1, pytest.approx(0.6)), (3, pytest.approx(0.2)))


def test_a_plain_answer_ends_with_the_token_that_wrote_nothing() -> None:
    raw = "linha"
    ending = Token(0, math.log(0.25))
    zone = character_confidences(parse_answer(raw), [Token(5, 0.0), ending]).zones["text"]
    assert zone.ends == ((5, pytest.approx(0.25)),)
    assert character_confidences(parse_answer(raw), [Token(5, 0.0)]).zones["text"].ends == ()


def test_an_answer_that_was_cut_says_nothing_of_its_end() -> None:
    raw = '{"text": "abc'
    assert character_confidences(parse_answer(raw), [Token(13, 0.0)]).zones["text"].ends == ()


def test_tokens_that_are_missing_or_lie_are_not_trusted() -> None:
    zone = character_confidences(parse_answer("abcd"), []).zones["text"]
    assert zone.characters() == [None] * 4
    tokens = [Token(1, math.nan), Token(1, -math.inf), Token(1, 3.0)]
    zone = character_confidences(parse_answer("abcd"), tokens).zones["text"]
    assert zone.characters() == [0.0, 0.0, 1.0, None]
    json.dumps(zone.to_json(), allow_nan=False)


@given(
    st.text(st.sampled_from('aãẽ𝔸\u0303\n\\"\x00'), max_size=20),
    st.lists(st.tuples(st.integers(0, 3), st.floats(-5, 0)), max_size=60),
    st.booleans(),
)
def test_every_character_has_the_least_probability_of_the_tokens_it_touches(
    text: str, drawn: list[tuple[int, float]], ascii_only: bool
) -> None:
    parsed = parse_answer(json.dumps({"text": text}, ensure_ascii=ascii_only))
    tokens = [Token(*pair) for pair in drawn]
    of_byte = [math.exp(token.logprob) for token in tokens for _ in range(token.length)]
    zone = character_confidences(parsed, tokens).zones["text"]
    spans = parsed.source.zones["text"].spans()
    expected = [min(of_byte[slice(*span)], default=None) for span in spans if span]
    assert zone.characters() == expected


def test_confidences_are_stored_small() -> None:
    raw = "palavra " * 1000
    tokens = [Token(8, -0.0001 * (index % 7)) for index in range(1000)]
    confidences = character_confidences(parse_answer(raw), tokens)
    stored = json.loads(json.dumps(confidences.to_json()))
    assert len(json.dumps(stored)) < 6000
    again = Confidences.from_json(stored).zones["text"].characters()
    assert again == pytest.approx(confidences.zones["text"].characters(), abs=0.0006)
