"""A pool's child without its parent ends, in every case: tried on processes of their own."""

import os
import subprocess
import sys

STUBBORN = """
import os, signal, time
from ocrlab import childhood
childhood.LOOK_EVERY_S, childhood.PATIENCE_S = 0.05, {patience}
try:
    childhood.listen()
    childhood.begin({parent})
    time.sleep(20)
finally:
    print("handed back", flush=True)
    {afterwards}
"""


def run(
    parent: int, afterwards: str = "", patience: float = 10
) -> subprocess.CompletedProcess[str]:
    code = STUBBORN.format(parent=parent, afterwards=afterwards, patience=patience)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=15, check=False
    )


def test_a_child_whose_parent_died_before_it_looked_ends_in_order() -> None:
    ended = run(parent=os.getppid())  # alive, and not the parent any more
    assert (ended.stdout, ended.returncode) == ("handed back\n", 0), ended.stderr


def test_a_child_that_does_not_come_to_its_end_is_ended() -> None:
    ended = run(parent=os.getppid(), afterwards="time.sleep(20)", patience=0.3)
    assert (ended.stdout, ended.returncode) == ("handed back\n", 1), ended.stderr


def test_a_second_request_does_not_interrupt_what_the_first_began() -> None:
    again = "os.kill(os.getpid(), signal.SIGTERM); time.sleep(0.1); print('whole')"
    ended = run(parent=os.getppid(), afterwards=again)
    assert (ended.stdout, ended.returncode) == ("handed back\nwhole\n", 0), ended.stderr
