"""The engine `dharma`: Dharma's hosted API (domain.md §3)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from annotations.engines.base import (
    EngineAnswer,
    EngineError,
    EngineFacts,
    EngineRequest,
    unanswered,
)
from annotations.engines.chat_settings import (
    MAX_SECONDS,
    MAX_THREADS,
    base_url,
    judge,
    key_name,
    number,
    whole,
)
from annotations.engines.page_image import load_image
from annotations.engines.service import Service, ServiceFailed, load_object, read_at_once
from annotations.engines.transport import Outside, Reply

ADAPTER: Final = "dharma"
ADAPTER_VERSION: Final = "1"
PATH: Final = "/v1/ocrs/"
MODELS: Final = ("full", "lite")
KEY_NAME: Final = "DHARMA_API_KEY"
_JUDGES: Final = {
    "base_url": base_url,
    "api_key_env": key_name,
    "max_pixels": whole(0, 200_000_000),
    "concurrency": whole(1, MAX_THREADS),
    "seconds": number(1.0, MAX_SECONDS),
}
_DEFAULTS: Final[dict[str, object]] = {
    "api_key_env": KEY_NAME,
    "max_pixels": 0,
    "concurrency": 4,
    "seconds": 300.0,
}


@dataclass(frozen=True)
class DharmaEngine:
    """Sends a page and takes the finished answer: nothing is streamed, so no loop is cut."""

    service: Service
    model_id: str
    max_pixels: int
    concurrency: int

    @property
    def facts(self) -> EngineFacts:
        """Return what the engine declares. Raises EngineError where its address is refused."""
        return EngineFacts(
            adapter=ADAPTER,
            adapter_version=ADAPTER_VERSION,
            model_id=self.model_id,
            batch_size=self.concurrency,
            sends_data_to_third_party=not self.service.is_near,
        )

    def read(self, requests: Sequence[EngineRequest]) -> list[EngineAnswer]:
        """Read pages, several at a time; a page that cannot be read is an answer with `error`."""
        return read_at_once(requests, self._answer, self.concurrency)

    def _answer(self, request: EngineRequest) -> EngineAnswer:
        start = time.monotonic()
        parameters: dict[str, object] = {"model": self.model_id, "max_pixels": self.max_pixels}
        try:
            image = load_image(request.image_path, self.max_pixels)
            parameters["image"] = image.facts
            body = {"b64image": image.base64, "model": self.model_id}
            raw, metadata = self.service.ask(body, _understood)
        except (EngineError, OSError) as error:
            return unanswered(error, parameters, time.monotonic() - start)
        tokens = metadata.get("num_output_tokens")
        return EngineAnswer(
            raw,
            finish_reason="length" if metadata.get("truncated_pages") else "stop",
            parameters=parameters,
            output_tokens=tokens if type(tokens) is int and tokens >= 0 else None,
            seconds=time.monotonic() - start,
        )


def pinned(parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters as they are stored, with every default."""
    return {**_DEFAULTS, **parameters}


def build(model_id: str, parameters: Mapping[str, object], outside: Outside) -> DharmaEngine:
    """Build the engine for `full` or `lite`; nothing is sent.

    Parameters: `base_url`, and `api_key_env, max_pixels, concurrency, seconds`, all optional.
    Raises EngineError naming what is wrong.
    """
    unknown = sorted(set(parameters) - set(_JUDGES))
    if unknown:
        raise EngineError(f"dharma takes {', '.join(sorted(_JUDGES))}, not {unknown[0]}")
    if model_id not in MODELS:
        raise EngineError(f"dharma takes --model {' or '.join(MODELS)}")
    if not parameters.get("base_url"):
        raise EngineError("dharma takes --base-url, the address before /v1/ocrs/")
    given: dict[str, Any] = {
        name: judge(name, str(value), _JUDGES[name])
        for name, value in {**_DEFAULTS, **parameters}.items()
    }
    service = Service(
        given["base_url"] + PATH,
        outside,
        api_key_env=given["api_key_env"],
        seconds=given["seconds"],
        idle_s=given["seconds"],  # it says nothing until it has read the page
    )
    return DharmaEngine(service, model_id, given["max_pixels"], given["concurrency"])


def _understood(reply: Reply) -> tuple[str, dict[str, Any]]:
    answer = load_object(reply.read())
    text, metadata = answer.get("text"), answer.get("metadata") or {}
    if not isinstance(text, str) or not isinstance(metadata, dict):
        raise ServiceFailed("the server answered JSON without text")
    return text, metadata
