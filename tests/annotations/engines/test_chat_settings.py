"""The parameters of the engine `openai`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.content import Token
from annotations.engines.base import EngineError
from annotations.engines.chat_settings import read_settings
from annotations.engines.chat_stream import events
from annotations.engines.chat_tokens import REPLACEMENT, Said, laid_out
from annotations.engines.registry import build

URL = {"base_url": "https://host.example/v1/"}


def test_defaults_are_greedy_and_explicit() -> None:
    settings = read_settings(URL)
    assert settings.base_url == "https://host.example/v1"
    assert (settings.temperature, settings.max_new_tokens, settings.guard) == (0.0, 6144, True)


def test_what_is_stored_makes_the_same_settings() -> None:
    settings = read_settings({**URL, "temperature": "unset", "guard": "off", "seconds": "2.5"})
    assert read_settings(settings.stored()) == settings
    assert settings.stored()["temperature"] == "unset"


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "takes --base-url"),
        ({"base_url": "host/v1"}, "base_url: an address"),
        ({**URL, "speed": "2"}, "openai takes .*, not speed"),
        ({**URL, "temperature": "hot"}, "temperature: a number from 0 to 2, not 'hot'"),
        ({**URL, "temperature": "nan"}, "temperature: a number"),
        ({**URL, "max_new_tokens": "0"}, "max_new_tokens: a whole number from 1"),
        ({**URL, "max_new_tokens": "1" * 5000}, "max_new_tokens: a whole number"),
        ({**URL, "concurrency": "1000"}, "concurrency: a whole number from 1 to 64"),
        ({**URL, "seconds": "9999"}, "seconds: a number from 1 to 1500"),
        ({**URL, "guard": "perhaps"}, "guard: on or off"),
        ({**URL, "limit_name": "n"}, "limit_name: max_tokens or max_completion_tokens"),
    ],
)
def test_what_is_wrong_is_named(parameters: dict[str, object], message: str) -> None:
    with pytest.raises(EngineError, match=message):
        read_settings(parameters)


def test_an_image_that_cannot_fit_beside_the_answer_is_refused() -> None:
    published = {**URL, "context": 8192, "max_new_tokens": 8192, "max_pixels": 3_211_264}
    with pytest.raises(EngineError, match=r"is 12,288 tokens and context 8,192: set max_pixels"):
        read_settings(published).check_bounds("")
    with pytest.raises(EngineError, match="set max_pixels"):
        read_settings({**URL, "context": 16_384}).check_bounds("")
    read_settings({**published, "context": 16_384}).check_bounds("Read." * 100)


def test_an_engine_without_model_or_way_out_is_refused() -> None:
    with pytest.raises(EngineError, match="no way out was given"):
        build("openai", "tiny", "", "", URL)


@given(st.lists(st.binary(max_size=5)))
def test_whole_tokens_lie_end_to_end(parts: list[bytes]) -> None:
    said = [Said(part, -0.5, None) for part in parts]
    assert laid_out(b"".join(parts), said) == tuple(Token(len(part), -0.5) for part in parts)


@given(st.text(max_size=20), st.lists(st.tuples(st.binary(max_size=4), st.booleans())))
def test_tokens_that_lie_cover_the_text_or_are_left_out(
    text: str, told: list[tuple[bytes, bool]]
) -> None:
    said = [Said(REPLACEMENT if broken else data, -1.0, None) for data, broken in told]
    raw = text.encode()
    lengths = [token.length for token in laid_out(raw, said)]
    assert not lengths or (sum(lengths) == len(raw) and min(lengths) >= 0)


def test_a_character_of_several_tokens_belongs_to_the_first() -> None:
    said = [Said(data, -1.0, None) for data in (b"a", REPLACEMENT, REPLACEMENT, b"b", b"<end>")]
    lengths = [token.length for token in laid_out("a\u1ebdb".encode(), said)]
    assert lengths == [1, 3, 0, 1, 0]


def test_events_are_told_apart_as_the_standard_says() -> None:
    lines = [b": ping", b"event: x", b"data: one", b"data:two", b"", b"", b"id: 3", b"data: last"]
    assert list(events(lines)) == ["one\ntwo", "last"]
