"""One batch: figures of each step without its logits, and a row that is cut alone."""

import gc
import math
import weakref
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from tiny_checkpoint import EngineFor

from annotations.engines import loops
from annotations.engines.base import EngineRequest
from annotations.engines.loops import LoopGuard
from annotations.engines.transformers_vlm import TransformersEngine
from annotations.engines.transformers_vlm_settings import VlmSettings

pytestmark = pytest.mark.alone

VOCABULARY = 151_936


class StubModel:
    """Walks through a script of chosen ids as `generate` would, with logits of the true width."""

    def __init__(self, script: list[list[int]], end: int = 0, vocabulary: int = VOCABULARY) -> None:
        self.script, self.vocabulary = script, vocabulary
        self.generation_config = SimpleNamespace(eos_token_id=end, pad_token_id=end)
        self.held: list[int] = []
        self.as_wide = 0

    def generate(
        self, *, input_ids: Any, logits_processor: Any, stopping_criteria: Any, **_: Any
    ) -> Any:
        import torch

        ids, logits = input_ids, []
        live = torch.ones(len(self.script), dtype=torch.bool)
        for step in range(len(self.script[0])):
            chosen = torch.tensor([row[step] for row in self.script])
            chosen = torch.where(live, chosen, self.generation_config.pad_token_id)
            scores = torch.zeros(len(self.script), self.vocabulary)
            scores[torch.arange(len(self.script)), chosen] = 5.0
            logits.append(weakref.ref(scores))
            logits_processor(ids, scores)
            del scores
            ids = torch.cat([ids, chosen[:, None]], dim=1)
            live &= ~stopping_criteria(ids, None) & (chosen != self.generation_config.eos_token_id)
            self.held.append(sum(kept() is not None for kept in logits))
            if not live.any():
                break
        known = [kept for kept in gc.get_objects() if type(kept) is torch.Tensor]
        self.as_wide = sum(kept.shape[-1:] == (self.vocabulary,) for kept in known)
        return ids


def decoded(model: StubModel, ink: list[int | None] | None = None) -> Any:
    import torch

    from annotations.engines.transformers_vlm_decoding import decode

    rows = len(model.script)
    guards = [LoopGuard(count) for count in ink or [None] * rows]
    settings = VlmSettings(max_new_tokens=len(model.script[0]))
    return decode(model, {"input_ids": torch.ones(rows, 5, dtype=torch.long)}, settings, guards)


def test_no_logits_are_kept_at_the_true_size_of_the_vocabulary() -> None:
    """40 steps of 8 rows would be 195 MB; after each step there is none, nor anything as wide."""
    model = StubModel([[row * 100 + step + 1 for step in range(40)] for row in range(8)])
    rows = decoded(model)
    assert model.held == [0] * 40
    assert model.as_wide == 0
    assert [len(row.figures) for row in rows] == [40] * 8


def test_the_figures_are_those_of_the_chosen_token() -> None:
    (row,) = decoded(StubModel([[3, 4, 5]], vocabulary=100))
    rest = 99 / (99 + math.exp(5))
    for logprob, margin, entropy in row.figures:
        assert logprob == pytest.approx(math.log(1 - rest), abs=1e-5)
        assert margin == pytest.approx(5, abs=1e-5)
        expected = -(1 - rest) * math.log(1 - rest) - rest * math.log(rest / 99)
        assert entropy == pytest.approx(expected, abs=1e-4)


def test_figures_are_those_that_plain_generate_gives(
    tiny_engine: TransformersEngine, four_pages: list[EngineRequest]
) -> None:
    import torch

    inputs = tiny_engine._prepare(four_pages).inputs
    model = tiny_engine.loaded.model
    rows = tiny_engine.loaded.generate(inputs, [None] * 4)
    with torch.inference_mode():
        plain = model.generate(
            **inputs,
            do_sample=False,
            max_new_tokens=32,
            return_dict_in_generate=True,
            output_logits=True,
        )
    logprobs = torch.stack(plain.logits, dim=1).log_softmax(-1)
    assert rows is not None
    for row, ids, steps in zip(rows, plain.sequences[:, -32:].tolist(), logprobs, strict=True):
        assert row.ids == ids
        best = steps.topk(2, dim=-1).values
        entropy = -(steps.exp() * steps).sum(-1)
        expected = torch.stack([best[:, 0], best[:, 0] - best[:, 1], entropy], dim=-1)
        assert torch.allclose(torch.tensor(row.figures), expected, atol=1e-4)


def test_a_looping_row_is_cut_at_the_guards_own_limits_and_the_rest_go_on() -> None:
    healthy = [(7 * step) % 4001 + 1 for step in range(1200)]
    rows = decoded(StubModel([healthy, [9] * 1200, [9, 8] * 600], vocabulary=5000))
    assert [(row.finish_reason, len(row.ids)) for row in rows] == [
        ("length", 1200),
        ("guard", 512),
        ("guard", 512),
    ]
    assert rows[0].ids == healthy


def test_padding_after_an_end_is_no_loop() -> None:
    ended, going = [5, 6, 0] + [1] * 900, [(7 * step) % 4001 + 1 for step in range(903)]
    rows = decoded(StubModel([ended, going], vocabulary=5000))
    assert [(row.finish_reason, len(row.ids)) for row in rows] == [("stop", 3), ("length", 903)]


class Forced:
    """The tiny model, made to write one token for ever in one row."""

    def __init__(self, model: Any, row: int, token: int) -> None:
        self.model, self.row, self.token = model, row, token
        self.device = model.device
        self.generation_config = model.generation_config

    def __call__(self, _ids: Any, scores: Any) -> Any:
        scores[self.row] = -1e9
        scores[self.row, self.token] = 0
        return scores

    def generate(self, *, logits_processor: Any, **inputs: Any) -> Any:
        logits_processor.insert(0, self)
        return self.model.generate(logits_processor=logits_processor, **inputs)


@pytest.fixture
def near_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bring the guard's limits within the few tokens of a fast test."""
    monkeypatch.setattr(loops, "SHORT_TOKENS", 16)
    monkeypatch.setattr(loops, "LEAST_BUDGET", 8)
    monkeypatch.setattr(loops, "COUNTING_BUDGETS", 1000)


@pytest.mark.usefixtures("near_limits")
def test_a_forced_loop_ends_its_row_and_leaves_the_others_as_they_were(
    engine_for: EngineFor, four_pages: list[EngineRequest]
) -> None:
    pages = [replace(page, ink_characters=0) for page in four_pages]
    guarded, free = engine_for(max_new_tokens=64), engine_for(max_new_tokens=64, guard="off")
    for engine in (guarded, free):
        engine.__dict__["loaded"] = replace(
            engine.loaded, model=Forced(engine.loaded.model, row=1, token=65)
        )
    # The order of the batch is by image size, which is the same here: row 1 is page 1.
    cut, whole = guarded.read(pages), free.read(pages)
    assert (cut[1].finish_reason, cut[1].output_tokens) == ("guard", 16)
    assert (whole[1].finish_reason, whole[1].output_tokens) == ("length", 64)
    assert whole[1].raw.startswith(cut[1].raw)
    for row in (0, 2, 3):
        assert (cut[row].raw, cut[row].tokens) == (whole[row].raw, whole[row].tokens)
        assert cut[row].finish_reason == whole[row].finish_reason != "guard"
        assert (cut[row].output_tokens or 0) > 16
