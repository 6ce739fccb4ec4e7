"""What every engine takes, gives and declares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from annotations.content import Token
from annotations.engines.words import Words

ERROR_LENGTH = 500  # characters of a reason; a job's row keeps no more


class EngineError(Exception):
    """Say why an engine cannot be built or used, for the person who configures it."""


@dataclass(frozen=True)
class EngineFacts:
    """What an engine declares about itself.

    `max_pixels`, `max_new_tokens` and `context` are 0 where they mean nothing.
    """

    adapter: str
    adapter_version: str
    model_id: str = ""
    revision: str = ""
    max_pixels: int = 0
    max_new_tokens: int = 0
    context: int = 0
    batch_size: int = 1
    sends_data_to_third_party: bool = False
    licence: str = ""
    queue: str = "cpu"


@dataclass(frozen=True)
class EngineRequest:
    """One page to read; `keys` are names under which a recorded answer may be found.

    Sizes in pixels of the canonical image; `dpi` where the scan said it. `ink_characters`: as many
    as the page's word layout holds, spaces included; None where there is no layout.
    """

    page_id: str
    image_path: Path
    image_sha256: str
    width: int
    height: int
    dpi: int | None = None
    keys: tuple[str, ...] = ()
    ink_characters: int | None = None


@dataclass(frozen=True)
class EngineAnswer:
    """What an engine said of one page: verbatim, or the error that kept it from answering.

    `tokens` lie end to end over the bytes of `raw`; empty where the engine cannot tell.
    """

    raw: str
    finish_reason: str = "stop"
    parameters: dict[str, object] = field(default_factory=dict)
    input_tokens: int | None = None
    output_tokens: int | None = None
    tokens: tuple[Token, ...] = ()
    seconds: float = 0.0
    words: Words | None = None
    error: str | None = None


def unanswered(
    error: Exception | str, parameters: Mapping[str, object], seconds: float = 0.0
) -> EngineAnswer:
    """Return the answer of a page that could not be read, with the reason, at most 500 characters.

    `seconds` is how long it took to find out.
    """
    return EngineAnswer(
        "",
        finish_reason="error",
        parameters=dict(parameters),
        seconds=seconds,
        error=str(error)[:ERROR_LENGTH],
    )


class Engine(Protocol):
    """A plain class: no settings, no database, no state between calls but loaded weights."""

    @property
    def facts(self) -> EngineFacts:
        """Return what the engine declares."""

    def read(self, requests: Sequence[EngineRequest]) -> list[EngineAnswer]:
        """Read pages: as many answers as requests, in their order.

        One page's failure is its answer's `error`, never an exception.
        """
