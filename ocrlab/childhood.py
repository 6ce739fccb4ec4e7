"""The end of a pool's child: asked to, or left alone by a parent that was killed."""

import os
import signal
import sys
import threading
import time
from types import FrameType

from billiard.util import set_pdeathsig

LOOK_EVERY_S = 0.5
# What a child owes after its parent's death takes it milliseconds. Celery's own loop would wait
# half a minute for a dead reader of its results, and for ever for a next task.
PATIENCE_S = 10


def begin(parent: int) -> None:
    """End this process once `parent` is gone. It is told, not asked for: it may be dead already."""
    if sys.platform == "linux":
        set_pdeathsig(signal.SIGTERM)  # Celery asks the kernel for SIGKILL: nothing is handed back
    threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()


def listen() -> None:
    """Let SIGTERM raise SystemExit, once, in the main thread of a child.

    Called when a task begins, for the pool puts a handler of its own in place between `begin` and
    its first task; under that one a second SIGTERM kills, locks of the pool in hand.
    """
    signal.signal(signal.SIGTERM, _leave)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    # Asked once more while it hands back, it must not end in the middle of that.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(0)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    # To the thread that works: another one would take the signal and wake nobody.
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)
    time.sleep(PATIENCE_S)
    os._exit(1)
