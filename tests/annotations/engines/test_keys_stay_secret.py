"""The key of a server is in the request that it is for, and nowhere else."""

import logging
from pathlib import Path

import pytest
from contract import draw_page, request_for

from annotations.engines.base import Engine, EngineError, EngineRequest
from annotations.engines.registry import build
from annotations.engines.transport import Outside
from annotations.outbound.allowed import Allowed
from annotations.outbound.client import Client
from tests.stub_server import Play, Visit, answers, delta, says, serving

CANARY = "sk-canary-7f3a9b2c"
NAME = "STUB_API_KEY"


@pytest.fixture
def page(tmp_path: Path) -> EngineRequest:
    return request_for(draw_page(tmp_path / "page.png"))


def engine_at(url: str, adapter: str, key: str | None = CANARY) -> Engine:
    outside = Outside(Client(Allowed.parse("127.0.0.1")), {NAME: key}.get)
    parameters = {"base_url": url, "api_key_env": NAME}
    model = "lite" if adapter == "dharma" else "tiny"
    return build(adapter, model, "", "", parameters, outside=outside)


def echoes(status: int) -> Play:
    def play(visit: Visit) -> None:
        says(status, {"error": {"message": f"bad key {visit.headers['authorization']}"}})(visit)

    return play


def echoes_midway(visit: Visit) -> None:
    visit.stream()
    visit.event(delta("a"))
    visit.event({"error": {"message": f"bad key {visit.headers['authorization']}"}})


@pytest.mark.parametrize("adapter", ["openai", "dharma"])
@pytest.mark.parametrize(
    "play", [answers("ok"), echoes(401), echoes(400), echoes(500), echoes_midway]
)
def test_no_key_is_seen(
    page: EngineRequest, adapter: str, play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(play) as stub:
        engine = engine_at(stub.url, adapter)
        told = engine.read([page] * 7)
    assert stub.visits[0].headers["authorization"] == f"Bearer {CANARY}"
    seen = f"{told!r} {engine!r} {engine} {engine.facts!r} {vars(engine)!r} {caplog.text}"
    assert CANARY not in seen


@pytest.mark.parametrize(
    "key", [None, "", "  ", f"{CANARY}\r\nX: y", f"{CANARY} x", f"{CANARY}\xe9"]
)
def test_a_key_that_is_none_is_not_sent_and_not_shown(page: EngineRequest, key: str | None) -> None:
    with serving(answers("ok")) as stub:
        (answer,) = engine_at(stub.url, "openai", key).read([page])
    assert answer.error == f"the environment variable {NAME} holds no key: set it for the workers"
    assert stub.visits == []


@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "DATABASE_URL", "HF_TOKEN", "OCRLAB_SECRETS_KEYS", "x_api_key", "_API_KEY"],
)
def test_no_other_secret_of_the_process_can_be_named(name: str) -> None:
    outside = Outside(Client(Allowed()), {name: CANARY}.get)
    parameters = {"base_url": "https://host.example/v1", "api_key_env": name}
    with pytest.raises(EngineError, match=r"api_key_env: .* ends in _API_KEY"):
        build("openai", "m", "", "", parameters, outside=outside)
