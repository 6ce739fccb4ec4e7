"""What a model said of its own certainty while it wrote."""

from typing import NamedTuple


class Token(NamedTuple):
    """One token of a raw answer; the tokens of an answer lie end to end over its UTF-8 bytes.

    `length` is in bytes of the raw answer (0: a token that wrote nothing); `logprob` the natural
    logarithm of its probability; `margin` how far, in the same unit, the second best token lay
    behind; `entropy` in nats. None where the server does not tell.
    """

    length: int
    logprob: float
    margin: float | None = None
    entropy: float | None = None
