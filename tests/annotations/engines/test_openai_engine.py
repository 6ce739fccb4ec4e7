"""The engine of chat completions, against a server that streams over real sockets."""

from collections.abc import Iterator

import pytest
from contract import EngineContract

from annotations.engines.base import Engine
from annotations.engines.registry import build
from annotations.engines.transport import Outside
from annotations.outbound.allowed import Allowed
from annotations.outbound.client import Client
from tests.stub_server import Stub, answers, serving

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
