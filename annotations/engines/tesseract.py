"""The engine `tesseract`: Debian's program on the CPU, words and zones by this room's rules."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotations.engines.base import (
    EngineAnswer,
    EngineError,
    EngineFacts,
    EngineRequest,
    unanswered,
)
from annotations.engines.reader import RULES_VERSION, WordReader
from annotations.engines.tesseract_process import READ_SECONDS, program_version

ADAPTER = "tesseract"
_PARAMETERS = {"language", "psm", "seconds"}
_PSM = range(1, 14)


@dataclass(frozen=True)
class TesseractEngine:
    """Reads pages one by one; the raw answer is the canonical JSON of the zones."""

    reader: WordReader

    @property
    def facts(self) -> EngineFacts:
        """Return what the engine declares; its version names program and rules."""
        return EngineFacts(
            adapter=ADAPTER,
            adapter_version=f"{program_version()}+r{RULES_VERSION}",
            model_id=f"tesseract-{self.reader.language}",
            licence="Apache-2.0",
        )

    def read(self, requests: Sequence[EngineRequest]) -> list[EngineAnswer]:
        """Read pages in order; a page that cannot be read is an answer with `error`."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: EngineRequest) -> EngineAnswer:
        parameters: dict[str, object] = {
            "language": self.reader.language,
            "psm": self.reader.psm,
            "dpi": request.dpi,
        }
        start = time.monotonic()
        try:
            words = self.reader.read(request.image_path, dpi=request.dpi)
        except (EngineError, OSError) as error:
            return unanswered(error, parameters, time.monotonic() - start)
        return EngineAnswer(
            words.zones.canonical_json(),
            parameters=parameters,
            seconds=time.monotonic() - start,
            words=words,
        )


def build(parameters: Mapping[str, object]) -> TesseractEngine:
    """Build the engine from its stored parameters `language, psm, seconds`, all optional.

    Raises EngineError naming what is wrong.
    """
    unknown = sorted(set(parameters) - _PARAMETERS)
    if unknown:
        raise EngineError(f"tesseract takes {', '.join(sorted(_PARAMETERS))}, not {unknown[0]}")
    try:
        reader = WordReader(
            language=str(parameters.get("language", "por")),
            psm=int(str(parameters.get("psm", 3))),
            seconds=float(str(parameters.get("seconds", READ_SECONDS))),
        )
    except ValueError as error:
        raise EngineError(f"tesseract: {error}") from None
    if reader.psm not in _PSM:
        raise EngineError(f"tesseract: psm is 1 to 13, not {reader.psm}")
    return TesseractEngine(reader)
