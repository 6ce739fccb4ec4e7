"""The engine `openai`: a server of chat completions, as vLLM, SGLang, llama-server and others."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from annotations.content import ZONES
from annotations.engines.base import (
    EngineAnswer,
    EngineError,
    EngineFacts,
    EngineRequest,
    unanswered,
)
from annotations.engines.chat_settings import ChatSettings, read_settings
from annotations.engines.chat_stream import ChatAnswer, listen
from annotations.engines.loops import LoopGuard
from annotations.engines.page_image import SentImage, load_image
from annotations.engines.service import Service, read_at_once
from annotations.engines.transport import Outside

ADAPTER: Final = "openai"
ADAPTER_VERSION: Final = "1"
PATH: Final = "/chat/completions"
# The best two tokens of each place: the second says how sure the model was.
TOP_LOGPROBS: Final = 2
# The four zones, each a string or null where the page has none.
ZONES_SCHEMA: Final[dict[str, object]] = {
    "type": "object",
    "properties": {zone: {"type": ["string", "null"]} for zone in ZONES},
    "required": list(ZONES),
    "additionalProperties": False,
}
# What is told of an engine's settings with each answer; the rest is how, not what, it was asked.
_NOT_STORED = ("api_key_env", "concurrency", "seconds", "idle_seconds", "context", "limit_name")


@dataclass(frozen=True)
class OpenAIEngine:
    """Sends a page as an image and streams the answer; its address decides whose eyes see it."""

    service: Service
    settings: ChatSettings
    model_id: str
    revision: str
    prompt: str

    @property
    def facts(self) -> EngineFacts:
        """Return what the engine declares. Raises EngineError where its address is refused."""
        return EngineFacts(
            adapter=ADAPTER,
            adapter_version=ADAPTER_VERSION,
            model_id=self.model_id,
            revision=self.revision,
            max_pixels=self.settings.max_pixels if self.settings.context else 0,
            max_new_tokens=self.settings.max_new_tokens,
            context=self.settings.context,
            batch_size=self.settings.concurrency,
            sends_data_to_third_party=not self.service.is_near,
        )

    def read(self, requests: Sequence[EngineRequest]) -> list[EngineAnswer]:
        """Read pages, several at a time; a page that cannot be read is an answer with `error`."""
        return read_at_once(requests, self._answer, self.settings.concurrency)

    def _answer(self, request: EngineRequest) -> EngineAnswer:
        start = time.monotonic()
        parameters = self._parameters()
        try:
            image = load_image(request.image_path, self.settings.max_pixels)
            parameters["image"] = image.facts
            ink = request.ink_characters
            guard = LoopGuard(ink, characters=True) if self.settings.guard else None
            is_loop = guard.feed_text if guard else None
            said = self.service.ask(self._body(image), lambda reply: listen(reply, is_loop))
        except (EngineError, OSError) as error:
            return unanswered(error, parameters, time.monotonic() - start)
        if guard and guard.stopped:
            parameters["stopped_because"] = str(guard.stopped)
        return _kept(said, parameters, time.monotonic() - start)

    def _parameters(self) -> dict[str, object]:
        settings = asdict(self.settings)
        return {name: value for name, value in settings.items() if name not in _NOT_STORED}

    def _messages(self, image: SentImage) -> list[dict[str, object]]:
        page: list[object] = [{"type": "image_url", "image_url": {"url": image.data_url}}]
        user: dict[str, object] = {"role": "user", "content": page}
        if self.prompt and self.settings.prompt_role == "system":
            return [{"role": "system", "content": self.prompt}, user]
        if self.prompt:
            page.append({"type": "text", "text": self.prompt})
        return [user]

    def _body(self, image: SentImage) -> dict[str, object]:
        settings = self.settings
        body: dict[str, object] = {
            "model": self.model_id,
            "messages": self._messages(image),
            "stream": True,
            "stream_options": {"include_usage": True},
            settings.limit_name: settings.max_new_tokens,
        }
        if settings.temperature is not None:
            body["temperature"] = settings.temperature
        if settings.repetition_penalty is not None:
            body["repetition_penalty"] = settings.repetition_penalty
        if settings.logprobs:
            body |= {"logprobs": True, "top_logprobs": TOP_LOGPROBS}
        if settings.answer_format == "json_schema":
            schema = {"name": "page", "strict": True, "schema": ZONES_SCHEMA}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body


def pinned(parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters as they are stored, with every default. Raises EngineError."""
    return read_settings(parameters).stored()


def build(
    model_id: str,
    revision: str,
    prompt: str,
    parameters: Mapping[str, object],
    outside: Outside,
) -> OpenAIEngine:
    """Build the engine from what is stored of it (`ChatSettings`); nothing is sent.

    Raises EngineError naming what is wrong.
    """
    if not model_id:
        raise EngineError("openai takes --model, the name under which the server knows it")
    settings = read_settings(parameters)
    settings.check_bounds(prompt)
    service = Service(
        settings.base_url + PATH,
        outside,
        api_key_env=settings.api_key_env,
        seconds=settings.seconds,
        idle_s=settings.idle_seconds,
    )
    return OpenAIEngine(service, settings, model_id, revision, prompt)


def _kept(said: ChatAnswer, parameters: dict[str, object], seconds: float) -> EngineAnswer:
    if said.served_by:
        parameters["served_by"] = said.served_by
    return EngineAnswer(
        said.raw,
        finish_reason=said.finish_reason,
        parameters=parameters,
        input_tokens=said.input_tokens,
        output_tokens=said.output_tokens,
        tokens=said.tokens,
        seconds=seconds,
    )
