"""Every preset is an engine that can be built, within its bounds."""

import pytest

from annotations.engines.presets import PRESETS
from annotations.engines.registry import build

SHA = "0123456789abcdef0123456789abcdef01234567"
MODELS = sorted(name for name, preset in PRESETS.items() if preset.adapter == "transformers")


def test_the_models_of_the_ladder_are_offered() -> None:
    assert MODELS == [
        "dharma-ocr-full",
        "dharma-ocr-lite",
        "nanonets-ocr2-3b",
        "olmocr-2-7b",
        "qwen2.5-vl-3b",
        "qwen2.5-vl-7b",
    ]


@pytest.mark.parametrize("name", MODELS)
def test_a_preset_builds_once_its_revision_is_pinned(name: str) -> None:
    preset = PRESETS[name]
    facts = build("transformers", preset.model_id, SHA, preset.prompt, preset.parameters).facts
    prompt = len(preset.prompt.encode())
    assert facts.max_pixels / 784 + prompt + facts.max_new_tokens <= facts.context
    assert preset.licence
    assert preset.parameters["parser"] in {"json", "markdown"}
