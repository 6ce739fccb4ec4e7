"""What an engine that asks a server is handed: a way out, and keys by name.

The room `outbound` is a sibling, so its client comes from above (see docs/decisions/0040).
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


class Reply(Protocol):
    """An answer whose headers have come; reading the rest raises `OSError` when it breaks off."""

    @property
    def status(self) -> int:
        """Return the HTTP status."""

    def header(self, name: str) -> str | None:
        """Return a header's value, None where it was not sent."""

    def lines(self) -> Iterator[bytes]:
        """Give each line as soon as it is complete, without its end."""

    def read(self) -> bytes:
        """Return the whole body."""


class Transport(Protocol):
    """Sends; every failure is an `OSError` whose text says the cure.

    A `ConnectionError` means that not one byte of an answer came, so that asking again is safe.
    """

    def is_near(self, url: str) -> bool:
        """Tell whether what is sent there stays in the house; sends nothing."""

    def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        idle_s: float,
        total_s: float,
        max_bytes: int,
    ) -> AbstractContextManager[Reply]:
        """Send a body and give the answer; the end of the block closes the connection."""


@dataclass(frozen=True)
class Outside:
    """What lies beyond this process; `secret` finds a key by the name of its variable."""

    transport: Transport
    secret: Callable[[str], str | None]
