"""The engine of chat completions, against a server that streams over real sockets."""

import base64
import io
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path

import pytest
from contract import EngineContract, draw_page, request_for
from PIL import Image

from annotations.engines.base import Engine, EngineAnswer, EngineRequest
from annotations.engines.loops import LoopGuard
from annotations.engines.registry import build
from annotations.engines.transport import Outside
from annotations.outbound.allowed import Allowed
from annotations.outbound.client import Client
from tests.stub_server import (
    Play,
    Stub,
    Visit,
    answers,
    cuts,
    delta,
    drips,
    drips_body,
    floods,
    hangs,
    loops,
    redirects_to,
    resets,
    says,
    serving,
)

pytestmark = pytest.mark.alone

KEYS = {"STUB_API_KEY": "sk-canary-of-the-house"}
USAGE = {"prompt_tokens": 812, "completion_tokens": 7}


def chat(stub: Stub, prompt: str = "Read.", **parameters: object) -> Engine:
    given = {"base_url": f"{stub.url}/v1", "api_key_env": "STUB_API_KEY", **parameters}
    outside = Outside(Client(Allowed.parse("127.0.0.0/8")), KEYS.get)
    return build("openai", "tiny", "", prompt, given, outside=outside)


class TestOpenAIEngine(EngineContract):
    """It keeps the contract of engines."""

    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        with serving(answers('{"text": ', '"João"}', usage=USAGE)) as stub:
            yield chat(stub, max_pixels=3_211_264, context=16_384)


@pytest.fixture
def page(tmp_path: Path) -> EngineRequest:
    return request_for(draw_page(tmp_path / "page.png"))


def read(engine: Engine, *requests: EngineRequest) -> EngineAnswer:
    return engine.read(requests)[0]


def test_a_page_is_asked_for_as_an_image_alone_with_every_parameter(page: EngineRequest) -> None:
    with serving(answers("ok", usage=USAGE)) as stub:
        answer = read(chat(stub, max_new_tokens="600", repetition_penalty="1.0"), page)
    (visit,) = stub.visits
    sent = visit.json
    (user,) = sent.pop("messages")
    assert visit.path == "/v1/chat/completions"
    assert visit.headers["authorization"] == f"Bearer {KEYS['STUB_API_KEY']}"
    part, text = user["content"]
    assert text == {"type": "text", "text": "Read."}
    kind, data = part["image_url"]["url"].split(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(data) == page.image_path.read_bytes()
    assert sent == {
        "model": "tiny",
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 600,
        "temperature": 0.0,
        "repetition_penalty": 1.0,
        "logprobs": True,
        "top_logprobs": 2,
    }
    assert (answer.input_tokens, answer.output_tokens) == (812, 7)
    asked = {
        "temperature": 0.0,
        "repetition_penalty": 1.0,
        "max_new_tokens": 600,
        "served_by": "tiny",
    }
    assert asked.items() <= answer.parameters.items()
    assert answer.parameters["image"] == {"format": "PNG", "width": 900, "height": 1200}


def test_a_prompt_may_stand_in_the_system_s_turn_and_the_page_alone(page: EngineRequest) -> None:
    with serving(answers("ok")) as stub:
        read(chat(stub, prompt_role="system"), page)
    system, user = stub.visits[0].json["messages"]
    assert system == {"role": "system", "content": "Read."}
    assert [part["type"] for part in user["content"]] == ["image_url"]


def test_a_server_is_not_sent_what_it_does_not_take(page: EngineRequest) -> None:
    with serving(answers("ok")) as stub:
        engine = chat(
            stub,
            prompt="",
            temperature="unset",
            logprobs="off",
            limit_name="max_completion_tokens",
            answer_format="json_schema",
        )
        read(engine, page)
    sent = stub.visits[0].json
    schema = sent.pop("response_format")["json_schema"]["schema"]
    assert list(schema["properties"]) == ["header", "margin", "footer", "text"]
    assert set(sent) == {"model", "messages", "stream", "stream_options", "max_completion_tokens"}
    assert len(sent["messages"]) == 1


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "L"), ("WEBP", "RGB")])
def test_a_page_beyond_the_bound_is_sent_smaller(
    tmp_path: Path, page: EngineRequest, kind: str, mode: str
) -> None:
    path = tmp_path / "large"
    with Image.open(page.image_path) as image:
        image.convert(mode).save(path, kind)
    with serving(answers("ok")) as stub:
        answer = read(chat(stub, max_pixels=100_000), request_for(path))
        stored = read(chat(stub), request_for(path))
    url = stub.visits[0].json["messages"][0]["content"][0]["image_url"]["url"]
    with Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))) as sent:
        assert 95_000 < sent.width * sent.height <= 100_000
        assert sent.format == ("JPEG" if kind == "JPEG" else "PNG")
    assert answer.parameters["image"] == {"format": sent.format, "width": 273, "height": 365}
    assert stored.parameters["image"]["width"] == 900  # type: ignore[index]


