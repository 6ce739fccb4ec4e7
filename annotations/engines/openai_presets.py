"""Settings of the engine `openai` that are known to work, by name.

A provider's model id is the operator's to give (`--model`), as it moves with the provider's own
versions. What a provider does not document is left unset rather than guessed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class ChatPreset:
    """What `add_engine --preset` begins with; every part of it can be given otherwise.

    `model_id` is empty where the operator has to name it.
    """

    parameters: Mapping[str, object]
    model_id: str = ""
    prompt: str = ""
    adapter: str = "openai"


# What the benchmark's own notebook sends as the system's turn; the page stands alone in the user's.
BENCHMARK_PROMPT: Final = (
    "You are an expert OCR system. Extract all text from the provided document image exactly as it "
    "appears, preserving the original layout and structure. Return only the extracted text with no "
    "additional commentary."
)
# The zones, asked for in words, for models that were not trained to return them.
ZONES_PROMPT: Final = (
    f"{BENCHMARK_PROMPT} Answer with one JSON object of strings with the keys header, margin, "
    "footer and text; use null for a part that the page does not have."
)
# Not offered, or not known to be, by the providers' compatible endpoints.
_PROVIDER: Final[dict[str, object]] = {"logprobs": False, "answer_format": "free"}

OPENAI_PRESETS: Final[Mapping[str, ChatPreset]] = {
    # vllm serve Dharma-AI/Dharma-OCR-LITE --dtype auto --max-model-len 16384
    #   --generation-config vllm --mm-processor-kwargs '{"max_pixels": 3211264}'
    "dharma-ocr-lite-vllm": ChatPreset(
        {
            "base_url": "http://127.0.0.1:8000/v1",
            "max_new_tokens": 6144,
            "temperature": 0.0,
            "repetition_penalty": 1.0,
            "max_pixels": 3_211_264,
            "context": 16_384,
        },
        model_id="Dharma-AI/Dharma-OCR-LITE",
        prompt=BENCHMARK_PROMPT,
    ),
    "claude-opus-4.6": ChatPreset(
        {
            "base_url": "https://api.anthropic.com/v1",
            "api_key_env": "ANTHROPIC_API_KEY",
            "max_new_tokens": 8192,
            **_PROVIDER,
        },
        prompt=ZONES_PROMPT,
    ),
    "gemini-3.1-pro": ChatPreset(
        {
            "base_url": "https://generativelanguage.googleapis.com/v1beta/openai",
            "api_key_env": "GEMINI_API_KEY",
            "max_new_tokens": 8192,
            **_PROVIDER,
        },
        prompt=ZONES_PROMPT,
    ),
    "gpt-5.4": ChatPreset(
        {
            "base_url": "https://api.openai.com/v1",
            "api_key_env": "OPENAI_API_KEY",
            "max_new_tokens": 8192,
            "limit_name": "max_completion_tokens",
            "temperature": "unset",
            **_PROVIDER,
        },
        prompt=ZONES_PROMPT,
    ),
}
