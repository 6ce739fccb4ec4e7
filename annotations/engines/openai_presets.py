"""Servers of chat completions whose settings are known to work, by name.

A provider's model id is the operator's to give (`--model`), as it moves with the provider's own
versions. What a provider is not known to take is left unset rather than guessed.
"""

from collections.abc import Mapping
from typing import Final

from annotations.engines.openai_chat import ADAPTER
from annotations.engines.presets import BENCHMARK_PROMPT, ZONES_PROMPT, Preset

_PROVIDER: Final[dict[str, object]] = {"max_new_tokens": 8192, "logprobs": False}

OPENAI_PRESETS: Final[Mapping[str, Preset]] = {
    # vllm serve Dharma-AI/Dharma-OCR-LITE --dtype auto --max-model-len 16384
    #   --generation-config vllm --mm-processor-kwargs '{"max_pixels": 3211264}'
    "dharma-ocr-lite-vllm": Preset(
        adapter=ADAPTER,
        model_id="Dharma-AI/Dharma-OCR-LITE",
        prompt=BENCHMARK_PROMPT,
        parameters={
            "base_url": "http://127.0.0.1:8000/v1",
            "prompt_role": "system",
            "max_new_tokens": 6144,
            "temperature": 0.0,
            "repetition_penalty": 1.0,
            "max_pixels": 3_211_264,
            "context": 16_384,
        },
        licence="see the model card",
    ),
    "claude-opus-4.6": Preset(
        adapter=ADAPTER,
        prompt=ZONES_PROMPT,
        parameters={
            "base_url": "https://api.anthropic.com/v1",
            "api_key_env": "ANTHROPIC_API_KEY",
            **_PROVIDER,
        },
    ),
    "gemini-3.1-pro": Preset(
        adapter=ADAPTER,
        prompt=ZONES_PROMPT,
        parameters={
            "base_url": "https://generativelanguage.googleapis.com/v1beta/openai",
            "api_key_env": "GEMINI_API_KEY",
            **_PROVIDER,
        },
    ),
    "gpt-5.4": Preset(
        adapter=ADAPTER,
        prompt=ZONES_PROMPT,
        parameters={
            "base_url": "https://api.openai.com/v1",
            "api_key_env": "OPENAI_API_KEY",
            "limit_name": "max_completion_tokens",
            "temperature": "unset",
            **_PROVIDER,
        },
    ),
}
