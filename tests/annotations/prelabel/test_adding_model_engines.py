"""Vision-language models as engines, through the command."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.engines.presets import PRESETS
from annotations.models import Project
from annotations.prelabel.engines import find_engine

SHA = "0123456789abcdef0123456789abcdef01234567"


def test_a_preset_brings_model_prompt_bounds_and_licence(project: Project) -> None:
    call_command(
        *("add_engine", "lite", "--preset", "dharma-ocr-lite", "--revision", SHA),
        *("--param", "max_new_tokens=4096", "--price-per-hour", "2", "--project", "acervo"),
    )
    engine, preset = find_engine("lite"), PRESETS["dharma-ocr-lite"]
    assert (engine.adapter, engine.queue) == ("transformers", "gpu")
    assert (engine.model_id, engine.revision) == ("Dharma-AI/Dharma-OCR-LITE", SHA)
    assert (engine.prompt, engine.licence) == (preset.prompt, preset.licence)
    assert engine.parameters["max_new_tokens"] == 4096
    assert engine.parameters["max_pixels"] == 4096 * 784
    assert engine.parameters["repetition_penalty"] == 1.0
    assert project.project_engines.get().engine == engine


def test_what_is_given_beside_a_preset_wins(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "tuned"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "qwen2_5_vl"}))
    (folder / "model.safetensors").write_bytes(b"weights")
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("Transcreva.")
    command = ("add_engine", "tuned", "--preset", "qwen2.5-vl-3b", "--model", str(folder))
    call_command(*command, "--prompt-file", str(prompt), "--licence", "ours")
    engine = find_engine("tuned")
    assert (engine.model_id, engine.prompt, engine.licence) == (str(folder), "Transcreva.", "ours")
    call_command(*command, "--prompt-file", str(prompt))
    assert find_engine("tuned").version == 1
    (folder / "model.safetensors").write_bytes(b"other weights")
    call_command(*command, "--prompt-file", str(prompt))
    assert find_engine("tuned").version == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "dharma-ocr-lite"], "pin Dharma-AI/Dharma-OCR-LITE to a commit"),
        (["--adapter", "transformers", "--model", "../../etc"], "neither a hub id"),
        (["--adapter", "transformers", "--model", "PICKLED"], "never loaded: convert them first"),
        (
            ["--preset", "olmocr-2-7b", "--revision", SHA, "--param", "context=4096"],
            "do not fit a context of 4,096",
        ),
    ],
)
def test_what_must_not_be_loaded_is_one_clear_line(
    project: Project, tmp_path: Path, arguments: list[str], message: str
) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "qwen2_5_vl"}))
    (tmp_path / "pytorch_model.bin").write_bytes(b"weights")
    named = [str(tmp_path) if argument == "PICKLED" else argument for argument in arguments]
    with pytest.raises(CommandError, match=message) as refused:
        call_command("add_engine", "x", *named)
    assert "\n" not in str(refused.value)
