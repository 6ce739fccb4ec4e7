"""A real worker beside the commands: pages are read through the job queue, as in daily use."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from serving import CELERY, Service

PATIENCE_S = 240  # the slowest step is 15 pages on one old core
LOOK_S = 0.5


class DemoStuck(SystemExit):
    """Say which step did not end, and where its reason can be seen."""


@contextmanager
def working() -> Iterator[None]:
    """Run a Celery worker for the CPU queue, and end it afterwards."""
    worker = Service("cpu worker", [*CELERY, "-Q", "cpu", "-c", "2", "-n", "demo@%h"])
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def wait_until(step: str, left: Callable[[], int]) -> None:
    """Wait until `left()` is 0, showing it; raises DemoStuck when it takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while count := left():
        if time.monotonic() > deadline:
            raise DemoStuck(f"{step}: {count} left after {PATIENCE_S} s; see the lines above.")
        if sys.stderr.isatty():
            print(f"\r{step}: {count} left ", end="", file=sys.stderr, flush=True)
        time.sleep(LOOK_S)
    print(f"\r{step}: done   " if sys.stderr.isatty() else f"{step}: done", file=sys.stderr)
