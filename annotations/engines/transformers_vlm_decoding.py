"""One batch through `generate`: tokens, what the model thought of each, and where rows were cut.

Of each step three numbers a row are kept. All logits of 8 rows and 4,000 steps over 151,936 tokens
would be 18 GiB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from transformers import GenerationConfig, LogitsProcessorList, StoppingCriteriaList

from annotations.engines.loops import CHECK_EVERY, LoopGuard
from annotations.engines.transformers_vlm_settings import VlmSettings


@dataclass(frozen=True)
class DecodedRow:
    """What one row wrote: token ids, and (log-probability, margin, entropy) of each, in nats.

    The token that ends an answer is among them where there is one.
    """

    ids: list[int]
    figures: list[tuple[float, float, float]]
    finish_reason: str


class StepRecorder:
    """Gathers the figures of each step: sees its scores before the choice, its ids after."""

    def __init__(self) -> None:
        """Start with no step seen."""
        self.steps: list[torch.Tensor] = []
        self._scores: torch.Tensor | None = None

    def __call__(self, _ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Hold this step's scores (rows, vocabulary) until the choice is known."""
        self._scores = scores
        return scores

    def note_choice(self, chosen: torch.Tensor) -> None:
        """Keep (rows, 3) of the scores for the chosen ids (rows), and drop the scores."""
        scores, self._scores = self._scores, None
        if scores is None:
            raise RuntimeError("a choice without scores")
        logprobs = torch.log_softmax(scores.float(), dim=-1)
        best = logprobs.topk(2, dim=-1).values
        # 0 · −∞ where a token is ruled out counts as 0.
        entropy = -(logprobs.exp() * logprobs.clamp_min(-1e4)).sum(-1)
        picked = logprobs.gather(-1, chosen[:, None])[:, 0]
        self.steps.append(torch.stack([picked, best[:, 0] - best[:, 1], entropy], dim=-1))


class RowStops:
    """Ends a row that loops while the others of its batch go on; lets the recorder see choices."""

    def __init__(
        self, recorder: StepRecorder, guards: Sequence[LoopGuard | None], ends: set[int], start: int
    ) -> None:
        """Watch rows whose answers begin at column `start`; `ends` are the ids that end one."""
        self._recorder = recorder
        self._guards = list(guards)
        self._ends = ends
        self._seen = start
        self._stopped: torch.Tensor | None = None

    def __call__(self, ids: torch.Tensor, _scores: Any, **_kwargs: Any) -> torch.Tensor:
        """Return which rows are done (rows)."""
        self._recorder.note_choice(ids[:, -1])
        if self._stopped is None:
            self._stopped = torch.zeros(ids.shape[0], dtype=torch.bool, device=ids.device)
        if ids.shape[1] - self._seen >= CHECK_EVERY:
            rows = ids[:, self._seen :].tolist()
            self._seen = ids.shape[1]
            stopped = [self._feed(row, tokens) for row, tokens in enumerate(rows)]
            self._stopped = torch.tensor(stopped, device=ids.device)
        return self._stopped

    def _feed(self, row: int, tokens: list[int]) -> bool:
        guard = self._guards[row]
        if guard is None:
            return False
        if self._ends.intersection(tokens):
            self._guards[row] = None  # it ended by itself; what follows is padding
            return False
        return guard.feed(tokens)


def decode(
    model: Any, inputs: Any, settings: VlmSettings, guards: Sequence[LoopGuard | None]
) -> list[DecodedRow]:
    """Generate for every row of `inputs`. Raises `torch.OutOfMemoryError`."""
    ends = end_ids(model)
    start = inputs["input_ids"].shape[1]
    recorder = StepRecorder()
    if settings.temperature:
        torch.manual_seed(settings.seed)
    with torch.inference_mode():
        ids = model.generate(
            **inputs,
            generation_config=generation_config(model, settings),
            logits_processor=LogitsProcessorList([recorder]),
            stopping_criteria=StoppingCriteriaList([RowStops(recorder, guards, ends, start)]),
        )
    figures = torch.stack(recorder.steps, dim=1).tolist()
    return [
        _row(tokens, figures[number], ends, guards[number])
        for number, tokens in enumerate(ids[:, start:].tolist())
    ]


def generation_config(model: Any, settings: VlmSettings) -> GenerationConfig:
    """Return a configuration that leaves nothing to the checkpoint's but the ids of ends."""
    drawn = settings.temperature > 0
    return GenerationConfig(
        do_sample=drawn,
        num_beams=1,
        max_new_tokens=settings.max_new_tokens,
        repetition_penalty=settings.repetition_penalty,
        **({"temperature": settings.temperature, "top_k": 0, "top_p": 1.0} if drawn else {}),
        eos_token_id=sorted(end_ids(model)),
        pad_token_id=model.generation_config.pad_token_id,
        return_dict_in_generate=False,
    )


def end_ids(model: Any) -> set[int]:
    """Return the ids that end an answer."""
    ids = model.generation_config.eos_token_id
    return set(ids) if isinstance(ids, list) else {ids}


def bare_generation_config(model: Any) -> GenerationConfig:
    """Return the checkpoint's own configuration without its taste: only its special ids."""
    own = model.generation_config
    ends = own.eos_token_id
    pad = own.pad_token_id
    if pad is None:
        pad = ends[0] if isinstance(ends, list) else ends
    return GenerationConfig(eos_token_id=ends, pad_token_id=pad)


def _row(
    ids: list[int],
    figures: list[tuple[float, float, float]],
    ends: set[int],
    guard: LoopGuard | None,
) -> DecodedRow:
    length, reason = len(ids), "length"
    end = next((place for place, token in enumerate(ids) if token in ends), None)
    if end is not None and not (guard and guard.stopped and guard.fed <= end):
        length, reason = end + 1, "stop"
    elif guard and guard.stopped:
        length, reason = guard.fed, "guard"
    return DecodedRow(ids[:length], figures[:length], reason)
