"""The engine `replay`: answers recorded elsewhere, found by a page's names."""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotations.engines.base import (
    EngineAnswer,
    EngineError,
    EngineFacts,
    EngineRequest,
    unanswered,
)

ADAPTER = "replay"
ADAPTER_VERSION = "1"
# Bytes of a file of answers: a hundred thousand pages of 5 kB.
MAX_FILE_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Recorded:
    """One recorded answer."""

    raw: str
    finish_reason: str = "stop"
    output_tokens: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class ReplayEngine:
    """Answers from a file; the same bytes make the same engine."""

    answers: Mapping[str, Recorded]
    parameters: Mapping[str, object]
    model_id: str

    @property
    def facts(self) -> EngineFacts:
        """Return what the engine declares."""
        return EngineFacts(ADAPTER, ADAPTER_VERSION, model_id=self.model_id)

    def read(self, requests: Sequence[EngineRequest]) -> list[EngineAnswer]:
        """Answer by the first of a request's keys that was recorded."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: EngineRequest) -> EngineAnswer:
        start = time.monotonic()
        found = next((self.answers[key] for key in request.keys if key in self.answers), None)
        if found is None:
            return unanswered("no answer was recorded for this page", self.parameters)
        return EngineAnswer(
            found.raw,
            finish_reason=found.finish_reason,
            parameters=dict(self.parameters),
            output_tokens=found.output_tokens,
            seconds=found.seconds or time.monotonic() - start,
        )


def build(model_id: str, parameters: Mapping[str, object]) -> ReplayEngine:
    """Build from `answers=FILE.json`, an object of key and answer.

    A key is a page's sha256, a document's `external_id` or a row's id; an answer is the raw string
    or `{raw, finish_reason, output_tokens, seconds}`. `answers_sha256`, when given, pins the
    file's bytes. Raises EngineError.
    """
    unknown = sorted(set(parameters) - {"answers", "answers_sha256"})
    if unknown or not isinstance(parameters.get("answers"), str):
        raise EngineError("replay takes the parameter answers=FILE.json")
    path = Path(str(parameters["answers"]))
    data = _bytes(path)
    pinned = parameters.get("answers_sha256")
    if pinned and hashlib.sha256(data).hexdigest() != pinned:
        raise EngineError(f"{path.name} has changed since this engine was added: add it again")
    return ReplayEngine(_answers(data, path.name), dict(parameters), model_id)


def pinned(parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters with an absolute path and the hash of the answers' bytes.

    Raises EngineError.
    """
    if not parameters.get("answers"):
        raise EngineError("replay takes the parameter answers=FILE.json")
    path = Path(str(parameters["answers"])).resolve()
    digest = hashlib.sha256(_bytes(path)).hexdigest()
    return {**parameters, "answers": str(path), "answers_sha256": digest}


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise EngineError(f"{path.name} is larger than {MAX_FILE_BYTES:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise EngineError(f"the file of answers cannot be read: {error.strerror}") from None


def _answers(data: bytes, name: str) -> dict[str, Recorded]:
    try:
        obj = json.loads(data)
    except (ValueError, RecursionError):
        raise EngineError(f"{name} is not JSON") from None
    if not isinstance(obj, dict):
        raise EngineError(f"{name} is not an object of key and answer")
    return {key: _recorded(value, f"{name}: {key[:60]}") for key, value in obj.items()}


def _recorded(value: object, place: str) -> Recorded:
    if isinstance(value, str):
        return Recorded(value)
    if not isinstance(value, dict) or not isinstance(value.get("raw"), str):
        raise EngineError(f"{place}: an answer is a string or an object with raw")
    tokens, seconds = value.get("output_tokens"), value.get("seconds", 0.0)
    if not (tokens is None or isinstance(tokens, int)) or not isinstance(seconds, int | float):
        raise EngineError(f"{place}: output_tokens and seconds are numbers")
    return Recorded(value["raw"], str(value.get("finish_reason", "stop")), tokens, float(seconds))
