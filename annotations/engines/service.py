"""Ask a server about a page: with its key, again where that helps, and not for ever."""

import json
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count
from typing import Any, NoReturn, TypeVar

from annotations.engines.base import EngineAnswer, EngineError, EngineRequest
from annotations.engines.breaker import Breaker
from annotations.engines.transport import Outside, Reply

T = TypeVar("T")

# Requests for one page at most, and seconds before the second; each further pause is doubled.
ATTEMPTS = 5
FIRST_PAUSE_S = 0.5
# Statuses of a server that is busy, and of one that will not take this very page.
BUSY = (429, 502, 503, 504)
OF_THE_PAGE = (400, 413, 422)
REFUSED_KEY = (401, 403)
# Bytes of an answer: 32 times the largest raw answer that is kept, for the frame around each token.
MAX_ANSWER_BYTES = 32 * 1024 * 1024
# Characters of a server's own words that are kept in an error.
MAX_SAID = 200


class ServiceFailed(EngineError):
    """The server did not answer, or not with what it was asked for."""


class PageRefused(EngineError):
    """The server works, but not for this page."""


class KeyMissing(EngineError):
    """The key is not where the engine was told to find it."""


class _TryAgain(Exception):
    """Not now; `after` seconds, where the server says so."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True)
class Service:
    """One address that takes JSON; `seconds` bounds a page with all its tries, `idle_s` a silence.

    The key is looked up for each request and kept nowhere.
    """

    url: str
    outside: Outside = field(repr=False)
    api_key_env: str = ""
    seconds: float = 300.0
    idle_s: float = 120.0
    breaker: Breaker = field(default_factory=Breaker, repr=False, compare=False)

    @property
    def is_near(self) -> bool:
        """Tell whether pages stay in the house. Raises EngineError where they may not be sent."""
        try:
            return self.outside.transport.is_near(self.url)
        except OSError as error:
            raise EngineError(str(error)) from None

    def ask(self, body: object, listen: Callable[[Reply], T]) -> T:
        """Send JSON and return what `listen` makes of the answer.

        Raises ServiceRests, ServiceFailed, PageRefused, KeyMissing; none of them shows the key.
        """
        key = self._key()
        data = json.dumps(body).encode()
        self.breaker.admit()
        try:
            answer = self._ask_until_answered(data, key, listen)
        except ServiceFailed as error:
            reason = _without(key, str(error))
            self.breaker.failed(reason)
            raise ServiceFailed(reason) from None
        except PageRefused as error:
            self.breaker.answered()
            raise PageRefused(_without(key, str(error))) from None
        self.breaker.answered()
        return answer

    def _ask_until_answered(self, data: bytes, key: str, listen: Callable[[Reply], T]) -> T:
        end = time.monotonic() + self.seconds
        for attempt in count(1):
            try:
                return self._ask_once(data, key, listen, end - time.monotonic())
            except _TryAgain as again:
                pause = _backoff(attempt) if again.after is None else again.after
                if attempt == ATTEMPTS:
                    raise ServiceFailed(f"{again} ({ATTEMPTS} times)") from None
                if time.monotonic() + pause >= end:
                    raise ServiceFailed(
                        f"{again}; the next try would be in {pause:.0f} s, and a page has "
                        f"{self.seconds:g} s in all"
                    ) from None
                time.sleep(pause)
        raise AssertionError

    def _ask_once(self, data: bytes, key: str, listen: Callable[[Reply], T], left: float) -> T:
        headers = {"Content-Type": "application/json", "Accept": "*/*", "User-Agent": "OCRLab"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        try:
            with self.outside.transport.post(
                self.url,
                body=data,
                headers=headers,
                idle_s=self.idle_s,
                total_s=left,
                max_bytes=MAX_ANSWER_BYTES,
            ) as reply:
                if reply.status != 200:  # noqa: PLR2004  OK
                    self._refuse(reply)
                return listen(reply)
        except ConnectionError as error:
            raise _TryAgain(str(error)) from None
        except OSError as error:
            raise ServiceFailed(str(error)) from None

    def _refuse(self, reply: Reply) -> NoReturn:
        said = f"the server answered {reply.status}{_said(reply.read())}"
        if reply.status in BUSY:
            raise _TryAgain(said, _retry_after(reply.header("Retry-After")))
        if reply.status in OF_THE_PAGE:
            raise PageRefused(said)
        if reply.status in REFUSED_KEY:
            where = f"the key in {self.api_key_env}" if self.api_key_env else "api_key_env=NAME"
            raise ServiceFailed(f"{said}: check {where}")
        raise ServiceFailed(said)

    def _key(self) -> str:
        if not self.api_key_env:
            return ""
        key = (self.outside.secret(self.api_key_env) or "").strip()
        # Checked here, since a library's own complaint would show the value.
        if not key or not key.isascii() or not key.isprintable() or " " in key:
            raise KeyMissing(
                f"the environment variable {self.api_key_env} holds no key: set it for the workers"
            )
        return key


def read_at_once(
    requests: Sequence[EngineRequest],
    answer: Callable[[EngineRequest], EngineAnswer],
    threads: int,
) -> list[EngineAnswer]:
    """Read pages, `threads` of them at a time, and return the answers in their order."""
    if not requests:
        return []
    with ThreadPoolExecutor(min(threads, len(requests)), "engine") as pool:
        return list(pool.map(answer, requests))


def load_object(data: str | bytes) -> dict[str, Any]:
    """Return a JSON object. Raises ServiceFailed for anything else."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise ServiceFailed("the server answered something that is not JSON") from None
    if not isinstance(found, dict):
        raise ServiceFailed("the server answered JSON of another shape")
    return found


def short(said: object) -> str:
    """Return a server's own words in one bounded line."""
    text = said if isinstance(said, str) else json.dumps(said)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_SAID]


def _said(body: bytes) -> str:
    """Return the message of an error, as the usual servers wrap it, else nothing."""
    try:
        found = load_object(body)
    except ServiceFailed:
        return ""
    error = found.get("error")
    inner = error.get("message") if isinstance(error, dict) else error
    said = inner or found.get("message") or found.get("detail")
    return f": {short(said)}" if said else ""


def _retry_after(value: str | None) -> float | None:
    """Return seconds, from a number or a date; None where neither is given."""
    text = (value or "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _backoff(attempt: int) -> float:
    """Return half to all of a doubling span, so that pages do not march in step."""
    span: float = FIRST_PAUSE_S * 2 ** (attempt - 1)
    return span * random.uniform(0.5, 1.0)  # noqa: S311  no secret hangs on it


def _without(key: str, text: str) -> str:
    return text.replace(key, "[key]") if key else text
