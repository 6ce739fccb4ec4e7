"""How the paper asks an engine."""

from collections.abc import Mapping
from typing import Final

# Adapters of models that write token by token, here or on a server that speaks the OpenAI protocol.
GENERATING: Final = ("openai", "transformers")
# Without a guard, and with room for 8,192 new tokens (the benchmark's notebook).
PARAMETERS: Final = {"guard": "off", "max_new_tokens": "8192"}


def as_published(adapter: str, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the parameters under which the paper measures: no guard, its number of tokens.

    Engines that take no such parameters are asked as ever.
    """
    return {**parameters, **(PARAMETERS if adapter in GENERATING else {})}