def test_a_server_that_streams_figures_as_bytes_gives_tokens(page: EngineRequest) -> None:
    def told(data: bytes, logprob: float, second: float) -> dict[str, object]:
        top = [{"logprob": logprob}, {"logprob": second}]
        one = {"token": "?", "bytes": list(data), "logprob": logprob, "top_logprobs": top}
        return {"logprobs": {"content": [one]}}

    def play(visit: Visit) -> None:
        visit.stream()
        visit.event(delta("Jo", **told(b"Jo", -0.1, -3.1)))
        visit.event(delta("", **told(b"\xc3", -0.2, -2.2)))
        visit.event(delta("ã", **told(b"\xa3", -0.3, -1.3)))
        visit.event(delta("o", "stop", **told(b"o", -0.4, -0.9)))
        visit.event("[DONE]")

    with serving(play) as stub:
        answer = read(chat(stub), page)
    assert answer.raw == "João"
    assert [token.length for token in answer.tokens] == [2, 1, 1, 1]
    assert [token.logprob for token in answer.tokens] == [-0.1, -0.2, -0.3, -0.4]
    assert answer.tokens[0].margin == pytest.approx(3.0)
    assert answer.output_tokens == 4


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("repetition", "guard"),
        ("repetition_detected", "guard"),
    ],
)
def test_the_reason_to_stop_is_kept(page: EngineRequest, said: str, kept: str) -> None:
    with serving(answers("a", finish=said)) as stub:
        assert read(chat(stub), page).finish_reason == kept


def test_several_pages_are_read_at_a_time_and_answered_in_order(
    tmp_path: Path, page: EngineRequest
) -> None:
    together = threading.Barrier(3)

    def play(visit: Visit) -> None:
        together.wait(10)
        size = len(visit.body)
        answers(str(size))(visit)

    pages = [request_for(draw_page(tmp_path / f"{n}.png", ["x" * n])) for n in range(3)]
    with serving(play) as stub:
        read_answers = chat(stub, concurrency=3).read(pages)
    sizes = [int(answer.raw) for answer in read_answers]
    files = [page.image_path.stat().st_size for page in pages]
    assert len(set(sizes)) == 3
    order = sorted(range(3), key=files.__getitem__)
    assert order == sorted(range(3), key=sizes.__getitem__)


def test_a_busy_server_is_asked_again_when_it_says(page: EngineRequest) -> None:
    busy = says(429, {"error": {"message": "slow down"}}, Retry_After="1")
    with serving(busy, resets, says(503), answers("at last")) as stub:
        start = time.monotonic()
        answer = read(chat(stub), page)
    assert answer.raw == "at last"
    assert time.monotonic() - start >= 1
    assert len(stub.visits) == 4


def test_a_wait_beyond_the_deadline_is_not_begun(page: EngineRequest) -> None:
    in_an_hour = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    for value in ("3600", in_an_hour):
        with serving(says(429, Retry_After=value)) as stub:
            start = time.monotonic()
            answer = read(chat(stub, seconds=5), page)
        assert time.monotonic() - start < 2
        assert "answered 429; the next try would be in 3" in (answer.error or "")


@pytest.mark.parametrize(
    ("play", "message"),
    [
        (says(500, {"error": {"message": "out of\nmemory"}}), "answered 500: out of memory"),
        (says(404, {"detail": "no such model"}), "answered 404: no such model"),
        (says(400, {"message": "too many pixels"}), "answered 400: too many pixels"),
        (says(401), "answered 401: check the key in STUB_API_KEY"),
        (says(200, "<html>"), "did not stream"),
        (says(200, {"choices": []}, Content_Type="application/json"), "did not stream"),
        (cuts, "in the middle"),
        (redirects_to("http://169.254.169.254/"), "not followed"),
        (floods, "sent more than"),
        (answers("x", finish="content_filter"), "content filter"),
        (answers("x", finish="tool_calls"), "because of 'tool_calls'"),
    ],
)
def test_a_failure_is_the_page_s_error(page: EngineRequest, play: Play, message: str) -> None:
    with serving(play) as stub:
        answer = read(chat(stub), page)
    assert message in (answer.error or "")
    assert (answer.raw, answer.finish_reason) == ("", "error")
    assert len(stub.visits) == 1


