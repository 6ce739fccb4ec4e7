"""Stop asking a server that only fails, for a while."""

import threading
import time

from annotations.engines.base import EngineError

# Failures in a row after which a server is left alone.
FAILURES = 5
# Seconds for which it is left alone; then one page tries, and the rest wait for how it fares.
PAUSE_S = 30.0


class ServiceRests(EngineError):
    """The server failed too often in a row and is not asked for a while."""


class Breaker:
    """Counts failures in a row; shared by the threads of one engine."""

    def __init__(self, failures: int = FAILURES, pause_s: float = PAUSE_S) -> None:
        self._failures = failures
        self._pause_s = pause_s
        self._lock = threading.Lock()
        self._row = 0
        self._reason = ""
        self._until = 0.0

    def admit(self) -> None:
        """Let a request pass. Raises ServiceRests, with the last reason, during a pause."""
        with self._lock:
            if self._row < self._failures:
                return
            left = self._until - time.monotonic()
            if left > 0:
                raise ServiceRests(
                    f"not asked: {self._row} requests in a row failed, the last one because "
                    f"{self._reason}; the next try is in {left:.0f} s"
                )
            self._until = time.monotonic() + self._pause_s

    def failed(self, reason: str) -> None:
        """Count a failure of the server."""
        with self._lock:
            self._row += 1
            self._reason = reason
            self._until = time.monotonic() + self._pause_s

    def answered(self) -> None:
        """Forget the failures: the server works."""
        with self._lock:
            self._row = 0
