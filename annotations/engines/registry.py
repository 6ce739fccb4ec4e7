"""The adapters of this house, by name."""

from collections.abc import Mapping

from annotations.engines import dharma, openai_chat, replay, tesseract
from annotations.engines.base import Engine, EngineError
from annotations.engines.transport import Outside

ADAPTERS = (dharma.ADAPTER, openai_chat.ADAPTER, replay.ADAPTER, tesseract.ADAPTER)


def build(
    adapter: str,
    model_id: str,
    revision: str,
    prompt: str,
    parameters: Mapping[str, object],
    *,
    outside: Outside | None = None,
) -> Engine:
    """Build an engine from what is stored of it. Raises EngineError with the cure.

    `outside` is the way to servers, for the engines that ask one.
    """
    if adapter == tesseract.ADAPTER:
        engine = tesseract.build(parameters)
        other_model = "" if model_id == engine.facts.model_id else model_id
        _refuse(adapter, model=other_model, revision=revision, prompt=prompt)
        return engine
    if adapter == replay.ADAPTER:
        _refuse(adapter, prompt=prompt)
        return replay.build(model_id, parameters)
    if adapter in {openai_chat.ADAPTER, dharma.ADAPTER}:
        if outside is None:
            raise EngineError(f"{adapter} asks a server, and no way out was given")
        if adapter == openai_chat.ADAPTER:
            return openai_chat.build(model_id, revision, prompt, parameters, outside)
        _refuse(adapter, revision=revision, prompt=prompt)
        return dharma.build(model_id, parameters, outside)
    raise EngineError(f"there is no adapter {adapter!r:.40}; known are {', '.join(ADAPTERS)}")


def pinned(adapter: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters as they are stored: what they name is fixed by its hash.

    Raises EngineError.
    """
    return replay.pinned(parameters) if adapter == replay.ADAPTER else dict(parameters)


def _refuse(adapter: str, **given: str) -> None:
    for name, value in given.items():
        if value:
            raise EngineError(f"{adapter} takes no {name}")
