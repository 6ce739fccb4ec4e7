"""A loaded model: weights, processor and vocabulary on one device. Needs the extra `[vlm]`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from transformers import AutoModelForImageTextToText

from annotations.content import Token
from annotations.engines.base import EngineError
from annotations.engines.loops import LoopGuard
from annotations.engines.token_bytes import piece_bytes, spell
from annotations.engines.transformers_vlm_decoding import (
    DecodedRow,
    bare_generation_config,
    decode,
)
from annotations.engines.transformers_vlm_processor import (
    PageProcessor,
    load_processor,
    model_inputs,
)
from annotations.engines.transformers_vlm_settings import VlmSettings


@dataclass(frozen=True)
class LoadedModel:
    """What stays in memory between batches."""

    model: Any
    processor: PageProcessor
    settings: VlmSettings
    prompt: str

    def prepare(self, images: Sequence[Image.Image]) -> Any:
        """Return a batch's inputs, in the memory of the CPU."""
        return model_inputs(self.processor, images, self.prompt, self.settings.prompt_role)

    def generate(self, inputs: Any, ink: Sequence[int | None]) -> list[DecodedRow] | None:
        """Return a row for each page, by the characters of its ink; None when memory ran out."""
        guarded = self.settings.guard == "on"
        guards = [LoopGuard(characters) if guarded else None for characters in ink]
        try:
            return decode(self.model, inputs.to(self.model.device), self.settings, guards)
        except torch.OutOfMemoryError:
            pass  # outside the handler, its traceback no longer holds the batch's tensors
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return None

    def read(self, row: DecodedRow) -> tuple[str, tuple[Token, ...]]:
        """Return the raw answer and its tokens, end to end over its bytes.

        Special tokens write nothing.
        """
        tokenizer = self.processor.tokenizer
        special = set(tokenizer.all_special_ids)
        pieces = tokenizer.convert_ids_to_tokens(row.ids)
        written = [
            b"" if token in special or piece is None else piece_bytes(piece)
            for token, piece in zip(row.ids, pieces, strict=True)
        ]
        raw, lengths = spell(written)
        tokens = (
            Token(length, *figures) for length, figures in zip(lengths, row.figures, strict=True)
        )
        return raw, tuple(tokens)


def load_model(folder: Path, settings: VlmSettings, prompt: str) -> LoadedModel:
    """Load from safetensors alone. Raises EngineError when the files do not make a model."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        model = AutoModelForImageTextToText.from_pretrained(
            folder,
            dtype=_dtype(settings.dtype, device),
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
        )
        processor = load_processor(folder, settings)
    except (OSError, ValueError, KeyError) as error:
        raise EngineError(f"{folder.name} cannot be loaded: {str(error)[:200]}") from error
    _check_context(model, settings)
    model.generation_config = bare_generation_config(model)
    return LoadedModel(model.to(device).eval(), processor, settings, prompt)


def _dtype(name: str, device: str) -> torch.dtype:
    if name == "auto":
        return torch.bfloat16 if device == "cuda" else torch.float32
    dtype = getattr(torch, name)
    assert isinstance(dtype, torch.dtype)  # noqa: S101  # the settings know no other names
    return dtype


def _check_context(model: Any, settings: VlmSettings) -> None:
    longest = model.config.get_text_config().max_position_embeddings
    if settings.context > longest:
        raise EngineError(
            f"the model's context is {longest:,} tokens, less than the {settings.context:,} asked "
            "for: add the engine with a smaller context"
        )
