"""What a check finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Why a value cannot be what its field says; `code` is stable, `message` English."""

    code: str
    message: str
