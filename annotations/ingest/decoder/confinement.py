"""Shut the decoding process in before it sees the first byte."""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from typing import BinaryIO, Final

from annotations.ingest.decoder import limits

PR_SET_PDEATHSIG: Final = 1


def confine(parent_pid: int) -> None:
    """Set memory, file and descriptor limits, and die with the parent."""
    _die_with_parent(parent_pid)
    for kind, value in (
        (resource.RLIMIT_AS, limits.MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, limits.FILE_BYTES),
        (resource.RLIMIT_NOFILE, limits.OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        # macOS refuses RLIMIT_AS; the wall clock and the pixel limits still hold there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))


def allow_cpu(seconds: int) -> None:
    """Grant so many more seconds of CPU; beyond them the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, hard))


def take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Return private ends of standard input and output; what libraries print goes to stderr."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return requests, answers


def _die_with_parent(parent_pid: int) -> None:
    if not sys.platform.startswith("linux"):
        return  # elsewhere the closed pipe ends the process after its current request
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:  # it died before the request reached the kernel
        sys.exit(1)