@pytest.mark.parametrize(
    "event",
    [
        *("not json", "[" * 100_000, "[1]", '{"choices": 3}', '{"choices": [3]}', "{}"),
        '{"choices": [{"delta": 3}]}',
        '{"choices": [{"delta": {"content": ["x"]}}]}',
        '{"error": {"message": "engine died"}}',
        '{"error": "engine died", "choices": []}',
    ],
)
def test_a_lie_in_the_stream_is_the_page_s_error(page: EngineRequest, event: str) -> None:
    def play(visit: Visit) -> None:
        visit.stream()
        visit.event(delta("so far so good"))
        visit.event(event)
        visit.event("[DONE]")

    with serving(play) as stub:
        answer = read(chat(stub), page)
    assert answer.error
    assert (answer.raw, answer.finish_reason) == ("", "error")


def test_odd_figures_of_a_server_are_left_out(page: EngineRequest) -> None:
    def play(visit: Visit) -> None:
        visit.stream()
        tokens = [{"bytes": [1, 999], "logprob": float("nan")}, {"logprob": "x"}, 3]
        visit.event(delta("ok\ud83d", "stop", logprobs={"content": tokens}))
        visit.event({"choices": [], "usage": {"prompt_tokens": -1, "completion_tokens": "9"}})
        visit.chunk(b"")

    with serving(play) as stub:
        answer = read(chat(stub), page)
    assert (answer.error, answer.raw, answer.tokens) == (None, "ok\ud83d", ())
    assert (answer.input_tokens, answer.output_tokens) == (None, 2)


@pytest.mark.parametrize("play", [hangs, drips, drips_body], ids=["hangs", "drips", "drips body"])
def test_the_deadline_of_a_page_holds(page: EngineRequest, play: Play) -> None:
    with serving(play) as stub:
        start = time.monotonic()
        answer = read(chat(stub, seconds=1), page)
        assert time.monotonic() - start < 2
        assert "longer than 1 s in all" in (answer.error or "")
        assert stub.visits[0].ended.wait(2)


def test_a_server_that_only_fails_is_left_alone(page: EngineRequest) -> None:
    with serving(says(500)) as stub:
        engine = chat(stub, concurrency=1)
        told = engine.read([page] * 8)
        other = chat(stub)
        read(other, page)
    assert len(stub.visits) == 5 + 1
    assert [answer.error for answer in told[:5]] == ["the server answered 500"] * 5
    assert "not asked: 5 requests in a row failed" in (told[7].error or "")
    assert "the server answered 500; the next try is in" in (told[7].error or "")


def test_a_page_that_is_refused_does_not_count_against_the_server(page: EngineRequest) -> None:
    with serving(says(400)) as stub:
        chat(stub, concurrency=1).read([page] * 8)
    assert len(stub.visits) == 8


def test_a_loop_is_cut_and_its_request_cancelled(
    page: EngineRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticed: list[float] = []
    feed_text = LoopGuard.feed_text

    def noting(guard: LoopGuard, text: str) -> bool:
        stop = feed_text(guard, text)
        if stop:
            noticed.append(time.monotonic())
        return stop

    monkeypatch.setattr(LoopGuard, "feed_text", noting)
    with serving(loops) as stub:
        answer = read(chat(stub), page)
        (visit,) = stub.visits
        assert visit.ended.wait(2)
    assert visit.gone_at is not None
    assert visit.gone_at - noticed[0] < 1
    assert answer.error is None
    assert answer.finish_reason == "guard"
    assert answer.parameters["stopped_because"] == "repetition"
    assert answer.raw.startswith(" de novo de novo")
    # A token of text has three characters; without the guard it would have written 8,192.
    assert len(answer.raw) <= 0.1 * 3 * 8192
    assert answer.output_tokens == len(answer.raw) / len(" de novo")


def test_without_the_guard_a_loop_goes_on(page: EngineRequest) -> None:
    with serving(loops) as stub:
        answer = read(chat(stub, guard="off", seconds=2), page)
    assert "took longer than" in (answer.error or "")


def test_a_page_whose_ink_is_known_is_stopped_when_it_only_counts(page: EngineRequest) -> None:
    def counts(visit: Visit) -> None:
        visit.stream()
        for number in count():
            visit.event(delta(f"Item {number}, "))
            if number % 50 == 0 and visit.is_gone(0.001):
                return

    with serving(counts) as stub:
        answer = read(chat(stub), replace(page, ink_characters=300))
    assert answer.finish_reason == "guard"
    assert answer.parameters["stopped_because"] == "counting"
