"""The adapters of this house, by name."""

from collections.abc import Mapping

from annotations.engines import dharma, openai_chat, replay, tesseract, transformers_vlm
from annotations.engines.base import Engine, EngineError
from annotations.engines.transport import Outside

ADAPTERS = (
    dharma.ADAPTER,
    openai_chat.ADAPTER,
    replay.ADAPTER,
    tesseract.ADAPTER,
    transformers_vlm.ADAPTER,
)


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
    if adapter == transformers_vlm.ADAPTER:
        return transformers_vlm.build(model_id, revision, prompt, parameters)
    if adapter in {openai_chat.ADAPTER, dharma.ADAPTER}:
        return _asking(adapter, model_id, revision, prompt, parameters, outside=outside)
    raise EngineError(f"there is no adapter {adapter!r:.40}; known are {', '.join(ADAPTERS)}")


def _asking(
    adapter: str,
    model_id: str,
    revision: str,
    prompt: str,
    parameters: Mapping[str, object],
    *,
    outside: Outside | None,
) -> Engine:
    if outside is None:
        raise EngineError(f"{adapter} asks a server, and no way out was given")
    if adapter == openai_chat.ADAPTER:
        return openai_chat.build(model_id, revision, prompt, parameters, outside)
    _refuse(adapter, revision=revision, prompt=prompt)
    return dharma.build(model_id, parameters, outside)


def pinned(
    adapter: str, parameters: Mapping[str, object], *, model_id: str = "", prompt: str = ""
) -> dict[str, object]:
    """Return the parameters as they are stored: what they name is fixed by its hash.

    Raises EngineError.
    """
    if adapter == replay.ADAPTER:
        return replay.pinned(parameters)
    if adapter == transformers_vlm.ADAPTER:
        return transformers_vlm.pinned(model_id, prompt, parameters)
    if adapter == openai_chat.ADAPTER:
        return openai_chat.pinned(parameters)
    if adapter == dharma.ADAPTER:
        return dharma.pinned(parameters)
    return dict(parameters)


def _refuse(adapter: str, **given: str) -> None:
    for name, value in given.items():
        if value:
            raise EngineError(f"{adapter} takes no {name}")
