"""What a model is asked with: every decoding parameter, explicit, and the bounds they keep."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from annotations.engines.base import EngineError

# Pixels of one image token: 28 × 28.
PIXELS_PER_TOKEN = 784
# Tokens that a chat template adds to prompt and image, and to spare.
TEMPLATE_TOKENS = 64
_CHOICES = {
    "prompt_role": ("user", "system"),
    "parser": ("json", "markdown"),
    "guard": ("on", "off"),
    "dtype": ("auto", "bfloat16", "float16", "float32"),
}


@dataclass(frozen=True, kw_only=True)
class VlmSettings:
    """All that shapes an answer, beside model and prompt.

    `temperature` 0 is greedy; above it tokens are drawn after `seed`. `guard=off` lets loops run
    to the end, as the paper does. `dtype=auto` is bfloat16 on a GPU, float32 without one.
    """

    max_new_tokens: int = 6144
    min_pixels: int = 4 * PIXELS_PER_TOKEN
    max_pixels: int = 4096 * PIXELS_PER_TOKEN
    context: int = 16384
    batch_size: int = 8
    temperature: float = 0.0
    seed: int = 0
    repetition_penalty: float = 1.0
    prompt_role: str = "user"
    parser: str = "json"
    guard: str = "on"
    dtype: str = "auto"
    checkpoint_sha256: str = ""

    def to_json(self) -> dict[str, object]:
        """Return every parameter, as it is stored."""
        return asdict(self)


def read_settings(parameters: Mapping[str, object], prompt: str) -> VlmSettings:
    """Read stored parameters or those of a command line. Raises EngineError naming what is wrong.

    A prompt takes as many tokens as UTF-8 bytes at most: more need not be known here.
    """
    kinds = {name: type(default) for name, default in asdict(VlmSettings()).items()}
    unknown = sorted(set(parameters) - set(kinds))
    if unknown:
        raise EngineError(f"transformers takes {', '.join(sorted(kinds))}, not {unknown[0]!r:.40}")
    given: dict[str, object] = {}
    for name, value in parameters.items():
        try:
            given[name] = kinds[name](str(value))
        except ValueError:
            raise EngineError(f"transformers: {name} is a number, not {value!r:.40}") from None
    settings = VlmSettings(**given)  # type: ignore[arg-type]  # each is of its field's type
    _check_choices(settings)
    _check_bounds(settings, prompt)
    return settings


def _check_choices(settings: VlmSettings) -> None:
    for name, choices in _CHOICES.items():
        if getattr(settings, name) not in choices:
            raise EngineError(f"transformers: {name} is one of {', '.join(choices)}")


def _check_bounds(settings: VlmSettings, prompt: str) -> None:
    if not PIXELS_PER_TOKEN <= settings.min_pixels <= settings.max_pixels:
        raise EngineError("transformers: 784 ≤ min_pixels ≤ max_pixels must hold")
    if settings.max_new_tokens < 1 or settings.batch_size < 1:
        raise EngineError("transformers: max_new_tokens and batch_size are 1 at least")
    # Beyond 2 of either, models write noise; a NaN is in no range.
    if not 0 <= settings.temperature <= 2 or not 0 < settings.repetition_penalty <= 2:  # noqa: PLR2004
        raise EngineError("transformers: temperature and repetition_penalty are 0 to 2")
    image = settings.max_pixels // PIXELS_PER_TOKEN
    asked = TEMPLATE_TOKENS + len(prompt.encode())
    if image + asked + settings.max_new_tokens > settings.context:
        raise EngineError(
            f"transformers: an image of {image:,} tokens (max_pixels/784), a prompt of up to "
            f"{asked:,} and {settings.max_new_tokens:,} new tokens do not fit a context of "
            f"{settings.context:,}: lower max_pixels or max_new_tokens"
        )
