"""What the readers of raw answers share: what they find, and how they say it."""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from annotations.content.sourced import Sourced

FENCE: Final = re.compile(r"```[\w-]*")


class Recovery(StrEnum):
    """How the content came out of the answer."""

    EXACT = "exact"  # a JSON object with zones, and nothing else
    FENCED = "fenced"  # the same inside a code fence
    CHATTER = "chatter"  # an object with other text around it, which is dropped
    TRUNCATED = "truncated"  # an object without its end: what stands before the cut
    REPAIRED = "repaired"  # a closed object that is not quite JSON
    PLAIN = "plain"  # no object to be read: the whole answer is the page's text
    MARKDOWN = "markdown"  # Markdown or HTML: zones from its tags, front matter dropped


class Found(NamedTuple):
    """The zones of an answer as written, in the order they stand in, and how they were read."""

    zones: dict[str, Sourced | None]
    recovered: Recovery


def unfenced(raw: str) -> tuple[int, int]:
    """Return the stretch of an answer that is not the code fence around all of it."""
    opening = FENCE.match(raw)
    if opening is None or not raw.endswith("```") or len(raw) < opening.end() + len("```"):
        return 0, len(raw)
    inner = raw[opening.end() : -3]
    start = opening.end() + len(inner) - len(inner.lstrip("\r\n"))
    return start, max(start, opening.end() + len(inner.rstrip("\r\n")))
