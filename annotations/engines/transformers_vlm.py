"""The engine `transformers`: any descendant of Qwen2.5-VL, on this machine's GPU or CPU.

Nothing here imports torch before a page is read: registry and web know the engine without it.
"""

import importlib.metadata
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from annotations.engines import transformers_vlm_checkpoint as checkpoint
from annotations.engines.base import (
    EngineAnswer,
    EngineError,
    EngineFacts,
    EngineRequest,
    unanswered,
)
from annotations.engines.transformers_vlm_settings import (
    PIXELS_PER_TOKEN,
    VlmSettings,
    read_settings,
)

if TYPE_CHECKING:
    from annotations.engines.transformers_vlm_decoding import DecodedRow
    from annotations.engines.transformers_vlm_model import LoadedModel

ADAPTER: Final = "transformers"
_RULES_VERSION: Final = 1
# Figures of an answer that are not settings: which libraries wrote it.
_LIBRARIES: Final = ("torch", "transformers")


@dataclass(frozen=True)
class _Prepared:
    """A batch as the device takes it, and the pages in it; those that no image came of are left."""

    requests: list[EngineRequest]
    inputs: Any
    failed: dict[int, str]


class TransformersEngine:
    """Reads pages in batches of like length; weights are loaded with the first page."""

    def __init__(self, model_id: str, revision: str, prompt: str, settings: VlmSettings) -> None:
        """Know what to load, and load nothing yet."""
        self.model_id, self.revision = model_id, revision
        self.prompt, self.settings = prompt, settings

    @property
    def facts(self) -> EngineFacts:
        """Return what the engine declares."""
        return EngineFacts(
            adapter=ADAPTER,
            adapter_version=f"{'+'.join(_versions().values())}+r{_RULES_VERSION}",
            model_id=self.model_id,
            revision=self.revision,
            max_pixels=self.settings.max_pixels,
            max_new_tokens=self.settings.max_new_tokens,
            context=self.settings.context,
            batch_size=self.settings.batch_size,
            queue="gpu",
        )

    @cached_property
    def loaded(self) -> "LoadedModel":
        """Load the model. Raises EngineError."""
        try:
            from annotations.engines.transformers_vlm_model import load_model
        except ImportError as error:
            raise EngineError(
                "transformers needs torch: install the extra with pip install 'ocrlab[vlm]'"
            ) from error
        folder = checkpoint.fetch(self.model_id, self.revision, self.settings.checkpoint_sha256)
        return load_model(folder, self.settings, self.prompt)

    def read(self, requests: Sequence[EngineRequest]) -> list[EngineAnswer]:
        """Read pages; the next batch is made ready while the device writes."""
        answers: dict[int, EngineAnswer] = {}
        order = sorted(range(len(requests)), key=lambda place: self._length(requests[place]))
        size = self.settings.batch_size
        places = [order[at : at + size] for at in range(0, len(order), size)]
        for batch, prepared in self._made_ready(requests, places):
            answers.update(zip(batch, self._answers(prepared), strict=True))
        return [answers[place] for place in range(len(requests))]

    def _length(self, request: EngineRequest) -> tuple[int, int]:
        """Return what a page's answer and image are expected to take, for batches of like pages."""
        pixels = min(request.width * request.height, self.settings.max_pixels)
        return request.ink_characters or pixels // PIXELS_PER_TOKEN, pixels

    def _made_ready(
        self, requests: Sequence[EngineRequest], places: list[list[int]]
    ) -> Iterator[tuple[list[int], _Prepared]]:
        if not places:
            return
        with ThreadPoolExecutor(max_workers=1) as ahead:
            coming: Future[_Prepared] | None = None
            for number, batch in enumerate(places):
                here = coming or ahead.submit(self._prepare, [requests[place] for place in batch])
                if number + 1 < len(places):
                    following = [requests[place] for place in places[number + 1]]
                    coming = ahead.submit(self._prepare, following)
                yield batch, here.result()

    def _prepare(self, requests: list[EngineRequest]) -> _Prepared:
        images, failed = [], {}
        for place, request in enumerate(requests):
            try:
                images.append(_open(request.image_path))
            except (OSError, ValueError) as error:
                failed[place] = f"the image cannot be read: {error}"
        return _Prepared(requests, self.loaded.prepare(images) if images else None, failed)

    def _answers(self, prepared: _Prepared) -> list[EngineAnswer]:
        failed = prepared.failed
        good = [page for place, page in enumerate(prepared.requests) if place not in failed]
        written = iter(self._written(good, prepared.inputs))
        return [
            self._error(failed[place]) if place in failed else next(written)
            for place in range(len(prepared.requests))
        ]

    def _written(self, requests: list[EngineRequest], inputs: Any) -> list[EngineAnswer]:
        """Answer one batch, in halves where its memory does not suffice."""
        if not requests:
            return []
        start = time.monotonic()
        rows = self.loaded.generate(inputs, [request.ink_characters for request in requests])
        if rows is None:
            return self._in_halves(requests)
        # The device's time is booked in equal parts on the pages that shared it.
        seconds = (time.monotonic() - start) / len(rows)
        prompt_tokens = inputs["attention_mask"].sum(-1).tolist()
        return [
            self._answer(row, int(count), seconds)
            for row, count in zip(rows, prompt_tokens, strict=True)
        ]

    def _in_halves(self, requests: list[EngineRequest]) -> list[EngineAnswer]:
        if len(requests) == 1:
            return [self._error("the device's memory does not suffice for this page alone")]
        middle = len(requests) // 2
        return [
            answer
            for half in (requests[:middle], requests[middle:])
            for answer in self._answers(self._prepare(half))
        ]

    def _answer(self, row: "DecodedRow", prompt_tokens: int, seconds: float) -> EngineAnswer:
        raw, tokens = self.loaded.read(row)
        return EngineAnswer(
            raw,
            finish_reason=row.finish_reason,
            parameters=self._parameters(),
            input_tokens=prompt_tokens,
            output_tokens=len(row.ids),
            tokens=tokens,
            seconds=seconds,
        )

    def _error(self, message: str) -> EngineAnswer:
        return unanswered(message, self._parameters())

    def _parameters(self) -> dict[str, object]:
        return {**self.settings.to_json(), "prompt": self.prompt, **_versions()}


def build(
    model_id: str, revision: str, prompt: str, parameters: Mapping[str, object]
) -> TransformersEngine:
    """Build from what is stored; files are checked, weights not yet loaded. Raises EngineError."""
    settings = read_settings(parameters, prompt)
    checkpoint.check_source(model_id, revision)
    return TransformersEngine(model_id, revision, prompt, settings)


def pinned(model_id: str, prompt: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return every parameter, and the hash of a local checkpoint's files. Raises EngineError."""
    settings = read_settings(parameters, prompt).to_json()
    if checkpoint.is_directory(model_id):
        folder = Path(model_id)
        checkpoint.check_directory(folder)
        settings["checkpoint_sha256"] = checkpoint.fingerprint(folder)
    return settings


def _open(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


@cache
def _versions() -> dict[str, str]:
    """Return the versions of the libraries that are there, without loading them."""
    found = {}
    for name in _LIBRARIES:
        with suppress(importlib.metadata.PackageNotFoundError):
            found[name] = importlib.metadata.version(name)
    return found
