"""Send a request out of this machine, and read its answer as it comes."""

import http.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.response import BaseHTTPResponse

from annotations.outbound.addresses import Url, locate, split
from annotations.outbound.allowed import Allowed
from annotations.outbound.connection import Deadline, connected
from annotations.outbound.errors import (
    AddressRefused,
    AnswerBroken,
    AnswerTooLarge,
    ConnectionLost,
    OutboundError,
    RedirectRefused,
    TimeOver,
)

# Seconds to find out where a name leads, when nothing is sent.
LOOK_S = 10.0
# Bytes of one line: an event with the probabilities of a token is a thousandth of it.
MAX_LINE_BYTES = 1024 * 1024
_BLOCK = 64 * 1024
_REDIRECTS = range(300, 400)


class Reply:
    """An answer whose headers have come; the rest is read as it arrives, and once."""

    def __init__(
        self, url: Url, response: BaseHTTPResponse, deadline: Deadline, max_bytes: int
    ) -> None:
        self.status = response.status
        self._url = url
        self._response = response
        self._deadline = deadline
        self._max_bytes = max_bytes

    def header(self, name: str) -> str | None:
        """Return a header's value, None where it was not sent."""
        return self._response.headers.get(name)

    def lines(self) -> Iterator[bytes]:
        """Give each line as soon as it is complete, without its end.

        Raises AnswerBroken, AnswerTooLarge, TimeOver.
        """
        rest = b""
        for block in self._blocks():
            *lines, rest = (rest + block).split(b"\n")
            if len(rest) > MAX_LINE_BYTES:
                raise AnswerTooLarge(f"{self._url.name} sent a line without end")
            yield from (line.removesuffix(b"\r") for line in lines)
        if rest:
            yield rest

    def read(self) -> bytes:
        """Return the whole body. Raises AnswerBroken, AnswerTooLarge, TimeOver."""
        return b"".join(self._blocks())

    def _blocks(self) -> Iterator[bytes]:
        size = 0
        while True:
            with _told(self._url, self._deadline, begun=True):
                block = self._response.read1(_BLOCK, decode_content=False)
                if not block and not self._deadline.left:
                    raise TimeoutError
            if not block:
                return
            size += len(block)
            if size > self._max_bytes:
                raise AnswerTooLarge(
                    f"{self._url.name} sent more than {self._max_bytes:,} bytes: it does not "
                    "answer what was asked"
                )
            yield block


@dataclass(frozen=True)
class Client:
    """The one way out: checks and pins the address, follows no redirect, bounds time and size.

    It takes no proxy and no password from the environment: a proxy would resolve the name again.
    `near_only` refuses every address that is not in one's own house.
    """

    allowed: Allowed
    near_only: bool = False

    def is_near(self, url: str) -> bool:
        """Tell whether what is sent there stays in the house; sends nothing.

        Raises OutboundError where it may not be sent at all.
        """
        return locate(split(url), self.allowed, LOOK_S).near

    @contextmanager
    def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        idle_s: float,
        total_s: float,
        max_bytes: int,
    ) -> Iterator[Reply]:
        """Send a body and give the answer; the end of the block closes the connection.

        `idle_s` bounds the silence between two bytes, `total_s` all of it, in seconds.
        Raises OutboundError; a ConnectionError among them when no byte of an answer came.
        """
        deadline = Deadline(total_s)
        target = split(url)
        place = locate(target, self.allowed, min(LOOK_S, deadline.left))
        if self.near_only and not place.near:
            raise AddressRefused(
                f"{target.name} now leads out of the house, which was not agreed to: add the "
                "engine again"
            )
        with connected(place, idle_s, deadline) as connection:
            response = _answered(connection, target, body, headers, deadline=deadline)
            yield Reply(target, response, deadline, max_bytes)


def _answered(
    connection: HTTPConnection,
    url: Url,
    body: bytes,
    headers: Mapping[str, str],
    *,
    deadline: Deadline,
) -> BaseHTTPResponse:
    """Send a request and wait for the headers of its answer."""
    sent = {**headers, "Host": url.name, "Accept-Encoding": "identity"}
    with _told(url, deadline, begun=False):
        connection.request("POST", url.path, body=body, headers=sent, preload_content=False)
        response = connection.getresponse()
        # Cut within the headers, which the library takes for their end.
        if not deadline.left:
            raise TimeoutError
    if response.status in _REDIRECTS:
        raise RedirectRefused(
            f"{url.name} points to another address, which is not followed: give the final one"
        )
    return response


@contextmanager
def _told(url: Url, deadline: Deadline, *, begun: bool) -> Iterator[None]:
    """Turn what the libraries raise into this room's errors; `begun`: an answer had begun."""
    try:
        yield
    except OutboundError:
        raise
    except (HTTPError, http.client.HTTPException, OSError) as error:
        if not deadline.left:
            raise TimeOver(f"{url.name} took longer than {deadline.seconds:.3g} s in all") from None
        if isinstance(error, ReadTimeoutError | TimeoutError):
            raise TimeOver(f"{url.name} was silent for too long") from None
        if begun or not isinstance(error, ConnectionError):
            raise AnswerBroken(f"{url.name} broke its answer off in the middle") from None
        raise ConnectionLost(f"{url.name} closed the connection without an answer") from None
