"""The engine for descendants of Qwen2.5-VL, on a tiny random checkpoint."""

import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from contract import EngineContract, draw_page, request_for
from tiny_checkpoint import SMALL, EngineFor

from annotations.engines.base import Engine, EngineError, EngineRequest
from annotations.engines.transformers_vlm import TransformersEngine

pytestmark = pytest.mark.alone


def ids_of(engine: TransformersEngine, request: EngineRequest) -> list[int]:
    prepared = engine._prepare([request])
    rows = engine.loaded.generate(prepared.inputs, [None])
    assert rows is not None
    return rows[0].ids


@pytest.fixture
def ending(
    tiny_engine: TransformersEngine,
    engine_for: EngineFor,
    variant: Callable[..., Path],
    tmp_path: Path,
) -> TransformersEngine:
    """Return an engine whose model ends its answer to the contract's page after some tokens."""
    ids = ids_of(tiny_engine, request_for(draw_page(tmp_path / "same.png")))
    end = next(token for place, token in enumerate(ids) if place > 5 and token not in ids[:place])
    return engine_for(variant("generation_config.json", eos_token_id=[end]))


class TestTransformersEngine(EngineContract):
    """The contract holds."""

    @pytest.fixture
    def engine(self, ending: TransformersEngine) -> Engine:
        return ending


def test_an_answer_that_ends_says_so_and_the_end_writes_nothing(
    ending: TransformersEngine, tmp_path: Path
) -> None:
    (answer,) = ending.read([request_for(draw_page(tmp_path / "page.png"))])
    assert answer.finish_reason == "stop"
    assert answer.output_tokens == len(answer.tokens) < SMALL["max_new_tokens"]


def test_an_answer_that_does_not_end_is_cut_at_its_length(
    tiny_engine: TransformersEngine, four_pages: list[EngineRequest]
) -> None:
    answers = tiny_engine.read(four_pages)
    assert {answer.finish_reason for answer in answers} == {"length"}
    assert {answer.output_tokens for answer in answers} == {32}
    assert all(answer.input_tokens and answer.input_tokens > 64 for answer in answers)
    assert len({answer.raw for answer in answers}) > 1


def test_tokens_lie_end_to_end_over_the_bytes_of_the_answer(
    tiny_engine: TransformersEngine, four_pages: list[EngineRequest]
) -> None:
    for answer in tiny_engine.read(four_pages):
        assert sum(token.length for token in answer.tokens) == len(answer.raw.encode())
        for token in answer.tokens:
            assert token.logprob <= 0
            assert token.margin is not None
            assert token.margin >= 0
            assert token.entropy is not None
            assert token.entropy >= 0


def test_the_checkpoints_own_taste_changes_nothing(
    tiny_engine: TransformersEngine,
    engine_for: EngineFor,
    variant: Callable[..., Path],
    four_pages: list[EngineRequest],
) -> None:
    """Nor would the test tell anything if a penalty that is asked for changed nothing."""
    taste = variant(
        "generation_config.json", repetition_penalty=1.5, temperature=0.7, do_sample=True, top_k=3
    )
    plain, tasted = tiny_engine.read(four_pages), engine_for(taste).read(four_pages)
    assert [answer.raw for answer in tasted] == [answer.raw for answer in plain]
    asked = engine_for(repetition_penalty=1.5).read(four_pages)
    assert [answer.raw for answer in asked] != [answer.raw for answer in plain]
    assert plain[0].parameters["repetition_penalty"] == 1.0


def test_a_ladder_of_temperature_is_drawn_after_its_seed(
    engine_for: EngineFor, four_pages: list[EngineRequest]
) -> None:
    hot = engine_for(temperature=1.5, seed=1)
    first, again = hot.read(four_pages[:1]), hot.read(four_pages[:1])
    assert first[0].raw == again[0].raw
    assert engine_for(temperature=1.5, seed=2).read(four_pages[:1])[0].raw != first[0].raw


def test_every_parameter_is_told_with_the_answer(
    tiny_engine: TransformersEngine, four_pages: list[EngineRequest]
) -> None:
    told = tiny_engine.read(four_pages[:1])[0].parameters
    assert told.items() >= {**SMALL, "prompt": "Transcreva.", "temperature": 0.0}.items()
    assert {"torch", "transformers", "guard", "seed", "min_pixels"} <= set(told)


