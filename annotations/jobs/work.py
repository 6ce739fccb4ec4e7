"""Work on a queue: claim, run, count; the same in a Celery task and in a command that waits."""

import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection

from annotations.jobs import stopping
from annotations.jobs.claim import claim, held
from annotations.jobs.heartbeat import Overdue, Stopped, beating
from annotations.jobs.kinds import J, JobKind, kinds
from annotations.jobs.outcome import LeaseLost, count_error, hand_back
from annotations.jobs.ring import ring
from annotations.jobs.schema import may_claim
from annotations.jobs.sweep import has_waiting, sweep

logger = logging.getLogger(__name__)

TURN_S = 60.0  # a task gives up its turn after this, so that a worker stays answerable
POLL_S = 0.2
CONNECTION_STATES = ("08", "57P")  # SQLSTATE: connection exception, operator intervention


def drain(queue: str, *, budget_s: float = TURN_S, linger_s: float = 0.0) -> int:
    """Work on every kind of job in `queue` until none waits or `budget_s` is over.

    Looks once more `linger_s` after it began: rings within that time were held back.
    Rings when it leaves work behind. Returns the number of jobs it worked on.
    """
    begun, worked = time.monotonic(), 0
    while may_claim() and not stopping.requested():
        if time.monotonic() - begun > budget_s:
            _ring_for_the_rest(queue)
            break
        found = sum(_turn(kind, queue) for kind in kinds())
        worked += found
        if found:
            continue
        if time.monotonic() - begun >= linger_s:
            break
        time.sleep(POLL_S)
    return worked


def work_until(finished: Callable[[], bool], *, queue: str = "cpu") -> None:
    """Work on `queue` in this process until `finished()`; for commands told to wait.

    Sweeps as well, so that it needs no worker beside it. Ctrl-C and SIGTERM hand back what is being
    done.
    """
    with _ended_in_order():
        while not finished():
            sweep()
            if not drain(queue, budget_s=POLL_S):
                time.sleep(POLL_S)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM unwind a command as Ctrl-C does; by itself it would end it where it stands."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _turn(kind: JobKind[J], queue: str) -> int:
    """Claim and work on one batch. Return its size, 0 when nothing waited."""
    if stopping.requested():
        return 0
    jobs = claim(kind, queue)
    if jobs:
        _run(kind, jobs, queue)
    return len(jobs)


def _run(kind: JobKind[J], jobs: Sequence[J], queue: str) -> None:
    """Run one batch; whatever happens, its rows say so afterwards."""
    try:
        _ring_for_the_rest(queue)  # others may help while this one works
        with beating(jobs, kind.limit_s):
            kind.run(jobs)
    except Overdue:
        _count(jobs, "timeout", f"It took longer than {kind.limit_s} s.")
    except Stopped:
        logger.info("Handed back %s jobs of %s to stop.", hand_back(jobs), kind.name)
    except LeaseLost:
        hand_back(jobs)
    except Exception as error:
        if _lost_database(error):
            # Not the job's fault. Where it stays away, the leases run out by themselves.
            logger.warning("The database went away during %s.", kind.name)
            connection.close()
            hand_back(jobs)
            return
        logger.exception("A batch of %s failed.", kind.name)
        _count(jobs, type(error).__name__, str(error) or type(error).__name__)
    except BaseException:
        hand_back(jobs)
        raise
    else:
        _count(jobs, "unfinished", f"{kind.name} ended without a result.")


def _ring_for_the_rest(queue: str) -> None:
    if has_waiting(queue):
        ring(queue)


def _count(jobs: Sequence[J], code: str, detail: str) -> None:
    for job in held(jobs):
        count_error(job, code=code, detail=detail)


def _lost_database(error: Exception) -> bool:
    """Tell a cut connection from a statement that the server refused."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    code = getattr(error.__cause__, "sqlstate", None)
    return code is None or code.startswith(CONNECTION_STATES)
