"""A stored answer knows where its characters come from, and how sure the model was of them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pytest

from annotations.content import Confidences, PageContent, SourceMap, Token
from annotations.engines.base import EngineAnswer, EngineFacts, EngineRequest
from annotations.jobs import drain
from annotations.models import Prediction, PredictionBody, Project, User
from annotations.models.prediction import RAW_ANSWER_BYTES
from annotations.prelabel.reading import MAX_SOURCE_RUNS
from annotations.prelabel.runs import start_run
from tests.rows import make_document, make_engine, make_page, use_engine

Read = Callable[..., PredictionBody]


@dataclass(frozen=True)
class Says:
    """An engine that gives one answer to every page."""

    answer: EngineAnswer
    facts: ClassVar[EngineFacts] = EngineFacts("replay", "1")

    def read(self, requests: Sequence[EngineRequest]) -> list[EngineAnswer]:
        return [self.answer for _ in requests]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, cast: dict[str, User], project: Project) -> Read:
    """Return `read(raw, tokens)`: the stored body of the answer that an engine gave to a page."""

    def answered(raw: str, tokens: Sequence[Token] = (), parser: str = "json") -> PredictionBody:
        engine = Says(EngineAnswer(raw, tokens=tuple(tokens)))
        monkeypatch.setattr("annotations.prelabel.reading.built", lambda _engine: engine)
        monkeypatch.setattr("annotations.prelabel.reading.ask_for_words", lambda _page: None)
        use_engine(project, make_engine(parameters={"parser": parser}))
        page = make_page(make_document(project))
        start_run(actor=cast["gerente"], project=project)
        drain("cpu")
        return Prediction.objects.select_related("body").get(page=page).body

    return answered


def written(body: PredictionBody, zone: str) -> list[str | None]:
    """Return what each character of a zone was written as, by what is stored alone."""
    content = PageContent.from_json(body.prediction.content)
    source, data = SourceMap.from_json(body.source_map, content), body.raw.encode()
    spans = [source.span(zone, index) for index in range(len(content.zone(zone) or ""))]
    return [span and data[slice(*span)].decode() for span in spans]


def test_characters_are_found_in_the_stored_answer(read: Read) -> None:
    body = read('{"text": "a\x00\ud800\\u00e3\x00\\n\U0001d538"}')
    assert written(body, "text") == ["a", "\ufffd", "\\u00e3", "\\n", "𝔸"]
    assert body.confidences is None


def test_what_lies_beyond_the_cut_comes_from_nowhere(read: Read) -> None:
    body = read("\x00" * (RAW_ANSWER_BYTES // 3 - 1) + "ação")
    assert body.raw_cut
    assert len(body.raw.encode()) <= RAW_ANSWER_BYTES
    assert written(body, "text") == ["a", "ç", None, None]


def test_confidences_are_stored_with_what_they_belong_to(read: Read) -> None:
    tokens = [Token(9, 0.0), Token(2, math.log(0.5)), Token(2, math.log(0.25)), Token(3, 0.0)]
    body = read('{"text":"aãb\\n"}', tokens)
    assert body.confidences == {
        "text": {"characters": [0.5, 1, 0.25, 2, 1.0, 1], "ends": [3, 1.0, 4, 1.0]}
    }
    assert Confidences.from_json(body.confidences).zones["text"].characters()[1] == 0.25


def test_the_engine_says_how_its_answers_are_read(read: Read) -> None:
    body = read("<header>ESTADO</header>\nCorpo", parser="markdown")
    assert body.prediction.content["header"] == "ESTADO"
    assert body.prediction.recovered == "markdown"
    assert written(body, "text") == list("Corpo")


def test_the_map_of_rubbish_is_not_stored(read: Read) -> None:
    body = read("a\x00" * (MAX_SOURCE_RUNS + 1))
    assert body.source_map is None
    assert len(body.prediction.content["text"]) == MAX_SOURCE_RUNS + 1
