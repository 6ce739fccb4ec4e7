"""The contract that every engine inherits: subclass it and give an engine and a readable page."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from annotations.engines.base import Engine, EngineRequest

LINES = ["OFICIO NUMERO DEZ", "Senhor Diretor, envio o processo.", "Atenciosamente, Maria"]


def draw_page(path: Path, lines: list[str] = LINES) -> Path:
    image = Image.new("L", (900, 1200), "white")
    draw = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        draw.text((90, 300 + 60 * number), line, font=ImageFont.load_default(32), fill=20)
    image.save(path)
    return path


def request_for(path: Path, *keys: str, page_id: str = "p1") -> EngineRequest:
    return EngineRequest(page_id, path, "0" * 64, 900, 1200, keys=keys)


class EngineContract:
    """What the workers rely on."""

    @pytest.fixture
    def engine(self) -> Engine:
        raise NotImplementedError

    @pytest.fixture
    def good(self, tmp_path: Path) -> EngineRequest:
        return request_for(draw_page(tmp_path / "page.png"), "k1")

    @pytest.fixture
    def bad(self, tmp_path: Path) -> EngineRequest:
        return request_for(tmp_path / "missing.png", "unknown", page_id="p2")

    def test_facts_are_declared(self, engine: Engine) -> None:
        facts = engine.facts
        assert facts.adapter
        assert facts.adapter_version
        assert facts.batch_size >= 1
        assert facts.queue in {"cpu", "gpu"}
        if facts.max_pixels:
            assert facts.max_pixels // 784 + facts.max_new_tokens <= facts.context

    def test_there_are_as_many_answers_as_requests_in_their_order(
        self, engine: Engine, good: EngineRequest, bad: EngineRequest
    ) -> None:
        answers = engine.read([bad, good, bad])
        assert [bool(answer.error) for answer in answers] == [True, False, True]
        assert engine.read([]) == []

    def test_a_failed_page_is_an_answer_and_no_exception(
        self, engine: Engine, bad: EngineRequest
    ) -> None:
        (answer,) = engine.read([bad])
        assert answer.error
        assert answer.finish_reason == "error"
        assert answer.raw == ""

    def test_the_answer_says_how_it_came_about(self, engine: Engine, good: EngineRequest) -> None:
        (answer,) = engine.read([good])
        assert answer.raw
        assert answer.finish_reason == "stop"
        assert answer.seconds >= 0
        assert answer.parameters

    def test_reading_again_gives_the_same_answer(self, engine: Engine, good: EngineRequest) -> None:
        (first,), (second,) = engine.read([good]), engine.read([good])
        assert (first.raw, first.words) == (second.raw, second.words)
