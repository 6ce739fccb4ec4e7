"""Keep a batch's leases alive while it is worked on, and end its time when that is over."""

import logging
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

from django.db import DatabaseError, connection
from django.db.models import F
from django.db.models.functions import Least, Now

from annotations.jobs import stopping
from annotations.jobs.claim import LEASE_S, mine
from annotations.models.leased_job import LeasedJob

logger = logging.getLogger(__name__)

HEARTBEAT_S = 15
STOP_PATIENCE_S = 8  # a batch may end by itself; container runtimes kill 10 s after asking
TICK_S = 0.5


class Interrupted(BaseException):
    """The batch must end now. Not an Exception, so that no engine swallows it."""


class Overdue(Interrupted):
    """The time of the batch is over."""


class Stopped(Interrupted):
    """The worker was asked to stop and the batch did not end in time."""


class _Beat(threading.Thread):
    """Extends leases; interrupts the thread that works when its time is over."""

    def __init__(self, jobs: Sequence[LeasedJob], limit_s: float) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._jobs, self._ended = jobs, threading.Event()
        self._deadline = time.monotonic() + limit_s
        self._worker = threading.get_ident()
        self._can_interrupt = threading.current_thread() is threading.main_thread()
        self.reason: type[Interrupted] | None = None

    def run(self) -> None:
        next_beat = time.monotonic() + HEARTBEAT_S
        asked_at: float | None = None
        while not self._ended.wait(TICK_S):
            now = time.monotonic()
            if now >= next_beat:
                next_beat = now + HEARTBEAT_S
                self._extend()
            if asked_at is None and stopping.requested():
                asked_at = now
            if now > self._deadline:
                return self._interrupt(Overdue)
            if asked_at is not None and now > asked_at + STOP_PATIENCE_S:
                return self._interrupt(Stopped)
        return None

    def end(self) -> None:
        self._ended.set()
        self.join()

    def _extend(self) -> None:
        until = Least(Now() + timedelta(seconds=LEASE_S), F("deadline_at"))
        try:
            for job in self._jobs:
                mine(job).update(leased_until=until)
        except DatabaseError:
            logger.warning("A heartbeat found no database; the next one tries again.")
        finally:
            connection.close()

    def _interrupt(self, reason: type[Interrupted]) -> None:
        if self._can_interrupt and not self._ended.is_set():
            self.reason = reason
            signal.pthread_kill(self._worker, signal.SIGALRM)


@contextmanager
def beating(jobs: Sequence[LeasedJob], limit_s: float) -> Iterator[None]:
    """Hold the leases of `jobs` during the body, for at most `limit_s`.

    Raises Overdue or Stopped inside the body. Outside a main thread nothing can be interrupted:
    the leases run out at their deadline and the fence keeps the late result out.
    """
    beat = _Beat(jobs, limit_s)
    working = True

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if working and beat.reason is not None:
            raise beat.reason

    in_main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGALRM, interrupt) if in_main else None
    beat.start()
    try:
        try:
            yield
        finally:
            working = False  # an interrupt on its way now has nothing left to end
    finally:
        beat.end()
        if in_main:
            signal.signal(signal.SIGALRM, before)