def test_memory_that_runs_out_halves_the_batch(
    engine_for: EngineFor, four_pages: list[EngineRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    engine = engine_for()
    sizes: list[int] = []
    whole = engine.loaded.model.generate

    def generate(**inputs: Any) -> Any:
        sizes.append(len(inputs["input_ids"]))
        if sizes[-1] > 2:
            raise torch.OutOfMemoryError("planted")
        return whole(**inputs)

    monkeypatch.setattr(engine.loaded.model, "generate", generate)
    answers = engine.read(four_pages)
    assert sizes == [4, 2, 2]
    assert [answer.error for answer in answers] == [None] * 4


def test_a_page_too_large_for_the_memory_fails_alone(
    engine_for: EngineFor, four_pages: list[EngineRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    engine = engine_for()

    def generate(**_inputs: Any) -> Any:
        raise torch.OutOfMemoryError("planted")

    monkeypatch.setattr(engine.loaded.model, "generate", generate)
    assert {answer.error for answer in engine.read(four_pages[:2])} == {
        "the device's memory does not suffice for this page alone"
    }


def test_pages_of_like_length_share_a_batch_and_answers_keep_their_order(
    engine_for: EngineFor, four_pages: list[EngineRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_for(batch_size=2)
    ink = [900, 10, 1000, 20]
    mixed = [
        replace(page, ink_characters=count) for page, count in zip(four_pages, ink, strict=True)
    ]
    batches: list[list[int | None]] = []
    prepare = engine._prepare

    def noted(requests: list[EngineRequest]) -> Any:
        batches.append([request.ink_characters for request in requests])
        return prepare(requests)

    monkeypatch.setattr(engine, "_prepare", noted)
    together = engine.read(mixed)
    assert batches == [[10, 20], [900, 1000]]
    alone = [engine.read([page])[0].raw for page in mixed]
    assert [answer.raw for answer in together] == alone


def test_the_next_batch_is_made_ready_while_the_device_writes(
    engine_for: EngineFor, four_pages: list[EngineRequest], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_for(batch_size=2)
    engine.read(four_pages[:1])
    prepare, generate = engine._prepare, engine.loaded.model.generate
    ready = [threading.Event(), threading.Event()]
    written: list[bool] = []

    def noted(requests: list[EngineRequest]) -> Any:
        prepared = prepare(requests)
        next(event for event in ready if not event.is_set()).set()
        return prepared

    def waits(**inputs: Any) -> Any:
        written.append(ready[1].wait(timeout=10))
        return generate(**inputs)

    monkeypatch.setattr(engine, "_prepare", noted)
    monkeypatch.setattr(engine.loaded.model, "generate", waits)
    assert len(engine.read(four_pages)) == 4
    assert written == [True, True]


def test_the_prompt_may_be_the_systems_and_the_page_stand_alone(
    engine_for: EngineFor, four_pages: list[EngineRequest]
) -> None:
    engine = engine_for(prompt_role="system")
    prepared = engine._prepare(four_pages[:1])
    text = engine.loaded.processor.tokenizer.decode(prepared.inputs["input_ids"][0])
    assert text.startswith("<|im_start|>system\nTranscreva.<|im_end|>\n<|im_start|>user\n<|vision")
    assert text.endswith("<|vision_end|><|im_end|>\n<|im_start|>assistant\n")


def test_pixels_stay_within_their_bound(
    engine_for: EngineFor, four_pages: list[EngineRequest]
) -> None:
    prepared = engine_for(max_pixels=784 * 20)._prepare(four_pages[:1])
    (grid,) = prepared.inputs["image_grid_thw"].tolist()
    assert 10 <= grid[1] * grid[2] // 4 <= 20


def test_a_context_longer_than_the_models_is_refused(engine_for: EngineFor) -> None:
    with pytest.raises(EngineError, match="the model's context is 8,192 tokens, less than"):
        _ = engine_for(context=9000).loaded


def test_neither_registry_nor_building_loads_torch(tiny: Path) -> None:
    code = (
        "import sys; from annotations.engines import registry;"
        f"engine = registry.build('transformers', {str(tiny)!r}, '', 'Leia.', {{}});"
        "engine.facts; print([m for m in ('torch', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
