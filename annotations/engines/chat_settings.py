"""The parameters of the engine `openai`, judged one by one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TypeVar

from annotations.engines.base import EngineError

T = TypeVar("T")

# A key's variable is told by its end: otherwise whoever adds an engine could have any secret of
# this process sent to an address of their choice.
KEY_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,80}_API_KEY")
# What is given for a parameter that the server does not take.
UNSET = "unset"
# Pages asked for at once: each holds its image in memory, and servers batch no more than so many.
MAX_THREADS = 64
# Digits of the largest number that any parameter takes.
MAX_DIGITS = 12
# A batch of pages has 1800 seconds; what is left of them is for keeping the answers.
MAX_SECONDS = 1500.0
# Pixels of one image token, and bytes of a prompt's token at the very least (domain.md §3).
PIXELS_PER_TOKEN = 784
BYTES_PER_TOKEN = 2


@dataclass(frozen=True, kw_only=True)
class ChatSettings:
    """How a server is asked; every field is a parameter and is stored.

    `temperature` and `repetition_penalty` are None where the server does not take them.
    `max_pixels` and `context` are 0 where no bound is known. `limit_name` is the name under which
    the server takes `max_new_tokens`. `answer_format` is `free` or `json_schema`.
    `prompt_role` says in whose turn the prompt stands, `parser` how the answer is read.
    """

    base_url: str
    api_key_env: str = ""
    max_new_tokens: int = 6144
    limit_name: str = "max_tokens"
    temperature: float | None = 0.0
    repetition_penalty: float | None = None
    max_pixels: int = 0
    context: int = 0
    logprobs: bool = True
    answer_format: str = "free"
    prompt_role: str = "user"
    parser: str = "json"
    guard: bool = True
    concurrency: int = 4
    seconds: float = 300.0
    idle_seconds: float = 120.0

    def stored(self) -> dict[str, object]:
        """Return all of it as parameters: what a default is may change, an engine may not."""
        return {name: UNSET if value is None else value for name, value in asdict(self).items()}

    def check_bounds(self, prompt: str) -> None:
        """Raise EngineError where image, prompt and answer cannot fit the model's context."""
        if not self.context:
            return
        asked = len(prompt.encode()) // BYTES_PER_TOKEN
        needed = self.max_pixels // PIXELS_PER_TOKEN + asked + self.max_new_tokens
        if not self.max_pixels or needed > self.context:
            raise EngineError(
                f"max_pixels/784 + prompt + max_new_tokens is {needed:,} tokens and context "
                f"{self.context:,}: set max_pixels or max_new_tokens lower"
            )


def read_settings(parameters: Mapping[str, object]) -> ChatSettings:
    """Read parameters, which may be text. Raises EngineError naming the first that is wrong."""
    known = {field.name for field in fields(ChatSettings)}
    unknown = sorted(set(parameters) - known)
    if unknown:
        raise EngineError(f"openai takes {', '.join(sorted(known))}, not {unknown[0]}")
    if not parameters.get("base_url"):
        raise EngineError("openai takes --base-url, as in https://host/v1")
    judged = {name: judge(name, str(value), JUDGES[name]) for name, value in parameters.items()}
    return ChatSettings(**judged)  # type: ignore[arg-type]  # each judged by its own name


def judge(name: str, value: str, reading: Callable[[str], T]) -> T:
    """Read one parameter. Raises EngineError naming it."""
    try:
        return reading(value)
    except ValueError as error:
        raise EngineError(f"{name}: {error}") from None


def base_url(value: str) -> str:
    """Return an address without the slash at its end; the transport judges the rest."""
    if not re.match(r"https?://[^/]", value):
        raise ValueError("an address as in https://host/v1")
    return value.rstrip("/")


def key_name(value: str) -> str:
    """Return the name of a key's environment variable."""
    if value and not KEY_NAME.fullmatch(value):
        raise ValueError("the name of an environment variable that ends in _API_KEY")
    return value


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reading of whole numbers between two bounds."""

    def reading(value: str) -> int:
        digits = value.isascii() and value.isdecimal() and len(value) <= MAX_DIGITS
        if not digits or not low <= int(value) <= high:
            raise ValueError(f"a whole number from {low} to {high}, not {value[:20]!r}")
        return int(value)

    return reading


def number(low: float, high: float) -> Callable[[str], float]:
    """Return a reading of numbers between two bounds."""

    def reading(value: str) -> float:
        try:
            found = float(value)
        except ValueError:
            found = low - 1
        if not low <= found <= high:
            raise ValueError(f"a number from {low:g} to {high:g}, not {value[:20]!r}")
        return found

    return reading


def _unless_not_sent(reading: Callable[[str], float]) -> Callable[[str], float | None]:
    return lambda value: None if value == UNSET else reading(value)


def _flag(value: str) -> bool:
    if value.lower() not in {"1", "0", "true", "false", "on", "off"}:
        raise ValueError(f"on or off, not {value[:20]!r}")
    return value.lower() in {"1", "true", "on"}


def _one_of(*known: str) -> Callable[[str], str]:
    def reading(value: str) -> str:
        if value not in known:
            raise ValueError(f"{' or '.join(known)}, not {value[:20]!r}")
        return value

    return reading


JUDGES: Mapping[str, Callable[[str], object]] = {
    "base_url": base_url,
    "api_key_env": key_name,
    "max_new_tokens": whole(1, 1_000_000),
    "limit_name": _one_of("max_tokens", "max_completion_tokens"),
    "temperature": _unless_not_sent(number(0.0, 2.0)),
    "repetition_penalty": _unless_not_sent(number(0.5, 2.0)),
    "max_pixels": whole(0, 200_000_000),
    "context": whole(0, 100_000_000),
    "logprobs": _flag,
    "answer_format": _one_of("free", "json_schema"),
    "prompt_role": _one_of("user", "system"),
    "parser": _one_of("json", "markdown"),
    "guard": _flag,
    "concurrency": whole(1, MAX_THREADS),
    "seconds": number(1.0, MAX_SECONDS),
    "idle_seconds": number(1.0, MAX_SECONDS),
}
