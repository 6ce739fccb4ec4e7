"""Recorded answers."""

import json
from pathlib import Path

import pytest
from contract import EngineContract, request_for

from annotations.engines.base import Engine, EngineError
from annotations.engines.registry import build, pinned


def replay(path: Path, answers: object) -> Engine:
    path.write_text(answers if isinstance(answers, str) else json.dumps(answers))
    return build("replay", "dharma-ocr", "", "", {"answers": str(path)})


class TestReplayEngine(EngineContract):
    """Replay keeps the contract of engines."""

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Engine:
        return replay(tmp_path / "answers.json", {"k1": '{"text": "a"}'})


def test_the_first_key_that_was_recorded_wins(tmp_path: Path) -> None:
    engine = replay(tmp_path / "a.json", {"sha": "by hash", "ext-1": "by external id"})
    (answer,) = engine.read([request_for(tmp_path / "x.png", "other", "ext-1", "sha")])
    assert answer.raw == "by external id"


def test_a_recorded_loop_keeps_its_finish_reason_and_figures(tmp_path: Path) -> None:
    recorded = {"raw": "la " * 40, "finish_reason": "length", "output_tokens": 80, "seconds": 9.5}
    (answer,) = replay(tmp_path / "a.json", {"k": recorded}).read([request_for(tmp_path, "k")])
    assert (answer.finish_reason, answer.output_tokens, answer.seconds) == ("length", 80, 9.5)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ("not json", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[1]", "not an object of key and answer"),
        ('{"k": 3}', "k: an answer is a string or an object with raw"),
        ('{"k": {"text": "x"}}', "k: an answer is a string or an object with raw"),
        ('{"k": {"raw": "x", "seconds": "1"}}', "are numbers"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(tmp_path: Path, answers: str, message: str) -> None:
    with pytest.raises(EngineError, match=message):
        replay(tmp_path / "a.json", answers)


def test_what_is_no_parameter_is_refused(tmp_path: Path) -> None:
    for parameters in ({}, {"answers": 3}, {"answers": "x.json", "speed": "2"}):
        with pytest.raises(EngineError, match=r"takes the parameter answers=FILE\.json"):
            build("replay", "", "", "", parameters)
    with pytest.raises(EngineError, match="cannot be read: No such file"):
        build("replay", "", "", "", {"answers": str(tmp_path / "none.json")})
    with pytest.raises(EngineError, match="replay takes no prompt"):
        build("replay", "", "", "Read.", {"answers": "x"})
    with pytest.raises(EngineError, match=r"known are .*replay, tesseract"):
        build("magic", "", "", "", {})


def test_answers_that_changed_are_another_engine(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"k": "a"}')
    parameters = pinned("replay", {"answers": str(path)})
    build("replay", "", "", "", parameters)
    path.write_text('{"k": "b"}')
    with pytest.raises(EngineError, match="has changed since this engine was added"):
        build("replay", "", "", "", parameters)
