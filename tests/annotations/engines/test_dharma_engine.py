"""Dharma's hosted API, as its documentation tells it."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from contract import EngineContract, draw_page, request_for

from annotations.engines.base import Engine, EngineError, EngineRequest
from annotations.engines.registry import build
from annotations.engines.transport import Outside
from annotations.outbound.allowed import Allowed
from annotations.outbound.client import Client
from tests.stub_server import Stub, hangs, says, serving

GOOD = {
    "text": '{"text": "João"}',
    "metadata": {"truncated_pages": [], "num_output_tokens": 9, "total_time": 1.5},
}


def dharma(stub: Stub, model: str = "lite", **parameters: object) -> Engine:
    outside = Outside(Client(Allowed.parse("127.0.0.1")), {"DHARMA_API_KEY": "k"}.get)
    return build("dharma", model, "", "", {"base_url": stub.url, **parameters}, outside=outside)


@pytest.fixture
def page(tmp_path: Path) -> EngineRequest:
    return request_for(draw_page(tmp_path / "page.png"))


class TestDharmaEngine(EngineContract):
    """It keeps the contract of engines."""

    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        with serving(says(200, GOOD)) as stub:
            yield dharma(stub)


def test_a_page_is_sent_as_the_api_takes_it(page: EngineRequest) -> None:
    with serving(says(200, GOOD)) as stub:
        (answer,) = dharma(stub, "full").read([page])
    (visit,) = stub.visits
    assert visit.path == "/v1/ocrs/"
    assert visit.headers["authorization"] == "Bearer k"
    assert set(visit.json) == {"b64image", "model"}
    assert visit.json["model"] == "full"
    assert base64.b64decode(visit.json["b64image"]) == page.image_path.read_bytes()
    assert (answer.raw, answer.finish_reason) == (GOOD["text"], "stop")
    assert answer.output_tokens == 9
    assert answer.parameters["image"] == {"format": "PNG", "width": 900, "height": 1200}


def test_a_page_that_was_cut_is_told(page: EngineRequest) -> None:
    with serving(says(200, {"text": "a", "metadata": {"truncated_pages": [1]}})) as stub:
        (answer,) = dharma(stub).read([page])
    assert (answer.finish_reason, answer.output_tokens) == ("length", None)


@pytest.mark.parametrize(
    "body", ["<html>", "[]", "{}", '{"text": 3}', '{"text": "a", "metadata": [1]}', "[" * 99_999]
)
def test_a_lie_is_the_page_s_error(page: EngineRequest, body: str) -> None:
    with serving(says(200, body)) as stub:
        (answer,) = dharma(stub).read([page])
    assert "the server answered" in (answer.error or "")
    assert answer.raw == ""


def test_the_deadline_of_a_page_holds(page: EngineRequest) -> None:
    with serving(hangs) as stub:
        (answer,) = dharma(stub, seconds=1).read([page])
    assert "1 s" in (answer.error or "") or "silent" in (answer.error or "")
    assert answer.seconds < 2


@pytest.mark.parametrize(
    ("model", "parameters", "message"),
    [
        ("large", {"base_url": "https://h"}, "--model full or lite"),
        ("lite", {}, "--base-url"),
        ("lite", {"base_url": "https://h", "speed": "2"}, "dharma takes .*, not speed"),
        ("lite", {"base_url": "ftp://h"}, "base_url: an address"),
        ("lite", {"base_url": "https://h", "concurrency": "0"}, "concurrency: a whole number"),
    ],
)
def test_what_is_wrong_is_named(model: str, parameters: dict[str, object], message: str) -> None:
    outside = Outside(Client(Allowed()), {}.get)
    with pytest.raises(EngineError, match=message):
        build("dharma", model, "", "", parameters, outside=outside)
