"""Engines that ask a server, from the command that adds them to the prediction they make."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image
from pytest_django.fixtures import Settings

from annotations.engines.base import EngineRequest
from annotations.engines.openai_presets import OPENAI_PRESETS
from annotations.models import Engine, Page, Prediction, PredictionBody, PrelabelJob, Project
from annotations.outbound.allowed import Allowed
from annotations.prelabel.engines import built
from tests.rows import make_document, make_page
from tests.stub_server import Play, Stub, answers, cuts, drips, hangs, says, serving

KEY = "sk-canary-51c0"
USAGE = {"prompt_tokens": 900, "completion_tokens": 12}


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    """Give a server in the house that the operator allows."""
    with serving(answers('{"text": ', '"Olá"}', usage=USAGE)) as stub:
        settings.OUTBOUND_ALLOW = Allowed.parse(f"127.0.0.1:{stub.port}")
        monkeypatch.setenv("CASA_API_KEY", KEY)
        yield stub


def add(url: str, *options: str, name: str = "casa") -> Engine:
    arguments = ["--adapter", "openai", "--model", "tiny", "--base-url", url, *options]
    call_command("add_engine", name, *arguments)
    return Engine.objects.get(name=name)


@pytest.fixture
def leads_to(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list: every name leads to its last address."""
    addresses: list[str] = ["1.1.1.1"]

    def look(_host: str, port: int, *_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (addresses[-1], port))]

    monkeypatch.setattr(socket, "getaddrinfo", look)
    return addresses


def test_a_page_is_read_by_a_server_of_the_house(
    server: Stub, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.prelabel.reading.ask_for_words", lambda _page: None)
    page = make_page(make_document(project, 1), state="waiting")
    options = ["--param", "api_key_env=CASA_API_KEY", "--project", "acervo"]
    engine = add(f"{server.url}/v1", *options)
    assert not engine.sends_data_to_third_party
    assert engine.batch_size == 4
    call_command("prelabel", "--project", "acervo", "--wait")
    prediction = Prediction.objects.get(page=page)
    assert prediction.content["text"] == "Olá"
    assert prediction.output_tokens == 12
    assert server.visits[0].headers["authorization"] == f"Bearer {KEY}"
    body = PredictionBody.objects.get(prediction=prediction)
    stored = [engine.parameters, prediction.parameters, body.raw]
    assert KEY not in json.dumps(stored)


def test_a_failure_of_the_server_is_the_page_s(
    settings: Settings, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.prelabel.reading.ask_for_words", lambda _page: None)
    make_page(make_document(project, 1), state="waiting")
    settings.OUTBOUND_ALLOW = Allowed.parse("127.0.0.1")
    with serving(says(500, {"error": {"message": "no memory"}})) as stub:
        add(stub.url, "--project", "acervo")
        with pytest.raises(SystemExit):
            call_command("prelabel", "--project", "acervo", "--wait")
    job = PrelabelJob.objects.get()
    assert job.state == "failed"
    assert "the server answered 500: no memory" in job.error_detail
    assert Page.objects.get().prelabel_state == "failed"


@pytest.mark.parametrize("play", [hangs, drips, cuts, says(200, "rubbish")])
def test_a_bad_server_keeps_its_deadline_and_the_next_engine_reads(
    server: Stub, settings: Settings, project: Project, monkeypatch: pytest.MonkeyPatch, play: Play
) -> None:
    """Promise 9: the total deadline is held within two seconds."""
    monkeypatch.setattr("annotations.prelabel.reading.ask_for_words", lambda _page: None)
    settings.OUTBOUND_ALLOW = Allowed.parse("127.0.0.1")
    document = make_document(project, 1)
    for number in (1, 2, 3):
        make_page(document, number, state="waiting")
    with serving(play) as bad:
        add(bad.url, "--param", "seconds=1", "--project", "acervo", name="ruim")
        add(server.url, "--project", "acervo", name="boa")
        start = time.monotonic()
        with pytest.raises(SystemExit):
            call_command("prelabel", "--project", "acervo", "--engine", "ruim", "--wait")
        assert time.monotonic() - start < 3
    states = PrelabelJob.objects.order_by("engine__name").values_list("engine__name", "state")
    assert list(states) == [("boa", "done")] * 3 + [("ruim", "failed")] * 3
    assert set(Page.objects.values_list("prelabel_state", flat=True)) == {"done"}


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1:9/v1", "127.0.0.1, a private or reserved address"),
        ("http://169.254.169.254/latest", "169.254.169.254, a private or reserved address"),
        ("https://[::ffff:10.0.0.1]/v1", "10.0.0.1, a private or reserved address"),
        ("https://2130706433/v1", "127.0.0.1, a private or reserved address"),
        ("http://1.1.1.1/v1", "unencrypted"),
        ("https://user:secret@1.1.1.1/v1", "keys belong into an environment variable"),
        ("file:///etc/passwd", "an address as in https://host/v1"),
    ],
)
@pytest.mark.django_db
def test_an_address_that_may_not_be_asked_is_refused_in_one_sentence(
    url: str, message: str
) -> None:
    with pytest.raises(CommandError, match=message.replace("[", r"\[")) as refused:
        add(url)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)
    assert not Engine.objects.exists()


@pytest.mark.django_db
def test_an_address_outside_the_house_is_a_third_party(
    settings: Settings, leads_to: list[str]
) -> None:
    assert add("https://api.example/v1").sends_data_to_third_party
    settings.OUTBOUND_ALLOW = Allowed.parse("api.example")
    assert add("http://api.example/v1", name="plain").sends_data_to_third_party
    leads_to.append("10.0.0.7")
    assert not add("http://api.example/v2", name="inner").sends_data_to_third_party


@pytest.mark.django_db
def test_an_engine_of_the_house_does_not_follow_its_name_out(
    settings: Settings, leads_to: list[str], tmp_path: Path
) -> None:
    settings.OUTBOUND_ALLOW = Allowed.parse("vllm.example")
    leads_to.append("10.0.0.7")
    engine = add("https://vllm.example/v1")
    leads_to.append("192.0.2.1")  # of no network: nothing would be reached without the rule
    Image.new("L", (9, 9)).save(tmp_path / "page.png")
    request = EngineRequest("p", tmp_path / "page.png", "0" * 64, 9, 9)
    (answer,) = built(engine).read([request])
    assert "leads out of the house" in (answer.error or "")


@pytest.mark.parametrize("preset", OPENAI_PRESETS)
@pytest.mark.django_db
def test_every_preset_makes_an_engine(preset: str, settings: Settings, leads_to: list[str]) -> None:
    settings.OUTBOUND_ALLOW = Allowed.parse("127.0.0.1:8000")
    hosted = preset != "dharma-ocr-lite-vllm"
    if not hosted:
        leads_to.append("127.0.0.1")
    options = ["--model", "named-by-the-operator"] if hosted else []
    call_command("add_engine", "casa", "--preset", preset, "--param", "seconds=60", *options)
    engine = Engine.objects.get()
    assert engine.sends_data_to_third_party == hosted
    assert "\n" not in engine.prompt
    assert engine.prompt
    assert engine.parameters["seconds"] == 60.0
    assert engine.parameters["guard"] is True  # a default that may change, kept with the engine
    assert built(engine).facts.max_new_tokens == engine.parameters["max_new_tokens"]
    assert engine.model_id == ("named-by-the-operator" if hosted else "Dharma-AI/Dharma-OCR-LITE")
