"""The adapters of this house, by name."""

from collections.abc import Mapping
from typing import Final

from annotations.engines import replay, tesseract
from annotations.engines.base import Engine, EngineError

ADAPTERS = (replay.ADAPTER, tesseract.ADAPTER)
# Adapters of models that write token by token, here or on a server that speaks the OpenAI protocol.
GENERATING: Final = ("openai", "transformers")
# Without a guard, and with room for 8,192 new tokens (the benchmark's notebook).
PAPER_PARAMETERS: Final = {"guard": "off", "max_new_tokens": "8192"}


def build(
    adapter: str,
    model_id: str,
    revision: str,
    prompt: str,
    parameters: Mapping[str, object],
) -> Engine:
    """Build an engine from what is stored of it. Raises EngineError with the cure."""
    if adapter == tesseract.ADAPTER:
        engine = tesseract.build(parameters)
        other_model = "" if model_id == engine.facts.model_id else model_id
        _refuse(adapter, model=other_model, revision=revision, prompt=prompt)
        return engine
    if adapter == replay.ADAPTER:
        _refuse(adapter, prompt=prompt)
        return replay.build(model_id, parameters)
    raise EngineError(f"there is no adapter {adapter!r:.40}; known are {', '.join(ADAPTERS)}")


def pinned(adapter: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters as they are stored: what they name is fixed by its hash.

    Raises EngineError.
    """
    return replay.pinned(parameters) if adapter == replay.ADAPTER else dict(parameters)


def as_published(adapter: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters under which the paper measures: no guard, its number of tokens.

    Engines that take no such parameters are asked as ever.
    """
    return {**parameters, **(PAPER_PARAMETERS if adapter in GENERATING else {})}


def _refuse(adapter: str, **given: str) -> None:
    for name, value in given.items():
        if value:
            raise EngineError(f"{adapter} takes no {name}")
