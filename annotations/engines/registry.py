"""The adapters of this house, by name."""

from collections.abc import Mapping

from annotations.engines import replay, tesseract
from annotations.engines.base import Engine, EngineError

ADAPTERS = (replay.ADAPTER, tesseract.ADAPTER)


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


def _refuse(adapter: str, **given: str) -> None:
    for name, value in given.items():
        if value:
            raise EngineError(f"{adapter} takes no {name}")
