"""What a worker does with pieces."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from annotations.jobs import finishing

from .models import Mark, Piece


def work_on(pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        BEHAVIOURS[piece.behaviour](piece)
        with finishing(piece):
            Mark.objects.create(piece=piece, worker=str(os.getpid()))


def _sleep(piece: Piece) -> None:
    time.sleep(piece.seconds)


def _use_up_memory(_: Piece) -> None:
    raise MemoryError


def _kill_child(_: Piece) -> None:
    command = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    code = subprocess.run([sys.executable, "-c", command], check=False).returncode
    assert code == -signal.SIGKILL
    raise RuntimeError("the decoder ended without an answer")


def _hang(_: Piece) -> None:
    logging.getLogger(__name__).warning("hanging")
    time.sleep(3600)


BEHAVIOURS = {"good": _sleep, "memory": _use_up_memory, "child": _kill_child, "hang": _hang}
